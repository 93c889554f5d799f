-- Workspaces of one's own, and accounts that leave.

-- A stranger asked for an account: a letter with a link and a code was sent. As sign_in, with the address in place of the account.
-- The address goes when the letter is used or worth nothing any more, the row a day later; until then its keyed hashes, of the
-- address and of the network that asked, are what letters are counted by.
create table sign_up (
    digest text primary key,
    email text not null,
    email_hash text not null,
    network_hash text not null,
    browser text not null,
    code text not null,
    misses bigint not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index sign_up_by_browser on sign_up (browser, created_at);
create index sign_up_by_email on sign_up (email_hash, created_at);
create index sign_up_by_network on sign_up (network_hash, created_at);
create index sign_up_by_time on sign_up (created_at);

-- An account that is to be deleted, as a workspace is: leaving_since absent where it stays; gone_at: when it is removed, 0 where
-- that has begun; reminded_at: when its owner was reminded.
alter table account add column leaving_since bigint;
alter table account add column gone_at bigint;
alter table account add column reminded_at bigint;
create index account_by_leaving on account (leaving_since);

-- Letters that invite are counted by the address that they go to.
create index invitation_by_email on invitation (email, created_at);

-- Whether somebody made it at the page; absent or false: the operator did. Mail to the postmaster is filed with the operator's alone.
alter table workspace add column by_person boolean;
