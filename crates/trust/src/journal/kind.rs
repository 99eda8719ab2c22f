//! What an entry tells: a closed list, one word an intention.

/// Declares the kinds with their words.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:expr,)*) => {
        /// The kind of an entry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in entries.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// The house was opened for the first time.
    HouseOpened = "house.opened",
    /// A document's version was proposed.
    DocumentProposed = "document.proposed",
    /// A document's version was approved and has a date of effect.
    DocumentApproved = "document.approved",
    /// A document's version was declined.
    DocumentDeclined = "document.declined",
    /// A document's version was taken back by whoever proposed it.
    DocumentWithdrawn = "document.withdrawn",
    /// A branch, a person, a service, a schedule was changed on screen.
    CatalogueChanged = "catalogue.changed",
    /// Branches, people, services or schedules were changed.
    CatalogueImported = "catalogue.imported",
    /// A member of staff got an account.
    StaffAdded = "staff.added",
    /// A member of staff lost their account.
    StaffDismissed = "staff.dismissed",
    /// The role or the reach of a member of staff changed.
    StaffChanged = "staff.changed",
    /// A member of staff was invited to sign in.
    StaffInvited = "staff.invited",
    /// A member of staff accepted the obligation of non-disclosure.
    StaffObliged = "staff.obliged",
    /// What a member of staff signs in with changed.
    FactorsChanged = "factors.changed",
    /// What a member of staff signs in with was shown and refused: there is a copy of it.
    FactorRefused = "factor.refused",
    /// A session of a member of staff began.
    SessionBegan = "session.began",
    /// A colleague's session at the same browser went on.
    SessionResumed = "session.resumed",
    /// Sessions of a member of staff ended.
    SessionEnded = "session.ended",
    /// A ticket to open one case was issued.
    TicketIssued = "ticket.issued",
    /// Data was opened.
    Opened = "person.opened",
    /// Time was held.
    SlotHeld = "slot.held",
    /// A hold was given up or ran out.
    HoldReleased = "hold.released",
    /// An appointment was booked.
    AppointmentBooked = "appointment.booked",
    /// An appointment was moved.
    AppointmentMoved = "appointment.moved",
    /// An appointment was cancelled.
    AppointmentCancelled = "appointment.cancelled",
    /// A registrar accepted an appointment.
    AppointmentAccepted = "appointment.accepted",
    /// Nobody accepted an appointment in time.
    AppointmentEscalated = "appointment.escalated",
    /// The patient came.
    AppointmentArrived = "appointment.arrived",
    /// The visit is over.
    AppointmentCompleted = "appointment.completed",
    /// The patient did not come.
    AppointmentMissed = "appointment.missed",
    /// The last change of an appointment's state was taken back.
    AppointmentUndone = "appointment.undone",
    /// A break or a block of time was made.
    BlockMade = "block.made",
    /// A break or a block of time was taken away.
    BlockRemoved = "block.removed",
    /// The list of a day was printed.
    DayPrinted = "day.printed",
    /// The slip of an appointment was printed.
    SlipPrinted = "appointment.slip_printed",
    /// A form of a declared service was received.
    SubmissionReceived = "submission.received",
    /// A submission was withdrawn by its sender.
    SubmissionWithdrawn = "submission.withdrawn",
    /// A consent was withdrawn.
    ConsentWithdrawn = "consent.withdrawn",
    /// The receipt of a consent was handed to whoever holds the link of its case.
    ReceiptGiven = "receipt.given",
    /// Two records may be of one person.
    SameSuggested = "same.suggested",
    /// Somebody was looked for.
    PeopleSearched = "people.searched",
    /// A card was shown, masked.
    CardShown = "card.shown",
    /// An identity was confirmed by a document.
    PersonIdentified = "person.identified",
    /// A confirmation of an identity was taken back.
    IdentityWithdrawn = "identity.withdrawn",
    /// Two records were said to be of one person.
    PersonsJoined = "persons.joined",
    /// That was taken back.
    PersonsParted = "persons.parted",
    /// Somebody was said to act for another, by a ground and a document.
    RepresentativeNamed = "representative.named",
    /// That was said to be over, or taken back.
    RepresentativeEnded = "representative.ended",
    /// Two likely records were said to be of two people.
    SameDismissed = "same.dismissed",
    /// Somebody looked at who had looked.
    LooksShown = "looks.shown",
    /// A table of figures, without a person, was taken along.
    FiguresDownloaded = "figures.downloaded",
    /// A secret link to a practitioner's calendar was made.
    CalendarMade = "calendar.made",
    /// Such a link was revoked.
    CalendarRevoked = "calendar.revoked",
    /// A practitioner's calendar was read by its link, the first time on a day.
    CalendarRead = "calendar.read",
    /// A file of another system is read from now on.
    ExternalAdded = "external.added",
    /// It is read no more, and its busy times are given free.
    ExternalRemoved = "external.removed",
    /// Busy times of another system were taken over.
    ExternalRead = "external.read",
    /// An appointment that another system's busy time overlaps was said to be known.
    ExternalKnown = "external.known",
    /// Keys of persons were wrapped with the new KEK.
    KeysRewrapped = "keys.rewrapped",
    /// A rotation ended and older KEKs were erased.
    KeysRotated = "keys.rotated",
    /// Index rows were written anew.
    IndexRebuilt = "index.rebuilt",
    /// A list was proposed for destruction.
    DestructionProposed = "destruction.proposed",
    /// One employee approved a list.
    DestructionApproved = "destruction.approved",
    /// An approved list was destroyed.
    PersonsDestroyed = "persons.destroyed",
    /// A backup was made.
    BackupMade = "backup.made",
    /// The store was restored from a backup.
    Restored = "store.restored",
    /// The journal committed to every person's chain.
    ChainsMapped = super::core::map::MAP_ENTRY_KIND,
    /// A job was given up.
    JobBuried = "job.buried",
}
