-- What happened to rows, for people to read; what people asked about their data; and the audit: one
-- row per changed row, in a table partitioned by month.

create table data_requests (
    org_id uuid not null,
    id uuid not null,
    customer_id uuid not null,
    kind text not null,
    requested_at timestamptz not null,
    requested_by uuid not null,
    done_at timestamptz,
    expires_at timestamptz,
    constraint data_requests_pkey primary key (org_id, id),
    constraint data_requests_customer_fkey
        foreign key (org_id, customer_id) references customers (org_id, id),
    constraint data_requests_kind check (kind in ('export', 'erasure'))
);

create table history_entries (
    org_id uuid not null,
    id uuid not null,
    about text not null,
    about_id uuid not null,
    venue_id uuid,
    at timestamptz not null,
    actor uuid not null,
    device_id uuid not null,
    action text not null,
    changes jsonb not null,
    constraint history_entries_pkey primary key (org_id, id),
    constraint history_entries_org_fkey foreign key (org_id) references orgs (org_id)
);
create index history_entries_about_ix on history_entries (org_id, about_id, at);

-- History outlives what it is about: no foreign key, and nothing cascades into it.
create table audit (
    org_id uuid not null,
    received_at timestamptz not null,
    operation_id uuid not null,
    ordinal integer not null,
    commit_no bigint not null,
    at timestamptz not null,
    actor uuid not null,
    device_id uuid not null,
    address text not null,
    client text not null,
    action text not null,
    entity text not null,
    row_id uuid not null,
    before jsonb,
    after jsonb,
    constraint audit_pkey primary key (org_id, received_at, operation_id, ordinal),
    -- A row is at most 64 KB: what is larger is left out, and said to be.
    constraint audit_size check (
        octet_length(coalesce(before::text, '')) + octet_length(coalesce(after::text, '')) <= 65536)
) partition by range (received_at);
create index audit_row_ix on audit (org_id, row_id, received_at);
create index audit_actor_ix on audit (org_id, actor, received_at);
create index audit_operation_ix on audit (org_id, operation_id);
-- Should nobody have made a month's partition in time, nothing is lost.
create table audit_default partition of audit default;

-- Makes the partitions from this month to so many months ahead.
create function audit_ahead(months integer) returns void language plpgsql
    security definer set search_path from current as $$
declare
    month date;
    name text;
begin
    for n in 0..months loop
        month := date_trunc('month', now() at time zone 'utc')::date + make_interval(months => n);
        name := 'audit_' || to_char(month, 'YYYY_MM');
        if to_regclass(name) is null then
            begin
                execute format(
                    'create table %I partition of audit for values from (%L) to (%L)', name,
                    month::timestamp at time zone 'utc',
                    (month + interval '1 month') at time zone 'utc');
                execute format('alter table %I enable row level security', name);
            exception
                -- Another process made it, or the month's first rows are in the default already.
                when duplicate_table or check_violation then null;
            end;
        end if;
    end loop;
end
$$;
select audit_ahead(3);

alter table feed drop constraint feed_entity;
alter table feed add constraint feed_entity check (entity in (
    'venue', 'resource', 'staff', 'customer', 'booking', 'claim', 'booking_claim', 'service',
    'payment', 'availability_exception', 'product', 'package', 'credit_entry', 'event', 'attendance',
    'series', 'staff_pin', 'data_request', 'history_entry', 'verdict'));

do $$
declare
    name text;
begin
    foreach name in array array['data_requests', 'history_entries', 'audit', 'audit_default'] loop
        execute format('alter table %I enable row level security', name);
        execute format(
            'create policy push on %I to holdfast_push using (org_id = (select current_setting(''holdfast.org'')::uuid))',
            name);
    end loop;
end
$$;
grant select, insert, update on data_requests, history_entries to holdfast_push;
grant select, insert, update on audit to holdfast_push;
-- Erasing a person's data takes payloads out of what is kept.
grant update (salt, payload, verdict) on operations to holdfast_push;
grant update (salt, raw), delete on quarantine to holdfast_push;
