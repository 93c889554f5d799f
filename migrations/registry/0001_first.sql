-- The registry: who exists, which address leads where, what has arrived and is not filed yet, and who works on what.
-- One text for SQLite and PostgreSQL: times are BIGINT microseconds since 1970, ids are BIGINT made by the program.

create table instance (
    name text primary key,
    value text not null
);

create table account (
    id bigint primary key,
    email text not null unique,
    name text,
    created_at bigint not null
);

create table workspace (
    id bigint primary key,
    slug text not null unique,
    name text not null,
    created_at bigint not null
);

create table membership (
    workspace_id bigint not null references workspace (id),
    account_id bigint not null references account (id),
    role text not null,
    created_at bigint not null,
    primary key (workspace_id, account_id)
);

-- Every local part of ours that mail can be sent to. kind: plain, intake, capture.
create table address (
    local_part text primary key,
    kind text not null,
    workspace_id bigint not null references workspace (id),
    account_id bigint,
    contact_id bigint,
    created_at bigint not null
);
create index address_by_workspace on address (workspace_id, kind);

create table app_password (
    id bigint primary key,
    account_id bigint not null references account (id),
    label text not null,
    hash text not null,
    created_at bigint not null
);
create index app_password_by_account on app_password (account_id);

-- Raw messages that were accepted and not filed yet. A row goes when its last arrival is done.
create table spool (
    id bigint primary key,
    received_at bigint not null,
    size_bytes bigint not null,
    envelope text not null,
    raw bytea not null
);

-- One workspace's share of a spooled message.
create table arrival (
    workspace_id bigint not null,
    spool_id bigint not null,
    recipients text not null,
    attempts bigint not null,
    due_at bigint not null,
    parked_at bigint,
    error text,
    primary key (workspace_id, spool_id)
);
create index arrival_by_spool on arrival (spool_id);

-- What is due in a workspace, and which worker holds the lane.
create table wake_up (
    workspace_id bigint not null,
    lane text not null,
    due_at bigint not null,
    leased_by text,
    leased_until bigint,
    primary key (workspace_id, lane)
);
create index wake_up_by_due on wake_up (lane, due_at);
