-- Keys that sign what we send, one row for each selector of a domain; the private key is sealed with the instance key. There are
-- two: Ed25519, which is small, and RSA, which every verifier knows.

create table dkim_key (
    domain text not null,
    selector text not null,
    sealed text not null,
    created_at bigint not null,
    primary key (domain, selector)
);
