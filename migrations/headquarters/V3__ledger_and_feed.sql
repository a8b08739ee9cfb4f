-- What was asked and answered, and what each audience is told of it.

create table operations (
    org_id uuid not null,
    operation_id uuid not null,
    device_id uuid not null,
    seq bigint not null,
    prev bytea not null,
    digest bytea not null,
    payload_digest bytea not null,
    actor uuid not null,
    at timestamptz not null,
    received_at timestamptz not null default now(),
    -- Erasing a person's data drops these two; the digests go on proving the chain.
    salt bytea,
    payload text,
    outcome text not null,
    verdict jsonb not null,
    -- Its place among the accepted operations of the organisation.
    commit_no bigint,
    constraint operations_pkey primary key (org_id, operation_id),
    constraint operations_device_fkey
        foreign key (org_id, device_id) references devices (org_id, device_id),
    constraint operations_seq_unique unique (org_id, device_id, seq),
    constraint operations_commit_unique unique (org_id, commit_no),
    constraint operations_seq_range check (seq >= 1),
    constraint operations_digest_length check (
        octet_length(prev) = 32 and octet_length(digest) = 32 and octet_length(payload_digest) = 32),
    constraint operations_outcome check (
        outcome in ('accepted', 'refused', 'dependent_refused', 'quarantined')),
    constraint operations_commit check ((outcome = 'accepted') = (commit_no is not null))
);

-- What headquarters could not read or would not take, with its bytes, for a person to judge.
create table quarantine (
    org_id uuid not null,
    device_id uuid not null,
    operation_id uuid not null,
    payload_digest bytea not null,
    seq bigint not null,
    actor uuid not null,
    at timestamptz not null,
    received_at timestamptz not null default now(),
    salt bytea not null,
    raw bytea not null,
    reason text not null,
    constraint quarantine_pkey primary key (org_id, device_id, operation_id, payload_digest),
    constraint quarantine_device_fkey
        foreign key (org_id, device_id) references devices (org_id, device_id)
);

-- What a refused operation would have made or written: later operations of the same device that
-- rely on it depend on it. The empty field is the row itself; a value is JSON as it would have been.
create table refused_rows (
    org_id uuid not null,
    device_id uuid not null,
    entity text not null,
    row_id uuid not null,
    field text not null,
    value text not null,
    operation_id uuid not null,
    constraint refused_rows_pkey primary key (org_id, device_id, entity, row_id, field),
    constraint refused_rows_device_fkey
        foreign key (org_id, device_id) references devices (org_id, device_id)
);

-- One counter per audience, taken last in a transaction and in the order of their names: versions
-- are dense and in the order of commits.
create table scope_counters (
    org_id uuid not null,
    scope text not null,
    version bigint not null,
    constraint scope_counters_pkey primary key (org_id, scope),
    constraint scope_counters_org_fkey foreign key (org_id) references orgs (org_id),
    constraint scope_counters_range check (version >= 0)
);

-- The newest state of each row in each scope; null where it has left the scope.
create table feed (
    org_id uuid not null,
    scope text not null,
    entity text not null,
    row_id uuid not null,
    version bigint not null,
    "row" jsonb,
    constraint feed_pkey primary key (org_id, scope, entity, row_id),
    constraint feed_version_unique unique (org_id, scope, version),
    constraint feed_entity check (entity in (
        'venue', 'resource', 'staff', 'customer', 'booking', 'claim', 'booking_claim', 'verdict'))
);
