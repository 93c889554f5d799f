-- A workspace that is to be deleted is closed first: nothing comes in or goes out, for thirty days in which that can be taken back.

-- leaving_since: absent where it stays. gone_at: when it is removed; 0 where that has begun. reminded_at: when its owners were
-- reminded.
alter table workspace add column leaving_since bigint;
alter table workspace add column gone_at bigint;
alter table workspace add column reminded_at bigint;
