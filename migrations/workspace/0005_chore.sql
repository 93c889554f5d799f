-- What is done once in a while, and when it was done last: retention, once a day.

create table chore (
    name text primary key,
    at bigint not null
);

-- What retention looks for: texts of messages that are done, and envelopes that are kept.
create index chat_message_by_kept on chat_message (created_at) where body <> '{"pieces":[]}';
create index witness_by_kept on witness (received_at) where envelope <> '{}';
create index journal_by_kept on journal (at) where changes is not null and verb <> 'merge';
