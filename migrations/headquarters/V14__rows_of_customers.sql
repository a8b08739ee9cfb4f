-- What is whose, from the customer's side: erasing takes it all, and looks every little while at what
-- was written since about the few who were erased.
create index attendances_customer_ix on attendances (org_id, customer_id);
create index packages_customer_ix on packages (org_id, customer_id);
create index customers_erased_ix on customers (org_id, id) where erased_at is not null;
