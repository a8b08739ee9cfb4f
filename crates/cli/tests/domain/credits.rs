//! Credits: bought, used, given back, put right, written off.

use crate::desk::Desk;
use crate::{Types, each};
use serde_json::json;

/// A desk that sells lessons for two credits, and ten credits for thirty days.
fn shop() -> Desk {
    let desk = Desk::with_a_court();
    desk.does(
        "service add --name Lesson --minutes 60 --kind court --credits 2 --free-cancel-hours 24",
    );
    desk.does(
        "product add --name Ten --credits 10 --validity-days 40 --price 100.00 --service Lesson",
    );
    desk
}

#[test]
fn credits_are_bought_used_and_given_back() {
    let desk = shop();
    let sold = desk.does("package sell --product ten --customer Tracy_Smith");
    assert_eq!((&sold["credits"], &sold["price"]["minor"]), (&json!(10), &json!(10000)));
    let package = sold["package_id"].as_str().unwrap();
    let book = "book --service Lesson --start DAYT10:00 --customer Tracy_Smith --package auto";
    let booked = desk.does(book);
    assert_eq!(booked["package_id"], json!(package));
    let left = |balance: u32| {
        let list = desk.does("package list --customer Tracy_Smith");
        assert_eq!(list["packages"][0]["balance"], balance);
    };
    left(8);
    let id = booked["booking_id"].as_str().unwrap();
    assert_eq!(desk.does(&format!("show {id}"))["owed"], json!(null), "credits paid");
    desk.does(&format!("cancel {id} --reason ill"));
    left(10);
    desk.does(&format!("package correct {package} --credits -9 --reason typo"));
    left(1);
    let few = format!(
        "book --service Lesson --start DAYT10:00 --customer Tracy_Smith --package {package}"
    );
    assert_eq!(desk.is_refused(&few)["code"], "credits_insufficient");
    let words = crate::typed(book);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(desk.stopped(&words, 2)["details"]["field"], "package");
    let ledger = desk.does(&format!("package ledger {package}"));
    assert_eq!(each(&ledger["entries"], "kind"), ["purchase", "use", "refund", "correction"]);
    assert_eq!(ledger["entries"][3]["balance"], 1);
}

#[test]
fn a_package_is_for_its_time_its_services_and_its_customer() {
    let desk = shop();
    desk.does("customer add --name Darren");
    let package = desk.id("package sell --product Ten --customer Tracy_Smith", "package_id");
    let with = |line: &str| desk.is_refused(&format!("{line} --package {package}"));
    let lesson = "book --service Lesson --start DAYT10:00 --customer";
    assert_eq!(with(&format!("{lesson} Darren"))["code"], "package_not_for");
    let court = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    assert_eq!(with(court)["code"], "package_not_for");
    desk.does("product edit Ten --validity-days 5 --status active --all-services");
    desk.does("product edit Ten --status archived");
    let gone = desk.is_refused("package sell --product Ten --customer Darren");
    assert_eq!(gone["details"]["field"], "product_id");
    desk.does("product edit Ten --status active");
    let short = desk.id("package sell --product Ten --customer Darren", "package_id");
    let late = desk.is_refused(&format!("{lesson} Darren --package {short}"));
    assert_eq!(late["code"], "package_not_valid");
}

#[test]
fn what_is_left_when_the_time_is_over_is_written_off() {
    let desk = shop();
    let sell = "package sell --product Ten --customer Tracy_Smith --from 2020-01-01";
    let package = desk.id(sell, "package_id");
    assert_eq!(desk.does("package list")["packages"], json!([]));
    if !desk.keeps_house() {
        assert_eq!(desk.does("package list --all")["packages"][0]["balance"], 10);
        let expired = desk.does("package expire");
        assert_eq!(
            (&expired["expired"][0]["package_id"], &expired["expired"][0]["credits"]),
            (&json!(package), &json!(10))
        );
    }
    assert_eq!(desk.does("package expire")["expired"], json!([]));
    let ledger = desk.does(&format!("package ledger {package}"));
    assert_eq!(each(&ledger["entries"], "kind"), ["purchase", "expiry"]);
}

#[test]
fn what_is_popular_stands_first() {
    let desk = shop();
    desk.does("product add --name Alone --credits 1 --validity-days 40");
    desk.does("product add --name Zehn --credits 10 --validity-days 40 --popular --position 9");
    let names = || desk.does("product list")["products"].clone();
    assert_eq!(each(&names(), "name"), ["Zehn", "Alone", "Ten"]);
    desk.does("product edit Zehn --not-popular");
    assert_eq!(each(&names(), "name"), ["Alone", "Ten", "Zehn"]);
}

#[test]
fn a_sale_that_was_undone_is_nothing_that_was_paid() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Five --credits 5 --validity-days 90 --price 50.00");
    let sell = "package sell --product Five --customer Tracy_Smith";
    let paid = || desk.does("customer show Tracy_Smith")["figures"]["packages_minor"].clone();
    desk.does(sell);
    assert_eq!(paid(), 5_000);
    desk.does("undo");
    assert_eq!(paid(), 0);
    desk.does(sell);
    assert_eq!(paid(), 5_000);
}

#[test]
fn a_package_says_once_that_it_was_sold_and_once_what_an_operation_took() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Five --credits 5 --validity-days 90");
    let package = desk.id("package sell --product Five --customer Tracy_Smith", "package_id");
    let series = "series book --resource Court_1 --start DAYT10:00 --minutes 60 --credits 1 \
                  --customer Tracy_Smith --package auto --rrule FREQ=DAILY;COUNT=3";
    let booked = desk.does(series);
    let (series, dates) = (&booked["series_id"].as_str().unwrap(), &booked["bookings"]);
    let ledger = desk.does(&format!("package ledger {package}"))["entries"].clone();
    assert_eq!(each(&ledger, "booking_id")[1..], each(dates, "booking_id"), "by date");
    desk.does(&format!("series cancel {series} --reason holiday"));
    let history = desk.does(&format!("history package {package}"))["history"].clone();
    let told: Vec<_> = history.as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(told, ["sell_package", "book_series", "change_series"], "{history:#}");
}

#[test]
fn what_a_package_pays_goes_on_when_its_customer_turns_out_to_be_another() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Five --credits 5 --validity-days 90");
    desk.does("service add --name Lesson --minutes 60 --kind court --credits 1");
    for name in ["Ben", "Cara", "Ann"] {
        desk.does(&format!("customer add --name {name}"));
    }
    desk.does("package sell --product Five --customer Ann");
    let next = crate::day() + chrono::Days::new(1);
    desk.does(&format!("book --resource Court_1 --start {next}T10:00 --minutes 60"));
    let series = "series book --service Lesson --resource Court_1 --start DAYT10:00 --customer Ann \
                  --package auto --rrule FREQ=DAILY;COUNT=3 --on-conflict skip";
    let series = desk.does(series);
    let (id, skipped) = (&series["series_id"], &series["skipped"][0]["local_start"]);
    let (id, skipped) = (id.as_str().unwrap(), &skipped.as_str().unwrap()[..10]);
    let balance = || desk.does("package list --customer Ben")["packages"][0]["balance"].clone();
    desk.does("customer merge Ann --into Ben");
    assert_eq!(balance(), 3);
    // The date that was skipped is theirs, and paid with the same credits.
    let added = desk.does(&format!("series add {id} {skipped} --start {skipped}T12:00"));
    let shown = desk.does(&format!("show {}", added["booking_id"].as_str().unwrap()));
    assert_eq!((&shown["customer_name"], &balance()), (&json!("Ben"), &json!(2)));
    // So are those that were booked: of nobody else.
    let cara = desk.is_refused(&format!("series edit {id} --customer Cara"));
    assert_eq!(
        (&cara["code"], &cara["details"]["field"]),
        (&json!("field_invalid"), &json!("customer_id"))
    );
    desk.does(&format!("series edit {id} --customer Ben"));
    // Whoever owns the package may have it back when they are separated again.
    desk.does("customer unmerge Ann");
    desk.does(&format!("series edit {id} --customer Ann"));
    desk.does("customer merge Ann --into Ben");
    desk.does(&format!("series cancel {id} --reason holiday"));
    assert_eq!(balance(), 5);
    // By way of whom they turned out to be, they are whoever that one is.
    desk.does("customer merge Ben --into Cara");
    assert_eq!(each(&desk.does("customer show Cara")["merged"], "name"), ["Ben", "Ann"]);
}
