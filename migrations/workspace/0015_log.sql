-- The journal as a log is read by moment, the newest first: an import writes hundreds of entries at one.
create index journal_by_moment on journal (at, id);
