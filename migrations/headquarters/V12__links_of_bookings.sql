-- The links of a booking: what is somebody's own is looked up by them.
create index booking_claims_booking_ix on booking_claims (org_id, booking_id);
