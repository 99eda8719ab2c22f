//! `medok policy publish`: a file becomes a version of the policy, byte for byte, or is refused with the line
//! that is to blame. What is hashed is what was in the file: `sha256sum FILE` gives the same.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Fault, Language, Moment, Stop};
use trust::consent::declaration::{self, Declaration, Document, POLICY_DOCUMENT};
use trust::policy::text::Text;
use trust::policy::{History, NewVersion, POLICY, ProposalRefusal, Proposed};

use crate::house::{House, propose};
use crate::output::Output;

/// The fence around a document's head.
const FENCE: &[u8] = b"+++";

pub(super) async fn publish(
    house: &House,
    file: &Path,
    effective: Option<Date>,
    language: Language,
    output: &Output,
) -> Result<(), Fault> {
    let zone = house.zone()?;
    let effective_at = first_moment(effective, house.today()?, &zone)?;
    let (text, body) = read(house, file, effective, language).await?;
    let title = text
        .title()
        .unwrap_or_else(|| default_title(language).to_owned());
    let new = NewVersion {
        code: POLICY.to_owned(),
        language,
        title: title.clone(),
        body,
        effective_at,
    };
    let proposed = propose(&house.trust, new).await.map_err(|stop| match stop {
        Stop::Refused(ProposalRefusal::TooEarly) => Fault::broken(
            "a version that takes effect later is approved already, here or in Russian, and the past is not \
             rewritten; name its day or a later one with --effective",
        ),
        Stop::Fault(fault) => fault,
    })?;
    let history = house.trust.document_history(POLICY).await?;
    // A translation begins no earlier than what it translates, which may be later than was asked.
    let begins = |version| {
        let planned = history.exact(version, language)?.effective_at?;
        (planned > house.trust.clock().now()).then_some(planned)
    };
    let effective_at = match proposed {
        Proposed::Approved { version } => begins(version),
        Proposed::Waiting { .. } | Proposed::Unchanged { .. } => effective_at,
    };
    let day = effective_at.map_or_else(
        || String::from("at once"),
        |moment| {
            format!(
                "from {}",
                moment
                    .timestamp()
                    .to_zoned(zone.clone())
                    .strftime("%F %H:%M %:z")
            )
        },
    );
    let (version, state) = match proposed {
        Proposed::Approved { version } => (version, format!("in force {day}")),
        Proposed::Waiting { version } => (
            version,
            format!("waits for another employee's approval; then in force {day}"),
        ),
        Proposed::Unchanged { version } => (
            version,
            String::from("the same text is this version already; nothing was changed"),
        ),
    };
    output.line(format_args!("policy   {title}"));
    output.line(format_args!("version  {version} ({language})"));
    output.line(format_args!("sha256   {}", text.sha256_hex()));
    output.line(format_args!("state    {state}"));
    for line in behind(&history, language, version) {
        output.line(line);
    }
    Ok(())
}

/// What to know about the languages that have no text of the newest Russian version, one line each. `version` in
/// `language` was just proposed, whether it is approved or waits.
fn behind(history: &History, language: Language, version: i32) -> Vec<String> {
    let just = |of| (of == language).then_some(version);
    let Some(russian) = history.newest(Language::Ru).max(just(Language::Ru)) else {
        return Vec::new();
    };
    Language::ALL
        .into_iter()
        .filter(|of| *of != Language::Ru && history.newest(*of).max(just(*of)) < Some(russian))
        .map(|of| {
            format!(
                "behind   {of}: version {russian} is not translated; visitors get the Russian text once it is in force, \
                 until you publish a translation with --language {of}"
            )
        })
        .collect()
}

/// Bytes of a policy at most: the longest of clinics' has a tenth of it.
const MAX_BYTES: usize = 1024 * 1024;

/// The text, and the body whose hash it has.
async fn read(
    house: &House,
    file: &Path,
    effective: Option<Date>,
    language: Language,
) -> Result<(Text, String), Fault> {
    let named = |words: String| Fault::broken(format!("{}: {words}", file.display()));
    let bytes = super::file::read(file, MAX_BYTES).await?;
    let bytes = if is_document(&bytes) {
        compose(
            house,
            file,
            &bytes,
            effective.map_or_else(|| house.today(), Ok)?,
            language,
        )?
        .into_bytes()
    } else {
        bytes
    };
    let text = Text::read(&bytes).map_err(|error| named(error.to_string()))?;
    let body = String::from_utf8(bytes).map_err(|error| named(error.to_string()))?;
    Ok((text, body))
}

fn is_document(bytes: &[u8]) -> bool {
    bytes
        .strip_prefix("\u{FEFF}".as_bytes())
        .unwrap_or(bytes)
        .starts_with(FENCE)
}

/// Fills the blanks of a document from the clinic's record and its declared services.
fn compose(
    house: &House,
    file: &Path,
    bytes: &[u8],
    changed: Date,
    language: Language,
) -> Result<String, Fault> {
    let told = |problems: Vec<declaration::Problem>| {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| format!("{}: {problem}", file.display()))
            .collect();
        Fault::broken(lines.join("\n"))
    };
    let source = std::str::from_utf8(bytes)
        .map_err(|error| Fault::from(error).during(&file.display().to_string()))?;
    let document = Document::parse(source).map_err(told)?;
    if document.code != POLICY_DOCUMENT {
        return Err(Fault::broken(format!(
            "{}: this document is `{}`, not the policy; consents are published from {} when the site starts",
            file.display(),
            document.code,
            crate::house::texts_folder(&house.settings).display()
        )));
    }
    if document.language != declaration::Language::from(language) {
        return Err(Fault::broken(format!(
            "{}: the document says it is in another language than {language}; name its own with --language",
            file.display()
        )));
    }
    let declarations: Vec<Declaration> = house.texts.declarations().cloned().collect();
    Ok(document
        .compose_policy(house.texts.operator(), &declarations, changed)
        .map_err(told)?
        .markdown)
}

/// The first moment of the day of effect; `None` means at once.
fn first_moment(
    effective: Option<Date>,
    today: Date,
    zone: &TimeZone,
) -> Result<Option<Moment>, Fault> {
    match effective {
        None => Ok(None),
        Some(day) if day == today => Ok(None),
        Some(day) if day < today => Err(Fault::broken(format!(
            "--effective {day}: that day has passed, and a policy does not reach back; today is {today}"
        ))),
        Some(day) => Ok(Some(day.to_zoned(zone.clone())?.timestamp().into())),
    }
}

const fn default_title(language: Language) -> &'static str {
    match language {
        Language::Ru => "Политика конфиденциальности",
        Language::En => "Privacy policy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_of_effect_begins_at_the_clinics_midnight() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        let today = date(2026, 11, 23);
        let moment = |day| first_moment(Some(day), today, &zone);
        assert_eq!(
            moment(date(2026, 12, 1)).unwrap().unwrap().to_string(),
            "2026-11-30T21:00:00Z"
        );
        assert_eq!(moment(today).unwrap(), None);
        assert_eq!(first_moment(None, today, &zone).unwrap(), None);
        assert!(moment(date(2026, 11, 22)).is_err());
    }

    #[test]
    fn a_document_with_a_head_is_told_from_a_plain_text() {
        assert!(is_document(b"+++\ncode"));
        assert!(is_document("\u{FEFF}+++\n".as_bytes()));
        assert!(!is_document("ПОЛИТИКА +++".as_bytes()));
    }
}
