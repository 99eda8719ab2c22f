//! What was agreed to with an appointment, for the holder of its secret link.

use kernel::{Actor, ConsentId, Moment, Outcome, PersonId, Purpose, Scope, Stop};
use trust::consent::declaration::Party;
use trust::consent::{Given, Receipt, ReceiptRefusal};

use super::Booking;
use super::refusal::Refusal;
use super::show::find;
use super::table::appointment;

/// A decision about a document that was asked with the booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentGiven {
    /// The decision.
    pub given: Given,
    /// Whose data it is about.
    pub about: Party,
}

impl ConsentGiven {
    /// When it was withdrawn, if it was.
    #[must_use]
    pub const fn withdrawn(&self) -> Option<Moment> {
        self.given.withdrawn
    }
}

impl Booking {
    /// The decisions about consents that were made when the appointment of a secret link was booked, in the order asked.
    /// Nothing sealed is opened.
    ///
    /// # Errors
    /// [`Refusal::LinkUnknown`]; the database's.
    pub async fn consents(&self, token: &str) -> Outcome<Vec<ConsentGiven>, Refusal> {
        let link = self.link(token)?;
        self.trust
            .act("booking.consents", HOLDER, move |act| {
                let link = link.clone();
                Box::pin(async move {
                    let row = find(act, &link).await?;
                    let given = act.consents_given(row.act, &persons(&row)).await?;
                    let about = |given: Given| ConsentGiven {
                        about: party(&row, given.person),
                        given,
                    };
                    Ok(given.into_iter().map(about).collect())
                })
            })
            .await
    }

    /// The receipt of one of them. That it was given stands in the journal.
    ///
    /// # Errors
    /// [`Refusal::LinkUnknown`], also for a consent that is not this appointment's; [`Refusal::NotSigned`]; the database's.
    pub async fn consent_receipt(&self, token: &str, id: ConsentId) -> Outcome<Receipt, Refusal> {
        let link = self.link(token)?;
        self.trust
            .act("booking.receipt", HOLDER, move |act| {
                let link = link.clone();
                Box::pin(async move {
                    let row = find(act, &link).await?;
                    act.consent_receipt(row.act, &persons(&row), id)
                        .await
                        .map_err(|stop| {
                            stop.map_refusal(|refusal| match refusal {
                                ReceiptRefusal::Unknown => Refusal::LinkUnknown,
                                ReceiptRefusal::NotYet => Refusal::NotSigned,
                            })
                        })
                })
            })
            .await
    }

    fn link(&self, token: &str) -> Outcome<Vec<u8>, Refusal> {
        self.trust
            .link_hash(token)
            .ok_or(Stop::Refused(Refusal::LinkUnknown))
    }
}

/// The law itself is the ground of showing people what is kept of them (152-ФЗ ст. 14), also after a withdrawal.
const HOLDER: Scope = Scope {
    actor: Actor::Holder,
    purpose: Purpose::Rights,
    case: None,
};

fn persons(row: &appointment::Model) -> Vec<PersonId> {
    [Some(row.person), row.representative, row.booker]
        .into_iter()
        .flatten()
        .map(PersonId::from_uuid)
        .collect()
}

fn party(row: &appointment::Model, person: PersonId) -> Party {
    match Some(person.uuid()) {
        id if id == row.representative => Party::Representative,
        id if id == row.booker => Party::Booker,
        _ => Party::Patient,
    }
}
