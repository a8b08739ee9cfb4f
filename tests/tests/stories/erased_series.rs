//! A series of which one date was somebody's who is erased: the others keep what they say, and whoever the
//! series was made for is told nothing less.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, small_club, two_desks,
};
use crate::erased_kept::{erase, nothing};
use crate::records::{NAME, found, found_at};
use holdfast_tests::desk::Cli;
use serde_json::{Value, json};

/// Books three weekly hours of Court 2; answers the series and its dates.
fn weekly(desk: &Cli, more: &[&str]) -> (String, [String; 3]) {
    let start = on_day(7, "10:00");
    let series = ["series", "book", "--start", &start, "--minutes", "60"];
    let of = ["--rrule", "FREQ=WEEKLY;COUNT=3"];
    let on = if more.contains(&"--resource") { [].as_slice() } else { &["--resource", "Court 2"] };
    let booked = desk.ok(&[series.as_slice(), &of, on, more].concat());
    let date = |n: usize| booked["bookings"][n]["booking_id"].as_str().unwrap().to_owned();
    (booked["series_id"].as_str().unwrap().to_owned(), [date(0), date(1), date(2)])
}

/// Whose each date is, what it says and how it stands.
fn says(desk: &Cli, dates: &[String; 3]) -> Vec<Value> {
    let fields = ["customer_name", "title", "description", "staff_note", "status", "owed"];
    let of = |date: &String| {
        let shown = desk.ok(&["show", date]);
        fields.iter().map(|field| shown[*field].clone()).collect::<Value>()
    };
    dates.iter().map(of).collect()
}

fn title(desk: &Cli, series: &str) -> Value {
    desk.ok(&["series", "show", series])["series"]["title"].clone()
}

#[test]
fn a_desk_alone_brings_the_series_of_others_as_it_shows_them() {
    let (database, hq) = headquarters("erased_series");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    let hers = |date: &str, more: &[&str]| {
        desk.ok(&[["edit", date, "--customer", NAME].as_slice(), more].concat());
    };
    // The house's own; somebody's, with words given away; and one that was taken back before that.
    let (house, of_house) = weekly(&desk, &["--title", "League", "--staff-note", "keys"]);
    hers(&of_house[0], &[]);
    desk.ok(&["series", "move", &house, "--resource", "Court 1"]);
    let tims = ["--customer", "Tim Rownam", "--title", "Cup", "--description", "balls"];
    let (cup, of_tim) = weekly(&desk, &tims);
    hers(&of_tim[1], &["--description", "allergic-to-geese"]);
    desk.ok(&["booking", "pay", &of_tim[1], "--amount", "5", "--note", "Owlstreet pays"]);
    desk.ok(&["series", "edit", &cup, "--title", "Cup final"]);
    desk.ok(&["series", "move", &cup, "--start", "12:00"]);
    let (_, undone) = weekly(&desk, &tims);
    desk.ok(&["undo"]);
    hers(&undone[1], &[]);
    erase(&desk, NAME);
    assert_eq!(found(&desk), nothing());

    let all = [&of_house, &of_tim, &undone];
    let before = all.map(|dates| says(&desk, dates));
    assert_eq!(before[0][1], json!(["", "League", "", "keys", "confirmed", null]));
    assert_eq!(before[1][0][1], "Cup final");
    assert_eq!(before[2].iter().filter(|it| it[4] == "cancelled").count(), 3);
    let titles = [&house, &cup].map(|it| title(&desk, it));
    assert_eq!(titles, ["League", "Cup"]);
    join_empty_org(&desk, &hq, &hq.url());
    assert_eq!(inbox(&desk), Vec::<Value>::new());
    assert_eq!(all.map(|dates| says(&desk, dates)), before);
    assert_eq!([&house, &cup].map(|it| title(&desk, it)), titles);
    assert_eq!((found_at(&database), found(&desk)), (nothing(), nothing()));
    assert_converged(&database, &[&desk]);
}

#[test]
fn a_desk_alone_brings_what_a_former_series_of_theirs_is_called_where_others_are_called_so() {
    let (database, hq) = headquarters("series_brought");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    let hers = ["--customer", NAME, "--title", "League", "--staff-note", "bibs"];
    let (league, dates) = weekly(&desk, &hers);
    desk.ok(&["edit", &dates[0], "--title", "Owlstreet"]);
    desk.ok(&["edit", &dates[0], "--customer", "Tracy Smith", "--title", "Cup"]);
    desk.ok(&["edit", &dates[1], "--customer", "Tim Rownam", "--staff-note", "keys"]);
    desk.ok(&["edit", &dates[1], "--description", "balls"]);
    desk.ok(&["series", "move", &league, "--resource", "Court 1"]);
    let called = ["--customer", NAME, "--title", "Owlstreet", "--description", "balls"];
    let (owl, others) = weekly(&desk, &called);
    desk.ok(&["edit", &others[2], "--customer", "Tim Rownam", "--title", "Cup"]);
    erase(&desk, NAME);
    let shown = || (says(&desk, &dates), says(&desk, &others));
    let titles = || [&league, &owl].map(|it| title(&desk, it));
    let before = shown();
    assert_eq!(before.0[0][1], "Cup");
    assert_eq!(before.0[1], json!(["Tim Rownam", "League", "balls", "keys", "confirmed", null]));
    assert_eq!(before.0[2][1], "");
    assert_eq!(titles(), [json!("League"), Value::Null]);
    join_empty_org(&desk, &hq, &hq.url());
    assert_eq!(inbox(&desk), Vec::<Value>::new());
    assert_eq!((shown(), titles()), (before, [json!("League"), Value::Null]));
    assert_eq!((found_at(&database), found(&desk)), (nothing(), nothing()));
    assert_converged(&database, &[&desk]);
}

#[test]
fn what_a_desk_alone_brings_finds_what_is_there_by_then() {
    let (database, hq) = headquarters("series_found");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    // A date of theirs that is given away after they are erased, and they are written of once more.
    let (first, league) = weekly(&desk, &["--customer", "Tracy Smith", "--title", "League"]);
    desk.ok(&["edit", &league[0], "--customer", NAME]);
    desk.ok(&["series", "move", &first, "--start", "12:00"]);
    let other = book(&desk, "Court 1", &on_day(9, "10:00"), NAME);
    // The house's series, which was theirs whole but for a date that is somebody's again.
    let house = ["--resource", "Court 1", "--title", "House", "--description", "nets"];
    let (series, dates) = weekly(&desk, &house);
    desk.ok(&["series", "edit", &series, "--description", "balls"]);
    desk.ok(&["series", "edit", &series, "--customer", NAME]);
    desk.ok(&["edit", &dates[1], "--customer", "Tim Rownam", "--title", "Cup"]);
    // Hers, of which one date was called otherwise, and somebody's whole since.
    let (theirs, renamed) = weekly(&desk, &["--customer", NAME, "--title", "Match"]);
    desk.ok(&["edit", &renamed[2], "--title", "Return match"]);
    desk.ok(&["series", "edit", &theirs, "--customer", "Tim Rownam"]);
    erase(&desk, NAME);
    let keys = ["--title", "Tim's cup", "--staff-note", "keys"];
    desk.ok(&[["edit", &league[0], "--customer", "Tim Rownam"].as_slice(), &keys].concat());
    desk.ok(&["edit", &other, "--staff-note", "allergic-to-geese"]);
    desk.ok(&["status"]);
    let all = [&league, &dates, &renamed];
    let before = all.map(|dates| says(&desk, dates));
    assert_eq!(before[2][2][1], "Return match");
    assert_eq!(before[0][0], json!(["Tim Rownam", "Tim's cup", "", "keys", "confirmed", null]));
    assert_eq!(before[1][1], json!(["Tim Rownam", "Cup", "balls", "", "confirmed", null]));
    join_empty_org(&desk, &hq, &hq.url());
    assert_eq!(inbox(&desk), Vec::<Value>::new());
    assert_eq!(all.map(|dates| says(&desk, dates)), before);
    assert_eq!((found_at(&database), found(&desk)), (nothing(), nothing()));
    assert_converged(&database, &[&desk]);
}

#[test]
fn what_was_of_somebody_goes_with_them_though_it_became_theirs_who_were_erased_before() {
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", "Yara Finch"]);
    desk.ok(&["customer", "add", "--name", NAME]);
    let (_, dates) = weekly(&desk, &["--customer", NAME, "--title", "Owlstreet"]);
    desk.ok(&["edit", &dates[1], "--customer", "Yara Finch"]);
    erase(&desk, "Yara Finch");
    assert!(!found(&desk).is_empty());
    erase(&desk, NAME);
    assert_eq!(found(&desk), nothing());
}

#[test]
fn headquarters_goes_on_telling_of_a_series_of_which_one_date_was_theirs() {
    let (database, _hq, a, b) = two_desks("kept_series");
    a.ok(&["customer", "add", "--name", NAME]);
    let (series, dates) = weekly(&a, &["--customer", "Tim Rownam", "--staff-note", "keys"]);
    a.ok(&["edit", &dates[0], "--customer", NAME]);
    let (hers, _) = weekly(&b, &["--resource", "Court 1"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["series", "edit", &hers, "--customer", NAME]);
    b.ok(&["sync"]);
    let kept = |series: &str| {
        let told = format!("audit where row_id = '{series}' and after ->> 'id' is not null");
        database.run(&format!("select count(*) from {told}"))
    };
    assert_eq!([kept(&series), kept(&hers)], ["1", "1"]);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    assert_eq!([kept(&series), kept(&hers)], ["1", "0"]);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_is_refused_of_the_other_dates_of_a_series_says_why() {
    let (database, _hq, a, b) = two_desks("refused_dates");
    a.ok(&["customer", "add", "--name", NAME]);
    let (_, dates) = weekly(&a, &["--customer", "Tim Rownam", "--title", "Cup"]);
    a.ok(&["edit", &dates[0], "--customer", NAME]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    for (desk, note) in [(&b, "balls"), (&a, "keys")] {
        desk.ok(&["series", "edit", &dates[1], "--staff-note", note]);
        desk.ok(&["sync"]);
    }
    let items = inbox(&a);
    let details = &items[0]["refusal"]["details"];
    assert_eq!((&details["current"], &details["wanted"]), (&"balls".into(), &"keys".into()));
    b.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_nobodys_again_and_then_somebodys_says_nothing_of_who_had_it_first() {
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    let booking = book(&desk, "Court 1", &on_day(5, "10:00"), NAME);
    let edit = |args: &[&str]| desk.ok(&[["edit", &booking].as_slice(), args].concat());
    edit(&["--customer-note", "allergic-to-geese"]);
    edit(&["--customer", ""]);
    edit(&["--customer", "Tim Rownam", "--customer-note", "balls"]);
    erase(&desk, NAME);
    desk.ok(&["status"]);
    assert_eq!(found(&desk), nothing());
    let history = desk.ok(&["history", "booking", &booking])["history"].clone();
    let actions: Vec<&Value> = history.as_array().unwrap().iter().map(|it| &it["action"]).collect();
    assert_eq!(actions, ["book", "edit_booking", "edit_booking", "edit_booking"], "{history:#}");
    assert!(history[1]["changes"].as_array().unwrap().is_empty(), "{history:#}");
    assert!(history[3].to_string().contains("balls"), "{history:#}");
}

#[test]
fn what_a_desk_said_of_a_booking_before_it_was_theirs_goes_where_it_is_nobodys_again() {
    let (database, _hq, a, b) = two_desks("nobodys_again");
    a.ok(&["customer", "add", "--name", NAME]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let start = on_day(5, "10:00");
    let args = ["book", "--resource", "Court 1", "--start", &start, "--minutes", "60"];
    let booked = b.ok(&[args.as_slice(), &["--title", "Xanthippe"]].concat());
    let booking = booked["booking_id"].as_str().unwrap();
    b.ok(&["edit", booking, "--customer", NAME]);
    b.ok(&["edit", booking, "--customer", ""]);
    // A class that she had a place in is everybody's.
    let class = ["book", "--resource", "Court 2", "--start", &start, "--minutes", "60"];
    let class = b.ok(&[class.as_slice(), &["--capacity", "4", "--title", "Yoga"]].concat());
    b.ok(&["class", "add", class["booking_id"].as_str().unwrap(), NAME]);
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    erase(&a, NAME);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    let file = std::fs::read(b.replica().join("replica.sqlite")).unwrap();
    assert!(
        file.windows(14).any(|it| it == b"\"title\":\"Yoga\""),
        "what it did for the class is kept"
    );
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_a_series_is_called_goes_where_nobody_else_is_called_so() {
    let (database, _hq, a, b) = two_desks("erased_titles");
    for name in [NAME, "Yara Quillfeather", "Zoe Owlstreet"] {
        a.ok(&["customer", "add", "--name", name]);
    }
    let hers = |hour: &str, whose: &str, more: &[&str]| {
        let start = on_day(7, hour);
        let series = ["series", "book", "--resource", "Court 1", "--start", &start];
        let of = ["--minutes", "60", "--rrule", "FREQ=WEEKLY;COUNT=2", "--title", "Owlstreet"];
        let booked = a.ok(&[series.as_slice(), &of, &["--customer", whose], more].concat());
        let date = |n: usize| booked["bookings"][n]["booking_id"].as_str().map(str::to_owned);
        (booked["series_id"].as_str().unwrap().to_owned(), date(0).unwrap(), date(1))
    };
    let give = |date: &str, to: &str, more: &[&str]| {
        a.ok(&[["edit", date, "--customer", to].as_slice(), more].concat());
    };
    let (nobodys, first, _) = hers("08:00", NAME, &[]);
    give(&first, "", &[]);
    let (both, first, _) = hers("09:00", NAME, &[]);
    give(&first, "Yara Quillfeather", &[]);
    let (merged, first, _) = hers("10:00", "Zoe Owlstreet", &[]);
    give(&first, NAME, &[]);
    a.ok(&["customer", "merge", "Zoe Owlstreet", "--into", NAME]);
    // A date that was left out is added for who has the others by then.
    book(&a, "Court 1", &on_day(14, "11:00"), "Tracy Smith");
    let (added, first, _) = hers("11:00", NAME, &["--on-conflict", "skip"]);
    give(&first, "Tim Rownam", &["--title", "Cup"]);
    a.ok(&["series", "add", &added, &on_day(14, "11:00"), "--start", &on_day(14, "15:00")]);
    let all = [&nobodys, &both, &merged, &added];
    assert_eq!(all.map(|it| title(&a, it)), ["Owlstreet"; 4]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&b, NAME);
    erase(&b, "Yara Quillfeather");
    for desk in [&b, &a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!(all.map(|it| title(&a, it)), [(); 4].map(|()| Value::Null));
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_a_refusal_found_of_somebody_goes_with_them() {
    let (database, _hq, a, b) = two_desks("erased_found");
    a.ok(&["customer", "add", "--name", NAME]);
    let single = book(&a, "Court 1", &on_day(5, "10:00"), "Tim Rownam");
    let (_, dates) = weekly(&a, &["--customer", "Tim Rownam", "--title", "Cup"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    for booking in [&single, &dates[1]] {
        a.ok(&["edit", booking, "--customer", NAME, "--description", "allergic-to-geese"]);
    }
    a.ok(&["sync"]);
    // The other desk does not know yet whose they are, and finds her words.
    for booking in [&single, &dates[1]] {
        b.ok(&["edit", booking, "--description", "other"]);
    }
    assert_eq!(b.ok(&["sync"])["refused"], 2);
    assert!(!found(&b).is_empty());
    a.ok(&["edit", &single, "--customer", "Tracy Smith", "--description", "hers now"]);
    for desk in [&a, &b, &a] {
        desk.ok(&["sync"]);
    }
    erase(&a, NAME);
    for desk in [&a, &b, &a] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_eq!(a.ok(&["show", &single])["description"], "hers now");
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_series_that_was_nobodys_before_and_after_goes_from_the_desk_that_booked_it() {
    let (database, _hq, a, b) = two_desks("nobodys_series");
    a.ok(&["customer", "add", "--name", NAME]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let (series, dates) = weekly(&b, &["--staff-note", "allergic-to-geese"]);
    b.ok(&["series", "edit", &series, "--customer", NAME]);
    b.ok(&["series", "edit", &series, "--customer", ""]);
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    erase(&a, NAME);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!(says(&b, &dates)[0][3], "");
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn whoever_has_a_series_now_has_their_history_on_a_desk_alone() {
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    let (series, dates) = weekly(&desk, &["--customer", NAME, "--staff-note", "allergic-to-geese"]);
    let to = ["series", "edit", &series, "--customer", "Tim Rownam"];
    desk.ok(&[to.as_slice(), &["--staff-note", "keys", "--title", "Cup"]].concat());
    desk.ok(&["series", "edit", &series, "--description", "balls"]);
    desk.ok(&["reschedule", &dates[0], "--start", &on_day(7, "12:00")]);
    erase(&desk, NAME);
    let history = desk.ok(&["history", "booking", &dates[0]])["history"].clone();
    let fields = |n: usize| -> Vec<String> {
        let changes = history[n]["changes"].as_array().unwrap().iter();
        changes.map(|it| it["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fields(2), ["description"], "{history:#}");
    assert!(!fields(3).iter().any(|it| it == "title" || it == "staff_note"), "{history:#}");
    assert_eq!(found(&desk), nothing());
}
