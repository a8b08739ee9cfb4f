//! Looking for customers from the first letter.

use crate::store::AsJson;
use crate::store::rows::{self, Shown};
use holdfast_domain::Customer;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::collections::HashSet;
use unicode_normalization::char::decompose_canonical;

/// Those whose name begins with `text`, then those with every word of it in name, e-mail or phone:
/// anywhere where each has three letters or more, at the beginning of a word where one is shorter;
/// then those who have a booking with such a title; then, by name, those with words of a letter or two
/// anywhere, too. Where these are nobody, by name: those with its digits in their telephone number, else
/// with its letter or two in a booking's title. All by name where `text` is blank. Who turned out to be
/// somebody else is left out; looked for by what was known of them, the one they are is found.
///
/// Each question is answered by an index and stops as soon as there are enough, so that a hundred
/// thousand customers cost no more than a few, whether anybody is found or not.
pub(crate) fn search(
    db: &Connection,
    shown: Shown,
    text: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Customer>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let text = text.trim();
    if text.is_empty() {
        let rest = "t.merged_into is null order by t.name collate nocase, t.n limit ?1";
        return rows::listed(db, shown, ("", rest), &[&most]);
    }
    let Questions { whether, mut first, mut more, last } = questions(text);
    let mut search = Search { db, shown, found: Vec::new(), seen: HashSet::new() };
    if let Some(question) = whether
        && !search.is_anybody(question)?
    {
        first.retain(|question| question.from == TITLES);
        more.clear();
    }
    for question in first {
        search.take(question, limit)?;
    }
    let best = i64::try_from(search.found.len()).unwrap_or(i64::MAX);
    if search.found.len() < limit {
        for question in more {
            search.take(question, limit.max(WEIGHED))?;
        }
    }
    for question in last {
        if search.found.is_empty() {
            search.take(question, limit.max(WEIGHED))?;
        }
    }
    let join = "join json_each(?1) f on t.n = f.value";
    let rest = "true order by min(f.key, ?2), t.name collate nocase, t.n limit ?3";
    rows::listed(db, Shown::All, (join, rest), &[&AsJson(search.found), &best, &most])
}

/// How many of those that have something in the middle of a word are put in order by name: a letter
/// may be in everybody.
const WEIGHED: usize = 200;
/// How many are looked at for a word too short for an index, beside others. All of them only where
/// nobody is found otherwise.
const LOOKED_AT: usize = 300;
/// A word too short for an index is looked for as any of the pieces that it begins, where these are so
/// many at most.
const PIECES: usize = 40;

/// A search under way: whom it has found so far, best first, by rowid.
struct Search<'a> {
    db: &'a Connection,
    shown: Shown,
    found: Vec<i64>,
    seen: HashSet<i64>,
}

impl Search<'_> {
    /// Takes from what a question finds until there are `enough`: each once, and as whom they turned
    /// out to be.
    fn take(&mut self, question: Question, enough: usize) -> rusqlite::Result<()> {
        let Some(question) = self.narrowed(question)? else { return Ok(()) };
        let mut asked = self.db.prepare_cached(&question.sql(self.shown))?;
        let mut answers = asked.query(params_from_iter(&question.values))?;
        let mut looked_at = 0;
        while self.found.len() < enough {
            let is_enough = looked_at == LOOKED_AT && !self.found.is_empty();
            if is_enough && !question.holding.is_empty() {
                break;
            }
            let Some(row) = answers.next()? else { break };
            looked_at += 1;
            let n = row.get(0)?;
            if !question.is_held_by(row.get_ref(2)?.as_str()?) {
                continue;
            }
            let n = if row.get(1)? { self.whose(n)? } else { Some(n) };
            if let Some(n) = n.filter(|n| self.seen.insert(*n)) {
                self.found.push(n);
            }
        }
        Ok(())
    }

    /// Whether a question finds anybody; whoever is found may not hold all that they must.
    fn is_anybody(&self, question: Question) -> rusqlite::Result<bool> {
        let Some(question) = self.narrowed(question)? else { return Ok(false) };
        let mut asked = self.db.prepare_cached(&question.sql(self.shown))?;
        asked.exists(params_from_iter(&question.values))
    }

    /// The question put to the index of pieces, as far as its short words begin few; none where one of
    /// them is nowhere.
    fn narrowed(&self, question: Question) -> rusqlite::Result<Option<Question>> {
        let mut each = Vec::new();
        for word in &question.holding {
            let pieces = self.pieces(word)?;
            if pieces.is_empty() {
                return Ok(None);
            }
            if pieces.len() <= PIECES {
                let any: Vec<String> = pieces.iter().map(|piece| quoted(piece)).collect();
                each.push(format!("({})", any.join(" OR ")));
            }
        }
        if each.is_empty() {
            return Ok(Some(question));
        }
        if question.from == TRIGRAM {
            each.extend(question.values);
        }
        let narrowed = Question::new(TRIGRAM, MATCHING, [each.join(" AND ")]);
        Ok(Some(Question { holding: question.holding, ..narrowed }))
    }

    /// The pieces that begin with a folded letter or two: all, or more than [`PIECES`].
    fn pieces(&self, word: &str) -> rusqlite::Result<Vec<String>> {
        let sql = format!("select f.term from customers_pieces f where {FROM_PIECE} limit 1");
        let mut next = self.db.prepare_cached(&sql)?;
        let mut pieces = Vec::new();
        let mut from = word.to_owned();
        while pieces.len() <= PIECES {
            let found: Option<String> =
                next.query_row([&from, word], |row| row.get(0)).optional()?;
            let Some(piece) = found else { break };
            from = format!("{piece}\u{1}");
            pieces.push(piece);
        }
        Ok(pieces)
    }

    /// Whom somebody turned out to be.
    fn whose(&self, n: i64) -> rusqlite::Result<Option<i64>> {
        let sql = format!(
            "with recursive whose (n, merged_into) as (
                 select n, merged_into from customers where n = ?1
                 union
                 select c.n, c.merged_into from whose w join customers c on c.id = w.merged_into)
             select t.n from whose w join customers t on t.n = w.n
             where w.merged_into is null and {}",
            self.shown.condition()
        );
        self.db.prepare_cached(&sql)?.query_row([n], |row| row.get(0)).optional()
    }
}

/// A way to look for customers, `t`: in what, by what, and in which order; and which folded words they
/// must hold besides.
struct Question {
    from: &'static str,
    rest: &'static str,
    values: Vec<String>,
    holding: Vec<String>,
}

impl Question {
    fn new<const N: usize>(from: &'static str, rest: &'static str, values: [String; N]) -> Self {
        Self { from, rest, values: values.into(), holding: Vec::new() }
    }

    fn sql(&self, shown: Shown) -> String {
        let (from, kept, rest) = (self.from, shown.condition(), self.rest);
        let text = match self.holding[..] {
            [] => "''",
            _ => "(select s.text from customers_searched s where s.n = t.n)",
        };
        format!("select t.n, t.merged_into is not null, {text} from {from} where {kept} and {rest}")
    }

    /// Whether what is known of somebody holds all the words that it must.
    fn is_held_by(&self, text: &str) -> bool {
        self.holding.is_empty() || {
            let text = folded(text);
            self.holding.iter().all(|word| text.contains(word))
        }
    }
}

/// What is asked for a text.
struct Questions {
    /// What finds everybody whom others find, and more: where it finds nobody, only titles are asked for.
    whether: Option<Question>,
    /// What finds the best.
    first: Vec<Question>,
    /// What finds more, where there is room.
    more: Vec<Question>,
    /// What is asked only where nobody is found, one by one until somebody is.
    last: Vec<Question>,
}

fn questions(text: &str) -> Questions {
    let part = folded(text);
    let first = [Some(names(text)), Some(words(text)), titles(text)];
    let more = [parts(&part).filter(|_| is_short(&part)), short_words(text, usize::MAX)];
    let last = [parts(&digits(text)), parts_of_titles(&part)];
    let asked = |questions: Vec<Option<Question>>| questions.into_iter().flatten().collect();
    Questions {
        // Both indexes hold these alike; of other signs each makes something else.
        whether: short_words(text, 3)
            .filter(|_| text.chars().all(|c| c.is_ascii_alphanumeric() || c.is_whitespace())),
        first: asked(first.into()),
        more: asked(more.into()),
        last: asked(last.into()),
    }
}

/// Whether one of its words is too short to be looked for anywhere in a word.
fn has_short_word(text: &str) -> bool {
    text.split_whitespace().any(|word| is_short(&folded(word)))
}

/// Their name begins with it.
fn names(text: &str) -> Question {
    let rest = "t.name >= ?1 collate nocase and t.name < ?1 || char(1114109) collate nocase
        order by t.name collate nocase, t.n";
    Question::new("customers t", rest, [text.into()])
}

const TRIGRAM: &str = "customers_trigram f cross join customers t on t.n = f.rowid";
const TITLES: &str = "booking_titles_trigram f cross join booking_titles b on b.n = f.rowid
        cross join customers t on t.id = b.customer_id";
const MATCHING: &str = "customers_trigram match ?1";
const PREFIX: &str = "customers_prefix f cross join customers t on t.n = f.rowid";

/// Every word of it is in name, e-mail or phone.
fn words(text: &str) -> Question {
    let words: Vec<&str> = text.split_whitespace().collect();
    // By rowid, the index itself stops at the limit; by rank it would weigh them all.
    if has_short_word(text) {
        let rest = "customers_prefix match ?1 order by f.rowid";
        return Question::new(PREFIX, rest, [beginnings(&words)]);
    }
    Question::new(TRIGRAM, "customers_trigram match ?1 order by f.rowid", [anywhere(&words)])
}

/// The same where there are several and some are short, with so many letters of each anywhere.
fn short_words(text: &str, letters: usize) -> Option<Question> {
    let (mut short, long): (Vec<String>, Vec<String>) =
        text.split_whitespace().map(folded).partition(|word| is_short(word));
    if short.is_empty() || short.len() + long.len() < 2 {
        return None;
    }
    let question = if long.is_empty() {
        short.sort_by_key(|word| word.chars().count());
        parts(short.last()?)?
    } else {
        let begins = |word: &String| word.chars().take(letters).collect::<String>();
        let long: Vec<String> = long.iter().map(begins).collect();
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        Question::new(TRIGRAM, MATCHING, [anywhere(&long)])
    };
    Some(Question { holding: short, ..question })
}

/// All of it is in the title of a booking of theirs, the newest first.
fn titles(text: &str) -> Option<Question> {
    let rest = "booking_titles_trigram match ?1 order by f.rowid desc";
    (!is_short(&folded(text))).then(|| Question::new(TITLES, rest, [quoted(text)]))
}

/// All of a folded text is anywhere in name, e-mail or phone.
fn parts(text: &str) -> Option<Question> {
    if text.is_empty() {
        return None;
    }
    if !is_short(text) {
        return Some(Question::new(TRIGRAM, MATCHING, [quoted(text)]));
    }
    let from = "customers_pieces f cross join customers t on t.n = f.doc";
    Some(Question::new(from, BEGINNING, [text.into()]))
}

/// A folded letter or two are anywhere in the title of a booking of theirs.
fn parts_of_titles(text: &str) -> Option<Question> {
    let from = "booking_title_pieces f cross join booking_titles b on b.n = f.doc
        cross join customers t on t.id = b.customer_id";
    let asked = !text.is_empty() && is_short(text);
    asked.then(|| Question::new(from, BEGINNING, [text.into()]))
}

/// An index of pieces of three letters cannot be asked for fewer, but its list of pieces is in order.
const BEGINNING: &str = "f.term >= ?1 and f.term < ?1 || char(1114109)";
/// The same from a piece on.
const FROM_PIECE: &str = "f.term >= ?1 and f.term < ?2 || char(1114109)";

/// The digits of what may be a telephone number: what `customers_searched` leaves of one.
fn digits(text: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || " -()/.+".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit);
    if text.chars().all(is_number) { digits.collect() } else { String::new() }
}

/// As the indexes hold it: small letters, and those of ASCII without their marks.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let bare = |c: char| {
        let mut parts = Vec::with_capacity(2);
        decompose_canonical(c, |part| parts.push(part));
        let marked = parts[0].is_ascii_alphabetic() && parts[1..].iter().all(is_mark);
        if marked { parts[0] } else { c }
    };
    text.chars().flat_map(char::to_lowercase).map(bare).filter(|c| !is_mark(c)).collect()
}

/// Whether a folded text is too short for an index of pieces of three letters.
fn is_short(folded: &str) -> bool {
    folded.chars().count() < 3
}

/// Each of `words`, for an index of pieces.
fn anywhere(words: &[&str]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Each of `words`, for an index of words: at the beginning of one.
fn beginnings(words: &[&str]) -> String {
    words.iter().map(|word| format!("{}*", quoted(word))).collect::<Vec<_>>().join(" ")
}

/// As an FTS5 string, so that nothing a person types is query syntax.
pub(super) fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\0', "").replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neither a hit nor a miss may cost more the more customers there are.
    #[test]
    fn no_question_of_a_search_looks_at_everybody() {
        let db = crate::store::open(std::path::Path::new(":memory:")).unwrap();
        for text in ["m", "zz", "Anna", "anna mill", "anna mi", "+49 (30) 1", "1-", "ÖZ"] {
            let Questions { whether, first, more, last } = questions(text);
            for question in whether.into_iter().chain(first).chain(more).chain(last) {
                let sql = format!("explain query plan {}", question.sql(Shown::Kept));
                let mut plan = db.prepare(&sql).unwrap();
                let steps = plan.query_map(params_from_iter(question.values), |row| row.get(3));
                let steps: Vec<String> = steps.unwrap().collect::<Result<_, _>>().unwrap();
                let everybody = |step: &&String| format!("{step} ").starts_with("SCAN t ");
                assert_eq!(steps.iter().find(everybody), None, "{text}: {steps:#?}");
            }
        }
    }

    #[test]
    fn letters_are_folded_as_the_indexes_fold_them() {
        let db = crate::store::open(std::path::Path::new(":memory:")).unwrap();
        db.execute_batch(
            "create virtual table temp.folds using fts5 (x, tokenize = 'trigram remove_diacritics 1');
             create virtual table temp.pieces using fts5vocab (temp, folds, row);",
        )
        .unwrap();
        for text in ["ÖZI", "ÖZI", "ỆMA", "АЙЯ", "김민준", "ØRE", "ŁUK", "άβγ"] {
            db.execute("delete from folds", []).unwrap();
            db.execute("insert into folds values (?1)", [text]).unwrap();
            let piece: String =
                db.query_row("select term from temp.pieces", [], |row| row.get(0)).unwrap();
            assert_eq!(folded(text), piece, "{text}");
        }
    }
}
