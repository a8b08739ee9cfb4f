-- Whether a booking was put off, or a place given back, when it was too late to be free.
alter table bookings add column moved_late integer not null default 0 check (moved_late in (0, 1));
alter table attendances add column late integer not null default 0 check (late in (0, 1));
-- For whose place something was paid.
alter table payments add column attendance_id blob
    references attendances (id) deferrable initially deferred;
create index payments_attendance_ix on payments (attendance_id) where attendance_id is not null;
-- An older program may have taken in rows without these columns: everything is fetched anew.
update scopes set cursor = 0;
delete from staged_rows;
delete from staged_cursors;
