-- What a workspace chose, each by its name, so that undo takes back one of them. value: as it is written in a command.
create table setting (
    name text primary key,
    value text not null
);

-- More addresses that members write from: a copy of the registry's, which alone says what counts.
create table member_address (
    address text primary key,
    member_id bigint not null references member (id)
);
create index member_address_by_member on member_address (member_id);

-- Since when a contact without an interval of its own is quiet, as digests::quiet_by_default reads it.
create index contact_by_last_word on contact (responsible_id, (coalesce(last_at, created_at)))
    where keep_in_touch_days is null and muted_at is null and deleted_at is null and merged_into is null;
