-- The bookings of a series: whose own it is.
create index bookings_series_ix on bookings (org_id, series_id) where series_id is not null;
