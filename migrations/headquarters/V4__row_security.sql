-- Two roles, two policies. A push sees the whole organisation, because rules need every fact of it;
-- a pull sees the feed of the device's own scopes and nothing else. The tables' owner (who migrates
-- and administers) is not held by them; requests always take one of the roles.
-- Settings are read in a sub-select, once per statement: read per row, an array policy made a pull
-- fifteen times as slow. The scopes are a hashed sub-select and no array, which the planner might
-- put into the index condition and so lose the order of versions.

-- Roles belong to the cluster, and another database of it may be migrating at this moment.
do $$
declare
    wanted text;
    may_take boolean;
    terms text;
begin
    foreach wanted in array array['holdfast_push', 'holdfast_pull'] loop
        -- An administrator may have made and granted them; then no right to make roles is needed.
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                    raise insufficient_privilege using message = format(
                        'The role %I is missing and %I may not make roles: ask an administrator of the cluster to run: create role %I nologin; grant %I to %I',
                        wanted, current_user, wanted, wanted, current_user);
            end;
        end if;
        -- From PostgreSQL 16 on, who makes a role is a member of it that may not take it.
        if current_setting('server_version_num')::int >= 160000 then
            may_take := pg_has_role(current_user, wanted, 'SET');
            terms := ' with inherit true, set true';
        else
            may_take := pg_has_role(current_user, wanted, 'MEMBER');
            terms := '';
        end if;
        if not may_take then
            begin
                execute format('grant %I to %I', wanted, current_user) || terms;
            exception
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                    raise insufficient_privilege using message = format(
                        'The role %I must be granted to %I: ask an administrator of the cluster to run: grant %I to %I%s',
                        wanted, current_user, wanted, current_user, terms);
            end;
        end if;
    end loop;
end
$$;

do $$
declare
    name text;
begin
    foreach name in array array[
        'orgs', 'devices', 'venues', 'resources', 'resource_venues', 'staff', 'customers',
        'bookings', 'claims', 'booking_claims', 'operations', 'quarantine', 'refused_rows',
        'scope_counters', 'feed'
    ] loop
        execute format('alter table %I enable row level security', name);
        execute format(
            'create policy push on %I to holdfast_push using (org_id = (select current_setting(''holdfast.org'')::uuid))',
            name);
    end loop;
    -- Codes are nobody's business but enrolment's.
    alter table pairing_codes enable row level security;
    foreach name in array array['scope_counters', 'feed'] loop
        execute format(
            'create policy pull on %I for select to holdfast_pull using (org_id = (select current_setting(''holdfast.org'')::uuid) and scope in (select unnest(current_setting(''holdfast.scopes'')::text[])))',
            name);
    end loop;
end
$$;

do $$
begin
    execute format('grant usage on schema %I to holdfast_push, holdfast_pull', current_schema());
end
$$;

grant select on orgs, devices, venues, resources, resource_venues, staff, customers, bookings,
    claims, booking_claims, operations, quarantine, refused_rows, scope_counters, feed
    to holdfast_push;
grant insert, update on venues, resources, staff, customers, bookings, claims, booking_claims,
    scope_counters, feed to holdfast_push;
grant insert, delete on resource_venues to holdfast_push;
grant insert on operations, quarantine to holdfast_push;
grant insert, update on refused_rows to holdfast_push;
grant update (last_commit) on orgs to holdfast_push;
grant update (last_seq, chain_head, last_seen_at) on devices to holdfast_push;
grant select on scope_counters, feed to holdfast_pull;
