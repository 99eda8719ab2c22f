//! Whose rows are whose in `clinic`. Invariant: tells a context from its path alone, `crates/clinic/src/<context>/…`.

use super::code::{self, Token};
use super::sources::Spot;

/// Items of a `table.rs` that more than its context may see. Only the top level counts: a field or a method is seen
/// no further than its type, an item of an inner module no further than that module.
pub fn public_items(text: &str) -> Vec<Spot> {
    let code = code::code_only(text);
    let tokens = code::tokens(&code);
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, (line, token)) in tokens.iter().enumerate() {
        match token {
            Token::Mark('{' | '(' | '[') => depth += 1,
            Token::Mark('}' | ')' | ']') => depth = depth.saturating_sub(1),
            Token::Word("pub") if depth == 0 => match seen_by(&tokens[at + 1..]) {
                Some("super" | "in" | "self") => {}
                Some(_) => found.push((*line, "pub(crate) is not pub(super)".to_owned())),
                None => found.push((*line, "pub is not pub(super)".to_owned())),
            },
            _ => {}
        }
    }
    found
}

/// `pub mod table` and `pub use table::…`, however restricted.
pub fn handed_on(text: &str) -> Vec<Spot> {
    let code = code::code_only(text);
    let tokens = code::tokens(&code);
    let mut found = Vec::new();
    for (at, (line, token)) in tokens.iter().enumerate() {
        if *token != Token::Word("pub") {
            continue;
        }
        let rest = after_restriction(&tokens[at + 1..]);
        let item: Vec<Token> = rest.iter().take(2).map(|(_, token)| *token).collect();
        let exported = || {
            let end = rest
                .iter()
                .position(|(_, token)| *token == Token::Mark(';'))
                .unwrap_or(rest.len());
            code::paths(&rest[..end])
                .iter()
                .any(|(_, path)| path.contains(&"table"))
        };
        if item == [Token::Word("mod"), Token::Word("table")] {
            found.push((*line, "pub mod table".to_owned()));
        } else if item.first() == Some(&Token::Word("use")) && exported() {
            found.push((*line, "pub use of a table".to_owned()));
        }
    }
    found
}

/// Paths that lead into the table of another context.
pub fn foreign(path: &str, text: &str) -> Vec<Spot> {
    let module = module(path);
    let own = module.first().copied().unwrap_or_default();
    let code = code::code_only(text);
    let leads_out = |named: &[&str]| {
        let absolute = absolute(&module, named);
        let into_table = absolute.iter().skip(1).any(|segment| *segment == "table");
        let is_module = absolute
            .first()
            .is_some_and(|first| first.starts_with(|c: char| c.is_lowercase()));
        into_table && is_module && absolute[0] != own
    };
    let named = code::paths(&code::tokens(&code)).into_iter();
    named
        .filter(|(_, path)| leads_out(path))
        .map(|(line, path)| (line, path.join("::")))
        .collect()
}

/// `crates/clinic/src/booking/rules.rs` -> `[booking, rules]`; `…/booking/mod.rs` -> `[booking]`; `…/lib.rs` -> `[]`.
fn module(path: &str) -> Vec<&str> {
    let inside = path.strip_prefix("crates/clinic/src/").unwrap_or(path);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    inside
        .split('/')
        .filter(|part| !matches!(*part, "mod" | "lib"))
        .collect()
}

/// A path from the crate's root. One that starts with a plain word is taken as it stands: it was imported or is a child.
fn absolute<'a>(module: &[&'a str], named: &[&'a str]) -> Vec<&'a str> {
    let mut base = match named.first() {
        Some(&("self" | "super")) => module.to_vec(),
        _ => Vec::new(),
    };
    for segment in named {
        match *segment {
            "crate" | "self" => {}
            "super" => {
                base.pop();
            }
            word => base.push(word),
        }
    }
    base
}

/// The first word inside `pub(…)`.
fn seen_by<'a>(after_pub: &[code::Placed<'a>]) -> Option<&'a str> {
    match after_pub {
        [(_, Token::Mark('(')), (_, Token::Word(word)), ..] => Some(word),
        _ => None,
    }
}

/// What follows `pub` or `pub(…)`.
fn after_restriction<'t, 'a>(after_pub: &'t [code::Placed<'a>]) -> &'t [code::Placed<'a>] {
    if seen_by(after_pub).is_none() {
        return after_pub;
    }
    let end = after_pub
        .iter()
        .position(|(_, token)| *token == Token::Mark(')'))
        .map_or(after_pub.len(), |at| at + 1);
    &after_pub[end..]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: [usize; 0] = [];

    fn lines(spots: &[Spot]) -> Vec<usize> {
        spots.iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn a_table_is_seen_by_its_context_only() {
        for text in [
            "pub(super) struct Model { pub id: i64 }",
            "pub(in crate::booking) fn find() {}",
            "pub(super) mod slot { pub struct Model; impl Model { pub fn id(&self) {} } }",
            "struct Model; // pub struct Was;",
            "const TEXT: &str = \"pub fn\";",
        ] {
            assert_eq!(lines(&public_items(text)), NOWHERE, "{text}");
        }
        assert_eq!(
            lines(&public_items(
                "use a;\n#[derive(Debug)]\npub struct Model { pub id: i64 }\npub fn f() {}"
            )),
            [3, 4]
        );
        assert_eq!(lines(&public_items("pub(crate) enum Column { A }")), [1]);
    }

    #[test]
    fn a_table_is_not_handed_on() {
        for text in [
            "mod table;",
            "use table::Model;",
            "pub mod rules;",
            "pub use rules::table_of;",
        ] {
            assert_eq!(lines(&handed_on(text)), NOWHERE, "{text}");
        }
        for text in [
            "pub mod table;",
            "pub(crate) mod table;",
            "pub(super) mod table;",
            "pub use table::Model;",
            "pub(crate) use self::{rules, table::{self, Model}};",
            "pub use self::table;",
        ] {
            assert_eq!(lines(&handed_on(text)), [1], "{text}");
        }
    }

    #[test]
    fn another_contexts_table_is_not_named() {
        let check = |path: &str, text: &str, found: bool| {
            assert_eq!(
                !foreign(&format!("crates/clinic/src/{path}"), text).is_empty(),
                found,
                "{path}: {text}"
            );
        };
        check(
            "booking/mod.rs",
            "use table::Model; self::table::find(); table::insert();",
            false,
        );
        check(
            "booking/rules.rs",
            "use super::table; use crate::booking::table::{self, Model};",
            false,
        );
        check(
            "booking/mod.rs",
            "mod tests { use super::table::Model; }",
            false,
        );
        check(
            "booking/jobs.rs",
            "Query::select(); Alias::table(); x.table(y);",
            false,
        );
        check(
            "booking/jobs.rs",
            "// crate::callback::table\nlet x = \"callback::table::Model\";",
            false,
        );

        check("booking/mod.rs", "use crate::callback::table::Model;", true);
        check(
            "booking/mod.rs",
            "use super::callback::{self, table};",
            true,
        );
        check(
            "booking/rules.rs",
            "let x = super::super::callback::table::find();",
            true,
        );
        check(
            "booking/rules.rs",
            "use crate::{booking, callback::{rules, table as rows}};",
            true,
        );
        check("booking/rules.rs", "callback::table::find()", true);
        check("lib.rs", "use crate::booking::table;", true);
    }
}
