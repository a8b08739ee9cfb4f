//! Components (RFC 5545, 3.4 and 3.6): what stands between BEGIN and END, one within another.
//!
//! A file that is cut off, or whose BEGIN and END do not match, gives what can be told apart, with
//! a problem. Depth is bounded, so that no file makes a tree that cannot be walked.

use crate::line::Property;
use crate::problem::{Problems, quoted};

/// Deepest nesting. A calendar needs three: VCALENDAR, VEVENT, VALARM.
const DEPTH_MAX: usize = 8;

/// A component and what stands in it.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) line: usize,
    pub(crate) name: String,
    pub(crate) properties: Vec<Property>,
    pub(crate) children: Vec<Component>,
    /// Whether its END was there.
    pub(crate) ended: bool,
}

impl Component {
    pub(crate) fn get(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Component> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Puts properties into components as they come.
#[derive(Default, Debug)]
pub(crate) struct Builder {
    /// From the outermost to the innermost that is open.
    open: Vec<Component>,
    /// BEGINs beyond [`DEPTH_MAX`] whose END has not come.
    too_deep: usize,
    done: Vec<Component>,
    strays: usize,
    problems: Problems,
}

impl Builder {
    /// The next property, or the number of a line that is none.
    pub(crate) fn take(&mut self, property: Result<Property, usize>) {
        let property = match property {
            Ok(property) => property,
            Err(line) => {
                let message = "This line is not of the form NAME:value; it is left out.";
                self.problems.add(line, None, message);
                return;
            }
        };
        match property.name.as_str() {
            "BEGIN" => self.begin(&property),
            "END" => self.end(&property),
            _ if self.too_deep > 0 => {}
            _ => match self.open.last_mut() {
                Some(innermost) => innermost.properties.push(property),
                None => self.stray(&property),
            },
        }
    }

    /// All outermost components, whether they ended or not, and what was wrong.
    pub(crate) fn finish(mut self) -> (Vec<Component>, Problems) {
        if let Some(innermost) = self.open.last() {
            let message = format!(
                "The file ends within {}; it is cut off, and this may be incomplete.",
                innermost.name
            );
            self.problems.add(innermost.line, None, message);
        }
        while self.close(false) {}
        (self.done, self.problems)
    }

    fn begin(&mut self, property: &Property) {
        let name = property.value.trim().to_ascii_uppercase();
        // No event stands within another: the END of the one before is missing.
        if name == "VEVENT" || name == "VCALENDAR" {
            let twice = self.open.iter().position(|outer| outer.name == name);
            if let Some(first) = twice {
                let message = format!("{name} begins again before it ended.");
                self.problems.add(property.line, None, message);
                self.too_deep = 0;
                while self.open.len() > first && self.close(false) {}
            }
        }
        if self.open.len() == DEPTH_MAX {
            if self.too_deep == 0 {
                let message = "Components stand too deep within one another; these are left out.";
                self.problems.add(property.line, None, message);
            }
            self.too_deep += 1;
            return;
        }
        self.open.push(Component {
            line: property.line,
            name,
            properties: Vec::new(),
            children: Vec::new(),
            ended: false,
        });
    }

    fn end(&mut self, property: &Property) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let name = property.value.trim().to_ascii_uppercase();
        let Some(depth) = self.open.iter().rposition(|open| open.name == name) else {
            let message = format!("END:{} without its BEGIN is left out.", quoted(&name));
            self.problems.add(property.line, None, message);
            return;
        };
        while self.open.len() > depth + 1 {
            let unended = self.open.last().map_or("", |open| &open.name);
            let message = format!("{name} ends before {} within it did.", quoted(unended));
            self.problems.add(property.line, None, message);
            self.close(false);
        }
        self.close(true);
    }

    fn close(&mut self, ended: bool) -> bool {
        let Some(mut closed) = self.open.pop() else { return false };
        closed.ended = ended;
        match self.open.last_mut() {
            Some(outer) => outer.children.push(closed),
            None => self.done.push(closed),
        }
        true
    }

    /// Text around the calendar: said once.
    fn stray(&mut self, property: &Property) {
        self.strays += 1;
        if self.strays == 1 {
            let message = "Lines outside of a calendar are left out.";
            self.problems.add(property.line, None, message);
        }
    }
}
