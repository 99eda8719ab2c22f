//! Sending the booking: the form is read by the declaration, the house decides, and every answer has a page.

use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::{Booked, Catalogue, NewBooking, Pointer, Refusal, Slot};
use jiff::civil::Date;
use kernel::{Fault, ServiceId, Stop};
use trust::consent::declaration::ForWhom;
use trust::consent::{Decided, Form};
use trust::vault::Once;

use super::super::appointment;
use super::super::boxes;
use super::super::shell::Section;
use super::super::summary::Summary;
use super::super::trouble::{self, Trouble};
use super::Booking;
use super::draft::{Draft, Step, born};
use super::pages::DonePage;
use super::steps::Told;
use crate::fields::{Answers, Wrong, birth_date_says, read};
use crate::parties::Parties;
use crate::wording;
use crate::words::Fill;

impl Booking<'_> {
    /// Sends the booking, if the form is right.
    pub(super) async fn send(&mut self) -> Result<Response, Trouble> {
        let (Some(for_whom), Some(service), Some(slot)) = (
            self.draft.for_whom(),
            self.draft.service(),
            self.draft.slot(),
        ) else {
            return self.show(Step::Time, Told::Notice("time-again")).await;
        };
        let words = self.visit.words;
        // Read before the act: once it is done, nothing that can fail stands between it and the secret of its link.
        let catalogue = self.visit.site.booking.catalogue().await?;
        let today = self.today(&catalogue);
        let asked = self
            .visit
            .site
            .trust
            .consents_asked(self.declaration, for_whom, words.0)
            .await?;
        let answers = read(
            words,
            self.declaration,
            for_whom,
            &self.draft.typed,
            today,
            |name| Draft::is_own(name) || boxes::is_asked(&asked, name),
        );
        let mut wrongs = answers.wrongs.clone();
        wrongs.extend(boxes::wrongs(words, &asked, &self.draft.typed));
        if !wrongs.is_empty() {
            return self.show(Step::Who, Told::Wrong(wrongs)).await;
        }
        let consents = boxes::decided(&self.draft.typed);
        let once = self.once(for_whom, service, slot, &answers, &consents);
        let booking = self.filled(for_whom, service, slot, &answers, consents.clone(), today)?;
        match self
            .visit
            .site
            .booking
            .book(self.declaration, booking, once)
            .await
        {
            Ok(booked) if booked.again && !self.stands(slot, &booked).await? => {
                Ok(appointment::shown_to_owner(self.visit, &booked.token))
            }
            Ok(booked) => Ok(self.done(&catalogue, service, slot, &booked)),
            Err(Stop::Refused(refusal)) => self.refused(refusal, service, slot, &consents).await,
            Err(Stop::Fault(fault)) => {
                trouble::log(&fault);
                self.show(Step::Who, Told::Failed(trouble::status_of(&fault)))
                    .await
            }
        }
    }

    /// Why the house said no, on the page where it can be put right.
    async fn refused(
        &mut self,
        refusal: Refusal,
        service: ServiceId,
        slot: Slot,
        consents: &[Decided],
    ) -> Result<Response, Trouble> {
        let words = self.visit.words;
        let at_birth_date = |says: String| Told::Wrong(vec![Wrong::at(born(), says)]);
        let whole = |key: &str| Told::Wrong(vec![Wrong::whole(words.say(key))]);
        let (step, told) = match refusal {
            Refusal::SlotTaken { .. } => {
                (Step::Who, Told::Taken(self.nearest(service, slot).await))
            }
            Refusal::Unknown(Pointer::Service) => (Step::Service, Told::Notice("service-unknown")),
            Refusal::Unknown(_)
            | Refusal::NeverOffered
            | Refusal::TooSoon
            | Refusal::TooFar
            | Refusal::Range => (Step::Time, Told::Notice("time-not-offered")),
            Refusal::AnotherHold | Refusal::TooManyHolds { .. } => {
                self.draft.let_go();
                (Step::Time, Told::Notice("time-again"))
            }
            Refusal::Age { from, to } => {
                let ages = wording::ages(words, from, to).unwrap_or_default();
                (
                    Step::Who,
                    at_birth_date(words.fill("age-other", [("ages", Fill::from(ages))])),
                )
            }
            Refusal::NotAdult => (Step::Who, at_birth_date(words.say("age-not-adult"))),
            Refusal::NotChild => (Step::Who, at_birth_date(words.say("age-not-child"))),
            Refusal::BirthDate(error) => (Step::Who, at_birth_date(birth_date_says(words, error))),
            Refusal::NotForThem => (Step::Who, whole("not-for-them")),
            Refusal::Consents(problems) => (
                Step::Who,
                Told::Wrong(boxes::wrongs_of(words, &problems, consents)),
            ),
            Refusal::AnotherBody => (Step::Who, whole("sent-already")),
            Refusal::LinkUnknown | Refusal::NotSigned | Refusal::Settled | Refusal::Stale => {
                (Step::Who, whole("not-now"))
            }
        };
        self.show(step, told).await
    }

    /// Whether an appointment that was booked before still stands as it was booked.
    async fn stands(&self, slot: Slot, booked: &Booked) -> Result<bool, Trouble> {
        let now = self.visit.site.booking.show(&booked.token).await?;
        let booked = (booked.start, booked.branch, slot.practitioner);
        Ok(now.status.is_open() && (now.start, now.branch, now.practitioner) == booked)
    }

    /// «Вы записаны». The link's secret goes to its owner alone: onto this page and into a cookie of theirs. Where the
    /// catalogue changed in between, the appointment is shown by its own page.
    fn done(
        &self,
        catalogue: &Catalogue,
        service: ServiceId,
        slot: Slot,
        booked: &Booked,
    ) -> Response {
        let slot = Slot {
            start: booked.start,
            branch: booked.branch,
            ..slot
        };
        let Some(summary) = Summary::of(self.visit.words, catalogue, service, slot) else {
            return appointment::shown_to_owner(self.visit, &booked.token);
        };
        let path = format!("/a/{}", booked.token);
        let page = DonePage {
            shell: self.visit.private(Section::Book, None),
            summary,
            link: format!("{}{path}", self.visit.site.origin),
            path,
        };
        let response = self.visit.page(StatusCode::OK, &page);
        appointment::remembered(self.visit, response, &booked.token)
    }

    /// The key of this form with all that it says: the same form sent again gets the same answer.
    fn once(
        &self,
        for_whom: ForWhom,
        service: ServiceId,
        slot: Slot,
        answers: &Answers,
        consents: &[Decided],
    ) -> Option<Once> {
        use trust::consent::declaration::Coded;
        let key = self.draft.typed.get("key");
        if key.is_empty() {
            return None;
        }
        let mut said = vec![
            for_whom.code().to_owned(),
            service.to_string(),
            crate::slot_text::SlotText(slot).to_string(),
        ];
        said.extend(answers.said());
        said.extend(consents.iter().map(|one| {
            format!(
                "{}.{}.{}={}",
                one.document, one.version, one.sha256, one.given
            )
        }));
        Some(
            self.visit
                .site
                .trust
                .once("/book", key, said.join("\n").as_bytes()),
        )
    }

    /// The form as the house takes it. Everything was read before; what is not there now was never declared.
    fn filled(
        &self,
        for_whom: ForWhom,
        service: ServiceId,
        slot: Slot,
        answers: &Answers,
        consents: Vec<Decided>,
        today: Date,
    ) -> Result<NewBooking, Fault> {
        let parties = Parties::of(answers, for_whom, today)?;
        Ok(NewBooking {
            service,
            practitioner: slot.practitioner,
            branch: slot.branch,
            start: slot.start,
            hold: self.draft.hold(),
            for_whom,
            patient: parties.patient,
            representative: parties.representative,
            booker: parties.booker,
            more: parties.more,
            consents,
            form: Form {
                name: "book",
                language: self.visit.words.0,
                address: Some(self.visit.client.0),
            },
        })
    }
}
