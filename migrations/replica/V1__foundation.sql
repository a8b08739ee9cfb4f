-- The replica: what one device may see, and what it did. Ids are 16-byte UUIDs, instants are Unix
-- milliseconds in UTC, local times are ISO 8601 texts of the venue's wall clock.
-- Foreign keys are deferred (rows of one catch-up arrive in any order) and exist only where the
-- parent shares the child's scopes.

-- What this replica is: its device, its organisation, its headquarters. One value per key.
create table meta (
    key   text primary key,
    value text not null
) strict, without rowid;

create table venues (
    id           blob primary key check (length(id) = 16),
    name         text not null check (length(name) between 1 and 255),
    timezone     text not null,
    currency     text not null check (length(currency) = 3),
    slot_minutes integer not null check (slot_minutes between 5 and 240)
) strict, without rowid;

create table resources (
    id          blob primary key check (length(id) = 16),
    name        text not null check (length(name) between 1 and 255),
    kind        text not null check (kind in ('room', 'court', 'equipment', 'instructor', 'other')),
    location    text not null check (length(location) <= 255),
    description text not null check (length(description) <= 4000),
    active      integer not null check (active in (0, 1)),
    source_name text,
    source_id   text,
    check ((source_name is null) = (source_id is null))
) strict, without rowid;

create table resource_venues (
    resource_id blob not null references resources (id) on delete cascade deferrable initially deferred,
    venue_id    blob not null references venues (id) deferrable initially deferred,
    primary key (resource_id, venue_id)
) strict, without rowid;
create index resource_venues_venue_ix on resource_venues (venue_id);

create table staff (
    id     blob primary key check (length(id) = 16),
    name   text not null check (length(name) between 1 and 255),
    role   text not null check (role in ('owner', 'manager', 'front_desk', 'instructor')),
    active integer not null check (active in (0, 1))
) strict, without rowid;

-- n is a stable rowid for the search index.
create table customers (
    n           integer primary key,
    id          blob not null unique check (length(id) = 16),
    name        text not null check (length(name) between 1 and 255),
    email       text not null check (length(email) <= 255),
    phone       text not null check (length(phone) <= 255),
    address     text not null check (length(address) <= 4000),
    note        text not null check (length(note) <= 4000),
    source_name text,
    source_id   text,
    check ((source_name is null) = (source_id is null))
) strict;
create index customers_name_ix on customers (name collate nocase);

-- Any part of at least three letters of a name, e-mail or phone; and the beginnings of words for
-- the first two letters.
create virtual table customers_trigram using fts5 (
    name, email, phone, content = 'customers', content_rowid = 'n', tokenize = 'trigram remove_diacritics 1'
);
create virtual table customers_prefix using fts5 (
    name, email, phone, content = 'customers', content_rowid = 'n',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2'
);
create trigger customers_search_insert after insert on customers begin
    insert into customers_trigram (rowid, name, email, phone)
        values (new.n, new.name, new.email, new.phone);
    insert into customers_prefix (rowid, name, email, phone)
        values (new.n, new.name, new.email, new.phone);
end;
create trigger customers_search_delete after delete on customers begin
    insert into customers_trigram (customers_trigram, rowid, name, email, phone)
        values ('delete', old.n, old.name, old.email, old.phone);
    insert into customers_prefix (customers_prefix, rowid, name, email, phone)
        values ('delete', old.n, old.name, old.email, old.phone);
end;
create trigger customers_search_update after update of name, email, phone on customers begin
    insert into customers_trigram (customers_trigram, rowid, name, email, phone)
        values ('delete', old.n, old.name, old.email, old.phone);
    insert into customers_prefix (customers_prefix, rowid, name, email, phone)
        values ('delete', old.n, old.name, old.email, old.phone);
    insert into customers_trigram (rowid, name, email, phone)
        values (new.n, new.name, new.email, new.phone);
    insert into customers_prefix (rowid, name, email, phone)
        values (new.n, new.name, new.email, new.phone);
end;

create table bookings (
    id             blob primary key check (length(id) = 16),
    venue_id       blob not null references venues (id) deferrable initially deferred,
    resource_ids   text not null check (json_array_length(resource_ids) between 1 and 50),
    starts_at      integer not null,
    ends_at        integer not null,
    local_start    text not null,
    local_end      text not null,
    status         text not null
        check (status in ('pending', 'confirmed', 'rejected', 'cancelled', 'completed', 'no_show')),
    customer_id    blob,
    made_by        blob not null,
    made_at        integer not null,
    confirmed_at   integer,
    cancelled_at   integer,
    cancelled_by   blob,
    cancel_reason  text,
    title          text not null check (length(title) <= 255),
    description    text not null check (length(description) <= 4000),
    customer_note  text not null check (length(customer_note) <= 4000),
    staff_note     text not null check (length(staff_note) <= 4000),
    attendee_count integer not null check (attendee_count between 1 and 1000),
    meeting_url    text not null check (length(meeting_url) <= 500),
    price_minor    integer,
    price_currency text,
    source_name    text,
    source_id      text,
    check (ends_at > starts_at),
    check ((status = 'cancelled') = (cancelled_at is not null)),
    check ((cancelled_at is null) = (cancelled_by is null)
       and (cancelled_at is null) = (cancel_reason is null)),
    check ((price_minor is null) = (price_currency is null)),
    check ((source_name is null) = (source_id is null))
) strict;
create index bookings_venue_ix on bookings (venue_id, starts_at);
create index bookings_customer_ix on bookings (customer_id, starts_at) where customer_id is not null;

-- The one thing that must never overlap.
create table claims (
    id          blob primary key check (length(id) = 16),
    resource_id blob not null references resources (id) deferrable initially deferred,
    starts_at   integer not null,
    ends_at     integer not null,
    active      integer not null check (active in (0, 1)),
    check (ends_at > starts_at)
) strict, without rowid;
create index claims_no_overlap_ix on claims (resource_id, starts_at, ends_at) where active = 1;

-- "Last claim" form: the stored active claims of a resource are disjoint already, so of those that
-- start before the new one ends, only the last can reach into it. No bound on duration is needed.
create trigger claims_no_overlap before insert on claims when new.active = 1 begin
    select raise(abort, 'claims_no_overlap') where (
        select ends_at from claims
        where resource_id = new.resource_id and active = 1
          and starts_at < new.ends_at and id <> new.id
        order by starts_at desc limit 1) > new.starts_at;
end;
create trigger claims_no_overlap_update before update on claims when new.active = 1 begin
    select raise(abort, 'claims_no_overlap') where (
        select ends_at from claims
        where resource_id = new.resource_id and active = 1
          and starts_at < new.ends_at and id <> old.id and id <> new.id
        order by starts_at desc limit 1) > new.starts_at;
end;

create table booking_claims (
    claim_id   blob primary key check (length(claim_id) = 16),
    booking_id blob not null references bookings (id) deferrable initially deferred
) strict, without rowid;
create index booking_claims_booking_ix on booking_claims (booking_id);

-- Everything this device did, in order, for good: append-only, chained by digest. outcome is
-- headquarters' verdict; at_risk is what speaks against a waiting operation now; settled_at is
-- when a person has dealt with a refusal.
create table outbox (
    seq          integer primary key,
    operation_id blob not null unique check (length(operation_id) = 16),
    prev         text not null check (length(prev) = 64),
    digest       text not null check (length(digest) = 64),
    actor        blob not null,
    at           integer not null,
    salt         text not null,
    command      text not null,
    outcome      text,
    at_risk      text,
    settled_at   integer
) strict;
create index outbox_pending_ix on outbox (seq) where outcome is null;
create index outbox_at_risk_ix on outbox (seq) where outcome is null and at_risk is not null;
create index outbox_inbox_ix on outbox (seq)
    where outcome is not null and settled_at is null and outcome not like '{"outcome":"accepted"%';

-- What a waiting operation wrote, and the row as it was before (null: there was none): enough to
-- undo it.
create table effects (
    seq     integer not null references outbox (seq),
    ordinal integer not null,
    entity  text not null,
    row_id  blob not null,
    before  text,
    primary key (seq, ordinal)
) strict, without rowid;

-- Which rows a waiting operation read or wrote: who is touched when a row arrives.
create table touches (
    row_id blob not null,
    seq    integer not null references outbox (seq),
    writes integer not null check (writes in (0, 1)),
    primary key (row_id, seq)
) strict, without rowid;
create index touches_seq_ix on touches (seq);

-- When a waiting operation wants a resource, whether or not a later one took it back: what arrives
-- there speaks against it.
create table wanted (
    resource_id blob not null,
    starts_at   integer not null,
    ends_at     integer not null,
    seq         integer not null references outbox (seq),
    primary key (resource_id, starts_at, seq)
) strict, without rowid;
create index wanted_seq_ix on wanted (seq);

-- The scopes of this device, and up to where each is known.
create table scopes (
    n      integer primary key,
    scope  text not null unique,
    cursor integer not null
) strict;

-- Which rows came through which scope: a row goes when its last scope does.
create table scope_rows (
    row_id blob not null,
    entity text not null,
    scope  integer not null references scopes (n),
    primary key (row_id, entity, scope)
) strict, without rowid;

-- Pages of a catch-up that is under way: applied together when the last one is here.
create table staged_rows (
    scope   text not null,
    entity  text not null,
    row_id  blob not null,
    version integer not null,
    row     text,
    primary key (scope, entity, row_id)
) strict, without rowid;
-- Rows that this program could not read, or whose parent is not here: kept as they came, and tried
-- again with every later arrival.
create table aside_rows (
    scope   text not null,
    entity  text not null,
    row_id  blob not null,
    version integer not null,
    row     text not null,
    primary key (scope, entity, row_id)
) strict, without rowid;
create table staged_cursors (
    scope  text primary key,
    cursor integer not null
) strict, without rowid;
