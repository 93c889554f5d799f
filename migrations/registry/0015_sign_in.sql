-- Nobody's requests keep the owner of an account out: each network has a share of its letters of its own. asked_from: keyed hash of
-- the network that asked, for a day; empty where a browser asked that is known, or the member by the command "sign in".
alter table sign_in add column asked_from text not null default '';

-- When the member asked for a letter by that command, until it is written; microseconds.
alter table account add column sign_in_wanted_at bigint;
create index account_by_wanted on account (sign_in_wanted_at);

-- The log of a workspace is read by moment, the newest first.
create index page_event_by_moment on page_event (workspace_id, at, id);
