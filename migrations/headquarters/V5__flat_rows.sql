-- A resource carries its venues itself, like every other row; resource_venues follows it, so that
-- questions and foreign keys go on as before.
alter table resources add column venue_ids uuid[] not null default '{}';
update resources r set venue_ids = array(
    select venue_id from resource_venues v
    where v.org_id = r.org_id and v.resource_id = r.id order by venue_id);

create function resources_venues() returns trigger language plpgsql as $$
begin
    delete from resource_venues
        where org_id = new.org_id and resource_id = new.id and venue_id <> all (new.venue_ids);
    insert into resource_venues (org_id, resource_id, venue_id)
        select new.org_id, new.id, unnest(new.venue_ids) on conflict do nothing;
    return null;
end
$$;
create trigger resources_venues after insert or update of venue_ids on resources
    for each row execute function resources_venues();
