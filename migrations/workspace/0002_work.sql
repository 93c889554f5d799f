-- Work: what members do for contacts, what they are told, what leaves the house, and what takes a change back.

-- JSON of domain::member_settings: zone, language, digest times, quiet mode.
alter table member add column settings text not null default '{}';

-- last_at is derived: when the newest interaction happened. keep_in_touch_days: after how many quiet days the digest says so.
alter table contact add column status text;
alter table contact add column score bigint;
alter table contact add column muted_at bigint;
alter table contact add column deleted_at bigint;
alter table contact add column keep_in_touch_days bigint;
alter table contact add column last_at bigint;
-- The moment from which a contact is quiet, as digests::quiet reads it.
create index contact_by_silence on contact (responsible_id, (coalesce(last_at, created_at) + keep_in_touch_days * 86400000000))
    where keep_in_touch_days is not null and muted_at is null and deleted_at is null and merged_into is null;
create index contact_by_creation on contact (created_at);
create index contact_by_news on contact (last_at);
create index contact_by_deletion on contact (deleted_at) where deleted_at is not null;
create index contact_by_merge on contact (merged_into) where merged_into is not null;

-- The order of a contact's addresses: the smallest position is the one to write to.
alter table contact_address add column position bigint not null default 0;

-- The name as it compares (domain::name::key); absent for companies from before.
alter table company add column name_key text;
create index company_by_name on company (name_key);

create index filing_rule_by_contact on filing_rule (contact_id);

-- Capture addresses that a contact had before it got a new one: what is sent there is still its own.
create table contact_capture (
    local_part text primary key,
    contact_id bigint not null references contact (id),
    created_at bigint not null
);
create index contact_capture_by_contact on contact_capture (contact_id);

-- Fields beyond those of the contact itself: birthday, site, address, and whatever a member names.
create table contact_field (
    contact_id bigint not null references contact (id),
    name text not null,
    value text not null,
    primary key (contact_id, name)
);

create table contact_tag (
    contact_id bigint not null references contact (id),
    tag text not null,
    primary key (contact_id, tag)
);
create index contact_tag_by_tag on contact_tag (tag, contact_id);

-- What a member will do for a contact. kind: action, reminder. state: current, queued, done, dropped. At most one current action
-- per contact and member; position orders the queued ones. recurrence: text of domain::dates::Recurrence.
create table action (
    id bigint primary key,
    kind text not null,
    state text not null,
    member_id bigint not null references member (id),
    contact_id bigint references contact (id),
    interaction_id bigint,
    text text not null,
    position bigint not null,
    due_at bigint,
    has_time boolean not null,
    recurrence text,
    reminded_at bigint,
    result text,
    created_at bigint not null,
    done_at bigint
);
create index action_by_member on action (member_id, state, due_at);
create index action_by_contact on action (contact_id, member_id, state);
create index action_by_due on action (member_id, due_at) where state in ('current', 'queued');
create index action_by_end on action (member_id, state, done_at) where done_at is not null;
create index action_by_reminder on action (due_at) where kind = 'reminder' and state = 'current' and reminded_at is null;

-- batch: the text that was run, all or none; line: its line; changes: JSON of the rows that changed, for undo; undone_by: the
-- batch that took it back; takes_back: of an undo or redo, the row that it takes back or does again.
alter table journal add column batch bigint not null default 0;
alter table journal add column line bigint not null default 0;
alter table journal add column changes text;
alter table journal add column undone_by bigint;
alter table journal add column takes_back bigint;
create index journal_by_batch on journal (batch, id);
create index journal_by_member on journal (member_id, id);
create index journal_by_undo on journal (takes_back, id) where takes_back is not null;
create index journal_by_standing on journal (member_id, id) where changes is not null and undone_by is null;

-- What waits for `confirm 4821`. kind: command (text is run), held (the interaction is let in). A code is used once.
create table confirmation (
    id bigint primary key,
    kind text not null,
    code text not null,
    member_id bigint not null,
    text text not null,
    about_contact_id bigint,
    about_interaction_id bigint,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index confirmation_by_code on confirmation (member_id, code);

-- Codes that a member typed and that nobody was given: too many in an hour, and no code is taken.
create table confirmation_miss (
    id bigint primary key,
    member_id bigint not null,
    at bigint not null
);
create index confirmation_miss_by_member on confirmation_miss (member_id, at);

-- Texts that came by mail and ran: the same again applies nothing and gets the same answer. identity: a digest of member, door's
-- address and text.
create table command_run (
    id bigint primary key,
    interaction_id bigint,
    member_id bigint not null,
    identity text not null,
    at bigint not null,
    batch bigint not null,
    outbox_id bigint
);
create index command_run_by_identity on command_run (identity, at);
create index command_run_by_interaction on command_run (interaction_id);

-- Each message of ours to a member that may be answered, and what was numbered in it. about_*: what an answer without a target
-- is about. kind: the word of the outbox. outbox_id: the mail itself.
create table sent_message (
    number bigint primary key,
    member_id bigint not null references member (id),
    kind text not null,
    created_at bigint not null,
    about_contact_id bigint,
    about_interaction_id bigint,
    batch bigint,
    outbox_id bigint
);
create index sent_message_by_outbox on sent_message (outbox_id);

-- record: `#a3` as a ref is written.
create table sent_item (
    number bigint not null references sent_message (number),
    item bigint not null,
    record text not null,
    primary key (number, item)
);

-- Mail to send. kind: ack, notice, digest, reminder, relay_in, relay_out. state: waiting, sending, sent, dead, cancelled.
-- message: the finished RFC 5322 bytes, compressed; removed some time after they were sent. answers: the interaction that this
-- answers or carries on. object: what the hourly caps count by. claimed_by, claimed_until: who sends it at this moment, and when it
-- is anybody's again. again_at: when it was asked for a second time; there is no third.
create table outbox (
    id bigint primary key,
    kind text not null,
    state text not null,
    due_at bigint not null,
    attempts bigint not null,
    created_at bigint not null,
    recipient text not null,
    recipient_domain text not null,
    message_id text not null unique,
    message bytea,
    size_bytes bigint not null,
    member_id bigint,
    contact_id bigint,
    interaction_id bigint,
    object text,
    claimed_by text,
    claimed_until bigint,
    sent_at bigint,
    again_at bigint,
    bounced_at bigint,
    error text
);
create index outbox_by_state on outbox (state, due_at);
create index outbox_by_interaction on outbox (interaction_id);
create index outbox_by_recipient on outbox (recipient, created_at);
create index outbox_by_contact on outbox (contact_id, kind, created_at);
create index outbox_by_sent on outbox (sent_at);
create index outbox_by_domain on outbox (recipient_domain, sent_at);
create index outbox_by_kept on outbox (created_at) where message is not null;

-- Addresses that get nothing any more, by keyed hash. reason: bounced, complained, asked.
create table suppression (
    address_hash text primary key,
    reason text not null,
    outbox_id bigint,
    created_at bigint not null
);

-- One mail on both sides of the relay: its Message-ID as the contact sees it and as the member sees it; the keys are what those
-- compare by.
create table relayed (
    outside_key text not null,
    inside_key text not null,
    outside_id text not null,
    inside_id text not null,
    contact_id bigint not null,
    interaction_id bigint not null,
    created_at bigint not null,
    primary key (outside_key, inside_key)
);
create index relayed_by_inside on relayed (inside_key);

-- Where a member's digest stands. told_id: the last interaction that one knew of; by number, since a mail that is filed at the
-- same moment may carry an earlier time.
create table member_digest (
    member_id bigint primary key references member (id),
    last_at bigint,
    told_id bigint,
    next_at bigint
);

-- What is new since a digest is found by when it was filed.
create index interaction_by_creation on interaction (created_at);
