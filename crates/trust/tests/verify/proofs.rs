//! Proofs that persons take home, and what a destruction leaves of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernel::{EntryId, PersonId, Scope, Stop};
use serde_json::json;
use trust::journal::Kind;
use trust::journal::core::note::VerifierKey;
use trust::vault::Record;

use crate::clinic::{Clinic, sound};
use crate::store::{done, stores};

#[tokio::test]
async fn destroying_one_of_a_batch_keeps_the_other_proofs() {
    for store in stores().await {
        let persons = done(store.trust.act("test.batch", Scope::console(), |act| {
            Box::pin(async move {
                let mut persons = Vec::new();
                for n in 0..300 {
                    let person = act.new_person();
                    act.seal(
                        person,
                        Record::person(person),
                        "phone",
                        &format!("+7916000{n:04}"),
                    )
                    .await?;
                    persons.push(person);
                }
                act.record(Kind::SubmissionReceived, json!({ "persons": 300 }))?;
                Ok::<_, Stop<()>>(persons)
            })
        }))
        .await;
        let approvers = [
            store.employee("olga", "responsible").await,
            store.employee("pavel", "owner").await,
        ];
        store
            .destroy(&BTreeSet::from([persons[117]]), &approvers)
            .await;
        store.trust.map_chains().await.unwrap();
        store.trust.sign_checkpoint().await.unwrap();
        sound(&store.trust.verify().await.unwrap());

        let published = Arc::new(store.trust.published().await.unwrap().unwrap());
        let gone = persons[117];
        let living: Vec<PersonId> = persons
            .into_iter()
            .filter(|person| *person != gone)
            .collect();
        let proofs = done(store.trust.act("test.prove", Scope::console(), move |act| {
            let (living, published) = (living.clone(), published.clone());
            Box::pin(async move {
                let mut proofs = Vec::new();
                for person in living {
                    proofs.push(act.prove_person(person, &published).await?);
                }
                assert!(
                    act.prove_person(gone, &published).await.is_err(),
                    "nobody can prove for the destroyed"
                );
                act.record(Kind::Opened, json!({}))?;
                Ok::<_, Stop<()>>(proofs)
            })
        }))
        .await;
        assert_eq!(proofs.len(), 299);
        let key: VerifierKey = store.trust.journal_key().parse().unwrap();
        for proof in &proofs {
            let verified = proof.verify(std::slice::from_ref(&key)).unwrap();
            assert_eq!((verified.entries.len(), verified.complete_to), (1, 1));
            assert!(!proof.to_json().contains("+7916"), "a proof shows no value");
        }
        let mut forged = proofs[3].clone();
        forged.entries[0].sub.content = forged.entries[0].sub.content.replace("phone", "email");
        assert!(forged.verify(&[key]).is_err());
        // That they were shown is in their chains now, and the store is still sound.
        store.trust.sign_checkpoint().await.unwrap();
        sound(&store.trust.verify().await.unwrap());
    }
}

#[tokio::test]
async fn an_entry_is_proved_to_its_person_alone() {
    for store in stores().await {
        let clinic = Clinic::of(store).await;
        let published = Arc::new(clinic.store.trust.published().await.unwrap().unwrap());
        let chain = clinic.chain(clinic.anna).await;
        let entry = clinic
            .store
            .uuid(&format!(
                "SELECT entry AS value FROM journal_sub WHERE chain = {} AND n = 2",
                clinic.id(chain)
            ))
            .await;
        let (anna, boris) = (clinic.anna, clinic.boris);
        let (proof, none) = done(clinic.store.trust.act(
            "test.receipt",
            Scope::console(),
            move |act| {
                let published = published.clone();
                Box::pin(async move {
                    let entry = EntryId::from_uuid(entry);
                    let proof = act.prove_entry(anna, entry, &published).await?;
                    let none = act.prove_entry(boris, entry, &published).await?;
                    act.record(Kind::Opened, json!({}))?;
                    Ok::<_, Stop<()>>((proof, none))
                })
            },
        ))
        .await;
        assert_eq!(none, None);
        let key: VerifierKey = clinic.store.trust.journal_key().parse().unwrap();
        let verified = proof.unwrap().verify(&[key]).unwrap();
        assert_eq!((verified.entry.entry.id, verified.entry.head.n), (entry, 2));
        sound(&clinic.verify().await);
    }
}
