//! What an entry tells: a closed list, one word an intention.

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The house was opened for the first time.
    HouseOpened,
    /// A document's version was proposed.
    DocumentProposed,
    /// A document's version was approved and has a date of effect.
    DocumentApproved,
    /// A document's version was declined.
    DocumentDeclined,
    /// A branch, a person, a service, a schedule was changed on screen.
    CatalogueChanged,
    /// Branches, people, services or schedules were changed.
    CatalogueImported,
    /// A member of staff got an account.
    StaffAdded,
    /// A member of staff lost their account.
    StaffDismissed,
    /// The role or the reach of a member of staff changed.
    StaffChanged,
    /// A member of staff was invited to sign in.
    StaffInvited,
    /// A member of staff accepted the obligation of non-disclosure.
    StaffObliged,
    /// What a member of staff signs in with changed.
    FactorsChanged,
    /// What a member of staff signs in with was shown and refused: there is a copy of it.
    FactorRefused,
    /// A session of a member of staff began.
    SessionBegan,
    /// A colleague's session at the same browser went on.
    SessionResumed,
    /// Sessions of a member of staff ended.
    SessionEnded,
    /// A ticket to open one case was issued.
    TicketIssued,
    /// Data was opened.
    Opened,
    /// Time was held.
    SlotHeld,
    /// A hold was given up or ran out.
    HoldReleased,
    /// An appointment was booked.
    AppointmentBooked,
    /// An appointment was moved.
    AppointmentMoved,
    /// An appointment was cancelled.
    AppointmentCancelled,
    /// A registrar accepted an appointment.
    AppointmentAccepted,
    /// Nobody accepted an appointment in time.
    AppointmentEscalated,
    /// The patient came.
    AppointmentArrived,
    /// The visit is over.
    AppointmentCompleted,
    /// The patient did not come.
    AppointmentMissed,
    /// The last change of an appointment's state was taken back.
    AppointmentUndone,
    /// A break or a block of time was made.
    BlockMade,
    /// A break or a block of time was taken away.
    BlockRemoved,
    /// The list of a day was printed.
    DayPrinted,
    /// The slip of an appointment was printed.
    SlipPrinted,
    /// A form of a declared service was received.
    SubmissionReceived,
    /// A submission was withdrawn by its sender.
    SubmissionWithdrawn,
    /// A consent was withdrawn.
    ConsentWithdrawn,
    /// The receipt of a consent was handed to whoever holds the link of its case.
    ReceiptGiven,
    /// Two records may be of one person.
    SameSuggested,
    /// Somebody was looked for.
    PeopleSearched,
    /// A card was shown, masked.
    CardShown,
    /// An identity was confirmed by a document.
    PersonIdentified,
    /// A confirmation of an identity was taken back.
    IdentityWithdrawn,
    /// Two records were said to be of one person.
    PersonsJoined,
    /// That was taken back.
    PersonsParted,
    /// Two likely records were said to be of two people.
    SameDismissed,
    /// Somebody looked at who had looked.
    LooksShown,
    /// A table of figures, without a person, was taken along.
    FiguresDownloaded,
    /// A secret link to a practitioner's calendar was made.
    CalendarMade,
    /// Such a link was revoked.
    CalendarRevoked,
    /// A practitioner's calendar was read by its link, the first time on a day.
    CalendarRead,
    /// A file of another system is read from now on.
    ExternalAdded,
    /// It is read no more, and its busy times are given free.
    ExternalRemoved,
    /// Busy times of another system were taken over.
    ExternalRead,
    /// An appointment that another system's busy time overlaps was said to be known.
    ExternalKnown,
    /// Keys of persons were wrapped with the new KEK.
    KeysRewrapped,
    /// A rotation ended and older KEKs were erased.
    KeysRotated,
    /// Index rows were written anew.
    IndexRebuilt,
    /// A list was proposed for destruction.
    DestructionProposed,
    /// One employee approved a list.
    DestructionApproved,
    /// An approved list was destroyed.
    PersonsDestroyed,
    /// A backup was made.
    BackupMade,
    /// The store was restored from a backup.
    Restored,
    /// The journal committed to every person's chain.
    ChainsMapped,
    /// A job was given up.
    JobBuried,
}

impl Kind {
    /// The word in entries.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HouseOpened => "house.opened",
            Self::DocumentProposed => "document.proposed",
            Self::DocumentApproved => "document.approved",
            Self::DocumentDeclined => "document.declined",
            Self::CatalogueChanged => "catalogue.changed",
            Self::CatalogueImported => "catalogue.imported",
            Self::StaffAdded => "staff.added",
            Self::StaffDismissed => "staff.dismissed",
            Self::StaffChanged => "staff.changed",
            Self::StaffInvited => "staff.invited",
            Self::StaffObliged => "staff.obliged",
            Self::FactorsChanged => "factors.changed",
            Self::FactorRefused => "factor.refused",
            Self::SessionBegan => "session.began",
            Self::SessionResumed => "session.resumed",
            Self::SessionEnded => "session.ended",
            Self::TicketIssued => "ticket.issued",
            Self::Opened => "person.opened",
            Self::SlotHeld => "slot.held",
            Self::HoldReleased => "hold.released",
            Self::AppointmentBooked => "appointment.booked",
            Self::AppointmentMoved => "appointment.moved",
            Self::AppointmentCancelled => "appointment.cancelled",
            Self::AppointmentAccepted => "appointment.accepted",
            Self::AppointmentEscalated => "appointment.escalated",
            Self::AppointmentArrived => "appointment.arrived",
            Self::AppointmentCompleted => "appointment.completed",
            Self::AppointmentMissed => "appointment.missed",
            Self::AppointmentUndone => "appointment.undone",
            Self::BlockMade => "block.made",
            Self::BlockRemoved => "block.removed",
            Self::DayPrinted => "day.printed",
            Self::SlipPrinted => "appointment.slip_printed",
            Self::SubmissionReceived => "submission.received",
            Self::SubmissionWithdrawn => "submission.withdrawn",
            Self::ConsentWithdrawn => "consent.withdrawn",
            Self::ReceiptGiven => "receipt.given",
            Self::SameSuggested => "same.suggested",
            Self::PeopleSearched => "people.searched",
            Self::CardShown => "card.shown",
            Self::PersonIdentified => "person.identified",
            Self::IdentityWithdrawn => "identity.withdrawn",
            Self::PersonsJoined => "persons.joined",
            Self::PersonsParted => "persons.parted",
            Self::SameDismissed => "same.dismissed",
            Self::LooksShown => "looks.shown",
            Self::FiguresDownloaded => "figures.downloaded",
            Self::CalendarMade => "calendar.made",
            Self::CalendarRevoked => "calendar.revoked",
            Self::CalendarRead => "calendar.read",
            Self::ExternalAdded => "external.added",
            Self::ExternalRemoved => "external.removed",
            Self::ExternalRead => "external.read",
            Self::ExternalKnown => "external.known",
            Self::KeysRewrapped => "keys.rewrapped",
            Self::KeysRotated => "keys.rotated",
            Self::IndexRebuilt => "index.rebuilt",
            Self::DestructionProposed => "destruction.proposed",
            Self::DestructionApproved => "destruction.approved",
            Self::PersonsDestroyed => "persons.destroyed",
            Self::BackupMade => "backup.made",
            Self::Restored => "store.restored",
            Self::ChainsMapped => super::core::map::MAP_ENTRY_KIND,
            Self::JobBuried => "job.buried",
        }
    }
}
