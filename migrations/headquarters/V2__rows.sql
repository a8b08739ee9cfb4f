-- What people book, who books, and the one thing that must never overlap. Columns are named as in
-- the rows of the domain; bounds are those of its fields. Here they are guards, never the rule.

create table venues (
    org_id uuid not null,
    id uuid not null,
    name text not null,
    timezone text not null,
    currency text not null,
    slot_minutes integer not null,
    constraint venues_pkey primary key (org_id, id),
    constraint venues_org_fkey foreign key (org_id) references orgs (org_id),
    constraint venues_name_length check (char_length(name) between 1 and 255),
    constraint venues_timezone_length check (char_length(timezone) between 1 and 64),
    constraint venues_currency_code check (currency ~ '^[A-Z]{3}$'),
    constraint venues_slot_minutes check (slot_minutes between 5 and 240 and 1440 % slot_minutes = 0)
);

create table resources (
    org_id uuid not null,
    id uuid not null,
    name text not null,
    kind text not null,
    location text not null,
    description text not null,
    active boolean not null,
    source_name text,
    source_id text,
    constraint resources_pkey primary key (org_id, id),
    constraint resources_org_fkey foreign key (org_id) references orgs (org_id),
    constraint resources_name_length check (char_length(name) between 1 and 255),
    constraint resources_kind check (kind in ('room', 'court', 'equipment', 'instructor', 'other')),
    constraint resources_location_length check (char_length(location) <= 255),
    constraint resources_description_length check (char_length(description) <= 4000),
    constraint resources_source check (
        (source_name is null) = (source_id is null)
        and char_length(source_name) between 1 and 255 and char_length(source_id) between 1 and 255)
);

create table resource_venues (
    org_id uuid not null,
    resource_id uuid not null,
    venue_id uuid not null,
    constraint resource_venues_pkey primary key (org_id, resource_id, venue_id),
    constraint resource_venues_resource_fkey
        foreign key (org_id, resource_id) references resources (org_id, id),
    constraint resource_venues_venue_fkey
        foreign key (org_id, venue_id) references venues (org_id, id)
);
create index resource_venues_venue_ix on resource_venues (org_id, venue_id);

create table staff (
    org_id uuid not null,
    id uuid not null,
    name text not null,
    role text not null,
    active boolean not null,
    constraint staff_pkey primary key (org_id, id),
    constraint staff_org_fkey foreign key (org_id) references orgs (org_id),
    constraint staff_name_length check (char_length(name) between 1 and 255),
    constraint staff_role check (role in ('owner', 'manager', 'front_desk', 'instructor'))
);

create table customers (
    org_id uuid not null,
    id uuid not null,
    name text not null,
    email text not null,
    phone text not null,
    address text not null,
    note text not null,
    source_name text,
    source_id text,
    constraint customers_pkey primary key (org_id, id),
    constraint customers_org_fkey foreign key (org_id) references orgs (org_id),
    constraint customers_name_length check (char_length(name) between 1 and 255),
    constraint customers_email_length check (char_length(email) <= 255),
    constraint customers_phone_length check (char_length(phone) <= 255),
    constraint customers_address_length check (char_length(address) <= 4000),
    constraint customers_note_length check (char_length(note) <= 4000),
    constraint customers_source check (
        (source_name is null) = (source_id is null)
        and char_length(source_name) between 1 and 255 and char_length(source_id) between 1 and 255)
);

create table bookings (
    org_id uuid not null,
    id uuid not null,
    venue_id uuid not null,
    resource_ids uuid[] not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    local_start timestamp not null,
    local_end timestamp not null,
    status text not null,
    customer_id uuid,
    made_by uuid not null,
    made_at timestamptz not null,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    cancelled_by uuid,
    cancel_reason text,
    title text not null,
    description text not null,
    customer_note text not null,
    staff_note text not null,
    attendee_count integer not null,
    meeting_url text not null,
    price_minor bigint,
    price_currency text,
    source_name text,
    source_id text,
    constraint bookings_pkey primary key (org_id, id),
    constraint bookings_venue_fkey foreign key (org_id, venue_id) references venues (org_id, id),
    constraint bookings_customer_fkey
        foreign key (org_id, customer_id) references customers (org_id, id),
    constraint bookings_made_by_fkey foreign key (org_id, made_by) references staff (org_id, id),
    constraint bookings_cancelled_by_fkey
        foreign key (org_id, cancelled_by) references staff (org_id, id),
    constraint bookings_resources_count check (cardinality(resource_ids) between 1 and 50),
    constraint bookings_not_empty check (ends_at > starts_at),
    constraint bookings_status check (
        status in ('pending', 'confirmed', 'rejected', 'cancelled', 'completed', 'no_show')),
    constraint bookings_cancellation check (
        (status = 'cancelled') = (cancelled_at is not null)
        and (cancelled_at is null) = (cancelled_by is null)
        and (cancelled_at is null) = (cancel_reason is null)),
    constraint bookings_cancel_reason_length check (char_length(cancel_reason) between 1 and 4000),
    constraint bookings_title_length check (char_length(title) <= 255),
    constraint bookings_description_length check (char_length(description) <= 4000),
    constraint bookings_customer_note_length check (char_length(customer_note) <= 4000),
    constraint bookings_staff_note_length check (char_length(staff_note) <= 4000),
    constraint bookings_attendee_count check (attendee_count between 1 and 1000),
    constraint bookings_meeting_url check (
        char_length(meeting_url) <= 500 and (meeting_url = '' or meeting_url ~* '^https?:')),
    constraint bookings_price check (
        (price_minor is null) = (price_currency is null) and price_currency ~ '^[A-Z]{3}$'),
    constraint bookings_source check (
        (source_name is null) = (source_id is null)
        and char_length(source_name) between 1 and 255 and char_length(source_id) between 1 and 255)
);

create table claims (
    org_id uuid not null,
    id uuid not null,
    resource_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    active boolean not null,
    period tstzrange not null generated always as (tstzrange(starts_at, ends_at, '[)')) stored,
    constraint claims_pkey primary key (org_id, id),
    constraint claims_resource_fkey
        foreign key (org_id, resource_id) references resources (org_id, id),
    -- An empty range overlaps nothing: it would slip through.
    constraint claims_not_empty check (ends_at > starts_at),
    -- The venue is not in the key: an instructor of two venues is still one person.
    constraint claims_no_overlap exclude using gist (
        org_id with =, resource_id with =, period with &&) where (active)
);
-- Facts are found by this index and never by the constraint's: under row security the planner may
-- not use && before the policy, because that operator is not leakproof, and by equality alone it
-- would walk all claims of a resource.
create index claims_by_start on claims (org_id, resource_id, active, starts_at) include (ends_at);

create table booking_claims (
    org_id uuid not null,
    claim_id uuid not null,
    booking_id uuid not null,
    constraint booking_claims_pkey primary key (org_id, claim_id),
    constraint booking_claims_claim_fkey
        foreign key (org_id, claim_id) references claims (org_id, id),
    constraint booking_claims_booking_fkey
        foreign key (org_id, booking_id) references bookings (org_id, id)
);

alter table devices add constraint devices_venue_fkey
    foreign key (org_id, venue_id) references venues (org_id, id);
alter table pairing_codes add constraint pairing_codes_venue_fkey
    foreign key (org_id, venue_id) references venues (org_id, id);
alter table pairing_codes add constraint pairing_codes_staff_fkey
    foreign key (org_id, staff_id) references staff (org_id, id);
