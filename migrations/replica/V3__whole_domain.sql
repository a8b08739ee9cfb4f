-- The whole booking domain: what is sold, opening hours, classes, packages, series, people.
-- Fields at their default are left out of JSON and hold the default of their kind here.

alter table venues add column hours text not null default '[]' check (json_valid(hours));
alter table venues add column policy text check (json_valid(policy));
alter table venues add column deleted_at integer;
alter table venues add column deleted_by blob;

alter table resources add column part_ids text not null default '[]' check (json_valid(part_ids));
alter table resources add column staff_id blob;
alter table resources add column hours text not null default '[]' check (json_valid(hours));
alter table resources add column needs_approval integer not null default 0
    check (needs_approval in (0, 1));
alter table resources add column deleted_at integer;
alter table resources add column deleted_by blob;

-- Which resources are parts of which: follows resources.part_ids.
create table resource_parts (
    resource_id blob not null references resources (id) on delete cascade deferrable initially deferred,
    part_id     blob not null,
    primary key (resource_id, part_id)
) strict, without rowid;
create index resource_parts_part_ix on resource_parts (part_id);
create trigger resources_parts_insert after insert on resources begin
    insert into resource_parts (resource_id, part_id)
        select new.id, unhex(replace(value, '-', '')) from json_each(new.part_ids);
end;
create trigger resources_parts_update after update of part_ids on resources
    when new.part_ids is not old.part_ids begin
    delete from resource_parts where resource_id = new.id;
    insert into resource_parts (resource_id, part_id)
        select new.id, unhex(replace(value, '-', '')) from json_each(new.part_ids);
end;

alter table staff add column description text not null default '' check (length(description) <= 4000);
alter table staff add column photo_url text not null default '' check (length(photo_url) <= 500);
alter table staff add column timezone text;

alter table customers add column preferred_contact text
    check (preferred_contact in ('email', 'phone', 'sms', 'post'));
alter table customers add column email_verified integer not null default 0
    check (email_verified in (0, 1));
alter table customers add column timezone text;
alter table customers add column language text not null default '' check (length(language) <= 35);
alter table customers add column tags text not null default '[]' check (json_array_length(tags) <= 100);
alter table customers add column preferences text not null default ''
    check (length(preferences) <= 4000);
alter table customers add column photo_url text not null default '' check (length(photo_url) <= 500);
alter table customers add column blocked_reason text not null default ''
    check (length(blocked_reason) <= 4000);
alter table customers add column consent_given_at integer;
alter table customers add column consent_version text;
alter table customers add column consent_marketing integer;
alter table customers add column consent_sms integer;
alter table customers add column merged_into blob;
alter table customers add column erased_at integer;
alter table customers add column deleted_at integer;
alter table customers add column deleted_by blob;
create index customers_merged_ix on customers (merged_into) where merged_into is not null;

alter table bookings add column cancel_initiator text
    check (cancel_initiator in ('staff', 'customer', 'admin'));
alter table bookings add column cancelled_late integer;
alter table bookings add column service_id blob;
alter table bookings add column service_name text not null default '' check (length(service_name) <= 255);
alter table bookings add column buffer_before_minutes integer not null default 0
    check (buffer_before_minutes between 0 and 240);
alter table bookings add column buffer_after_minutes integer not null default 0
    check (buffer_after_minutes between 0 and 240);
alter table bookings add column claimed_ids text not null default '[]'
    check (json_array_length(claimed_ids) <= 50);
alter table bookings add column series_id blob;
alter table bookings add column event_id blob;
alter table bookings add column capacity integer check (capacity between 1 and 1000);
-- Never more places than there are, and none where there is no roster.
alter table bookings add column places_taken integer not null default 0
    check (places_taken between 0 and coalesce(capacity, 0));
alter table bookings add column competing integer not null default 0 check (competing in (0, 1));
alter table bookings add column approve_by integer;
alter table bookings add column confirmed_by blob;
alter table bookings add column rejected_at integer;
alter table bookings add column rejected_by blob;
alter table bookings add column reject_reason text;
alter table bookings add column released_at integer;
alter table bookings add column package_id blob;
alter table bookings add column credits integer not null default 0 check (credits between 0 and 10000);
alter table bookings add column free_cancel_minutes integer check (free_cancel_minutes >= 0);
alter table bookings add column outside_hours_reason text not null default ''
    check (length(outside_hours_reason) <= 4000);
create index bookings_series_ix on bookings (series_id, starts_at) where series_id is not null;
create index bookings_event_ix on bookings (event_id, starts_at) where event_id is not null;
create index bookings_pending_ix on bookings (venue_id, starts_at) where status = 'pending';

create table services (
    id                    blob primary key check (length(id) = 16),
    name                  text not null check (length(name) between 1 and 255),
    description           text not null check (length(description) <= 4000),
    duration_minutes      integer not null check (duration_minutes between 1 and 1440),
    buffer_before_minutes integer not null check (buffer_before_minutes between 0 and 240),
    buffer_after_minutes  integer not null check (buffer_after_minutes between 0 and 240),
    price_minor           integer check (price_minor >= 0),
    price_currency        text,
    capacity              integer not null check (capacity between 1 and 1000),
    needed_kinds          text not null check (json_valid(needed_kinds)),
    venue_ids             text not null check (json_array_length(venue_ids) <= 100),
    needs_approval        integer not null check (needs_approval in (0, 1)),
    free_cancel_minutes   integer check (free_cancel_minutes >= 0),
    credits               integer not null check (credits between 0 and 10000),
    active                integer not null check (active in (0, 1)),
    position              integer not null check (position >= 0),
    colour                text not null check (length(colour) in (0, 7)),
    deleted_at            integer,
    deleted_by            blob,
    check ((price_minor is null) = (price_currency is null)),
    check ((deleted_at is null) = (deleted_by is null))
) strict, without rowid;

create table payments (
    id              blob primary key check (length(id) = 16),
    booking_id      blob not null references bookings (id) deferrable initially deferred,
    venue_id        blob not null references venues (id) deferrable initially deferred,
    amount_minor    integer not null check (amount_minor > 0),
    amount_currency text not null check (length(amount_currency) = 3),
    method          text not null check (method in ('cash', 'card', 'transfer', 'voucher', 'other')),
    refund          integer not null check (refund in (0, 1)),
    taken_at        integer not null,
    taken_by        blob not null,
    note            text not null check (length(note) <= 4000)
) strict, without rowid;
create index payments_booking_ix on payments (booking_id);
create index payments_taken_ix on payments (venue_id, taken_at);

create table availability_exceptions (
    id          blob primary key check (length(id) = 16),
    kind        text not null
        check (kind in ('opening', 'time_off', 'closure', 'maintenance', 'blocked')),
    venue_id    blob not null references venues (id) deferrable initially deferred,
    resource_id blob,
    staff_id    blob,
    starts_at   integer not null,
    ends_at     integer not null,
    local_start text not null,
    local_end   text not null,
    all_day     integer not null check (all_day in (0, 1)),
    reason      text not null check (length(reason) <= 4000),
    group_id    blob,
    withdrawn   integer not null check (withdrawn in (0, 1)),
    check (ends_at > starts_at),
    check ((kind = 'time_off') = (staff_id is not null)),
    check ((kind in ('opening', 'maintenance', 'blocked')) = (resource_id is not null))
) strict, without rowid;
create index availability_exceptions_end_ix on availability_exceptions (ends_at) where withdrawn = 0;

create table products (
    id             blob primary key check (length(id) = 16),
    name           text not null check (length(name) between 1 and 255),
    description    text not null check (length(description) <= 4000),
    category       text not null check (length(category) <= 255),
    popular        integer not null check (popular in (0, 1)),
    features       text not null check (json_array_length(features) <= 100),
    position       integer not null check (position >= 0),
    status         text not null check (status in ('draft', 'active', 'archived')),
    credits        integer not null check (credits between 1 and 10000),
    validity_days  integer not null check (validity_days between 1 and 3650),
    price_minor    integer check (price_minor >= 0),
    price_currency text,
    service_ids    text not null check (json_array_length(service_ids) <= 100),
    venue_id       blob,
    deleted_at     integer,
    deleted_by     blob,
    check ((price_minor is null) = (price_currency is null)),
    check ((deleted_at is null) = (deleted_by is null))
) strict, without rowid;

create table packages (
    id             blob primary key check (length(id) = 16),
    customer_id    blob not null references customers (id) deferrable initially deferred,
    product_id     blob not null,
    name           text not null check (length(name) between 1 and 255),
    price_minor    integer check (price_minor >= 0),
    price_currency text,
    service_ids    text not null check (json_array_length(service_ids) <= 100),
    venue_id       blob,
    valid_from     integer not null,
    valid_until    integer not null,
    -- Never overspent.
    balance        integer not null check (balance between 0 and 10000),
    sold_at        integer not null,
    sold_by        blob not null,
    check (valid_until > valid_from),
    check ((price_minor is null) = (price_currency is null))
) strict, without rowid;
create index packages_customer_ix on packages (customer_id, valid_until);

create table credit_entries (
    id         blob primary key check (length(id) = 16),
    package_id blob not null references packages (id) deferrable initially deferred,
    kind       text not null check (kind in ('purchase', 'use', 'refund', 'expiry', 'correction')),
    credits    integer not null check (credits <> 0),
    entered_at integer not null,
    entered_by blob not null,
    booking_id blob,
    reason     text not null check (length(reason) <= 4000)
) strict, without rowid;
create index credit_entries_package_ix on credit_entries (package_id, entered_at);

create table events (
    id          blob primary key check (length(id) = 16),
    venue_id    blob not null references venues (id) deferrable initially deferred,
    title       text not null check (length(title) between 1 and 255),
    description text not null check (length(description) <= 4000),
    category    text not null check (length(category) <= 255),
    image_url   text not null check (length(image_url) <= 500),
    position    integer not null check (position >= 0),
    status      text not null check (status in ('draft', 'published')),
    slug        text not null check (length(slug) between 1 and 255),
    capacity    integer not null check (capacity between 1 and 1000),
    deleted_at  integer,
    deleted_by  blob,
    check ((deleted_at is null) = (deleted_by is null))
) strict, without rowid;

create table attendances (
    id          blob primary key check (length(id) = 16),
    booking_id  blob not null references bookings (id) deferrable initially deferred,
    venue_id    blob not null references venues (id) deferrable initially deferred,
    customer_id blob not null,
    status      text not null check (status in
        ('booked', 'waitlisted', 'present', 'absent', 'late', 'excused', 'cancelled')),
    joined_at   integer not null,
    joined_by   blob not null,
    package_id  blob,
    credits     integer not null check (credits between 0 and 10000),
    changed_at  integer,
    reason      text not null check (length(reason) <= 4000)
) strict, without rowid;
create index attendances_booking_ix on attendances (booking_id, joined_at);
create index attendances_customer_ix on attendances (customer_id);

create table series (
    id          blob primary key check (length(id) = 16),
    venue_id    blob not null references venues (id) deferrable initially deferred,
    rrule       text not null check (length(rrule) between 1 and 1000),
    local_start text not null,
    title       text not null check (length(title) <= 255),
    made_by     blob not null,
    made_at     integer not null,
    skipped     text not null check (json_array_length(skipped) <= 500)
) strict, without rowid;

create table staff_pins (
    staff_id blob primary key check (length(staff_id) = 16),
    verifier text not null check (length(verifier) <= 255)
) strict, without rowid;
