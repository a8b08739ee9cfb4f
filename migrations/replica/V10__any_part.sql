-- What a customer is looked for by, as one text: a telephone number also by its digits alone. The
-- two blanks at its end make each of its letters begin a piece of three.
create view customers_searched (n, text) as
    select n, name || ' ' || email || ' ' || phone || ' ' ||
        replace(replace(replace(replace(replace(replace(replace(
            phone, ' ', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', ''), '+', '') || '  '
    from customers;

drop trigger customers_search_insert;
drop trigger customers_search_delete;
drop trigger customers_search_update;
drop table customers_trigram;
create virtual table customers_trigram using fts5 (
    text, content = 'customers_searched', content_rowid = 'n', tokenize = 'trigram remove_diacritics 1'
);
insert into customers_trigram (customers_trigram, rank) values ('secure-delete', 1);
insert into customers_trigram (customers_trigram) values ('rebuild');
-- Its pieces: what is shorter than three letters is the beginning of some of them.
create virtual table customers_pieces using fts5vocab (customers_trigram, instance);

-- The view knows the row as it is: what is to be forgotten is asked for before it changes.
create trigger customers_search_insert after insert on customers begin
    insert into customers_trigram (rowid, text)
        select n, text from customers_searched where n = new.n;
    insert into customers_prefix (rowid, name, email, phone)
        values (new.n, new.name, new.email, new.phone);
end;
create trigger customers_search_delete before delete on customers begin
    insert into customers_trigram (customers_trigram, rowid, text)
        select 'delete', n, text from customers_searched where n = old.n;
    insert into customers_prefix (customers_prefix, rowid, name, email, phone)
        values ('delete', old.n, old.name, old.email, old.phone);
end;
create trigger customers_search_forget before update of name, email, phone on customers
    when (new.name, new.email, new.phone) is not (old.name, old.email, old.phone) begin
    insert into customers_trigram (customers_trigram, rowid, text)
        select 'delete', n, text from customers_searched where n = old.n;
    insert into customers_prefix (customers_prefix, rowid, name, email, phone)
        values ('delete', old.n, old.name, old.email, old.phone);
end;
create trigger customers_search_learn after update of name, email, phone on customers
    when (new.name, new.email, new.phone) is not (old.name, old.email, old.phone) begin
    insert into customers_trigram (rowid, text)
        select n, text from customers_searched where n = new.n;
    insert into customers_prefix (rowid, name, email, phone)
        values (new.n, new.name, new.email, new.phone);
end;

-- Titles end in two blanks for the same reason.
drop trigger bookings_title_insert;
drop trigger bookings_title_update;
create trigger bookings_title_insert after insert on bookings
    when new.title <> '' and new.customer_id is not null begin
    insert into booking_titles (booking_id, customer_id, title)
        values (new.id, new.customer_id, new.title || '  ');
end;
create trigger bookings_title_update after update of title, customer_id on bookings
    when new.title is not old.title or new.customer_id is not old.customer_id begin
    delete from booking_titles where booking_id = new.id;
    insert into booking_titles (booking_id, customer_id, title)
        select new.id, new.customer_id, new.title || '  '
        where new.title <> '' and new.customer_id is not null;
end;
update booking_titles set title = title || '  ';
insert into booking_titles_trigram (booking_titles_trigram) values ('rebuild');
create virtual table booking_title_pieces using fts5vocab (booking_titles_trigram, instance);

-- Most customers have no tags.
create index customers_tagged_ix on customers (name collate nocase) where tags <> '[]';
