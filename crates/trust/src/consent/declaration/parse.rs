//! A declaration read from its file: each table becomes a value or a problem with its line.

use std::collections::BTreeMap;

use super::fields::{Whitelist, options};
use super::problem::Problem;
use super::reader::{Reader, read};
use super::rules;
use super::service::{
    AskedConsent, Basis, Declaration, Field, Recorded, Required, Retention, ServedPurpose,
};
use super::words::{Category, Coded, ForWhom, Kind, Party};

impl Declaration {
    /// Reads a declaration from TOML and holds it against the whitelist; every problem of the file at once.
    pub fn parse(source: &str, whitelist: &Whitelist) -> Result<Self, Vec<Problem>> {
        read(source, |file| {
            let declaration = declaration(file, whitelist)?;
            rules::check(&declaration)
                .into_iter()
                .for_each(|problem| file.report(problem));
            Some(declaration)
        })
    }
}

fn declaration(file: &Reader<'_>, whitelist: &Whitelist) -> Option<Declaration> {
    let code = file.text("code");
    let title = file.words("title");
    let aim = file.words("aim");
    let for_whom = file.some_of::<ForWhom>("for").unwrap_or_default();
    let purposes = file.tables("purposes", purpose);
    let bases = file.tables("bases", |table| basis(table, &for_whom));
    let fields = file
        .tables("fields", |table| fields(table, whitelist, &for_whom))
        .into_iter()
        .flatten()
        .collect();
    let recorded = file
        .texts("recorded")
        .iter()
        .filter_map(|code| recorded(file, code, whitelist))
        .collect();
    let retention = file.tables("retention", retention);
    let consents = file.tables("consents", |table| consent(table, &for_whom));
    let method = file.one_of("method");
    let actions = file.some_of("actions").unwrap_or_default();
    let destruction = file.words("destruction");
    Some(Declaration {
        code: code?,
        title: title?,
        aim: aim?,
        for_whom,
        purposes,
        bases,
        fields,
        recorded,
        retention,
        consents,
        method: method?,
        actions,
        destruction: destruction?,
    })
}

fn purpose(table: &Reader<'_>) -> Option<ServedPurpose> {
    let (purpose, words, fields) = (
        table.one_of("code"),
        table.words("words"),
        table.texts("fields"),
    );
    Some(ServedPurpose {
        purpose: purpose?,
        words: words?,
        fields,
        line: table.line(),
    })
}

fn basis(table: &Reader<'_>, all: &[ForWhom]) -> Option<Basis> {
    let (kind, norm, words) = (
        table.one_of("kind"),
        table.words_or_text("norm"),
        table.words("words"),
    );
    let about = table.some_of("about").unwrap_or_default();
    let for_whom = table.some_of("for").unwrap_or_else(|| all.to_vec());
    Some(Basis {
        kind: kind?,
        norm: norm?,
        words: words?,
        about,
        for_whom,
        line: table.line(),
    })
}

/// One table may declare a field for several parties.
fn fields(table: &Reader<'_>, whitelist: &Whitelist, all: &[ForWhom]) -> Option<Vec<Field>> {
    let code = table.text("code");
    let category = table.one_of::<Category>("category");
    let parties = table.some_of::<Party>("parties").unwrap_or_default();
    let for_whom = table.some_of("for").unwrap_or_else(|| all.to_vec());
    let required = required(table);
    let label = table.optional_words("label");
    let max = table.count("max").map(|max| max as usize);
    let options = options(table);
    let (code, category) = (code?, category?);
    let Some(rule) = whitelist.rule(&code) else {
        table.refuse(
            "code",
            format!("`{code}` is not in the whitelist of fields (clause 2.5)"),
            "use a field of the whitelist, or have the lawyer add it there with its category",
        );
        return None;
    };
    if rule.category != category {
        table.refuse(
            "category",
            format!("the whitelist says `{}`", rule.category.code()),
            format!("write category = \"{}\"", rule.category.code()),
        );
    }
    if rule.kind == Kind::Recorded {
        table.refuse(
            "code",
            format!("`{code}` is recorded by the system and not asked"),
            format!("name it in recorded = [\"{code}\"]"),
        );
    }
    if max.is_some_and(|max| max > rule.max) {
        table.refuse(
            "max",
            format!("the whitelist allows {} characters", rule.max),
            "write no more",
        );
    }
    if parties.is_empty() {
        table.refuse(
            "parties",
            "nobody is asked for this field",
            "name whose data it is: parties = [\"patient\"]",
        );
    }
    let options = if options.is_empty() {
        rule.options.clone()
    } else {
        options
    };
    if (rule.kind == Kind::Choice) == options.is_empty() {
        table.refuse(
            "options",
            "options belong to a choice, and a choice needs them",
            "list them as [[fields.options]], or delete them",
        );
    }
    let field = |party: &Party| Field {
        code: code.clone(),
        party: *party,
        kind: rule.kind,
        category,
        required: required.clone(),
        for_whom: for_whom.clone(),
        max: max.unwrap_or(rule.max),
        label: label.clone().unwrap_or_else(|| rule.label.clone()),
        options: options.clone(),
        line: table.line(),
    };
    Some(parties.iter().map(field).collect())
}

fn required(table: &Reader<'_>) -> Required {
    let required = table.flag("required", false);
    let mut others = Vec::new();
    for place in table.texts("unless") {
        match place
            .split_once('.')
            .and_then(|(party, code)| Some((Party::from_code(party)?, code.to_owned())))
        {
            Some(other) => others.push(other),
            None => table.refuse(
                "unless",
                format!("`{place}` is no field"),
                "write the party and the field: \"representative.phone\"",
            ),
        }
    }
    match (required, others.is_empty()) {
        (true, true) => Required::Always,
        (true, false) => Required::Unless(others),
        (false, true) => Required::Never,
        (false, false) => {
            table.refuse(
                "unless",
                "only a required field can be replaced by another",
                "write required = true, or delete this line",
            );
            Required::Never
        }
    }
}

fn recorded(file: &Reader<'_>, code: &str, whitelist: &Whitelist) -> Option<Recorded> {
    let Some(rule) = whitelist.rule(code) else {
        file.refuse(
            "recorded",
            format!("`{code}` is not in the whitelist of fields (clause 2.5)"),
            "use a field of the whitelist, or have the lawyer add it there with its category",
        );
        return None;
    };
    if rule.kind != Kind::Recorded {
        file.refuse(
            "recorded",
            format!("`{code}` is asked of people and not recorded by the system"),
            "declare it as a table [[fields]]",
        );
    }
    Some(Recorded {
        code: rule.code.clone(),
        category: rule.category,
        label: rule.label.clone(),
    })
}

fn retention(table: &Reader<'_>) -> Option<Retention> {
    let (term, starts, ends) = (
        table.text("term"),
        table.one_of("starts"),
        table.one_of("ends"),
    );
    let (count, unit, norm) = (
        table.count("count"),
        table.one_of("unit"),
        table.words_or_text("norm"),
    );
    if count.is_none() {
        table.refuse(
            "count",
            "the term has no length",
            "add a line `count = 30`; nothing is kept for ever",
        );
    }
    Some(Retention {
        term: term?,
        starts: starts?,
        count: count?,
        unit: unit?,
        ends: ends?,
        norm: norm?,
    })
}

fn consent(table: &Reader<'_>, all: &[ForWhom]) -> Option<AskedConsent> {
    let (document, sentence) = (table.text("document"), table.words("sentence"));
    let for_whom = table.some_of("for").unwrap_or_else(|| all.to_vec());
    let about = table.optional_text("about");
    let about = about.and_then(|code| {
        let party = Party::from_code(&code);
        if party.is_none() {
            table.refuse(
                "about",
                format!("`{code}` is nobody's name here"),
                "write patient, representative or booker",
            );
        }
        party
    });
    let purposes = table.some_of("purposes").unwrap_or_default();
    let required = table.flag("required", false);
    Some(AskedConsent {
        document: document?,
        for_whom,
        about,
        purposes,
        required,
        sentence: sentence?,
        terms: BTreeMap::new(),
        line: table.line(),
    })
}
