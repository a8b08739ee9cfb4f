-- What happened to rows, for people to read, and what people asked about their data.
create table data_requests (
    id           blob primary key check (length(id) = 16),
    customer_id  blob not null references customers (id) deferrable initially deferred,
    kind         text not null check (kind in ('export', 'erasure')),
    requested_at integer not null,
    requested_by blob not null,
    done_at      integer,
    expires_at   integer
) strict, without rowid;
create index data_requests_customer_ix on data_requests (customer_id);

create table history_entries (
    id        blob primary key check (length(id) = 16),
    about     text not null,
    about_id  blob not null,
    venue_id  blob,
    at        integer not null,
    actor     blob not null,
    device_id blob not null,
    action    text not null,
    changes   text not null check (json_valid(changes))
) strict, without rowid;
create index history_entries_about_ix on history_entries (about_id, at);
