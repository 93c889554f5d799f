-- Workspaces that are being brought from elsewhere: each has a database before the registry knows it. What is here still a day later
-- was broken off, and its database is removed. begun_at: microseconds; 0 where it is being removed.

create table coming (
    workspace_id bigint primary key,
    begun_at bigint not null
);
