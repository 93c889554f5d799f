-- More addresses that accounts write from. An address belongs to one account, registered or further, and is verified by a letter.

create table account_address (
    address text primary key,
    account_id bigint not null references account (id),
    verified_at bigint not null
);
create index account_address_by_account on account_address (account_id);

-- Who asked to write from an address. digest: of the token in the link; code: keyed hash of the six digits, absent where no letter
-- was sent: then nothing verifies it. Used once.
create table address_request (
    id bigint primary key,
    digest text not null unique,
    account_id bigint not null references account (id),
    address text not null,
    code text,
    misses bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at bigint
);
create index address_request_by_account on address_request (account_id, created_at);
create index address_request_by_address on address_request (address, created_at);
create index address_request_by_end on address_request (expires_at);
