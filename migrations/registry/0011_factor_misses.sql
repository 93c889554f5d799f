-- A second factor is six digits: whoever has the mailbox could try them for ever, a session at a time. Counted by account and by
-- day: misses of the day misses_day (days since 1970, UTC).
alter table second_factor add column misses bigint not null default 0;
alter table second_factor add column misses_day bigint not null default 0;
