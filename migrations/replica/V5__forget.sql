-- What is erased is not to be found in the search index either.
insert into customers_trigram (customers_trigram, rank) values ('secure-delete', 1);
insert into customers_prefix (customers_prefix, rank) values ('secure-delete', 1);
