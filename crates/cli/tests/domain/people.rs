//! Customers and what their history comes to; who is who; staff.

use crate::desk::Desk;
use crate::{Types, day, each};
use serde_json::json;

#[test]
fn what_is_known_of_a_customer_is_kept_and_found() {
    let desk = Desk::with_a_court();
    let add = "customer add --name Ann --email ann@example.org --contact sms --timezone Europe/Paris \
               --language fr --tag vip --tag kids --consent v2 --marketing";
    desk.does(add);
    desk.does("customer add --name Bob --consent v2 --sms");
    let ann = &desk.does("customers --tag VIP")["customers"][0];
    assert_eq!((&ann["name"], &ann["tags"]), (&json!("Ann"), &json!(["kids", "vip"])));
    assert_eq!(
        (&ann["consent"]["version"], &ann["consent"]["marketing"]),
        (&json!("v2"), &json!(true))
    );
    assert_eq!(each(&desk.does("customers --marketing")["customers"], "name"), ["Ann"]);
    assert_eq!(each(&desk.does("customers --sms")["customers"], "name"), ["Bob"]);
    desk.does(
        "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Bob --title Birthday",
    );
    assert_eq!(each(&desk.does("customers --search birth")["customers"], "name"), ["Bob"]);
    assert_eq!(each(&desk.does("customers --search kids")["customers"], "name"), ["Ann"]);
    desk.does(
        "customer edit Ann --no-tags --email-verified --block unpaid --timezone= --no-consent",
    );
    let ann = desk.does("customer show Ann")["customer"].clone();
    assert_eq!(
        (&ann["tags"], &ann["timezone"], &ann["consent"]),
        (&json!(null), &json!(null), &json!(null))
    );
    assert_eq!(ann["email_verified"], true);
    let book = "book --resource Court_1 --start DAYT12:00 --minutes 60 --customer Ann";
    assert_eq!(desk.is_refused(book)["code"], "customer_blocked");
    desk.does("customer edit Ann --unblock");
    desk.does(book);
}

#[test]
fn two_customers_who_are_one_count_as_one_until_that_is_taken_back() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --points-per-unit 1 --tier silver=20 --tier gold=50");
    desk.does("customer add --name Tracey");
    let book = |who: &str, time: &str| {
        let line = format!(
            "book --resource Court_1 --start DAYT{time} --minutes 60 --price 30.00 --customer {who}"
        );
        let id = desk.id(&line, "booking_id");
        desk.does(&format!("booking pay {id} --amount 30.00"));
        id
    };
    let both = [book("Tracy_Smith", "10:00"), book("Tracey", "12:00")];
    desk.forty_days_pass();
    both.iter().for_each(|id| _ = desk.does(&format!("complete {id}")));
    let figures = |who: &str| desk.does(&format!("customer show {who}"))["figures"].clone();
    let before = figures("Tracy_Smith");
    assert_eq!((&before["visits"], &before["tier"]), (&json!(1), &json!("silver")));
    desk.does("customer merge Tracey --into Tracy_Smith");
    let after = figures("Tracy_Smith");
    assert_eq!((&after["visits"], &after["spend_minor"]), (&json!(2), &json!(6000)));
    assert_eq!((&after["points"], &after["tier"]), (&json!(60), &json!("gold")));
    assert_ne!(after["first_visit"], after["last_visit"]);
    assert_eq!(each(&desk.does("customers --tier gold")["customers"], "name"), ["Tracy Smith"]);
    assert_eq!(each(&desk.does("customers")["customers"], "name"), ["Tracy Smith"]);
    let theirs = desk.does("list --customer Tracy_Smith");
    assert_eq!(each(&theirs["bookings"], "customer_name"), ["Tracy Smith", "Tracey"]);
    assert_eq!(each(&desk.does("customer show Tracy_Smith")["merged"], "name"), ["Tracey"]);
    desk.does("customer unmerge Tracey");
    assert_eq!(figures("Tracy_Smith"), before);
    assert_eq!(figures("Tracey")["visits"], 1);
    assert_eq!(desk.stopped(&["customers", "--tier", "tin"], 2)["details"]["field"], "tier");
}

#[test]
fn whoever_turned_out_to_be_another_is_found_as_that_one() {
    let desk = Desk::with_a_court();
    desk.does("customer add --name Old_Name --email old@example.org --phone 0999777");
    desk.does("customer add --name Cara --phone 0111");
    desk.does("customer edit Old_Name --phone 0999888");
    desk.does("customer edit Old_Name --phone 0999777");
    desk.does("product add --name Ten --credits 10 --validity-days 90 --price 80");
    desk.does("package sell --product Ten --customer Old_Name");
    let old = desk.does("customers --search 0999777")["customers"][0]["id"].clone();
    desk.does("customer merge Old_Name --into Cara");
    for text in ["0999777", "099-9777", "old@example.org", "old", "Old_Name", "name"] {
        let found = desk.does(&format!("customers --search {text}"));
        assert_eq!(each(&found["customers"], "name"), ["Cara"], "{text}");
    }
    let told = desk.does("history customer Cara")["history"].clone();
    let sentences = each(&told, "sentence");
    assert!(sentences.iter().any(|it| it.contains("Old Name")), "{sentences:?}");
    assert!(
        sentences.iter().any(|it| it.contains("0999888")),
        "and what came before: {sentences:?}"
    );
    // What they bought under the old name pays.
    let book = "book --resource Court_1 --start DAYT14:00 --minutes 60 --package auto --credits 2";
    desk.does(&format!("{book} --customer Cara"));
    assert_eq!(desk.does("package list --customer Cara")["packages"][0]["balance"], 8);
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer";
    let refusal = desk.is_refused(&format!("{book} {}", old.as_str().unwrap()));
    assert_eq!(refusal["code"], "customer_merged");
    assert_eq!(refusal["message"], "Old Name is Cara now. Choose Cara.");
    let id = desk.id(&format!("{book} Old_Name"), "booking_id");
    assert_eq!(desk.does(&format!("show {id}"))["customer_name"], "Cara");
}

#[test]
fn a_blank_name_means_no_customer_and_a_letter_erases_nobody() {
    let desk = Desk::with_a_court();
    desk.does("product add --name Ten --credits 10 --validity-days 90");
    let stopped = |args: &[&str]| desk.stopped(args, 2);
    let book = ["book", "--resource", "Court 1", "--minutes", "60", "--start"];
    let at = format!("{}T10:00", day());
    for blank in ["", " "] {
        let erase = ["privacy", "erase", blank, "--reason", "asked", "--yes"];
        assert_eq!(stopped(&erase)["details"]["field"], "customer");
        assert_eq!(stopped(&["delete", "customer", blank])["details"]["field"], "name");
        let edit = ["customer", "edit", blank, "--note", "x"];
        assert_eq!(stopped(&edit)["details"]["field"], "customer");
        let sell = ["package", "sell", "--product", "Ten", "--customer", blank];
        assert_eq!(stopped(&sell)["details"]["field"], "customer");
        let book = [&book[..], &[&at, "--customer", blank]].concat();
        assert_eq!(stopped(&book)["details"]["field"], "customer");
        assert_eq!(stopped(&["customer", "unmerge", blank])["details"]["field"], "customer");
    }
    desk.does("customer add --name Ann --email ann@example.org --phone 030-1234");
    for hard in [
        &["privacy", "erase", "Tracy", "--reason", "asked", "--yes"][..],
        &["delete", "customer", "Tracy"],
        &["customer", "merge", "Tracy", "--into", "Ann"],
        &["customer", "merge", "Ann", "--into", "t"],
    ] {
        let stop = stopped(hard);
        let message = stop["message"].as_str().unwrap();
        assert!(message.contains("If Tracy Smith is meant, write the whole name"), "{message}");
        assert_eq!(stop["details"]["candidates"][0]["name"], "Tracy Smith");
    }
    assert_eq!(each(&desk.does("customers")["customers"], "name"), ["Ann", "Tracy Smith"]);
    for whole in ["ANN@example.org", "0301234", "ann"] {
        assert_eq!(desk.does(&format!("delete customer {whole}"))["changed"], true, "{whole}");
        desk.does("restore customer Ann");
    }
    desk.done(
        &[
            "edit",
            &desk.id(
                &format!("{} --start {at} --customer Ann", "book --resource Court_1 --minutes 60"),
                "booking_id",
            ),
            "--customer",
            "",
        ],
        &[],
    );
}

#[test]
fn a_merge_is_taken_back_by_either_name_or_a_part_of_it() {
    let desk = Desk::with_a_court();
    desk.does("customer add --name Änne_Müller");
    desk.does("customer add --name Max_Müller");
    desk.does("customer add --name Tracy_Smithson");
    desk.does("customer merge Tracy_Smithson --into Änne_Müller");
    // Somebody else is named in full.
    let message = desk.stopped(&["customer", "unmerge", "Tracy Smith"], 2)["message"].clone();
    assert_eq!(message, "Tracy Smith was not merged into anybody.");
    desk.does("customer unmerge Smithson");
    for text in ["max", "Max_Müller", "Änne", "änne_müller"] {
        desk.does("customer merge Max_Müller --into Änne_Müller");
        desk.does(&format!("customer unmerge {text}"));
        assert_eq!(desk.does("customer show Änne")["merged"], json!([]), "{text}");
    }
    desk.does("customer merge Max_Müller --into Änne_Müller");
    desk.does("customer merge Tracy_Smithson --into Änne_Müller");
    let stop = desk.stopped(&["customer", "unmerge", "Änne Müller"], 2);
    assert_eq!(stop["code"], "ambiguous");
    let candidates = stop["details"]["candidates"].clone();
    let mut names = each(&candidates, "name");
    names.sort_unstable();
    assert_eq!(names, ["Max Müller", "Tracy Smithson"]);
    desk.does(&format!("customer unmerge {}", candidates[0]["id"].as_str().unwrap()));
}

#[test]
fn who_leaves_has_their_future_bookings_listed() {
    let desk = Desk::with_a_court();
    desk.does(
        "staff add --name Olga --role instructor --description Tennis --timezone Europe/Madrid",
    );
    desk.does("staff edit Olga --description Padel");
    let staff = desk.does("staff list");
    let olga = staff["staff"].as_array().unwrap().iter().find(|row| row["name"] == "Olga").unwrap();
    assert_eq!(
        (&olga["description"], &olga["timezone"]),
        (&json!("Padel"), &json!("Europe/Madrid"))
    );
    desk.does("resource add --name Coach --kind instructor --staff Olga");
    let id = desk.id(
        "book --resource Court_1 --resource Coach --start DAYT10:00 --minutes 60",
        "booking_id",
    );
    desk.does("book --resource Court_1 --start DAYT12:00 --minutes 60");
    let left = desk.does("staff edit Olga --inactive");
    assert_eq!(each(&left["bookings_hit"], "booking_id"), [&id]);
    assert_eq!(desk.does("staff edit Olga --description Golf")["bookings_hit"], json!([]));
    let theirs = desk.does("staff bookings Olga");
    assert_eq!(each(&theirs["bookings"], "booking_id"), [&id]);
    let later = day() + chrono::Duration::days(1);
    assert_eq!(desk.does(&format!("staff bookings Olga --from {later}"))["bookings"], json!([]));
}

#[test]
fn who_was_added_to_the_staff_by_mistake_has_left_again() {
    let desk = Desk::with_a_court();
    let nothing = json!(null);
    desk.does("staff add --name Olga --role instructor");
    desk.does("staff edit Olga --description Padel");
    assert_eq!(desk.does("undo")["undone"]["sentence"], "Change staff member Olga");
    assert_eq!(desk.does("undo")["undone"]["sentence"], "Add staff member Olga");
    let olga = || {
        let staff = desk.does("staff list");
        let all = staff["staff"].as_array().unwrap().clone();
        all.into_iter().find(|row| row["name"] == "Olga").unwrap()
    };
    assert_eq!((&olga()["active"], &olga()["description"]), (&json!(false), &nothing));
    desk.does("staff edit Olga --active");
    assert_eq!(olga()["active"], true);
}

#[test]
fn an_older_export_does_not_bring_back_what_was_erased() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60 --customer Tracy_Smith";
    let id = desk.id(&format!("{book} --title Knee_of_Tracy"), "booking_id");
    let files = tempfile::tempdir().unwrap();
    let out = files.path().to_str().unwrap();
    let mapping = files.path().join("mapping.toml");
    desk.done(&["export", out], &[]);
    desk.does("privacy erase Tracy_Smith --reason asked --yes");
    desk.done(&["import", "--mapping", mapping.to_str().unwrap(), out], &[]);
    let shown = desk.does(&format!("show {id}"));
    assert_eq!((&shown["title"], &shown["status"]), (&"".into(), &"confirmed".into()));
    assert_eq!(desk.does("customers --search Tracy")["customers"], serde_json::json!([]));
}

#[test]
fn a_customer_is_found_by_any_part_of_a_name_or_a_number() {
    let desk = Desk::with_a_court();
    desk.does("customer add --name Darren --phone +49_(30)_123-456 --email d@example.org");
    let finds = |text: &str| -> Vec<String> {
        let found = desk.done(&["customers", "--search", text], &[])["customers"].clone();
        each(&found, "name").into_iter().map(str::to_owned).collect()
    };
    for text in ["da", "rr", "@", "30123456", "3012", "123-4", "49 30 123"] {
        assert_eq!(finds(text), ["Darren"], "{text}");
    }
    for text in ["zz", "999", "darr zz", "da zz"] {
        assert_eq!(finds(text), Vec::<String>::new(), "{text}");
    }
    // Who has it at the beginning of words comes first, and hides nobody who has it inside of them.
    desk.does("customer add --name Joanna_Müller --email j@example.org");
    desk.does("customer add --name Anna_Lang --email a@example.org");
    for text in ["anna l", "L ANNA", "nn l @", "an la"] {
        let names =
            if text == "an la" { vec!["Anna Lang"] } else { vec!["Anna Lang", "Joanna Müller"] };
        assert_eq!(finds(text), names, "{text}");
    }
    assert_eq!(finds("anna mu"), ["Joanna Müller"]);
    assert_eq!(finds("un é"), Vec::<String>::new());
    assert_eq!(finds("oa ü"), ["Joanna Müller"]);
}

#[test]
fn a_limit_counts_who_is_left_when_the_list_is_narrowed_down() {
    let desk = Desk::with_a_court();
    for (n, tag) in ["odd", "ÜBRIG", "odd", "ÜBRIG"].iter().enumerate() {
        desk.does(&format!("customer add --name Ann_{} --tag {tag}", n + 1));
    }
    let finds = |text: &str| -> Vec<String> {
        let found = desk.does(&format!("customers {text}"))["customers"].clone();
        each(&found, "name").into_iter().map(str::to_owned).collect()
    };
    assert_eq!(finds("--search ann --limit 2"), ["Ann 1", "Ann 2"]);
    assert_eq!(finds("--search nn --limit 3"), ["Ann 1", "Ann 2", "Ann 3"]);
    assert_eq!(finds("--search ann --tag übrig --limit 2"), ["Ann 2", "Ann 4"]);
    assert_eq!(finds("--search übrig --limit 1"), ["Ann 2"]);
    assert_eq!(finds("--search ann --limit 9").len(), 4);
    assert_eq!(finds("--limit 1"), ["Ann 1"]);
}
