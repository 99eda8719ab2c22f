//! The clinic's texts: readable, the clinic's own, and in force.

use std::collections::BTreeSet;

use kernel::{Fault, Language};
use platform::config::Settings;
use trust::Trust;
use trust::consent::ClinicTexts;
use trust::consent::declaration::Operator;
use trust::policy::POLICY;

use super::Finding;
use crate::house::{Sample, texts_folder};

/// Whether the process that looks serves the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Serving {
    Yes,
    No,
}

pub(super) async fn of_folder(
    settings: &Settings,
    trust: &Trust,
    serving: Serving,
) -> Vec<Finding> {
    let folder = texts_folder(settings);
    let texts = match ClinicTexts::read(&folder) {
        Ok(texts) => texts,
        Err(problems) => {
            return problems
                .to_string()
                .lines()
                .map(|line| Finding::failed("texts", &line))
                .collect();
        }
    };
    let mut findings = vec![
        Finding::ok(format!("texts: {}", folder.display())),
        of_operator(texts.operator()),
    ];
    findings.extend(super::site::of_texts(&texts));
    match of_documents(&texts, trust, serving).await {
        Ok(found) => findings.extend(found),
        Err(fault) => findings.push(Finding::failed("documents", &fault)),
    }
    findings
}

/// The samples name a clinic that does not exist: nobody may ask a patient's consent in its name.
fn of_operator(operator: &Operator) -> Finding {
    let remedy = "write your clinic's own record into operator.toml and start again";
    match Sample::left_in(operator) {
        Some(Sample::Whole) => Finding::warn(
            "operator: the record is the sample's, of a clinic that does not exist",
            remedy,
        ),
        Some(Sample::Part) => Finding::warn(
            "operator: the record still holds values of the sample (ИНН, ОГРН or site)",
            remedy,
        ),
        None => Finding::ok(format!("operator: {}", operator.short_name.ru)),
    }
}

/// Every document that a declared service asks for must be in force, and should be so in every language.
async fn of_documents(
    texts: &ClinicTexts,
    trust: &Trust,
    serving: Serving,
) -> Result<Vec<Finding>, Fault> {
    let asked: BTreeSet<&str> = texts
        .declarations()
        .flat_map(|declaration| &declaration.consents)
        .map(|consent| consent.document.as_str())
        .collect();
    let mut findings = Vec::new();
    for code in &asked {
        for language in Language::ALL {
            match trust.document_in_force(code, language).await? {
                None => findings.push(missing(code, language, serving)),
                Some(text) if text.language != language => {
                    findings.push(behind(code, text.version, language));
                }
                Some(_) => {}
            }
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(format!(
            "documents: {} in force in every language",
            asked.len()
        )));
    }
    Ok(findings)
}

fn missing(code: &str, language: Language, serving: Serving) -> Finding {
    let what = format!("documents: `{code}` is not in force ({language})");
    match serving {
        Serving::Yes => Finding::fail(
            what,
            "its services cannot be asked for; let another employee approve the version that waits, or publish one",
        ),
        Serving::No => Finding::warn(what, "`medok serve` publishes it when it starts"),
    }
}

/// Visitors are asked for the Russian text, which counts; the translation is missing all the same.
fn behind(code: &str, version: i32, language: Language) -> Finding {
    let remedy = if code == POLICY {
        format!("translate it and run `medok policy publish FILE --language {language}`")
    } else {
        format!("bring clinic/documents/{code}.{language}.md up to date and start again")
    };
    Finding::warn(
        format!(
            "documents: `{code}` version {version} is not translated ({language}); its visitors get the Russian text"
        ),
        remedy,
    )
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use trust::consent::declaration::bundled;

    #[test]
    fn a_record_of_the_sample_is_noticed_even_when_half_changed() {
        let of = |source: &str| of_operator(&Operator::parse(source).unwrap()).state;
        let whole = bundled::DEMO_OPERATOR;
        assert_eq!(of(whole), State::Warn);
        assert_eq!(of(&whole.replace("Medok-Demo", "Other")), State::Warn);
        let own = whole
            .replace("1000000000000", "1027700132195")
            .replace("\"0000000000\"", "\"7707083893\"")
            .replace(".example", ".ru");
        assert_eq!(of(&own), State::Ok);
    }
}
