//! «Талон»: the slip of an appointment, for whoever holds its secret link.

use documents::{Document, Line, Origin, Slip};
use kernel::{Fault, Language, Moment, Outcome, Stop};

use super::{Papers, words};
use crate::booking::{Appointment, Refusal, money};

impl Papers {
    /// The slip of the appointment of a secret link, as PDF. What is opened for it is what [`Booking::show`] opens, and
    /// stands in the journal the same way.
    ///
    /// [`Booking::show`]: crate::booking::Booking::show
    ///
    /// # Errors
    /// [`Refusal::LinkUnknown`]; [`Refusal::Settled`] where nobody is expected to come any more; the database's; it
    /// cannot be made now.
    pub async fn slip(&self, token: &str, language: Language) -> Outcome<Vec<u8>, Refusal> {
        let appointment = self.booking.show(token).await?;
        let now = self.trust.clock().now();
        if !appointment.status.is_open() || appointment.start <= now.minutes() {
            return Err(Stop::Refused(Refusal::Settled));
        }
        let slip = self.slip_paper(&appointment, language, now).await?;
        Ok(self.print(&Document::Slip(slip)).await?)
    }

    /// The slip of an appointment that the desk prints, as PDF: the printing stands in the journal already.
    ///
    /// # Errors
    /// The database's; it cannot be made now.
    pub async fn slip_of_desk(
        &self,
        appointment: &Appointment,
        language: Language,
    ) -> Result<Vec<u8>, Fault> {
        let now = self.trust.clock().now();
        let slip = self.slip_paper(appointment, language, now).await?;
        self.print(&Document::Slip(slip)).await
    }

    async fn slip_paper(
        &self,
        appointment: &Appointment,
        language: Language,
        now: Moment,
    ) -> Result<Slip, Fault> {
        let catalogue = self.booking.catalogue().await?;
        let gone = || Fault::broken("an appointment is not in the catalogue");
        let service = catalogue
            .service_named(appointment.service)
            .ok_or_else(gone)?;
        let doctor = catalogue
            .practitioner_named(appointment.practitioner)
            .ok_or_else(gone)?;
        let branch = catalogue
            .branch_named(appointment.branch)
            .ok_or_else(gone)?;
        let start = Moment::from_minutes(appointment.start);
        let at = start.timestamp().to_zoned(branch.zone.clone());
        let preparation = service.preparation.get(language);
        let number = appointment.number();
        Ok(Slip {
            language,
            origin: Origin {
                identifier: format!("slip/{number}/{}/{language}", appointment.moves),
                made_at: now.micros().div_euclid(1_000_000),
            },
            operator: self.operator(language),
            number,
            day: words::day(start, &branch.zone, language),
            weekday: at.weekday().to_monday_one_offset().unsigned_abs(),
            time: words::time(start, &branch.zone),
            service: Line {
                main: service.title.get(language).to_owned(),
                below: Some(money(service.price)),
            },
            doctor: Line {
                main: doctor.title.get(language).to_owned(),
                below: None,
            },
            place: Line {
                main: branch.title.get(language).to_owned(),
                below: Some(branch.address.get(language).to_owned()),
            },
            phone: branch.phone.clone(),
            outgoing: self.texts.operator().outgoing_numbers.clone(),
            preparation: (!preparation.is_empty()).then(|| preparation.to_owned()),
            phone_mask: appointment.phone_mask.clone(),
            as_of: format!(
                "{}, {}",
                words::day(now, &branch.zone, language),
                words::time(now, &branch.zone)
            ),
        })
    }
}
