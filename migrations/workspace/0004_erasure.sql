-- Who was erased: nothing of the person stays but keyed hashes of the addresses, so that the same is erased again after a restore,
-- and what was removed can be shown to have been.

-- address_hashes, counts, holds: JSON. holds: what stays for a time that a law asks for, and until when. contact_id: the number that
-- it had, which nobody gets again. member_id is absent where a restore did it. pending: JSON of what is still to be removed outside
-- of this database; `{}` where only the space is still to be cleaned; absent when all is done.
create table erasure (
    id bigint primary key,
    at bigint not null,
    member_id bigint,
    contact_id bigint not null,
    address_hashes text not null,
    counts text not null,
    holds text not null,
    pending text
);
create index erasure_by_pending on erasure (id) where pending is not null;
