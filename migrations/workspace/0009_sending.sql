-- How the workspace's letters to contacts leave: by a relay of its own, and signed for domains of its members.

-- One at most. is_implicit: TLS from the first byte, else STARTTLS. sealed: the password under the instance key, for this host and
-- name. error: why it was shut the last time, absent since it let a letter through. told_at: when admins were told of that.
create table relay (
    id bigint primary key,
    host text not null,
    port bigint not null,
    is_implicit boolean not null,
    name text not null,
    sealed text not null,
    error text,
    told_at bigint
);

-- Keys that sign for a domain of a member, with selectors that no other workspace has. algorithm: ed25519, rsa. sealed: the private
-- key under the instance key. is_published: what the DNS said when it was asked last: only such a key signs.
create table sending_key (
    selector text primary key,
    domain text not null,
    algorithm text not null,
    sealed text not null,
    is_published boolean not null,
    checked_at bigint,
    created_at bigint not null
);
create index sending_key_by_domain on sending_key (domain);
