-- A workspace: its members, contacts, and what was said. One text for SQLite and PostgreSQL: times are BIGINT microseconds
-- since 1970, JSON is opaque text. The tables of the full-text index are made by the program, since they differ.

-- One row. Its bump is the first statement of every write: it orders the journal, and on PostgreSQL it is the lock.
create table workspace (
    id bigint primary key,
    seq bigint not null,
    settings text not null
);

-- The last number given out of each kind; numbers are never used twice, so #c12 stays #c12.
create table counter (
    name text primary key,
    last bigint not null
);

create table member (
    id bigint primary key,
    email text not null unique,
    name text,
    role text not null
);

create table company (
    id bigint primary key,
    name text not null,
    domain text unique,
    created_at bigint not null
);

-- name_key is the name as it compares: folded, in lower case (domain::name::key).
create table contact (
    id bigint primary key,
    name text,
    name_key text,
    company_id bigint references company (id),
    title text,
    phone text,
    capture text unique,
    responsible_id bigint references member (id),
    created_at bigint not null,
    merged_into bigint references contact (id)
);
create index contact_by_name on contact (name_key);

create table contact_address (
    address text primary key,
    contact_id bigint not null references contact (id),
    source text not null,
    created_at bigint not null,
    bounced_at bigint
);
create index contact_address_by_contact on contact_address (contact_id);

-- What `file:` taught: mail of this author belongs to that contact.
create table filing_rule (
    author_address text primary key,
    contact_id bigint not null references contact (id),
    interaction_id bigint not null,
    member_id bigint not null,
    created_at bigint not null
);

-- Addresses that were seen and made no contact: role addresses, further recipients.
create table suggestion (
    address text primary key,
    name text,
    reason text not null,
    seen_count bigint not null,
    last_interaction_id bigint not null
);

create table raw_message (
    id bigint primary key,
    digest text not null unique,
    size_bytes bigint not null,
    zstd bytea not null
);

-- kind: mail, note, meeting, report. direction: in, out, internal. state: filed, unfiled, held, set_aside.
-- author_kind: member, contact, other. remark is what a member wrote above the letter that he forwarded. protection: none,
-- signed, encrypted.
create table interaction (
    id bigint primary key,
    kind text not null,
    direction text not null,
    state text not null,
    class text not null,
    happened_at bigint not null,
    created_at bigint not null,
    member_id bigint references member (id),
    author_kind text not null,
    author_name text,
    author_address text,
    author_contact_id bigint references contact (id),
    author_member_id bigint references member (id),
    subject text,
    text text not null,
    remark text,
    protection text not null,
    thread_id bigint not null,
    raw_id bigint references raw_message (id),
    why text not null,
    trust text not null
);
create index interaction_by_state on interaction (state, id);
create index interaction_by_thread on interaction (thread_id, id);
create index interaction_by_time on interaction (happened_at, id);

create table interaction_contact (
    contact_id bigint not null references contact (id),
    interaction_id bigint not null references interaction (id),
    role text not null,
    primary key (contact_id, interaction_id)
);
create index interaction_contact_by_interaction on interaction_contact (interaction_id);

-- One mail is one interaction: normalised Message-ID (or a digest of canonical content) and body digest.
create table mail_key (
    message_id text not null,
    body_digest text not null,
    interaction_id bigint not null references interaction (id),
    primary key (message_id, body_digest)
);

-- Every Message-ID that a thread holds or mentions.
create table thread_reference (
    message_id text not null,
    thread_id bigint not null,
    primary key (message_id, thread_id)
);

-- Who took part in a thread, by normalised address: an id in References alone joins nobody to it.
create table thread_participant (
    thread_id bigint not null,
    address text not null,
    primary key (thread_id, address)
);

-- Each way in which a mail reached us, with its raw bytes and what it alone would have been filed by. A spooled message has one witness at most: that is what makes filing exactly once.
create table witness (
    spool_id bigint primary key,
    interaction_id bigint not null references interaction (id),
    received_at bigint not null,
    member_id bigint,
    addresses text not null,
    envelope text not null,
    raw_id bigint references raw_message (id),
    why text not null
);
create index witness_by_interaction on witness (interaction_id);

create table attachment (
    interaction_id bigint not null references interaction (id),
    position bigint not null,
    name text,
    type text not null,
    size_bytes bigint not null,
    sha256 text not null,
    primary key (interaction_id, position)
);

create table meeting (
    uid text primary key,
    interaction_id bigint not null references interaction (id),
    sequence bigint not null,
    status text not null,
    summary text,
    location text,
    starts_at bigint,
    ends_at bigint,
    organizer text,
    attendees text not null
);

create table journal (
    id bigint primary key,
    at bigint not null,
    member_id bigint,
    door text not null,
    proof text not null,
    verb text not null,
    subject text not null,
    before text not null,
    after text not null
);
create index journal_by_subject on journal (subject, id);
