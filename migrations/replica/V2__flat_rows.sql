-- A resource carries its venues itself, like every other row; resource_venues follows it, so that
-- questions and foreign keys go on as before.
alter table resources add column venue_ids text not null default '[]' check (json_valid(venue_ids));
update resources set venue_ids = (
    select json_group_array(lower(
        substr(hex(venue_id), 1, 8) || '-' || substr(hex(venue_id), 9, 4) || '-' ||
        substr(hex(venue_id), 13, 4) || '-' || substr(hex(venue_id), 17, 4) || '-' ||
        substr(hex(venue_id), 21)))
    from (select venue_id from resource_venues where resource_id = resources.id order by venue_id));

create trigger resources_venues_insert after insert on resources begin
    insert into resource_venues (resource_id, venue_id)
        select new.id, unhex(replace(value, '-', '')) from json_each(new.venue_ids);
end;
create trigger resources_venues_update after update of venue_ids on resources
    when new.venue_ids is not old.venue_ids begin
    delete from resource_venues where resource_id = new.id;
    insert into resource_venues (resource_id, venue_id)
        select new.id, unhex(replace(value, '-', '')) from json_each(new.venue_ids);
end;
