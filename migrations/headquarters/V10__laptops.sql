-- A device that one person carries: it is told what is theirs, and when the venues that they work at
-- are busy.
alter table pairing_codes add column laptop boolean not null default false;
alter table pairing_codes add constraint pairing_codes_laptop check (not laptop or staff_id is not null);
alter table devices add column laptop boolean not null default false;
