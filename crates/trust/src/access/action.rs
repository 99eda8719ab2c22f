//! What staff do at the desk: a closed list. Who may do which stands in `policies/desk.cedar`, by the same words.

/// Declares the actions with their words.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// Something staff do at the desk.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in the policies.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

actions! {
    /// One's own sessions, password, factors.
    OwnAccount = "own_account",
    /// The day and the week: who comes when to whom.
    SeeBoard = "see_board",
    /// Accepting a new booking (policy clause 4.1).
    Accept = "accept",
    /// Moving an appointment.
    Move = "move",
    /// Cancelling an appointment, with a reason.
    Cancel = "cancel",
    /// Arrived, completed, did not come.
    Mark = "mark",
    /// Booking for somebody who called or came.
    Book = "book",
    /// Booking where the schedule offers nothing, with a reason.
    Override = "override",
    /// Breaks and blocks.
    Block = "block",
    /// Printing the day's list and a slip.
    Print = "print",
    /// Looking for a person.
    FindPerson = "find_person",
    /// Opening what a card hides.
    Reveal = "reveal",
    /// Confirming an identity by a document.
    Identify = "identify",
    /// Saying that two records are of one person, and taking it back.
    Join = "join",
    /// Who opened a card of one's own reach.
    SeeLooks = "see_looks",
    /// With whom and for what a patient was here before.
    SeeVisits = "see_visits",
    /// Who opened anything.
    SeeAllLooks = "see_all_looks",
    /// The journal's state.
    SeeJournal = "see_journal",
    /// Accounts of staff.
    ManageStaff = "manage_staff",
    /// Branches, people, services, schedules.
    ManageCatalogue = "manage_catalogue",
    /// Proposing a text.
    ProposeText = "propose_text",
    /// Approving a text that another proposed.
    ApproveText = "approve_text",
    /// Busy times of another system.
    ImportBusy = "import_busy",
    /// Figures without names.
    SeeFigures = "see_figures",
}

impl Action {
    /// Whether it is done at a branch. The rest is of the clinic as a whole: an account, a service, a text, another system's
    /// file, the journal stand at no branch, and whoever changes or sees one changes or sees it for all.
    #[must_use]
    pub const fn has_branches(self) -> bool {
        !matches!(
            self,
            Self::SeeAllLooks
                | Self::SeeJournal
                | Self::ManageStaff
                | Self::ManageCatalogue
                | Self::ProposeText
                | Self::ApproveText
                | Self::ImportBusy
        )
    }
}
