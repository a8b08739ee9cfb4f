-- The whole booking domain: what is sold, opening hours, classes, packages, series, people.
-- Fields at their default are left out of JSON and hold the default of their kind here.

alter table venues add column hours jsonb not null default '[]';
alter table venues add column policy jsonb;
alter table venues add column deleted_at timestamptz;
alter table venues add column deleted_by uuid;
alter table resources add column part_ids uuid[] not null default '{}';
alter table resources add column staff_id uuid;
alter table resources add column hours jsonb not null default '[]';
alter table resources add column needs_approval boolean not null default false;
alter table resources add column deleted_at timestamptz;
alter table resources add column deleted_by uuid;
alter table staff add column description text not null default '';
alter table staff add constraint staff_description check (char_length(description) <= 4000);
alter table staff add column photo_url text not null default '';
alter table staff add constraint staff_photo_url check (char_length(photo_url) <= 500);
alter table staff add column timezone text;
alter table customers add column preferred_contact text;
alter table customers add constraint customers_preferred_contact check (preferred_contact in ('email', 'phone', 'sms', 'post'));
alter table customers add column email_verified boolean not null default false;
alter table customers add column timezone text;
alter table customers add column language text not null default '';
alter table customers add constraint customers_language check (char_length(language) <= 35);
alter table customers add column tags jsonb not null default '[]';
alter table customers add constraint customers_tags check (jsonb_array_length(tags) <= 100);
alter table customers add column preferences text not null default '';
alter table customers add constraint customers_preferences check (char_length(preferences) <= 4000);
alter table customers add column photo_url text not null default '';
alter table customers add constraint customers_photo_url check (char_length(photo_url) <= 500);
alter table customers add column blocked_reason text not null default '';
alter table customers add constraint customers_blocked_reason check (char_length(blocked_reason) <= 4000);
alter table customers add column consent_given_at timestamptz;
alter table customers add column consent_version text;
alter table customers add column consent_marketing boolean;
alter table customers add column consent_sms boolean;
alter table customers add column merged_into uuid;
alter table customers add column erased_at timestamptz;
alter table customers add column deleted_at timestamptz;
alter table customers add column deleted_by uuid;
alter table bookings add column cancel_initiator text;
alter table bookings add constraint bookings_cancel_initiator check (cancel_initiator in ('staff', 'customer', 'admin'));
alter table bookings add column cancelled_late boolean;
alter table bookings add column service_id uuid;
alter table bookings add column service_name text not null default '';
alter table bookings add constraint bookings_service_name check (char_length(service_name) <= 255);
alter table bookings add column buffer_before_minutes integer not null default 0;
alter table bookings add constraint bookings_buffer_before_minutes check (buffer_before_minutes between 0 and 240);
alter table bookings add column buffer_after_minutes integer not null default 0;
alter table bookings add constraint bookings_buffer_after_minutes check (buffer_after_minutes between 0 and 240);
alter table bookings add column claimed_ids uuid[] not null default '{}';
alter table bookings add constraint bookings_claimed_ids check (cardinality(claimed_ids) <= 50);
alter table bookings add column series_id uuid;
alter table bookings add column event_id uuid;
alter table bookings add column capacity integer;
alter table bookings add constraint bookings_capacity check (capacity between 1 and 1000);
alter table bookings add column places_taken integer not null default 0;
-- Never more places than there are, and none where there is no roster.
alter table bookings add constraint bookings_places_taken check (places_taken between 0 and coalesce(capacity, 0));
alter table bookings add column competing boolean not null default false;
alter table bookings add column approve_by timestamptz;
alter table bookings add column confirmed_by uuid;
alter table bookings add column rejected_at timestamptz;
alter table bookings add column rejected_by uuid;
alter table bookings add column reject_reason text;
alter table bookings add column released_at timestamptz;
alter table bookings add column package_id uuid;
alter table bookings add column credits integer not null default 0;
alter table bookings add constraint bookings_credits check (credits between 0 and 10000);
alter table bookings add column free_cancel_minutes integer;
alter table bookings add constraint bookings_free_cancel_minutes check (free_cancel_minutes >= 0);
alter table bookings add column outside_hours_reason text not null default '';
alter table bookings add constraint bookings_outside_hours_reason check (char_length(outside_hours_reason) <= 4000);

create table services (
    org_id uuid not null,
    id uuid not null,
    name text not null,
    description text not null,
    duration_minutes integer not null,
    buffer_before_minutes integer not null,
    buffer_after_minutes integer not null,
    price_minor bigint,
    price_currency text,
    capacity integer not null,
    needed_kinds jsonb not null,
    venue_ids uuid[] not null,
    needs_approval boolean not null,
    free_cancel_minutes integer,
    credits integer not null,
    active boolean not null,
    position integer not null,
    colour text not null,
    deleted_at timestamptz,
    deleted_by uuid,
    constraint services_pkey primary key (org_id, id),
    constraint services_org_fkey foreign key (org_id) references orgs (org_id),
    constraint services_name check (char_length(name) between 1 and 255),
    constraint services_description check (char_length(description) <= 4000),
    constraint services_duration_minutes check (duration_minutes between 1 and 1440),
    constraint services_buffer_before_minutes check (buffer_before_minutes between 0 and 240),
    constraint services_buffer_after_minutes check (buffer_after_minutes between 0 and 240),
    constraint services_price_minor check (price_minor >= 0),
    constraint services_capacity check (capacity between 1 and 1000),
    constraint services_venue_ids check (cardinality(venue_ids) <= 100),
    constraint services_free_cancel_minutes check (free_cancel_minutes >= 0),
    constraint services_credits check (credits between 0 and 10000),
    constraint services_position check (position >= 0),
    constraint services_colour check (char_length(colour) in (0, 7)),
    constraint services_price check ((price_minor is null) = (price_currency is null)),
    constraint services_deletion check ((deleted_at is null) = (deleted_by is null))
);

create table payments (
    org_id uuid not null,
    id uuid not null,
    booking_id uuid not null,
    venue_id uuid not null,
    amount_minor bigint not null,
    amount_currency text not null,
    method text not null,
    refund boolean not null,
    taken_at timestamptz not null,
    taken_by uuid not null,
    note text not null,
    constraint payments_pkey primary key (org_id, id),
    constraint payments_org_fkey foreign key (org_id) references orgs (org_id),
    constraint payments_booking_fkey foreign key (org_id, booking_id) references bookings (org_id, id),
    constraint payments_venue_fkey foreign key (org_id, venue_id) references venues (org_id, id),
    constraint payments_amount_minor check (amount_minor > 0),
    constraint payments_amount_currency check (char_length(amount_currency) = 3),
    constraint payments_method check (method in ('cash', 'card', 'transfer', 'voucher', 'other')),
    constraint payments_note check (char_length(note) <= 4000)
);

create table availability_exceptions (
    org_id uuid not null,
    id uuid not null,
    kind text not null,
    venue_id uuid not null,
    resource_id uuid,
    staff_id uuid,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    local_start timestamp not null,
    local_end timestamp not null,
    all_day boolean not null,
    reason text not null,
    group_id uuid,
    withdrawn boolean not null,
    constraint availability_exceptions_pkey primary key (org_id, id),
    constraint availability_exceptions_org_fkey foreign key (org_id) references orgs (org_id),
    constraint availability_exceptions_kind check (kind in ('opening', 'time_off', 'closure', 'maintenance', 'blocked')),
    constraint availability_exceptions_venue_fkey foreign key (org_id, venue_id) references venues (org_id, id),
    constraint availability_exceptions_reason check (char_length(reason) <= 4000),
    constraint availability_exceptions_not_empty check (ends_at > starts_at),
    constraint availability_exceptions_staff check ((kind = 'time_off') = (staff_id is not null)),
    constraint availability_exceptions_resource check ((kind in ('opening', 'maintenance', 'blocked')) = (resource_id is not null))
);

create table products (
    org_id uuid not null,
    id uuid not null,
    name text not null,
    description text not null,
    category text not null,
    popular boolean not null,
    features jsonb not null,
    position integer not null,
    status text not null,
    credits integer not null,
    validity_days integer not null,
    price_minor bigint,
    price_currency text,
    service_ids uuid[] not null,
    venue_id uuid,
    deleted_at timestamptz,
    deleted_by uuid,
    constraint products_pkey primary key (org_id, id),
    constraint products_org_fkey foreign key (org_id) references orgs (org_id),
    constraint products_name check (char_length(name) between 1 and 255),
    constraint products_description check (char_length(description) <= 4000),
    constraint products_category check (char_length(category) <= 255),
    constraint products_features check (jsonb_array_length(features) <= 100),
    constraint products_position check (position >= 0),
    constraint products_status check (status in ('draft', 'active', 'archived')),
    constraint products_credits check (credits between 1 and 10000),
    constraint products_validity_days check (validity_days between 1 and 3650),
    constraint products_price_minor check (price_minor >= 0),
    constraint products_service_ids check (cardinality(service_ids) <= 100),
    constraint products_price check ((price_minor is null) = (price_currency is null)),
    constraint products_deletion check ((deleted_at is null) = (deleted_by is null))
);

create table packages (
    org_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    product_id uuid not null,
    name text not null,
    price_minor bigint,
    price_currency text,
    service_ids uuid[] not null,
    venue_id uuid,
    valid_from timestamptz not null,
    valid_until timestamptz not null,
    balance integer not null,
    sold_at timestamptz not null,
    sold_by uuid not null,
    constraint packages_pkey primary key (org_id, id),
    constraint packages_org_fkey foreign key (org_id) references orgs (org_id),
    constraint packages_product_fkey foreign key (org_id, product_id) references products (org_id, id),
    constraint packages_customer_fkey foreign key (org_id, customer_id) references customers (org_id, id),
    constraint packages_name check (char_length(name) between 1 and 255),
    constraint packages_price_minor check (price_minor >= 0),
    constraint packages_service_ids check (cardinality(service_ids) <= 100),
    -- Never overspent.
    constraint packages_balance check (balance between 0 and 10000),
    constraint packages_validity check (valid_until > valid_from),
    constraint packages_price check ((price_minor is null) = (price_currency is null))
);

create table credit_entries (
    org_id uuid not null,
    id uuid not null,
    package_id uuid not null,
    kind text not null,
    credits integer not null,
    entered_at timestamptz not null,
    entered_by uuid not null,
    booking_id uuid,
    reason text not null,
    constraint credit_entries_pkey primary key (org_id, id),
    constraint credit_entries_org_fkey foreign key (org_id) references orgs (org_id),
    constraint credit_entries_package_fkey foreign key (org_id, package_id) references packages (org_id, id),
    constraint credit_entries_kind check (kind in ('purchase', 'use', 'refund', 'expiry', 'correction')),
    constraint credit_entries_credits check (credits <> 0),
    constraint credit_entries_reason check (char_length(reason) <= 4000)
);

create table events (
    org_id uuid not null,
    id uuid not null,
    venue_id uuid not null,
    title text not null,
    description text not null,
    category text not null,
    image_url text not null,
    position integer not null,
    status text not null,
    slug text not null,
    capacity integer not null,
    deleted_at timestamptz,
    deleted_by uuid,
    constraint events_pkey primary key (org_id, id),
    constraint events_org_fkey foreign key (org_id) references orgs (org_id),
    constraint events_venue_fkey foreign key (org_id, venue_id) references venues (org_id, id),
    constraint events_title check (char_length(title) between 1 and 255),
    constraint events_description check (char_length(description) <= 4000),
    constraint events_category check (char_length(category) <= 255),
    constraint events_image_url check (char_length(image_url) <= 500),
    constraint events_position check (position >= 0),
    constraint events_status check (status in ('draft', 'published')),
    constraint events_slug check (char_length(slug) between 1 and 255),
    constraint events_capacity check (capacity between 1 and 1000),
    constraint events_deletion check ((deleted_at is null) = (deleted_by is null))
);

create table attendances (
    org_id uuid not null,
    id uuid not null,
    booking_id uuid not null,
    venue_id uuid not null,
    customer_id uuid not null,
    status text not null,
    joined_at timestamptz not null,
    joined_by uuid not null,
    package_id uuid,
    credits integer not null,
    changed_at timestamptz,
    reason text not null,
    constraint attendances_pkey primary key (org_id, id),
    constraint attendances_org_fkey foreign key (org_id) references orgs (org_id),
    constraint attendances_customer_fkey foreign key (org_id, customer_id) references customers (org_id, id),
    constraint attendances_package_fkey foreign key (org_id, package_id) references packages (org_id, id),
    constraint attendances_booking_fkey foreign key (org_id, booking_id) references bookings (org_id, id),
    constraint attendances_venue_fkey foreign key (org_id, venue_id) references venues (org_id, id),
    constraint attendances_status check (status in ('booked', 'waitlisted', 'present', 'absent', 'late', 'excused', 'cancelled')),
    constraint attendances_credits check (credits between 0 and 10000),
    constraint attendances_reason check (char_length(reason) <= 4000)
);

create table series (
    org_id uuid not null,
    id uuid not null,
    venue_id uuid not null,
    rrule text not null,
    local_start timestamp not null,
    title text not null,
    made_by uuid not null,
    made_at timestamptz not null,
    skipped jsonb not null,
    constraint series_pkey primary key (org_id, id),
    constraint series_org_fkey foreign key (org_id) references orgs (org_id),
    constraint series_venue_fkey foreign key (org_id, venue_id) references venues (org_id, id),
    constraint series_rrule check (char_length(rrule) between 1 and 1000),
    constraint series_title check (char_length(title) <= 255),
    constraint series_skipped check (jsonb_array_length(skipped) <= 500)
);

create table staff_pins (
    org_id uuid not null,
    staff_id uuid not null,
    verifier text not null,
    constraint staff_pins_pkey primary key (org_id, staff_id),
    constraint staff_pins_staff_fkey foreign key (org_id, staff_id) references staff (org_id, id),
    constraint staff_pins_verifier check (char_length(verifier) <= 255)
);

alter table bookings add constraint bookings_service_fkey
    foreign key (org_id, service_id) references services (org_id, id);
alter table bookings add constraint bookings_event_fkey
    foreign key (org_id, event_id) references events (org_id, id);
alter table bookings add constraint bookings_series_fkey
    foreign key (org_id, series_id) references series (org_id, id);
alter table bookings add constraint bookings_package_fkey
    foreign key (org_id, package_id) references packages (org_id, id);
alter table availability_exceptions add constraint availability_exceptions_resource_fkey
    foreign key (org_id, resource_id) references resources (org_id, id);
alter table availability_exceptions add constraint availability_exceptions_staff_fkey
    foreign key (org_id, staff_id) references staff (org_id, id);
alter table resources add constraint resources_staff_fkey
    foreign key (org_id, staff_id) references staff (org_id, id);
alter table customers add constraint customers_merged_fkey
    foreign key (org_id, merged_into) references customers (org_id, id);

-- What rules ask for besides rows by their keys.
create index bookings_customer_ix on bookings (org_id, customer_id, starts_at)
    where customer_id is not null;
create index bookings_ends_ix on bookings (org_id, ends_at);
create index payments_booking_ix on payments (org_id, booking_id);
create index attendances_booking_ix on attendances (org_id, booking_id);
create index availability_exceptions_ends_ix on availability_exceptions (org_id, ends_at)
    where not withdrawn;
create index credit_entries_package_ix on credit_entries (org_id, package_id);

alter table feed drop constraint feed_entity;
alter table feed add constraint feed_entity check (entity in (
    'venue', 'resource', 'staff', 'customer', 'booking', 'claim', 'booking_claim', 'service',
    'payment', 'availability_exception', 'product', 'package', 'credit_entry', 'event', 'attendance',
    'series', 'staff_pin', 'verdict'));

do $$
declare
    name text;
begin
    foreach name in array array[
        'services', 'payments', 'availability_exceptions', 'products', 'packages', 'credit_entries',
        'events', 'attendances', 'series', 'staff_pins'
    ] loop
        execute format('alter table %I enable row level security', name);
        execute format(
            'create policy push on %I to holdfast_push using (org_id = (select current_setting(''holdfast.org'')::uuid))',
            name);
        execute format('grant select, insert, update on %I to holdfast_push', name);
    end loop;
end
$$;
