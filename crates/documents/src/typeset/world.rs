//! All that a template can see: itself, the words and the style beside it, the fonts that are built in, and the data.
//!
//! *Invariant*: nothing is read from a disk, no package is fetched, there is no today.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};

/// The templates and what they share, by path.
pub(super) const SOURCES: [(&str, &str); 5] = [
    ("/legal.typ", include_str!("../../templates/legal.typ")),
    ("/slip.typ", include_str!("../../templates/slip.typ")),
    ("/receipt.typ", include_str!("../../templates/receipt.typ")),
    ("/style.typ", include_str!("../../templates/style.typ")),
    ("/words.typ", include_str!("../../templates/words.typ")),
];

/// Where a template reads its data.
const DATA: &str = "/data.json";

/// Which template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sheet {
    Legal,
    Slip,
    Receipt,
}

impl Sheet {
    const fn path(self) -> &'static str {
        match self {
            Self::Legal => "/legal.typ",
            Self::Slip => "/slip.typ",
            Self::Receipt => "/receipt.typ",
        }
    }
}

/// The fonts, parsed once a process.
static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts()
        .flat_map(|file| Font::iter(Bytes::new(file)))
        .collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// What one paper sees.
pub(super) struct World {
    library: LazyHash<Library>,
    main: FileId,
    data: Bytes,
}

impl World {
    pub(super) fn of(sheet: Sheet, data: Vec<u8>) -> Self {
        Self {
            library: LazyHash::new(<Library as LibraryExt>::default()),
            main: id(sheet.path()),
            data: Bytes::new(data),
        }
    }
}

fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a path of ours is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The path of a file of ours; a package has none.
fn path_of(file: FileId) -> Option<&'static str> {
    let rooted = file.get();
    (*rooted.root() == VirtualRoot::Project).then(|| rooted.vpath().get_with_slash())
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, file: FileId) -> FileResult<Source> {
        let path = path_of(file).ok_or(FileError::AccessDenied)?;
        SOURCES
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| Source::new(file, (*text).to_owned()))
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, file: FileId) -> FileResult<Bytes> {
        if path_of(file) == Some(DATA) {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
