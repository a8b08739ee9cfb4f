-- Whether a booking was put off, or a place given back, when it was too late to be free.
alter table bookings add column moved_late boolean not null default false;
alter table attendances add column late boolean not null default false;
-- For whose place something was paid.
alter table payments add column attendance_id uuid;
alter table payments add constraint payments_attendance_fkey
    foreign key (org_id, attendance_id) references attendances (org_id, id);
create index payments_attendance_ix on payments (org_id, attendance_id)
    where attendance_id is not null;
