//! What can be wrong with a store, each by its own name: whoever runs `medok journal verify` should learn what was done to
//! which row. Findings hold ids, numbers and names of tables and fields; never a value.

use std::fmt;

use uuid::Uuid;

use crate::journal::core::chain::ChainError;
use crate::journal::core::entry::EntryError;
use crate::journal::core::note::NoteError;
use crate::journal::core::tile::TileFault;
use crate::vault::core::OpenError;

mod words;

/// A root that the tree must have had at some size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// A stored checkpoint with a sound signature.
    Checkpoint,
    /// The state remembered in the key folder.
    Remembered,
    /// The tree that the running process committed.
    Held,
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Checkpoint => "the signed checkpoint",
            Self::Remembered => "the state remembered beside the keys",
            Self::Held => "the tree held by the running process",
        })
    }
}

/// A sealed field by its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldAt {
    /// Whose.
    pub person: Uuid,
    /// The table of the record.
    pub place: String,
    /// The record.
    pub record: Uuid,
    /// The field.
    pub field: String,
}

impl fmt::Display for FieldAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "field {} of {} {} of person {}",
            self.field, self.place, self.record, self.person
        )
    }
}

/// One thing that is not as the journal says, or a journal that is not as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The row with the size of the tree is not there.
    NoTree,
    /// Numbered entries are not there.
    EntriesMissing {
        /// The first number missing.
        from: u64,
        /// The number after the last one missing.
        to: u64,
    },
    /// An entry has a number past the size of the tree, or a negative one.
    EntryOutside {
        /// Its id.
        entry: Uuid,
        /// Its number.
        number: i64,
    },
    /// An entry's leaf is not one that the journal writes.
    LeafUnreadable {
        /// Its id.
        entry: Uuid,
        /// Why.
        why: EntryError,
    },
    /// An entry that was not written with the journal's key: put in by hand, or changed.
    EntryByHand {
        /// Its id.
        entry: Uuid,
    },
    /// A leaf names another entry than its row.
    LeafOfAnother {
        /// Id of the row.
        entry: Uuid,
        /// Id in the leaf.
        named: Uuid,
    },
    /// A column of an entry differs from its leaf.
    ColumnDiffers {
        /// Its id.
        entry: Uuid,
        /// `kind` or `at`.
        column: &'static str,
    },
    /// The stored leaves of an entry's sub-entries do not lead to the root in its leaf.
    SubtreeDiffers {
        /// Its id.
        entry: Uuid,
    },
    /// Leaves of an entry's tree are neither fillers nor any sub-entry's: some were deleted.
    SubsMissing {
        /// Its id.
        entry: Uuid,
        /// How many.
        missing: u64,
        /// Sub-entries there.
        there: u64,
    },
    /// A sub-entry stands outside its entry's tree, or where a filler or another stands.
    SubPosition {
        /// Its entry.
        entry: Uuid,
        /// Its chain.
        chain: Uuid,
        /// Its number in the chain.
        n: i64,
    },
    /// A stored tile is not the one the leaves lead to.
    Tile(TileFault),
    /// A tile that no tree of this size has.
    TileOutside {
        /// Its level.
        level: i32,
        /// Its number.
        number: i64,
    },
    /// A stored checkpoint is not signed by this journal, or cannot be read.
    CheckpointFalse {
        /// Size by its row.
        size: i64,
        /// Why.
        why: NoteError,
    },
    /// A stored checkpoint is of another size than its row says.
    CheckpointSize {
        /// Size by its row.
        size: i64,
        /// Size by its note.
        noted: u64,
    },
    /// The leaves do not lead to a root that was signed or remembered.
    RootDiffers {
        /// Entries.
        size: u64,
        /// Who knows another root.
        witness: Witness,
    },
    /// There are fewer entries than were signed or remembered.
    Shorter {
        /// Entries there should be.
        size: u64,
        /// Entries there.
        there: u64,
        /// Who knows more.
        witness: Witness,
    },
    /// An entry has no number and does not wait for one.
    NeitherNumberedNorPending {
        /// Its id.
        entry: Uuid,
    },
    /// An entry that waits for its number was taken away, or has a number already.
    PendingAstray {
        /// Its id.
        entry: Uuid,
    },
    /// The map of chains in an entry is not the one that the sub-entries before it lead to: a chain was shortened, grew
    /// afterwards or is gone.
    MapDiffers {
        /// Number of the entry.
        number: u64,
    },
    /// A chain has no row with its head.
    ChainRowMissing {
        /// The chain.
        chain: Uuid,
    },
    /// Links of a chain are missing, or its numbers were changed.
    ChainGap {
        /// The chain.
        chain: Uuid,
        /// Number that is due.
        due: u64,
        /// Number found.
        found: i64,
    },
    /// A chain's row names another end than its links.
    HeadDiffers {
        /// The chain.
        chain: Uuid,
        /// Number of the last link there is.
        links: u64,
        /// Number by the row.
        stated: i64,
    },
    /// A link names an entry that is not there.
    LinkWithoutEntry {
        /// The chain.
        chain: Uuid,
        /// Number of the link.
        n: i64,
        /// Id of the missing entry.
        entry: Uuid,
    },
    /// A link's content does not open under its person's key and place.
    LinkUnopened {
        /// The chain.
        chain: Uuid,
        /// Number of the link.
        n: i64,
        /// Why.
        why: OpenError,
    },
    /// A link does not follow the one before it.
    LinkBroken {
        /// The chain.
        chain: Uuid,
        /// Number of the link.
        n: i64,
        /// Why.
        why: ChainError,
    },
    /// A link's content was written for another entry.
    LinkOfAnother {
        /// The chain.
        chain: Uuid,
        /// Number of the link.
        n: i64,
        /// Id of the entry in the row.
        entry: Uuid,
    },
    /// The entry does not commit to the link at its position.
    LinkDiffers {
        /// The chain.
        chain: Uuid,
        /// Number of the link.
        n: i64,
        /// Id of the entry.
        entry: Uuid,
    },
    /// A chain cannot be opened by any key, and no destruction covers it: the wrapped key was dropped.
    KeyDropped {
        /// The chain.
        chain: Uuid,
    },
    /// A person has no key.
    PersonWithoutKey {
        /// The person.
        person: Uuid,
    },
    /// A key belongs to nobody.
    KeyWithoutPerson {
        /// The person it names.
        person: Uuid,
    },
    /// Two persons' keys name one chain.
    ChainShared {
        /// The chain.
        chain: Uuid,
    },
    /// A person's wrapped key does not unwrap.
    KeyUnopened {
        /// The person.
        person: Uuid,
        /// Why.
        why: String,
    },
    /// A destroyed person has a key again.
    KeyOfDestroyed {
        /// The person.
        person: Uuid,
    },
    /// A sealed field does not open in its place: changed, or swapped with another.
    FieldUnopened {
        /// Which.
        at: FieldAt,
        /// Why.
        why: OpenError,
    },
    /// A sealed field is of another version than the journal last told of.
    FieldRewound {
        /// Which.
        at: FieldAt,
        /// The version last told of.
        told: i64,
        /// The version there.
        found: i32,
    },
    /// A sealed field of which the journal says nothing.
    FieldUntold {
        /// Which.
        at: FieldAt,
    },
    /// A sealed field that the journal tells of is not there.
    FieldMissing {
        /// Which.
        at: FieldAt,
    },
    /// A sealed field of somebody who has no key.
    FieldWithoutKey {
        /// Which.
        at: FieldAt,
    },
    /// A row about a person of which their chain says nothing.
    RowByHand {
        /// The row's table.
        table: String,
        /// The row's id; where it has none, the act it names.
        record: Uuid,
        /// The person it names.
        person: Uuid,
    },
    /// A row about a person is not as their chain last told of it.
    RowDiffers {
        /// The row's table.
        table: String,
        /// As above.
        record: Uuid,
        /// The first column that differs.
        column: String,
    },
    /// A row that a person's chain tells of is not there.
    RowMissing {
        /// The row's table.
        table: String,
        /// As above.
        record: Uuid,
        /// The person.
        person: Uuid,
    },
    /// A row says that something was opened and told of, and the act it names tells nothing of it.
    OpeningByHand {
        /// Whose data.
        person: Uuid,
        /// The ticket, or what stands for one.
        permit: Uuid,
        /// The act it names.
        act: Uuid,
    },
    /// A row names a person who is not there and was not destroyed.
    PersonMissing {
        /// The row's table.
        table: String,
        /// The person.
        person: Uuid,
    },
    /// A row names an act of which there is no entry.
    ActMissing {
        /// The row's table.
        table: String,
        /// The act.
        act: Uuid,
    },
    /// An approval put in by hand: its act is no entry by which this employee approved this content.
    ApproverByHand {
        /// What is approved.
        subject: Uuid,
        /// By whom, as the row says.
        staff: Uuid,
    },
    /// A member of staff put in by hand: the act is no entry that gives this account this role.
    StaffByHand {
        /// Whose account.
        staff: Uuid,
    },
    /// A session put in or changed by hand: no entry began it like this.
    SessionByHand {
        /// The session.
        session: Uuid,
    },
    /// A ticket put in or changed by hand: no entry issued it like this.
    TicketByHand {
        /// The ticket.
        ticket: Uuid,
    },
    /// A document's version is in force from another date than its entry tells.
    DocumentMoved {
        /// The version's id.
        document: Uuid,
    },
    /// A document's version that entries tell of is not there.
    DocumentMissing {
        /// The version's id.
        document: Uuid,
    },
    /// A document's version is not the one its entry tells of.
    DocumentDiffers {
        /// The version's id.
        document: Uuid,
    },
    /// A document's version has a date of effect, and no entry approves it.
    DocumentUnapproved {
        /// The version's id.
        document: Uuid,
    },
    /// What stood beside a consent's box is not what its hash says.
    TermsDiffer {
        /// The hash it is kept under.
        sha256: String,
    },
    /// What stood beside the box of a consent that a chain tells of is not there: no receipt can be made.
    TermsMissing {
        /// Its hash.
        sha256: String,
    },
    /// A list for destruction is not the one its entry tells of.
    DestructionDiffers {
        /// The destruction.
        destruction: Uuid,
    },
    /// A destruction is marked as done and no entry says so, or the other way round.
    DestructionUnrecorded {
        /// The destruction.
        destruction: Uuid,
    },
    /// A destruction was carried out without the approvals it needs.
    DestructionUnapproved {
        /// The destruction.
        destruction: Uuid,
    },
    /// Fewer destructions than the key folder remembers: destroyed persons may have come back.
    DestructionsFewer {
        /// Remembered.
        remembered: u64,
        /// There.
        there: u64,
    },
}
