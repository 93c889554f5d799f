-- The picture that stands on invoices, one at most. image: a PNG or JPEG as it was uploaded; what it is stands in its bytes.

create table logo (
    id bigint primary key,
    image bytea not null,
    set_at bigint not null
);
