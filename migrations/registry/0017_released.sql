-- Addresses that were somebody's and are nobody's any more: nobody but the operator gives one out again, since mail for whoever had it
-- would come to whoever has it then. hash: keyed hash of the local part; at: when it was given up, microseconds.

create table released (
    hash text primary key,
    at bigint not null
);
create index released_by_time on released (at);

-- Addresses of workspaces that are coming. They lead nowhere, and become addresses when their workspace is registered: the registry
-- takes mail in meanwhile.

create table coming_address (
    workspace_id bigint not null,
    local_part text not null,
    kind text not null,
    account_id bigint,
    contact_id bigint,
    created_at bigint not null,
    primary key (workspace_id, local_part)
);
