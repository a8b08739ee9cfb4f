-- Who turned out to be a customer: found by whom they became, each time that somebody is to be promoted.
create index customers_merged_ix on customers (org_id, merged_into) where merged_into is not null;
