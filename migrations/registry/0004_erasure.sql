-- Who was erased in which workspace: replayed after a restore, so that a backup brings nobody back. Keyed hashes and numbers only.

create table erasure_tombstone (
    workspace_id bigint not null,
    contact_id bigint not null,
    at bigint not null,
    address_hashes text not null,
    primary key (workspace_id, contact_id, at)
);
