-- Who was taken out of the workspace: what they filed keeps its author, and nothing is told them any more.

alter table member add column left_at bigint;
