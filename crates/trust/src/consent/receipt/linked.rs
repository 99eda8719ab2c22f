//! The receipt's file: JSON-LD 1.1 in the terms of the W3C Data Privacy Vocabulary, in the shape that its guide gives to
//! consent records and receipts of ISO/IEC TS 27560:2023. The context stands in the file: nobody has to be asked to read it.
//!
//! *Invariant*: everything here follows from the [`Receipt`] alone, in one way. A change of this form is a new version of
//! the proof with a form of its own: receipts are checked by being written again.

use super::vocabulary::{action, basis, category, purpose};
use super::{Decision, Receipt, State};
use crate::consent::declaration::POLICY_DOCUMENT;
use crate::consent::{Controller, Named, Terms};
use crate::journal::core::json::{self, Value};
use crate::journal::written;

/// The key of the proof.
pub(super) const JOURNAL: &str = "journal";

/// The profiles of DPV's guide (`https://w3id.org/dpv/guides/consent-27560`).
const RECEIPT_PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#receipt";
const RECORD_PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#record";

/// An object of these fields; those without a value are left out.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let there = fields
        .into_iter()
        .filter(|(_, value)| *value != Value::Null);
    Value::Object(there.map(|(key, value)| (key.to_owned(), value)).collect())
}

fn list<T>(of: &[T], each: impl Fn(&T) -> Value) -> Value {
    Value::List(of.iter().map(each).collect())
}

fn node(id: String) -> Value {
    object([("@id", id.into())])
}

/// The whole file.
pub(super) fn document(receipt: &Receipt) -> Value {
    let journal = json::object(&receipt.journal).map_or(Value::Null, Value::Object);
    object([
        ("@context", context()),
        ("@id", format!("urn:uuid:{}#receipt", receipt.id).into()),
        ("@type", "dpv:ConsentReceipt".into()),
        ("dct:identifier", format!("receipt-{}", receipt.id).into()),
        ("dct:conformsTo", RECEIPT_PROFILE.into()),
        ("medok:schemaVersion", 1_i64.into()),
        (
            "dct:publisher",
            receipt
                .terms
                .as_ref()
                .map(|terms| node(operator_id(terms)))
                .into(),
        ),
        ("dpv:hasRecordOfActivity", record(receipt)),
        (JOURNAL, journal),
    ])
}

fn context() -> Value {
    let typed = |kind: &str| object([("@type", kind.into())]);
    object([
        ("dpv", "https://w3id.org/dpv#".into()),
        ("pd", "https://w3id.org/dpv/pd#".into()),
        ("loc", "https://w3id.org/dpv/loc#".into()),
        ("dct", "http://purl.org/dc/terms/".into()),
        ("xsd", "http://www.w3.org/2001/XMLSchema#".into()),
        ("medok", "urn:medok:".into()),
        ("dct:conformsTo", typed("@id")),
        ("dct:created", typed("xsd:dateTime")),
        ("dct:date", typed("xsd:dateTime")),
        ("dpv:isIndicatedAtTime", typed("xsd:dateTime")),
        ("dpv:hasJurisdiction", typed("@id")),
        ("dpv:isExercisedAt", typed("@id")),
        (
            JOURNAL,
            object([("@id", "medok:journal".into()), ("@type", "@json".into())]),
        ),
    ])
}

fn record(receipt: &Receipt) -> Value {
    let terms = receipt.terms.as_ref();
    object([
        ("@id", format!("urn:uuid:{}", receipt.id).into()),
        ("@type", "dpv:ConsentRecord".into()),
        ("dct:identifier", receipt.id.to_string().into()),
        ("dct:conformsTo", RECORD_PROFILE.into()),
        ("dct:created", written(receipt.at).into()),
        (
            "dct:language",
            terms.map(|terms| terms.language.clone()).into(),
        ),
        ("medok:state", receipt.state().code().into()),
        ("dpv:hasDataSubject", subject(receipt)),
        (
            "dpv:hasDataController",
            terms
                .map(|terms| controller(terms, &terms.controller))
                .into(),
        ),
        ("dpv:hasNotice", notice(receipt)),
        (
            "dpv:hasProcess",
            terms.map(|terms| process(receipt, terms)).into(),
        ),
        ("dpv:hasConsentStatus", events(receipt)),
        ("dpv:hasConsentControl", terms.map(withdrawal).into()),
        ("dpv:hasRight", terms.map(rights).into()),
        ("dpv:hasJurisdiction", "loc:RU".into()),
    ])
}

/// Whose data it is: the chain's random id, and the part in the case. No name.
fn subject(receipt: &Receipt) -> Value {
    let terms = receipt.terms.as_ref();
    // The policy line covers nobody's data: its subject is who confirmed it.
    let about = terms.map(|terms| terms.about.as_ref().unwrap_or(&terms.decides));
    let kind = match (about.map(|about| about.code.as_str()), terms) {
        (Some("patient"), Some(terms)) if terms.for_whom.code == "child" => "dpv:Child",
        (Some("patient"), Some(_)) => "dpv:Patient",
        _ => "dpv:DataSubject",
    };
    object([
        (
            "@id",
            format!("urn:medok:chain:{}", hex::encode(receipt.journal.chain.0)).into(),
        ),
        (
            "@type",
            Value::List(vec!["dpv:DataSubject".into(), kind.into()]),
        ),
        ("medok:role", about.map(named).into()),
        (
            "medok:forWhom",
            terms.map(|terms| named(&terms.for_whom)).into(),
        ),
    ])
}

fn named(of: &Named) -> Value {
    object([
        ("dct:identifier", of.code.clone().into()),
        ("dct:title", of.title.clone().into()),
    ])
}

fn operator_id(terms: &Terms) -> String {
    format!("{}/#operator", terms.controller.site)
}

fn controller(terms: &Terms, of: &Controller) -> Value {
    let dialled =
        |phone: &String| format!("tel:{}", crate::consent::declaration::dialled(phone)).into();
    let mut contacts = vec![
        format!("mailto:{}", of.email).into(),
        format!("mailto:{}", of.privacy_email).into(),
        of.site.clone().into(),
    ];
    contacts.extend(of.phones.iter().map(dialled));
    object([
        ("@id", operator_id(terms).into()),
        ("@type", "dpv:DataController".into()),
        ("dpv:hasName", of.legal_name.clone().into()),
        ("medok:shortName", of.short_name.clone().into()),
        ("medok:knownAs", of.name.clone().into()),
        (
            "dpv:hasAddress",
            vec![of.legal_address.clone(), of.postal_address.clone()].into(),
        ),
        ("dpv:hasContact", Value::List(contacts)),
        ("medok:phones", of.phones.clone().into()),
        ("medok:ogrn", of.ogrn.clone().into()),
        ("medok:inn", of.inn.clone().into()),
        ("medok:licence", of.licence.clone().into()),
    ])
}

fn notice(receipt: &Receipt) -> Value {
    let of = &receipt.notice;
    let kind = if of.document == POLICY_DOCUMENT {
        "dpv:PrivacyNotice"
    } else {
        "dpv:ConsentNotice"
    };
    object([
        (
            "@id",
            receipt
                .address()
                .unwrap_or_else(|| format!("urn:medok:text:{}", of.sha256))
                .into(),
        ),
        ("@type", kind.into()),
        ("dct:identifier", of.document.clone().into()),
        ("dct:hasVersion", of.version.into()),
        ("dct:title", of.title.clone().into()),
        ("dct:language", of.language.clone().into()),
        (
            "medok:sentence",
            receipt
                .terms
                .as_ref()
                .map(|terms| terms.sentence.clone())
                .into(),
        ),
        ("medok:text", of.text.clone().into()),
        ("medok:sha256", of.sha256.clone().into()),
    ])
}

fn process(receipt: &Receipt, terms: &Terms) -> Value {
    let purpose = |decision: &Decision| {
        object([
            ("@type", purpose(&decision.purpose).into()),
            ("dct:identifier", decision.purpose.clone().into()),
            ("dct:title", decision.title.clone().into()),
        ])
    };
    let mut kept = vec![];
    kept.extend(terms.retention.iter().map(|words| {
        object([
            ("@type", "dpv:StorageDuration".into()),
            ("dct:description", words.clone().into()),
        ])
    }));
    kept.extend(terms.destruction.iter().map(|words| {
        object([
            ("@type", "dpv:StorageDeletion".into()),
            ("dct:description", words.clone().into()),
        ])
    }));
    object([
        ("@type", "dpv:Process".into()),
        ("dct:description", terms.aim.clone().into()),
        (
            "dpv:hasService",
            object([
                ("@type", "dpv:Service".into()),
                ("dct:identifier", terms.service.code.clone().into()),
                ("dct:title", terms.service.title.clone().into()),
                ("medok:required", terms.required.into()),
            ]),
        ),
        ("dpv:hasPurpose", list(&receipt.decisions, purpose)),
        (
            "dpv:hasPersonalData",
            list(&terms.data, |datum| {
                object([
                    ("@type", category(&datum.category.code).into()),
                    ("dct:identifier", datum.field.code.clone().into()),
                    ("dct:title", datum.field.title.clone().into()),
                    ("medok:category", named(&datum.category)),
                ])
            }),
        ),
        (
            "dpv:hasProcessing",
            list(&terms.actions, |done| {
                object([
                    ("@type", action(&done.code).into()),
                    ("dct:identifier", done.code.clone().into()),
                    ("dct:title", done.title.clone().into()),
                ])
            }),
        ),
        ("medok:method", named(&terms.method)),
        ("dpv:hasStorageCondition", Value::List(kept)),
        (
            "dpv:hasLegalBasis",
            list(&terms.grounds, |ground| {
                object([
                    ("@type", basis(&ground.kind).into()),
                    ("dct:identifier", ground.norm.clone().into()),
                    ("dct:title", ground.title.clone().into()),
                ])
            }),
        ),
        (
            "dpv:hasRecipient",
            Value::List(vec![node(operator_id(terms))]),
        ),
        // None is declared: a transfer needs a ground and a record of its own.
        ("dpv:hasThirdParty", Value::List(Vec::new())),
    ])
}

/// What happened, one event a row: the decision for each purpose, then its withdrawal.
fn events(receipt: &Receipt) -> Value {
    let decides = receipt.terms.as_ref().map(|terms| named(&terms.decides));
    let by = object([
        ("@id", format!("urn:uuid:{}", receipt.given_by).into()),
        ("medok:role", decides.into()),
    ]);
    let state = if receipt.given {
        State::Given
    } else {
        State::Refused
    };
    let event = |id: String, state: State, at, decision: &Decision, method: &str| {
        let kind = match state {
            State::Given => "dpv:ConsentGiven",
            State::Refused => "dpv:ConsentRefused",
            State::Withdrawn | State::PartlyWithdrawn => "dpv:ConsentWithdrawn",
        };
        object([
            ("@id", format!("urn:uuid:{id}").into()),
            ("@type", kind.into()),
            ("dct:date", written(at).into()),
            ("dpv:isIndicatedAtTime", written(at).into()),
            ("dpv:isIndicatedBy", by.clone()),
            ("dpv:hasIndicationMethod", method.to_owned().into()),
            ("dpv:hasPurpose", decision.purpose.clone().into()),
        ])
    };
    let decided = receipt.decisions.iter().map(|decision| {
        let method = format!("box in the form `{}`, empty when shown", receipt.form);
        event(
            decision.id.to_string(),
            state,
            receipt.at,
            decision,
            &method,
        )
    });
    let withdrawn = receipt.decisions.iter().filter_map(|decision| {
        let (at, id) = decision.withdrawn?;
        let method = "withdrawal received by the operator";
        Some(event(
            id.to_string(),
            State::Withdrawn,
            at,
            decision,
            method,
        ))
    });
    Value::List(decided.chain(withdrawn).collect())
}

/// How to withdraw (152-ФЗ ст. 9 ч. 2).
fn withdrawal(terms: &Terms) -> Value {
    let (email, post) = (
        &terms.controller.privacy_email,
        &terms.controller.postal_address,
    );
    let words = match terms.language.as_str() {
        "ru" => format!(
            "Согласие можно отозвать в любое время: напишите на {email} или письмом по адресу: {post}"
        ),
        _ => format!(
            "The consent may be withdrawn at any time: write to {email}, or by post to {post}"
        ),
    };
    object([
        ("@type", "dpv:WithdrawConsent".into()),
        ("dpv:isExercisedAt", format!("mailto:{email}").into()),
        ("dct:description", words.into()),
    ])
}

fn rights(terms: &Terms) -> Value {
    let words: [[&str; 2]; 3] = match terms.language.as_str() {
        "ru" => [
            ["152-ФЗ ст. 9 ч. 2", "отозвать согласие"],
            [
                "152-ФЗ ст. 14",
                "узнать, какие данные обрабатываются, зачем и кем, и потребовать их уточнить, заблокировать или уничтожить",
            ],
            [
                "152-ФЗ ст. 17",
                "обжаловать действия оператора в Роскомнадзор или в суд",
            ],
        ],
        _ => [
            ["152-FZ art. 9(2)", "to withdraw the consent"],
            [
                "152-FZ art. 14",
                "to learn which data is processed, why and by whom, and to have it corrected, blocked or destroyed",
            ],
            [
                "152-FZ art. 17",
                "to complain of the operator to Roskomnadzor or to a court",
            ],
        ],
    };
    list(&words, |[norm, right]| {
        object([
            ("@type", "dpv:DataSubjectRight".into()),
            ("dct:identifier", (*norm).into()),
            ("dct:title", (*right).into()),
        ])
    })
}
