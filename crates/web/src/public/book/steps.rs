//! Showing a step. Whoever asks for one before its time is shown what is missing first.

use std::ops::RangeInclusive;

use axum::http::StatusCode;
use axum::response::Response;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::Service;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::entropy;
use trust::consent::declaration::{Coded, ForWhom, Reason};

use super::super::boxes;
use super::super::home::ServiceView;
use super::super::shell::{Section, Shell};
use super::super::summary::Summary;
use super::super::times::{SlotView, choice};
use super::super::trouble::Trouble;
use super::Booking;
use super::draft::{Step, born, takes};
use super::pages::{BornPage, ForWhomPage, ServiceGroup, ServicePage, StepView, TimePage, WhoPage};
use crate::fields::{FieldView, Wrong, birth_date_says, groups};
use crate::wording;

/// What a page tells beside its questions.
#[derive(Debug)]
pub(super) enum Told {
    /// Nothing.
    Nothing,
    /// A sentence, by its key.
    Notice(&'static str),
    /// The time was taken; these are the nearest.
    Taken(Vec<SlotView>),
    /// What is to be put right.
    Wrong(Vec<Wrong>),
    /// The house could not do it now. Sending it again is right, and does nothing twice.
    Failed(StatusCode),
}

impl Told {
    fn status(&self) -> StatusCode {
        match self {
            Self::Nothing => Booking::well(),
            Self::Taken(_) => StatusCode::CONFLICT,
            Self::Notice(_) | Self::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Failed(status) => *status,
        }
    }
}

impl Booking<'_> {
    /// Shows a step, or the first one before it that is not done.
    pub(super) async fn show(&mut self, step: Step, told: Told) -> Result<Response, Trouble> {
        let catalogue = self.visit.site.booking.catalogue().await?;
        let today = self.today(&catalogue);
        let Some(for_whom) = self
            .draft
            .for_whom()
            .filter(|case| self.declaration.for_whom.contains(case))
        else {
            return self.show_for_whom(&catalogue, &told);
        };
        if step == Step::ForWhom {
            return self.show_for_whom(&catalogue, &told);
        }
        if for_whom == ForWhom::Child && (step == Step::Born || self.child_wrong(today).is_some()) {
            return self.show_born(&catalogue, today, told);
        }
        let Some(service) = self.draft.service().and_then(|id| catalogue.service(id)) else {
            return self.show_services(&catalogue, today, told);
        };
        let never = |ages: RangeInclusive<i16>| !takes(service, &ages);
        if for_whom == ForWhom::Child && self.ages(today).is_some_and(never) {
            return self.show_services(&catalogue, today, Told::Notice("service-other-age"));
        }
        let chosen = self
            .draft
            .slot()
            .and_then(|slot| Summary::of(self.visit.words, &catalogue, service.id, slot));
        match (step, chosen) {
            (Step::Born | Step::Service, _) => self.show_services(&catalogue, today, told),
            (Step::Who, Some(summary)) => self.show_who(for_whom, summary, &catalogue, told).await,
            (_, chosen) => {
                self.show_times(&catalogue, service, chosen, today, told)
                    .await
            }
        }
    }

    /// What is wrong with the child's date of birth, if it is.
    pub(super) fn child_wrong(&self, today: Date) -> Option<Wrong> {
        /// Full years from which nobody is booked as a child (ГК РФ ст. 21).
        const ADULT: i16 = 18;
        let words = self.visit.words;
        if self.draft.typed.get(&born()).is_empty() {
            return Some(Wrong::at(born(), Reason::Missing.says(words.of_texts())));
        }
        match self.draft.birth_date(today) {
            Err(error) => Some(Wrong::at(born(), birth_date_says(words, error))),
            Ok(date) if date.age_on(today) >= ADULT => {
                Some(Wrong::at(born(), words.say("age-not-child")))
            }
            Ok(_) => None,
        }
    }

    /// The child's ages on the days that can be booked, once their date of birth is right: one who turns three
    /// tomorrow is shown what begins at three.
    fn ages(&self, today: Date) -> Option<RangeInclusive<i16>> {
        let days = i64::from(self.visit.site.booking.settings().horizon_days);
        let last = today.saturating_add(days.days());
        let born = self.draft.birth_date(today).ok()?;
        Some(born.age_on(today)..=born.age_on(last))
    }

    pub(super) fn today(&self, catalogue: &Catalogue) -> Date {
        wording::today(catalogue, self.visit.clock().now())
    }

    fn shell(&self) -> Shell {
        if self.by_address {
            let words = self.visit.words;
            let about = words.with("book-about", "clinic", self.visit.clinic_name());
            self.visit
                .found(Section::Book, words.say("book-title"), about, None)
        } else {
            self.visit.private(Section::Book, Some("booking"))
        }
    }

    /// The row of steps, each that lies behind with what was chosen there. The child's date of birth belongs to the
    /// first.
    fn row(&self, catalogue: &Catalogue, here: Step) -> Vec<StepView> {
        let words = self.visit.words;
        let here = if here == Step::Born {
            Step::ForWhom
        } else {
            here
        };
        let service = self.draft.service().and_then(|id| catalogue.service(id));
        let when = self.draft.slot().and_then(|slot| {
            let branch = catalogue.branch(slot.branch)?;
            let at = wording::local(&branch.zone, slot.start);
            let day = wording::short_day(words, at.date());
            Some(format!("{day}, {}", wording::clock(&at)))
        });
        [
            (
                Step::ForWhom,
                self.draft
                    .for_whom()
                    .map(|case| words.say(&format!("for-{}", case.code()))),
            ),
            (
                Step::Service,
                service.map(|service| service.title.get(words.0).to_owned()),
            ),
            (Step::Time, when),
            (Step::Who, None),
        ]
        .into_iter()
        .map(|(step, chosen)| StepView {
            code: step.code(),
            label: words.say(&format!("step-{}", step.code())),
            here: step == here,
            done: step < here && chosen.is_some(),
            chosen: chosen.filter(|_| step < here),
        })
        .collect()
    }

    fn show_for_whom(&self, catalogue: &Catalogue, told: &Told) -> Result<Response, Trouble> {
        let page = ForWhomPage {
            shell: self.shell(),
            steps: self.row(catalogue, Step::ForWhom),
            hidden: self.draft.hidden(self.declaration, |name| name == "for"),
            at: Step::ForWhom.code(),
            cases: self
                .declaration
                .for_whom
                .iter()
                .map(|case| case.code())
                .collect(),
        };
        Ok(self.visit.page(told.status(), &page))
    }

    fn show_born(
        &self,
        catalogue: &Catalogue,
        today: Date,
        told: Told,
    ) -> Result<Response, Trouble> {
        let status = told.status();
        let wrongs = match told {
            Told::Wrong(wrongs) => wrongs,
            _ => Vec::new(),
        };
        let asked = groups(
            self.visit.words,
            self.declaration,
            ForWhom::Child,
            &self.draft.typed,
            &wrongs,
        );
        let field: Option<FieldView> = asked
            .into_iter()
            .flat_map(|group| group.fields)
            .find(|field| field.name == born());
        // A clinic that does not ask for the date does not choose by age either.
        let Some(field) = field else {
            return Err(kernel::Fault::broken("booking asks no date of birth of a child").into());
        };
        let status = if self.child_wrong(today).is_none() {
            Self::well()
        } else {
            status
        };
        let page = BornPage {
            shell: self.shell(),
            steps: self.row(catalogue, Step::Born),
            hidden: self.draft.hidden(self.declaration, |name| name == born()),
            at: Step::Born.code(),
            field,
            wrongs,
        };
        Ok(self.visit.page(status, &page))
    }

    fn show_services(
        &self,
        catalogue: &Catalogue,
        today: Date,
        told: Told,
    ) -> Result<Response, Trouble> {
        let words = self.visit.words;
        let child = self.draft.for_whom() == Some(ForWhom::Child);
        let ages = child.then(|| self.ages(today)).flatten();
        let practitioner = self
            .draft
            .practitioner()
            .and_then(|id| catalogue.practitioner(id));
        let offered = catalogue.services.iter().filter(|service| {
            let fits = ages.as_ref().is_none_or(|ages| takes(service, ages));
            fits && practitioner
                .is_none_or(|practitioner| service.practitioners.contains(&practitioner.id))
        });
        let mut groups: Vec<ServiceGroup> = Vec::new();
        for service in offered {
            let first = service
                .practitioners
                .first()
                .and_then(|id| catalogue.practitioner(*id));
            let title = first.map_or_else(
                || words.say("services-other"),
                |practitioner| wording::speciality(words, practitioner),
            );
            let view = ServiceView::of(words, service);
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) => group.services.push(view),
                None => groups.push(ServiceGroup {
                    title,
                    services: vec![view],
                }),
            }
        }
        let status = told.status();
        let page = ServicePage {
            shell: self.shell(),
            steps: self.row(catalogue, Step::Service),
            hidden: self.draft.hidden(self.declaration, |_| false),
            at: Step::Service.code(),
            groups,
            practitioner: practitioner
                .map(|practitioner| practitioner.title.get(words.0).to_owned()),
            notice: self.notice(&told),
        };
        Ok(self.visit.page(status, &page))
    }

    async fn show_times(
        &self,
        catalogue: &Catalogue,
        service: &Service,
        chosen: Option<Summary>,
        today: Date,
        told: Told,
    ) -> Result<Response, Trouble> {
        let words = self.visit.words;
        let wish = self.draft.wish(service);
        let found = match choice(&self.visit.site.booking, words, wish, today).await {
            // An address with a branch that is gone: all of them are shown.
            Err(kernel::Stop::Refused(_)) => {
                let wide = super::super::times::Wish {
                    practitioner: None,
                    branch: None,
                    from: None,
                    day: None,
                    ..wish
                };
                choice(&self.visit.site.booking, words, wide, today).await?
            }
            found => found?,
        };
        let now = self.visit.clock().now();
        let status = told.status();
        let page = TimePage {
            shell: self.shell(),
            steps: self.row(catalogue, Step::Time),
            hidden: self.draft.hidden(self.declaration, |name| {
                name == "practitioner" || name == "branch"
            }),
            at: Step::Time.code(),
            turn: entropy::random_id().to_string(),
            service: service.title.get(words.0).to_owned(),
            choice: found,
            notice: self.notice(&told),
            held: chosen
                .filter(|_| self.draft.held_until().is_some_and(|until| until > now))
                .map(|summary| summary.when),
            taken: if let Told::Taken(nearest) = told {
                Some(nearest)
            } else {
                None
            },
        };
        Ok(self.visit.page(status, &page))
    }

    async fn show_who(
        &self,
        for_whom: ForWhom,
        summary: Summary,
        catalogue: &Catalogue,
        told: Told,
    ) -> Result<Response, Trouble> {
        let words = self.visit.words;
        let asked = self
            .visit
            .site
            .trust
            .consents_asked(self.declaration, for_whom, words.0)
            .await?;
        let status = told.status();
        let notice = self.notice(&told);
        let (mut wrongs, taken) = match told {
            Told::Wrong(wrongs) => (wrongs, None),
            Told::Taken(nearest) => (Vec::new(), Some(nearest)),
            _ => (Vec::new(), None),
        };
        wrongs.extend(notice.map(Wrong::whole));
        let zone = self
            .draft
            .slot()
            .and_then(|slot| catalogue.branch(slot.branch))
            .map(|branch| branch.zone.clone());
        let now = self.visit.clock().now();
        let held = self.draft.held_until().filter(|until| *until > now);
        let until = held.zip(zone);
        let groups = groups(
            words,
            self.declaration,
            for_whom,
            &self.draft.typed,
            &wrongs,
        );
        let boxes = boxes::views(words, &asked, &self.draft.typed, &wrongs);
        let page = WhoPage {
            shell: self.shell(),
            steps: self.row(catalogue, Step::Who),
            hidden: self.draft.hidden_choices(),
            at: Step::Who.code(),
            turn: entropy::random_id().to_string(),
            summary,
            seconds: held.map(|until| (until.millis() - now.millis()) / 1000),
            until: until.map(|(until, zone)| wording::clock(&until.timestamp().to_zoned(zone))),
            wrongs: boxes::named(wrongs, &groups, &boxes),
            groups,
            boxes,
            taken,
        };
        Ok(self.visit.page(status, &page))
    }

    fn notice(&self, told: &Told) -> Option<String> {
        match told {
            Told::Notice(key) => Some(self.visit.words.say(key)),
            Told::Failed(_) => Some(self.visit.words.say("not-now")),
            _ => None,
        }
    }
}
