-- Organisations, the devices that belong to them, and the codes by which devices join.
-- Every table of headquarters is keyed by org_id first, and so is every unique, exclusion and
-- foreign key: the schema can be distributed by organisation, and no key reaches across two.

create extension if not exists btree_gist;

create table orgs (
    org_id uuid not null,
    name text not null,
    created_at timestamptz not null default now(),
    -- The number of the organisation's last accepted operation.
    last_commit bigint not null default 0,
    constraint orgs_pkey primary key (org_id),
    constraint orgs_name_unique unique (name),
    constraint orgs_name_length check (char_length(name) between 1 and 255),
    constraint orgs_last_commit_range check (last_commit >= 0)
);

create table devices (
    org_id uuid not null,
    device_id uuid not null,
    name text not null,
    -- Who works on it. No foreign key: the staff row of a desk that brings its history arrives
    -- later, as that desk's first operation.
    staff_id uuid not null,
    -- Whose desk it is; null for one that sees every venue.
    venue_id uuid,
    token_hash bytea not null,
    enrolled_at timestamptz not null default now(),
    revoked_at timestamptz,
    last_seen_at timestamptz,
    -- The last operation taken, and its digest: the next one names it as its predecessor.
    last_seq bigint not null default 0,
    chain_head bytea not null default decode(repeat('00', 32), 'hex'),
    -- Operations up to here were made by this desk under an earlier identity.
    resumed_seq bigint not null default 0,
    -- Operations up to here are the history that a standalone desk brought.
    history_seq bigint not null default 0,
    constraint devices_pkey primary key (org_id, device_id),
    constraint devices_org_fkey foreign key (org_id) references orgs (org_id),
    constraint devices_token_unique unique (org_id, token_hash),
    constraint devices_name_length check (char_length(name) between 1 and 255),
    constraint devices_token_length check (octet_length(token_hash) = 32),
    constraint devices_chain_length check (octet_length(chain_head) = 32),
    constraint devices_seq_range check (
        last_seq >= resumed_seq and resumed_seq >= 0 and history_seq >= 0)
);
-- A request brings a token and no organisation.
create index devices_token_ix on devices (token_hash);

create table pairing_codes (
    org_id uuid not null,
    code_hash bytea not null,
    staff_id uuid,
    venue_id uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by uuid,
    constraint pairing_codes_pkey primary key (org_id, code_hash),
    constraint pairing_codes_org_fkey foreign key (org_id) references orgs (org_id),
    constraint pairing_codes_hash_length check (octet_length(code_hash) = 32),
    constraint pairing_codes_used check ((used_at is null) = (used_by is null)),
    -- For a fresh desk both are known; for one that brings its history neither is.
    constraint pairing_codes_binding check ((venue_id is null) = (staff_id is null))
);
create index pairing_codes_hash_ix on pairing_codes (code_hash);
