//! How headquarters looks at what is due: not further than it must, and not silently where it cannot.

use crate::club::{book, join_empty_org, on_day, small_club};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::{HOUSEKEEPING, Headquarters};
use holdfast_tests::postgres::{Cluster, Database};
use holdfast_tests::wait::eventually;
use std::time::Duration;

/// A headquarters that looks every second, and a club of which Tracy was erased.
fn forgetful(name: &str) -> (Database, Headquarters, Cli) {
    let database = Cluster::shared().database(name);
    let hq = Headquarters::start_with(&database, &[(HOUSEKEEPING, "1")]);
    let desk = small_club();
    join_empty_org(&desk, &hq, &hq.url());
    for (court, customer) in [("Court 1", "Tracy Smith"), ("Court 2", "Tim Rownam")] {
        let booking = book(&desk, court, &on_day(5, "10:00"), customer);
        desk.ok(&["edit", &booking, "--title", "Lesson"]);
    }
    desk.ok(&["privacy", "erase", "Tracy Smith", "--reason", "asked", "--yes"]);
    desk.ok(&["sync"]);
    (database, hq, desk)
}

/// A number that the database keeps of a table.
fn counted(database: &Database, what: &str, table: &str) -> u64 {
    let select = format!("select {what} from pg_stat_user_tables where relname = '{table}'");
    database.run(&select).parse().unwrap()
}

#[test]
fn a_quiet_organisation_is_not_searched_again_and_again_for_words_about_the_erased() {
    let (database, _hq, desk) = forgetful("quiet");
    let searches = || counted(&database, "seq_scan + idx_scan", "history_entries");
    let at_rest = || {
        eventually("nobody looks any more", Duration::from_secs(30), || {
            let before = searches();
            std::thread::sleep(Duration::from_secs(4));
            (searches() == before).then_some(before)
        })
    };
    let before = at_rest();
    book(&desk, "Court 1", &on_day(6, "10:00"), "Tim Rownam");
    desk.ok(&["sync"]);
    assert!(at_rest() > before, "whenever something came, it is looked through once");
}

#[test]
fn looking_for_words_about_the_erased_reads_what_is_theirs_and_not_everybodys() {
    let (database, _hq, desk) = forgetful("searched");
    // A long life of the club: bookings of others, and what happened to each.
    database.run(
        "insert into customers select (jsonb_populate_record(c,
             jsonb_build_object('id', md5('c' || n)::uuid))).*
         from customers c, generate_series(1, 2000) n where c.name = 'Tim Rownam';
         insert into bookings select (jsonb_populate_record(b, jsonb_build_object(
             'id', md5('b' || n)::uuid, 'customer_id', md5('c' || n % 2000 + 1)::uuid))).*
         from bookings b join customers c on c.id = b.customer_id, generate_series(1, 20000) n
         where c.name = 'Tim Rownam';
         insert into attendances (org_id, id, booking_id, venue_id, customer_id, status, joined_at,
             joined_by, credits, reason)
         select org_id, md5('a' || id)::uuid, id, venue_id, customer_id, 'booked', made_at, made_by,
             0, '' from bookings where customer_id is not null;
         insert into history_entries select (jsonb_populate_record(h, jsonb_build_object(
             'id', gen_random_uuid(), 'about_id', md5('b' || n)::uuid))).*
         from history_entries h, generate_series(1, 20000) n, generate_series(1, 3)
         where h.id = (select id from history_entries limit 1);
         analyze customers; analyze bookings; analyze attendances; analyze history_entries",
    );
    let read = || counted(&database, "seq_tup_read", "history_entries");
    let by_index = || {
        let used = "select sum(idx_scan) from pg_stat_user_indexes where indexrelname =";
        database.run(&format!("{used} 'attendances_customer_ix'")).parse::<u64>().unwrap()
    };
    let (before, found_before) = (read(), by_index());
    book(&desk, "Court 1", &on_day(6, "10:00"), "Tim Rownam");
    desk.ok(&["sync"]);
    eventually("it looks", Duration::from_secs(20), || (by_index() > found_before).then_some(()));
    let read = read() - before;
    assert!(read < 20_000, "{read} entries were read, of somebody else");
}

#[test]
fn erasing_again_looks_at_what_came_since_and_after_a_backup_at_everything() {
    let (database, hq, desk) = forgetful("erased_again");
    let tracy = database.run("select id from customers where erased_at is not null");
    let scrubbed = "select operation_id from operations where payload is null order by seq limit 2";
    let scrubbed = database.run(scrubbed);
    let (old, new) = scrubbed.split_once('\n').unwrap();
    for (operation, age) in [(old, "3 days"), (new, "0 days")] {
        database.run(&format!(
            "update operations set received_at = now() - interval '{age}',
                 payload = '{{\"customer_id\":\"{tracy}\",\"note\":\"Xanthippe\"}}'
             where operation_id = '{operation}'"
        ));
    }
    let kept = |operation: &str| {
        let payload = "select payload is not null from operations where operation_id =";
        database.run(&format!("{payload} '{operation}'")) == "t"
    };
    let title = format!("from bookings where customer_id = '{tracy}'");
    database.run(&format!(
        "update bookings set title = 'Xanthippe' where id = (select id {title} limit 1)"
    ));
    book(&desk, "Court 1", &on_day(6, "10:00"), "Tim Rownam");
    desk.ok(&["sync"]);
    eventually("it is forgotten", Duration::from_secs(20), || {
        (!database.run(&format!("select title {title}")).contains("Xanthippe")).then_some(())
    });
    assert!(!kept(new), "written since");
    assert!(kept(old), "it was scrubbed long ago, and is not looked at again");
    hq.admin(&["erase-again", "--org", "Club"]);
    assert!(!kept(old), "unless a backup brought it back");
}

#[test]
fn what_is_due_and_cannot_be_done_is_told_as_a_warning() {
    let (database, hq, desk) = forgetful("shut_out_hq");
    let hers = "customer_id = (select id from customers where erased_at is not null)";
    let write = |hour: &str| {
        database.run(&format!("update bookings set title = 'Xanthippe' where {hers}"));
        book(&desk, "Court 2", &on_day(6, hour), "Tim Rownam");
        desk.ok(&["sync"]);
    };
    write("10:00");
    eventually("it is forgotten", Duration::from_secs(20), || {
        database.run(&format!("select title from bookings where {hers}")).is_empty().then_some(())
    });
    let own = database.run("select device_id from devices where name = 'Headquarters'");
    hq.admin(&["devices", "--org", "Club", "revoke", &own]);
    write("12:00");
    let line = eventually("it says so", Duration::from_secs(20), || {
        let log = hq.log();
        log.lines().find(|line| line.contains("what was due was not done")).map(str::to_owned)
    });
    assert!(line.contains("WARN") && line.contains("TokenUnknown"), "{line}");
    assert!(!hq.log().contains("what was due is done already"), "{}", hq.log());
}

#[test]
fn nothing_lapses_before_the_whole_history_of_a_desk_is_here() {
    let database = Cluster::shared().database("half_a_history");
    let hq = Headquarters::start_with(&database, &[(HOUSEKEEPING, "1")]);
    let desk = small_club();
    desk.ok(&["venue", "edit", "Riverside", "--approval-minutes", "100"]);
    join_empty_org(&desk, &hq, &hq.url());
    // As while the rest of it is still on its way.
    database.run("update devices set history_seq = last_seq + 10 where history_seq > 0");
    let start = on_day(5, "10:00");
    let ask = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60", "--request"];
    let asked = desk.ok(&ask);
    desk.ok(&["sync"]);
    database.run("update bookings set approve_by = now() - interval '1 hour'");
    let status = || database.run("select status from bookings");
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(status(), "pending", "{asked}");
    database.run("update devices set history_seq = last_seq where history_seq > 0");
    eventually("the rest is here, and nobody answered", Duration::from_secs(30), || {
        (status() == "rejected").then_some(())
    });
}
