-- What a place was until it was called off: what a class that is taken up again gives back.
alter table attendances add column status_before text;
alter table attendances add constraint attendances_status_before
    check (status_before in ('booked', 'waitlisted', 'present', 'absent', 'late', 'excused'));
