//! The clinic that is attacked, and what is expected of a report about it.

use std::collections::BTreeSet;

use kernel::{Language, PersonId, Scope};
use trust::journal::verify::{FieldAt, Finding, Report};
use trust::policy::NewVersion;
use uuid::Uuid;

use crate::store::{Store, done};

/// Fails with everything that was found unless some finding is the one expected.
#[track_caller]
pub fn finds(report: &Report, what: &str, expected: impl Fn(&Finding) -> bool) {
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(
        report.findings.iter().any(expected),
        "{what} was not found, but: {found:#?}"
    );
    for text in found {
        assert!(
            !text.contains("Пчёлкина") && !text.contains("+7"),
            "a finding shows a value: {text}"
        );
    }
}

#[track_caller]
pub fn sound(report: &Report) {
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(report.sound(), "{found:#?}");
}

/// Two people, Anna with a phone of version 2 and Boris; a third destroyed by two employees; documents; everything signed.
pub struct Clinic {
    pub store: Store,
    pub anna: PersonId,
    pub boris: PersonId,
    pub gone: PersonId,
    pub destruction: Uuid,
}

impl Clinic {
    pub async fn of(store: Store) -> Self {
        let anna = store.person("Пчёлкина", "+79167770913").await;
        let boris = store.person("Волков", "+79167770914").await;
        let gone = store.person("Лисицын", "+79167770915").await;
        store.reseal(anna, "phone", "+79031112233").await;
        store.note(boris).await;
        let document = NewVersion {
            code: "policy".into(),
            language: Language::Ru,
            title: "Политика".into(),
            body: "Текст политики.".into(),
            effective_at: None,
        };
        done(
            store
                .trust
                .act("test.document", Scope::console(), move |act| {
                    let document = document.clone();
                    Box::pin(async move { act.propose_document(&document).await.map(drop) })
                }),
        )
        .await;
        let approvers = [
            store.employee("olga", "responsible").await,
            store.employee("pavel", "owner").await,
        ];
        store.trust.map_chains().await.unwrap();
        store.trust.sign_checkpoint().await.unwrap();
        let destruction = store.destroy(&BTreeSet::from([gone]), &approvers).await;
        store.reseal(anna, "given_name", "Анна").await;
        store.trust.map_chains().await.unwrap();
        store.trust.sign_checkpoint().await.unwrap();
        let clinic = Self {
            store,
            anna,
            boris,
            gone,
            destruction,
        };
        sound(&clinic.verify().await);
        clinic
    }

    pub async fn verify(&self) -> Report {
        self.store.trust.verify().await.unwrap()
    }

    pub async fn sql(&self, statement: &str) {
        self.store.sql(statement).await;
    }

    pub fn id(&self, id: impl Into<Uuid>) -> String {
        self.store.id(id.into())
    }

    pub async fn chain(&self, person: PersonId) -> Uuid {
        self.store
            .uuid(&format!(
                "SELECT chain AS value FROM person_key WHERE person = {}",
                self.id(person)
            ))
            .await
    }

    pub fn field(&self, person: PersonId, field: &str) -> String {
        format!(
            "person = {} AND place = 'person' AND field = '{field}'",
            self.id(person)
        )
    }

    pub async fn sealed(&self, person: PersonId, field: &str) -> String {
        let bytes = self
            .store
            .bytes(&format!(
                "SELECT sealed AS value FROM sealed_field WHERE {}",
                self.field(person, field)
            ))
            .await;
        self.store.blob(&bytes)
    }
}

pub fn is_field(at: &FieldAt, person: PersonId, field: &str) -> bool {
    at.person == person.uuid() && at.field == field
}
