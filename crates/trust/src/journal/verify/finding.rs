//! What can be wrong with a store, each by its own name: whoever runs `medok journal verify` should learn what was done to
//! which row. Findings hold ids, numbers and names of tables and fields; never a value.

use std::fmt;

use uuid::Uuid;

use crate::journal::core::chain::ChainError;
use crate::journal::core::entry::EntryError;
use crate::journal::core::note::NoteError;
use crate::journal::core::tile::TileFault;
use crate::vault::core::OpenError;

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
        write!(f, "field {} of {} {} of person {}", self.field, self.place, self.record, self.person)
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
    /// An entry has fewer or more sub-entries than its tree was made for.
    SubsMissing {
        /// Its id.
        entry: Uuid,
        /// Leaves of its tree, fillers among them.
        leaves: u64,
        /// Sub-entries there.
        there: u64,
    },
    /// A sub-entry stands outside its entry's tree, or where another stands.
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTree => f.write_str("the row with the size of the journal's tree is not there"),
            Self::EntriesMissing { from, to } if *to == from + 1 => write!(f, "entry number {from} is not there"),
            Self::EntriesMissing { from, to } => write!(f, "entries {from} to {} are not there", to - 1),
            Self::EntryOutside { entry, number } => {
                write!(f, "entry {entry} has the number {number}, outside the tree")
            }
            Self::LeafUnreadable { entry, why } => write!(f, "the leaf of entry {entry} was changed: {why}"),
            Self::LeafOfAnother { entry, named } => write!(f, "the leaf of entry {entry} is that of entry {named}"),
            Self::ColumnDiffers { entry, column } => {
                write!(f, "the column {column} of entry {entry} says something else than its leaf")
            }
            Self::SubtreeDiffers { entry } => {
                write!(f, "the leaves of the sub-entries of entry {entry} do not lead to its root")
            }
            Self::SubsMissing { entry, leaves, there } => write!(
                f,
                "entry {entry} has {there} sub-entries, which is no number for its tree of {leaves} leaves: some were deleted or put in"
            ),
            Self::SubPosition { entry, chain, n } => write!(
                f,
                "sub-entry {n} of chain {chain} stands in entry {entry} where no leaf or another sub-entry is"
            ),
            Self::Tile(fault) => write!(f, "a stored tile was changed: {fault}"),
            Self::TileOutside { level, number } => write!(f, "tile {level}/{number} is outside the tree"),
            Self::CheckpointFalse { size, why } => write!(f, "the checkpoint of size {size} is not to be believed: {why}"),
            Self::CheckpointSize { size, noted } => {
                write!(f, "the row of the checkpoint of size {size} holds the checkpoint of size {noted}")
            }
            Self::RootDiffers { size, witness } => write!(
                f,
                "the first {size} entries are not those that {witness} covers: the root of their tree is another"
            ),
            Self::Shorter { size, there, witness } => {
                write!(f, "there are {there} entries where {witness} covers {size}: the end of the journal was cut off")
            }
            Self::NeitherNumberedNorPending { entry } => {
                write!(f, "entry {entry} has no number and does not wait for one")
            }
            Self::PendingAstray { entry } => {
                write!(f, "entry {entry} waits for its number and is not there, or has a number already: a pending leaf was deleted")
            }
            Self::MapDiffers { number } => write!(
                f,
                "the chains are not those that entry number {number} commits to: links before it were deleted or changed"
            ),
            Self::ChainRowMissing { chain } => write!(f, "chain {chain} has no row with its end"),
            Self::ChainGap { chain, due, found } => {
                write!(f, "in chain {chain} link {found} stands where link {due} is due: a link was deleted or renumbered")
            }
            Self::HeadDiffers { chain, links, stated } => write!(
                f,
                "chain {chain} ends at link {links}, and its row names another end ({stated}): a link was deleted or changed"
            ),
            Self::LinkWithoutEntry { chain, n, entry } => {
                write!(f, "link {n} of chain {chain} is part of entry {entry}, which is not there: a leaf was deleted")
            }
            Self::LinkUnopened { chain, n, why } => write!(f, "link {n} of chain {chain} does not open: {why}"),
            Self::LinkBroken { chain, n, why } => write!(f, "chain {chain} is broken at row {n}: {why}"),
            Self::LinkOfAnother { chain, n, entry } => {
                write!(f, "link {n} of chain {chain} was not written for entry {entry}")
            }
            Self::LinkDiffers { chain, n, entry } => {
                write!(f, "entry {entry} does not commit to link {n} of chain {chain}")
            }
            Self::KeyDropped { chain } => write!(
                f,
                "no key opens chain {chain}, and no recorded destruction covers it: a wrapped key was dropped"
            ),
            Self::PersonWithoutKey { person } => write!(f, "person {person} has no key: the wrapped key was dropped"),
            Self::KeyWithoutPerson { person } => write!(f, "there is a key of person {person}, who is not there"),
            Self::ChainShared { chain } => write!(f, "more than one key names chain {chain}"),
            Self::KeyUnopened { person, why } => write!(f, "the key of person {person} does not unwrap: {why}"),
            Self::KeyOfDestroyed { person } => write!(f, "person {person} was destroyed and has a key"),
            Self::FieldUnopened { at, why } => write!(f, "the {at} does not open: {why}"),
            Self::FieldRewound { at, told, found } => {
                write!(f, "the {at} is of version {found} where the journal tells of version {told}: rewound")
            }
            Self::FieldUntold { at } => write!(f, "the {at} was put in by hand: the journal does not tell of it"),
            Self::FieldMissing { at } => write!(f, "the {at} is not there, and the journal tells of it"),
            Self::FieldWithoutKey { at } => write!(f, "the {at} has no key that could open it"),
            Self::ActMissing { table, act } => {
                write!(f, "a row of {table} names act {act}, of which there is no entry: a leaf was deleted or a row put in by hand")
            }
            Self::ApproverByHand { subject, staff } => {
                write!(f, "approver added by hand: no entry says that employee {staff} approved {subject}")
            }
            Self::StaffByHand { staff } => {
                write!(f, "employee {staff} was added or changed by hand: no entry gives this account its role")
            }
            Self::DocumentDiffers { document } => {
                write!(f, "document version {document} was changed: it is not what its entry tells of")
            }
            Self::DocumentUnapproved { document } => {
                write!(f, "document version {document} is in force by hand: no entry approves it")
            }
            Self::DestructionDiffers { destruction } => {
                write!(f, "the list of destruction {destruction} is not the one its entries tell of")
            }
            Self::DestructionUnrecorded { destruction } => write!(
                f,
                "destruction {destruction} is done by its row and not by the journal, or the other way round"
            ),
            Self::DestructionUnapproved { destruction } => {
                write!(f, "destruction {destruction} was carried out without two recorded approvals")
            }
            Self::DestructionsFewer { remembered, there } => write!(
                f,
                "{there} destructions were carried out here where the key folder remembers {remembered}"
            ),
        }
    }
}
