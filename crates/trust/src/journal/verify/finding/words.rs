//! Findings in plain words: what is wrong, and where.

use std::fmt;

use super::Finding;

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTree => f.write_str("the row with the size of the journal's tree is not there"),
            Self::EntriesMissing { from, to } if *to == from + 1 => {
                write!(f, "entry number {from} is not there")
            }
            Self::EntriesMissing { from, to } => {
                write!(f, "entries {from} to {} are not there", to - 1)
            }
            Self::EntryOutside { entry, number } => {
                write!(f, "entry {entry} has the number {number}, outside the tree")
            }
            Self::LeafUnreadable { entry, why } => {
                write!(f, "the leaf of entry {entry} was changed: {why}")
            }
            Self::EntryByHand { entry } => write!(
                f,
                "entry {entry} was put in or changed by hand: it was not written with the journal's key"
            ),
            Self::LeafOfAnother { entry, named } => {
                write!(f, "the leaf of entry {entry} is that of entry {named}")
            }
            Self::ColumnDiffers { entry, column } => {
                write!(
                    f,
                    "the column {column} of entry {entry} says something else than its leaf"
                )
            }
            Self::SubtreeDiffers { entry } => {
                write!(
                    f,
                    "the leaves of the sub-entries of entry {entry} do not lead to its root"
                )
            }
            Self::SubsMissing {
                entry,
                missing,
                there,
            } => write!(
                f,
                "entry {entry} has {there} sub-entries, and {missing} more were deleted"
            ),
            Self::SubPosition { entry, chain, n } => write!(
                f,
                "sub-entry {n} of chain {chain} stands in entry {entry} where no leaf, a filler or another sub-entry is"
            ),
            Self::Tile(fault) => write!(f, "a stored tile was changed: {fault}"),
            Self::TileOutside { level, number } => {
                write!(f, "tile {level}/{number} is outside the tree")
            }
            Self::CheckpointFalse { size, why } => write!(
                f,
                "the checkpoint of size {size} is not to be believed: {why}"
            ),
            Self::CheckpointSize { size, noted } => {
                write!(
                    f,
                    "the row of the checkpoint of size {size} holds the checkpoint of size {noted}"
                )
            }
            Self::RootDiffers { size, witness } => write!(
                f,
                "the first {size} entries are not those that {witness} covers: the root of their tree is another"
            ),
            Self::Shorter {
                size,
                there,
                witness,
            } => {
                write!(
                    f,
                    "there are {there} entries where {witness} covers {size}: the end of the journal was cut off"
                )
            }
            Self::NeitherNumberedNorPending { entry } => {
                write!(f, "entry {entry} has no number and does not wait for one")
            }
            Self::PendingAstray { entry } => {
                write!(
                    f,
                    "entry {entry} waits for its number and is not there, or has a number already: a pending leaf was deleted"
                )
            }
            Self::MapDiffers { number } => write!(
                f,
                "the chains are not those that entry number {number} commits to: links before it were deleted or changed"
            ),
            Self::ChainRowMissing { chain } => write!(f, "chain {chain} has no row with its end"),
            Self::ChainGap { chain, due, found } => {
                write!(
                    f,
                    "in chain {chain} link {found} stands where link {due} is due: a link was deleted or renumbered"
                )
            }
            Self::HeadDiffers {
                chain,
                links,
                stated,
            } => write!(
                f,
                "chain {chain} ends at link {links}, and its row names another end ({stated}): a link was deleted or changed"
            ),
            Self::LinkWithoutEntry { chain, n, entry } => {
                write!(
                    f,
                    "link {n} of chain {chain} is part of entry {entry}, which is not there: a leaf was deleted"
                )
            }
            Self::LinkUnopened { chain, n, why } => {
                write!(f, "link {n} of chain {chain} does not open: {why}")
            }
            Self::LinkBroken { chain, n, why } => {
                write!(f, "chain {chain} is broken at row {n}: {why}")
            }
            Self::LinkOfAnother { chain, n, entry } => {
                write!(
                    f,
                    "link {n} of chain {chain} was not written for entry {entry}"
                )
            }
            Self::LinkDiffers { chain, n, entry } => {
                write!(
                    f,
                    "entry {entry} does not commit to link {n} of chain {chain}"
                )
            }
            Self::KeyDropped { chain } => write!(
                f,
                "no key opens chain {chain}, and no recorded destruction covers it: a wrapped key was dropped"
            ),
            Self::PersonWithoutKey { person } => {
                write!(f, "person {person} has no key: the wrapped key was dropped")
            }
            Self::KeyWithoutPerson { person } => {
                write!(f, "there is a key of person {person}, who is not there")
            }
            Self::ChainShared { chain } => write!(f, "more than one key names chain {chain}"),
            Self::KeyUnopened { person, why } => {
                write!(f, "the key of person {person} does not unwrap: {why}")
            }
            Self::KeyOfDestroyed { person } => {
                write!(f, "person {person} was destroyed and has a key")
            }
            Self::FieldUnopened { at, why } => write!(f, "the {at} does not open: {why}"),
            Self::FieldRewound { at, told, found } => {
                write!(
                    f,
                    "the {at} is of version {found} where the journal tells of version {told}: rewound"
                )
            }
            Self::FieldUntold { at } => write!(
                f,
                "the {at} was put in by hand: the journal does not tell of it"
            ),
            Self::FieldMissing { at } => {
                write!(f, "the {at} is not there, and the journal tells of it")
            }
            Self::FieldWithoutKey { at } => write!(f, "the {at} has no key that could open it"),
            Self::RowByHand {
                table,
                record,
                person,
            } => write!(
                f,
                "row {record} of {table} was put in by hand: the journal tells person {person} nothing of it"
            ),
            Self::RowDiffers {
                table,
                record,
                column,
            } => write!(
                f,
                "row {record} of {table} was changed: its {column} is not what the journal tells"
            ),
            Self::RowMissing {
                table,
                record,
                person,
            } => write!(
                f,
                "row {record} of {table} is not there, and the journal tells person {person} of it: deleted"
            ),
            Self::OpeningByHand {
                person,
                permit,
                act,
            } => write!(
                f,
                "act {act} opened nothing of person {person} under permit {permit}: a row that would hide an opening was put in by hand"
            ),
            Self::PersonMissing { table, person } => write!(
                f,
                "a row of {table} names person {person}, who is not there and whom no recorded destruction covers"
            ),
            Self::ActMissing { table, act } => {
                write!(
                    f,
                    "a row of {table} names act {act}, of which there is no entry: a leaf was deleted or a row put in by hand"
                )
            }
            Self::ApproverByHand { subject, staff } => {
                write!(
                    f,
                    "approver added by hand: no entry says that employee {staff} approved {subject}"
                )
            }
            Self::StaffByHand { staff } => {
                write!(
                    f,
                    "employee {staff} was added or changed by hand: no entry gives this account its role"
                )
            }
            Self::SessionByHand { session } => {
                write!(f, "session {session} was put in or changed by hand")
            }
            Self::TicketByHand { ticket } => write!(
                f,
                "ticket {ticket} was put in or changed by hand: no entry issues it as it stands"
            ),
            Self::DocumentMoved { document } => write!(
                f,
                "document version {document} is in force from another date than its entry tells"
            ),
            Self::DocumentMissing { document } => write!(
                f,
                "document version {document} is not there, and an entry tells of it"
            ),
            Self::DocumentDiffers { document } => {
                write!(
                    f,
                    "document version {document} was changed: it is not what its entry tells of"
                )
            }
            Self::TermsDiffer { sha256 } => write!(
                f,
                "what stood beside a consent's box was changed: it is not what its hash {sha256} says"
            ),
            Self::TermsMissing { sha256 } => write!(
                f,
                "what stood beside a consent's box is missing: nothing has the hash {sha256} that a chain tells of"
            ),
            Self::DocumentUnapproved { document } => {
                write!(
                    f,
                    "document version {document} is in force by hand: no entry approves it"
                )
            }
            Self::DestructionDiffers { destruction } => {
                write!(
                    f,
                    "the list of destruction {destruction} is not the one its entries tell of"
                )
            }
            Self::DestructionUnrecorded { destruction } => write!(
                f,
                "destruction {destruction} is done by its row and not by the journal, or the other way round"
            ),
            Self::DestructionUnapproved { destruction } => {
                write!(
                    f,
                    "destruction {destruction} was carried out without two recorded approvals"
                )
            }
            Self::DestructionsFewer { remembered, there } => write!(
                f,
                "{there} destructions were carried out here where the key folder remembers {remembered}"
            ),
        }
    }
}
