-- Who had a workspace deleted at once: its owners and admins are told that, whichever step of the removal is done anew after a fault.
alter table workspace add column gone_by bigint;
