-- How many lines the ledger of a package has: the next one is named by it, on every machine alike.
alter table packages add column line_count integer not null default 0;
alter table packages add constraint packages_line_count check (line_count >= 0);
-- What headquarters looks for by itself.
create index bookings_approve_ix on bookings (org_id, approve_by) where status = 'pending';
create index packages_valid_until_ix on packages (org_id, valid_until) where balance > 0;
create index attendances_waitlist_ix on attendances (org_id, booking_id) where status = 'waitlisted';
