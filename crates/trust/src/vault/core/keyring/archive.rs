//! The key folder as an archive: taken whole, put back whole. Newer wins; two folders that parted are never mixed, and no
//! restore brings back a destroyed key or makes the signed state smaller.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::super::error::KeyringError;
use super::super::keyset::{self, KEYSET_FILE, KeyKind, Keyset};
use super::super::signed_state::{SIGNED_STATE_FILE, SignedState};
use super::super::source::KeySource;
use super::{Keyring, check_operator, read_secret};

/// All files of a key folder, for the keyset archive: names and contents. Secret: to be encrypted to its recipients at
/// once. Wiped on drop.
pub type Archive = Vec<(String, Zeroizing<Vec<u8>>)>;

/// What an archive says of itself, read without putting it anywhere. Wiped on drop.
pub struct Contents {
    /// Which keys it holds.
    pub keyset: Keyset,
    /// What was last signed when it was taken.
    pub signed: SignedState,
    /// The Ed25519 seed (RFC 8032 §5.1.5) of the journal in use.
    pub journal_seed: Zeroizing<[u8; 32]>,
}

impl Contents {
    /// Reads and checks an archive whole: every key that its keyset names as live is there and is the right one.
    pub fn read(archive: &[(String, Zeroizing<Vec<u8>>)]) -> Result<Self, KeyringError> {
        let keyset = Keyset::read(find(archive, KEYSET_FILE)?)?;
        let mut journal_seed = None;
        for record in keyset.live() {
            let secret = keyset::read_key(record, find(archive, &record.file())?)?;
            if (record.kind, record.number) == (KeyKind::Journal, keyset.journal) {
                journal_seed = Some(secret);
            }
        }
        Ok(Self {
            signed: SignedState::read(find(archive, SIGNED_STATE_FILE)?)?,
            journal_seed: journal_seed
                .expect("a keyset that was read lists its current keys as live"),
            keyset,
        })
    }
}

impl Keyring {
    /// Puts an archive in place and opens it. Newer wins: an archive older than the folder, or one that does not
    /// continue it, is refused; of two signed states the later stays. Keys the archive knows as retired are destroyed.
    pub fn restore(
        source: impl Into<KeySource>,
        archive: &[(String, Zeroizing<Vec<u8>>)],
        expected: Option<Uuid>,
    ) -> Result<Self, KeyringError> {
        let source = source.into();
        let Contents { keyset, signed, .. } = Self::may_restore(source.clone(), archive, expected)?;
        source.prepare()?;
        for record in keyset.live() {
            let file = record.file();
            source.write(&file, find(archive, &file)?)?;
        }
        source.write(SIGNED_STATE_FILE, &signed.write())?;
        source.write(KEYSET_FILE, &keyset.write())?;
        Self::open(source, expected)
    }

    /// What [`restore`](Self::restore) would put in place, without doing it: the archive with the later of the two signed
    /// states. Refuses what that would refuse. The folder need not be there.
    pub fn may_restore(
        source: impl Into<KeySource>,
        archive: &[(String, Zeroizing<Vec<u8>>)],
        expected: Option<Uuid>,
    ) -> Result<Contents, KeyringError> {
        let source = source.into();
        let mut contents = Contents::read(archive)?;
        check_operator(&contents.keyset, expected)?;
        match source.check() {
            Err(KeyringError::NoFolder { .. }) => return Ok(contents),
            checked => checked?,
        }
        let folder = match source.read(KEYSET_FILE)? {
            Some(bytes) => Some(Keyset::read(&bytes)?),
            None => None,
        };
        if let Some(folder) = &folder {
            check_continues(&contents.keyset, folder)?;
        }
        for file in unnamed_keys(&source, folder.as_ref())? {
            // The rest of a restore that a crash interrupted is the same file; anything else may be a key in need.
            let (found, wanted) = (source.read(&file)?, find(archive, &file).ok());
            let same = found.as_ref().map(|bytes| bytes.as_slice()) == wanted;
            if !same && (folder.is_none() || wanted.is_some()) {
                return Err(KeyringError::AlreadyThere {
                    folder: source.path().to_owned(),
                });
            }
        }
        if let Some(here) = Self::last_signed(source)?
            && contents.signed.follows(&here).is_err()
        {
            here.follows(&contents.signed)
                .map_err(|_| KeyringError::Parted {
                    what: "what they last signed",
                })?;
            contents.signed = here;
        }
        Ok(contents)
    }

    /// What a key folder remembers as signed, whether or not its keys are whole; `None` where nothing is.
    pub fn last_signed(source: impl Into<KeySource>) -> Result<Option<SignedState>, KeyringError> {
        let bytes = source.into().read(SIGNED_STATE_FILE)?;
        bytes.map(|bytes| SignedState::read(&bytes)).transpose()
    }

    /// All files, read anew and checked, for the keyset archive.
    pub fn snapshot(&self) -> Result<Archive, KeyringError> {
        let mut files = Archive::new();
        for record in self.keyset.live() {
            let secret = read_secret(&self.source, record)?;
            files.push((
                record.file(),
                keyset::write_key(record.kind, record.number, &secret),
            ));
        }
        files.push((
            SIGNED_STATE_FILE.to_owned(),
            Zeroizing::new(self.recall()?.write()),
        ));
        files.push((KEYSET_FILE.to_owned(), Zeroizing::new(self.keyset.write())));
        Ok(files)
    }
}

fn find<'a>(
    archive: &'a [(String, Zeroizing<Vec<u8>>)],
    name: &str,
) -> Result<&'a [u8], KeyringError> {
    archive
        .iter()
        .find(|(file, _)| file == name)
        .map(|(_, bytes)| bytes.as_slice())
        .ok_or_else(|| KeyringError::NoFile {
            folder: "(archive)".into(),
            file: name.to_owned(),
        })
}

/// Key files in the folder that its keyset, if it has one, does not name.
fn unnamed_keys(source: &KeySource, folder: Option<&Keyset>) -> Result<Vec<String>, KeyringError> {
    let mut names = source.names()?;
    names.retain(|name| {
        let named = folder.is_some_and(|keyset| keyset.keys.iter().any(|key| key.file() == *name));
        name.ends_with(".key") && !named
    });
    Ok(names)
}

/// Whether an archive's keyset is the folder's or a later state of it.
fn check_continues(archive: &Keyset, folder: &Keyset) -> Result<(), KeyringError> {
    check_operator(archive, Some(folder.operator))?;
    if archive.number < folder.number {
        return Err(KeyringError::OlderArchive {
            archive: archive.number,
            folder: folder.number,
        });
    }
    if archive.number == folder.number && archive != folder {
        return Err(KeyringError::Parted {
            what: "two keysets of one number",
        });
    }
    for here in &folder.keys {
        let kept = archive.record(here.kind, here.number).is_some_and(|there| {
            there.fingerprint == here.fingerprint
                && (here.retired.is_none() || there.retired == here.retired)
        });
        if !kept {
            return Err(KeyringError::Parted { what: "their keys" });
        }
    }
    Ok(())
}
