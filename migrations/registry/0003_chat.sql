-- The chat: which bots are served, whose chat is linked to which member, and what came in and is not done yet.

-- A bot of Telegram, by its number there. Without a workspace it is the members' own, whose token is a setting of the instance;
-- else it is a workspace's, and its token is sealed. next_update_id: where long polling goes on. One node at a time polls it.
create table bot (
    id bigint primary key,
    workspace_id bigint references workspace (id),
    username text not null,
    sealed text,
    next_update_id bigint not null,
    leased_by text,
    leased_until bigint,
    created_at bigint not null
);
create unique index bot_by_workspace on bot (workspace_id);

-- What a deep link proves: that its holder was given it as this member. Used once; the token itself is not kept.
create table chat_link_token (
    digest text primary key,
    workspace_id bigint not null references workspace (id),
    account_id bigint not null references account (id),
    expires_at bigint not null
);

-- A person of Telegram who is a member; a workspace's own table says the same, and without it nothing is linked. One workspace
-- of a person is the current one.
create table chat_link (
    user_id bigint not null,
    workspace_id bigint not null references workspace (id),
    account_id bigint not null references account (id),
    is_current boolean not null,
    linked_at bigint not null,
    primary key (user_id, workspace_id)
);

-- Updates as Telegram sends them. Done ones keep their number for some days, so that one that comes again is known.
create table chat_update (
    bot_id bigint not null,
    update_id bigint not null,
    received_at bigint not null,
    attempts bigint not null,
    body text not null,
    done_at bigint,
    parked_at bigint,
    primary key (bot_id, update_id)
);
create index chat_update_by_end on chat_update (done_at) where done_at is not null;
create index chat_update_by_wait on chat_update (bot_id, update_id) where done_at is null and parked_at is null;
