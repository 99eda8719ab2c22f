//! The clinic's texts: readable, the clinic's own, and in force.

use std::collections::BTreeSet;

use kernel::{Fault, Language};
use platform::config::Settings;
use trust::Trust;
use trust::consent::ClinicTexts;
use trust::consent::declaration::{Operator, bundled};

use super::Finding;
use crate::house::texts_folder;

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
    match of_documents(&texts, trust, serving).await {
        Ok(found) => findings.extend(found),
        Err(fault) => findings.push(Finding::failed("documents", &fault)),
    }
    findings
}

/// The samples name a clinic that does not exist: nobody may ask a patient's consent in its name.
fn of_operator(operator: &Operator) -> Finding {
    let sample = Operator::parse(bundled::DEMO_OPERATOR).is_ok_and(|sample| sample == *operator);
    let zeros = |number: &str| {
        number
            .trim_start_matches('1')
            .bytes()
            .all(|digit| digit == b'0')
    };
    let remedy = "write your clinic's own record into operator.toml and start again";
    if sample {
        Finding::warn(
            "operator: the record is the sample's, of a clinic that does not exist",
            remedy,
        )
    } else if zeros(&operator.inn) || zeros(&operator.ogrn) || operator.host().ends_with(".example")
    {
        Finding::warn(
            "operator: the record still holds values of the sample (ИНН, ОГРН or site)",
            remedy,
        )
    } else {
        Finding::ok(format!("operator: {}", operator.short_name.ru))
    }
}

/// Every document that a declared service asks for must be in force in every language.
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
            if trust.document_in_force(code, language).await?.is_none() {
                findings.push(missing(code, language, serving));
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

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

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
