-- Customers are found by the titles of their bookings, too. Most bookings have none: those are not
-- here.
create table booking_titles (
    n           integer primary key,
    booking_id  blob not null unique,
    customer_id blob not null,
    title       text not null
) strict;
create virtual table booking_titles_trigram using fts5 (
    title, content = 'booking_titles', content_rowid = 'n', tokenize = 'trigram remove_diacritics 1'
);
insert into booking_titles_trigram (booking_titles_trigram, rank) values ('secure-delete', 1);
create trigger booking_titles_insert after insert on booking_titles begin
    insert into booking_titles_trigram (rowid, title) values (new.n, new.title);
end;
create trigger booking_titles_delete after delete on booking_titles begin
    insert into booking_titles_trigram (booking_titles_trigram, rowid, title)
        values ('delete', old.n, old.title);
end;

create trigger bookings_title_insert after insert on bookings
    when new.title <> '' and new.customer_id is not null begin
    insert into booking_titles (booking_id, customer_id, title)
        values (new.id, new.customer_id, new.title);
end;
create trigger bookings_title_update after update of title, customer_id on bookings
    when new.title is not old.title or new.customer_id is not old.customer_id begin
    delete from booking_titles where booking_id = new.id;
    insert into booking_titles (booking_id, customer_id, title)
        select new.id, new.customer_id, new.title
        where new.title <> '' and new.customer_id is not null;
end;
create trigger bookings_title_delete after delete on bookings when old.title <> '' begin
    delete from booking_titles where booking_id = old.id;
end;
insert into booking_titles (booking_id, customer_id, title)
    select id, customer_id, title from bookings where title <> '' and customer_id is not null;
