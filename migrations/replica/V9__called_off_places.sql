-- What a place was until it was called off: what a class that is taken up again gives back.
alter table attendances add column status_before text check (status_before in
    ('booked', 'waitlisted', 'present', 'absent', 'late', 'excused'));
-- An older program may have taken in rows without this column: everything is fetched anew.
update scopes set cursor = 0;
delete from staged_rows;
delete from staged_cursors;
