-- Who dealt with a refusal, and what became of what had happened all the same: money that was taken,
-- somebody who came.
alter table outbox add column settled_by blob check (length(settled_by) = 16);
alter table outbox add column settled_reason text not null default '';
create index outbox_settled_ix on outbox (settled_at) where settled_at is not null;
