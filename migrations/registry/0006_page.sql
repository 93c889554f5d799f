-- The page: who asked to sign in, who is signed in and from where, second factors, invitations, and what was done there.

-- A mail with a link and a code was sent. digest: of the token in the link; browser: of the cookie of the browser that asked; code:
-- keyed hash of the six digits, absent where too many codes were asked for. Used once.
create table sign_in (
    digest text primary key,
    account_id bigint not null references account (id),
    browser text not null,
    code text,
    misses bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index sign_in_by_browser on sign_in (browser, created_at);
create index sign_in_by_account on sign_in (account_id, created_at);
create index sign_in_by_end on sign_in (expires_at);

-- A browser that is signed in; the cookie itself is not kept. is_half: the second factor is still to come.
create table session (
    digest text primary key,
    id bigint not null unique,
    account_id bigint not null references account (id),
    workspace_id bigint references workspace (id),
    device text not null,
    address text not null,
    is_half boolean not null,
    misses bigint not null,
    created_at bigint not null,
    last_at bigint not null,
    expires_at bigint not null
);
create index session_by_account on session (account_id, last_at);
create index session_by_end on session (expires_at);

-- Codes by time (RFC 6238); the seed is sealed. last_step: the newest step that was used, so that no code counts twice.
create table second_factor (
    account_id bigint primary key references account (id),
    sealed text not null,
    last_step bigint not null,
    created_at bigint not null,
    confirmed_at bigint
);

-- What helps who lost the second factor; each once.
create table recovery_code (
    account_id bigint not null references account (id),
    hash text not null,
    used_at bigint,
    primary key (account_id, hash)
);

-- Who was asked to join, by whom, and what became of it: joined, cancelled, or absent while it stands.
create table invitation (
    id bigint primary key,
    digest text not null unique,
    workspace_id bigint not null references workspace (id),
    email text not null,
    role text not null,
    code text not null,
    misses bigint not null,
    invited_by bigint not null references account (id),
    created_at bigint not null,
    expires_at bigint not null,
    ended_at bigint,
    ended text
);
create index invitation_by_workspace on invitation (workspace_id, created_at);

-- From which role on a second factor is demanded; absent: from none.
alter table workspace add column second_factor_role text;

-- What was done at the page with accounts and workspaces: who, what, from where. workspace_id absent: the account alone.
create table page_event (
    id bigint primary key,
    at bigint not null,
    account_id bigint,
    workspace_id bigint,
    event text not null,
    subject text not null,
    address text not null
);
create index page_event_by_workspace on page_event (workspace_id, id);
create index page_event_by_account on page_event (account_id, id);
create index page_event_by_time on page_event (at);
