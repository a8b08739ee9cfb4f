-- Whose a booking, a place or a package was when an operation was made about it: what is forgotten with
-- somebody is what was said while it was theirs, also where headquarters refused it. What is nobody's is
-- whose it was last. Of rows that an operation makes itself, the operation says it.
create table whose (
    row_id      blob not null check (length(row_id) = 16),
    seq         integer not null references outbox (seq),
    customer_id blob not null check (length(customer_id) = 16),
    primary key (row_id, seq)
) strict, without rowid;
create index whose_seq_ix on whose (seq);

-- Of what was done before: by how bookings were given away here, and else whose they are now.
insert into whose (row_id, seq, customer_id)
with given as materialized (
    select seq, command ->> '$.booking_id' as booking_id,
        command ->> '$.customer_id.from' as was, command ->> '$.customer_id.to' as became
    from outbox where command ->> '$.type' = 'edit_booking'
        and json_type(command, '$.customer_id') = 'object'
), said as (
    select unhex(replace(o.command ->> '$.booking_id', '-', '')) as row_id, o.seq,
        coalesce(
            unhex(replace((select became from given g
                where g.booking_id = o.command ->> '$.booking_id' and g.seq < o.seq
                    and became is not null order by g.seq desc limit 1), '-', '')),
            unhex(replace((select was from given g
                where g.booking_id = o.command ->> '$.booking_id' and g.seq >= o.seq
                    and was is not null order by g.seq limit 1), '-', '')),
            (select customer_id from bookings b
                where b.id = unhex(replace(o.command ->> '$.booking_id', '-', '')))
        ) as customer_id
    from outbox o
    where o.command ->> '$.booking_id' is not null
        and o.command ->> '$.type' not in ('book', 'import_booking')
)
select row_id, seq, customer_id from said where row_id is not null and customer_id is not null;
