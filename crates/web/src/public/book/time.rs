//! Taking a time: the hold, its extension, and what is said when somebody was quicker.

use axum::response::Response;
use clinic::booking::{Hold, HoldRequest, Refusal, Slot};
use jiff::civil::Date;
use kernel::{HoldId, Outcome, ServiceId, Stop};
use trust::vault::Once;

use super::super::times::{SlotView, nearest_views};
use super::super::trouble::{self, Trouble};
use super::Booking;
use super::draft::Step;
use super::steps::Told;
use crate::slot_text::SlotText;

impl Booking<'_> {
    /// The child's date of birth was given: on, if it is right.
    pub(super) async fn born(&mut self) -> Result<Response, Trouble> {
        let today: Date = self.today(self.visit.site.booking.catalogue().await?.as_ref());
        match self.child_wrong(today) {
            Some(wrong) => self.show(Step::Born, Told::Wrong(vec![wrong])).await,
            None => {
                let step = self.furthest();
                self.show(step, Told::Nothing).await
            }
        }
    }

    /// A service was chosen. Another one than before gives up the time taken for that.
    pub(super) async fn choose_service(&mut self) -> Result<Response, Trouble> {
        let chosen = self.draft.typed.get("choose").to_owned();
        if chosen != self.draft.typed.get("service") {
            self.release().await;
            self.draft.typed.set("service", chosen);
        }
        self.show(Step::Time, Told::Nothing).await
    }

    /// A time was chosen on the page `at`: it is held, and the form follows.
    pub(super) async fn take(
        &mut self,
        SlotText(slot): SlotText,
        at: Step,
    ) -> Result<Response, Trouble> {
        let Some(service) = self.draft.service() else {
            return self.show(Step::Service, Told::Nothing).await;
        };
        if self.draft.slot() == Some(slot)
            && let Some(hold) = self.draft.hold()
            && self.is_held(hold).await
        {
            return self.show(Step::Who, Told::Nothing).await;
        }
        match self.held(service, slot).await {
            Ok(hold) => {
                self.draft.choose(slot, Some((hold.hold, hold.expires_at)));
                self.show(Step::Who, Told::Nothing).await
            }
            // Others behind the same address hold all they may: the form goes on, the time is taken when it is sent.
            Err(Stop::Refused(Refusal::TooManyHolds { .. })) => {
                self.release().await;
                self.draft.choose(slot, None);
                self.show(Step::Who, Told::Nothing).await
            }
            Err(Stop::Refused(Refusal::SlotTaken { .. })) => {
                // The choice stays, so that the form stays on its page; sending it would be refused again.
                if at == Step::Who {
                    self.draft.choose(slot, None);
                }
                let nearest = self.nearest(service, slot).await;
                self.show(
                    if at == Step::Who { at } else { Step::Time },
                    Told::Taken(nearest),
                )
                .await
            }
            Err(Stop::Refused(_)) => {
                self.show(Step::Time, Told::Notice("time-not-offered"))
                    .await
            }
            Err(Stop::Fault(fault)) => {
                trouble::log(&fault);
                self.show(Step::Time, Told::Failed(trouble::status_of(&fault)))
                    .await
            }
        }
    }

    /// Holds the time for as long again; one that ran out is taken anew, if it is still free.
    pub(super) async fn extend(&mut self) -> Result<Response, Trouble> {
        let Some(slot) = self.draft.slot() else {
            return self.show(Step::Time, Told::Nothing).await;
        };
        let Some(hold) = self.draft.hold() else {
            return self.take(SlotText(slot), Step::Who).await;
        };
        match self.visit.site.booking.extend_hold(hold, None).await {
            Ok(hold) => {
                self.draft.keep(hold.hold, hold.expires_at);
                self.show(Step::Who, Told::Nothing).await
            }
            Err(Stop::Refused(_)) => {
                self.draft.typed.remove("hold");
                self.take(SlotText(slot), Step::Who).await
            }
            Err(Stop::Fault(fault)) => {
                trouble::log(&fault);
                self.show(Step::Who, Told::Failed(trouble::status_of(&fault)))
                    .await
            }
        }
    }

    /// The nearest free times. None are shown where even they cannot be had: the phone stands beside.
    pub(super) async fn nearest(&self, service: ServiceId, slot: Slot) -> Vec<SlotView> {
        match self
            .visit
            .site
            .booking
            .nearest(service, slot.practitioner, slot.start)
            .await
        {
            Ok(found) => nearest_views(self.visit.words, &found),
            Err(Stop::Refused(_)) => Vec::new(),
            Err(Stop::Fault(fault)) => {
                trouble::log(&fault);
                Vec::new()
            }
        }
    }

    /// Gives up the time held so far. One that cannot be given up runs out by itself.
    async fn release(&mut self) {
        if let Some(hold) = self.draft.hold()
            && let Err(Stop::Fault(fault)) = self.visit.site.booking.release_hold(hold).await
        {
            trouble::log(&fault);
        }
        self.draft.let_go();
    }

    /// Whether a hold lives: the page may be an old one, and the time given up or confirmed from another.
    async fn is_held(&self, hold: HoldId) -> bool {
        self.visit.site.booking.show_hold(hold).await.is_ok()
    }

    /// Holds a time, in the place of the one held so far: where it cannot be had, that one stays. A page sent twice
    /// takes a time once: a hold that this very page took is given again while it lives.
    async fn held(&self, service: ServiceId, slot: Slot) -> Outcome<Hold, Refusal> {
        let trust = &self.visit.site.trust;
        let request = HoldRequest {
            service,
            practitioner: slot.practitioner,
            branch: slot.branch,
            start: slot.start,
            client: trust.client_hash(&self.visit.client.key()),
            instead: self.draft.hold(),
        };
        let turn = self.draft.typed.get("turn");
        let once: Option<Once> = (!turn.is_empty()).then(|| {
            let body = format!("{service}.{}", SlotText(slot));
            trust.once("/book/hold", &format!("{turn}.{body}"), body.as_bytes())
        });
        let hold = self.visit.site.booking.hold(request.clone(), once).await?;
        if self.is_held(hold.hold).await {
            return Ok(hold);
        }
        self.visit.site.booking.hold(request, None).await
    }
}
