-- How many lines the ledger of a package has: the next one is named by it, on every machine alike.
alter table packages add column line_count integer not null default 0 check (line_count >= 0);
create index customers_erased_ix on customers (id) where erased_at is not null;
