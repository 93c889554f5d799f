-- The chat: members who are told and steer there, and people who write to the workspace's own bot.

-- A member's private chat with the members' bot; without it nothing of a chat is the member's.
create table member_chat (
    member_id bigint primary key references member (id),
    user_id bigint not null unique,
    chat_id bigint not null,
    linked_at bigint not null
);

-- The workspace's own bot, one at most. sealed: its token under the instance key. greeting: what it says on /start.
create table channel_bot (
    id bigint primary key,
    username text not null,
    sealed text not null,
    greeting text,
    connected_at bigint not null
);

-- Somebody who writes to the workspace's bot. stopped_at: asked for no more broadcasts; blocked_at: Telegram said that the bot is
-- blocked; lost_at: the chat does not exist any more. thread_id: the conversation, whatever the channel.
create table contact_chat (
    bot_id bigint not null,
    chat_id bigint not null,
    contact_id bigint not null references contact (id),
    username text,
    language text,
    consented_at bigint,
    stopped_at bigint,
    blocked_at bigint,
    first_at bigint not null,
    last_at bigint not null,
    message_count bigint not null,
    thread_id bigint,
    primary key (bot_id, chat_id)
);
create index contact_chat_by_contact on contact_chat (contact_id);

-- Updates whose effect is committed here: the same again does nothing.
create table chat_done (
    bot_id bigint not null,
    update_id bigint not null,
    at bigint not null,
    primary key (bot_id, update_id)
);
create index chat_done_by_time on chat_done (at);

-- To send in chats. kind: answer, notice, digest, reminder, news, relay_out, broadcast, greeting, edit. state: waiting, sending,
-- handed (a broadcast that is being
-- handed over), sent, dead, cancelled, uncertain (one whose sender died then: it may have arrived, and is not sent again). bot_id is absent for
-- the members' bot. body: JSON of domain::chat::Outgoing. number: the sent_message that an answer to it refers to. pieces: how many
-- of its pieces were sent. telegram_id and last_id: its first and last piece in the chat; edits_id: the message there that it replaces. pressed_at: one of its
-- buttons was used.
create table chat_message (
    id bigint primary key,
    kind text not null,
    state text not null,
    bot_id bigint,
    chat_id bigint not null,
    member_id bigint,
    contact_id bigint,
    interaction_id bigint,
    number bigint,
    broadcast_id bigint,
    body text not null,
    due_at bigint not null,
    attempts bigint not null,
    pieces bigint not null,
    created_at bigint not null,
    claimed_by text,
    claimed_until bigint,
    sent_at bigint,
    pressed_at bigint,
    telegram_id bigint,
    last_id bigint,
    edits_id bigint,
    error text
);
create index chat_message_by_state on chat_message (state, due_at, id);
create index chat_message_by_chat on chat_message (chat_id, telegram_id) where telegram_id is not null;
create index chat_message_by_interaction on chat_message (interaction_id) where interaction_id is not null;
create index chat_message_by_contact on chat_message (contact_id, kind, created_at) where contact_id is not null;
create index chat_message_by_member on chat_message (member_id, kind, created_at) where member_id is not null;
create index chat_message_by_broadcast on chat_message (broadcast_id, state) where broadcast_id is not null;

-- A text to many. tag is absent where it went to everybody. audience: how many it was written for. state: going, or stopped where
-- it was taken back: what of it waits then, or waits again, is not sent.
create table broadcast (
    id bigint primary key,
    member_id bigint not null,
    tag text,
    text text not null,
    audience bigint not null,
    state text not null,
    created_at bigint not null
);

-- What a contact paid, as a member said it.
create table payment (
    id bigint primary key,
    contact_id bigint not null references contact (id),
    member_id bigint not null,
    amount_minor bigint not null,
    currency text not null,
    paid_at bigint not null,
    created_at bigint not null
);
create index payment_by_contact on payment (contact_id, paid_at);
