//! What the site tells of the clinic beside the operator's record: `legal.toml` and texts in a folder `site`.
//!
//! *Invariant*: the folder and every file in it may be absent; a file that is there is whole and right, or the house
//! does not open. Texts become the closed set of blocks that documents are made of, so no markup of a file's own
//! reaches a page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::declaration::{Blanks, Coded, Language, LegalInformation, Operator, Problem};
use super::texts::{files, read_as};
use crate::policy::text::{Kind, Text};

/// The texts that a page lists first, in this order; others follow by code.
const FIRST: [&str; 4] = [
    SiteTexts::RULES,
    SiteTexts::PAID_SERVICES,
    SiteTexts::RIGHTS,
    SiteTexts::GUARANTEES,
];

/// All that the site tells of the clinic beside the record.
#[derive(Clone, Debug, Default)]
pub struct SiteTexts {
    legal: LegalInformation,
    texts: Vec<SiteText>,
}

/// A text of the site, such as the rules for patients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteText {
    /// Its code, the name of its file and its place in addresses: small Latin letters, digits, `_` and `-`.
    pub code: String,
    russian: Text,
    english: Option<Text>,
}

impl SiteText {
    /// The text for a visitor, and the language it is in: Russian where there is no translation.
    #[must_use]
    pub fn text(&self, language: kernel::Language) -> (&Text, kernel::Language) {
        match (&self.english, language) {
            (Some(english), kernel::Language::En) => (english, kernel::Language::En),
            _ => (&self.russian, kernel::Language::Ru),
        }
    }

    /// Its title, the first heading.
    #[must_use]
    pub fn title(&self, language: kernel::Language) -> String {
        self.text(language).0.title().unwrap_or_default()
    }

    /// Its HTML below a page's own heading, which is the title.
    #[must_use]
    pub fn html(&self, language: kernel::Language) -> String {
        let text = self.text(language).0;
        text.html_under(&self.title(language), 2)
    }
}

impl SiteTexts {
    /// The code of the rules for patients.
    pub const RULES: &str = "rules";
    /// The code of the terms of paid services.
    pub const PAID_SERVICES: &str = "paid-services";
    /// The code of patients' rights and duties.
    pub const RIGHTS: &str = "rights";
    /// The code of what is said of the programme of state guarantees.
    pub const GUARANTEES: &str = "guarantees";

    /// Registration, founders, governing bodies and the like; parts that the clinic did not write are empty.
    #[must_use]
    pub const fn legal(&self) -> &LegalInformation {
        &self.legal
    }

    /// The same without the legal information.
    pub(super) fn without_legal(self) -> Self {
        Self {
            legal: LegalInformation::default(),
            ..self
        }
    }

    /// The texts, in the order in which a page lists them.
    #[must_use]
    pub fn texts(&self) -> &[SiteText] {
        &self.texts
    }

    /// The text of this code.
    #[must_use]
    pub fn text(&self, code: &str) -> Option<&SiteText> {
        self.texts.iter().find(|text| text.code == code)
    }

    /// Reads `legal.toml` and `CODE.ru.md`, `CODE.en.md`, their blanks filled from the operator's record. Without a
    /// record, which has been told, there is nothing to fill them from.
    pub(super) fn read(
        folder: &Path,
        operator: Option<&Operator>,
        problems: &mut Vec<(PathBuf, Problem)>,
    ) -> Self {
        let file = folder.join("legal.toml");
        let legal = file
            .exists()
            .then(|| read_as(&file, LegalInformation::parse, problems))
            .flatten()
            .unwrap_or_default();
        let Some(operator) = operator else {
            return Self::default();
        };
        let mut found: BTreeMap<(usize, String), BTreeMap<Language, Text>> = BTreeMap::new();
        for file in files(folder, "md") {
            let Some((code, language)) = named(&file) else {
                let remedy = "call it CODE.ru.md or CODE.en.md, its code of small Latin letters, digits and hyphens";
                let what = "the name is not that of a text of the site";
                problems.push((file, Problem::at(None, "", what, remedy)));
                continue;
            };
            match read_text(&file, operator, language) {
                Ok(text) => {
                    let place = FIRST.iter().position(|first| *first == code);
                    let key = (place.unwrap_or(FIRST.len()), code);
                    found.entry(key).or_default().insert(language, text);
                }
                Err(all) => {
                    problems.extend(all.into_iter().map(|problem| (file.clone(), problem)));
                }
            }
        }
        let mut texts = Vec::with_capacity(found.len());
        for ((_, code), mut languages) in found {
            let english = languages.remove(&Language::English);
            match languages.remove(&Language::Russian) {
                Some(russian) => texts.push(SiteText {
                    code,
                    russian,
                    english,
                }),
                // A Russian text that cannot be read has been told.
                None => {
                    let file = folder.join(format!("{code}.ru.md"));
                    if !file.exists() {
                        let what = "the translation has no Russian text beside it";
                        let remedy = "write the Russian text, which is the one that counts, or delete the translation";
                        problems.push((file, Problem::at(None, "", what, remedy)));
                    }
                }
            }
        }
        Self { legal, texts }
    }
}

/// The code and language in the name of a file.
fn named(file: &Path) -> Option<(String, Language)> {
    let (code, language) = file.file_stem()?.to_str()?.split_once('.')?;
    let language = Language::from_code(language)?;
    super::declaration::is_slug(code).then(|| (code.to_owned(), language))
}

fn read_text(file: &Path, operator: &Operator, language: Language) -> Result<Text, Vec<Problem>> {
    let bytes = std::fs::read(file).map_err(|error| {
        let remedy = "let the account Medok runs under read it, or delete it";
        vec![Problem::at(
            None,
            "",
            format!("cannot be read: {error}"),
            remedy,
        )]
    })?;
    let read = |bytes: &[u8]| {
        Text::read(bytes)
            .map_err(|found| vec![Problem::at(found.line, "", found.what, found.remedy)])
    };
    // Read as it is first, so that an encoding or a hidden character is told with the file's own line.
    let written = read(&bytes)?;
    let filled = Blanks::of_operator(operator, language).fill_markdown(written.source())?;
    let text = read(filled.as_bytes())?;
    let headed = text
        .blocks()
        .first()
        .is_some_and(|block| matches!(block.kind, Kind::Heading { .. }));
    if headed {
        Ok(text)
    } else {
        Err(vec![Problem::at(
            1,
            "",
            "the text has no title",
            "begin it with a line `# Title`: the page and its links are called so",
        )])
    }
}

#[cfg(test)]
mod tests {
    use super::super::ClinicTexts;
    use super::*;
    use kernel::Language::{En, Ru};

    /// The demo clinic's folder with one file of `site` written anew, or removed.
    fn with(changes: &[(&str, Option<&[u8]>)]) -> (tempfile::TempDir, Result<ClinicTexts, String>) {
        let folder = tempfile::tempdir().unwrap();
        ClinicTexts::write_demo(folder.path()).unwrap();
        for (name, bytes) in changes {
            let file = folder.path().join("site").join(name);
            match bytes {
                Some(bytes) => std::fs::write(file, bytes).unwrap(),
                None => std::fs::remove_file(file).unwrap(),
            }
        }
        let texts = ClinicTexts::read(folder.path()).map_err(|problems| problems.to_string());
        (folder, texts)
    }

    #[test]
    fn the_samples_are_right_in_both_languages_and_without_blanks() {
        let (_folder, texts) = with(&[]);
        let texts = texts.unwrap();
        let site = texts.site();
        let codes: Vec<&str> = site.texts().iter().map(|text| text.code.as_str()).collect();
        assert_eq!(codes, FIRST);
        for text in site.texts() {
            for language in [Ru, En] {
                let (shown, of) = text.text(language);
                assert_eq!(of, language, "{}", text.code);
                let html = text.html(language);
                assert!(!html.contains('{') && !html.contains("<h1"), "{html}");
                assert!(!text.title(language).is_empty() && !html.contains(&text.title(language)));
                let plain = shown.plain();
                for lapsed in ["736", "956н", "956n", "1006"] {
                    assert!(!plain.contains(lapsed), "{}: {lapsed}", text.code);
                }
            }
        }
        let paid = site.text(SiteTexts::PAID_SERVICES).unwrap();
        assert!(paid.html(Ru).contains("ООО") || paid.html(Ru).contains("Медок-Демо"));
        assert_eq!(site.legal().authorities.len(), 3);
    }

    #[test]
    fn a_folder_without_them_works_and_so_does_one_with_a_part() {
        let (folder, _) = with(&[]);
        std::fs::remove_dir_all(folder.path().join("site")).unwrap();
        let texts = ClinicTexts::read(folder.path()).unwrap();
        assert!(texts.site().texts().is_empty());
        assert_eq!(texts.site().legal(), &LegalInformation::default());

        let (_folder, texts) = with(&[
            ("legal.toml", None),
            ("rights.en.md", None),
            ("zoo.ru.md", Some("# Зоопарк\n\nНет.".as_bytes())),
            (
                "access.ru.md",
                Some("# Доступная среда\n\nПандус.".as_bytes()),
            ),
            ("notes.txt", Some(b"not a text of the site")),
        ]);
        let texts = texts.unwrap();
        let codes: Vec<&str> = texts
            .site()
            .texts()
            .iter()
            .map(|text| text.code.as_str())
            .collect();
        assert_eq!(
            codes,
            [
                "rules",
                "paid-services",
                "rights",
                "guarantees",
                "access",
                "zoo"
            ]
        );
        let rights = texts.site().text(SiteTexts::RIGHTS).unwrap();
        assert_eq!(rights.text(En).1, Ru);
    }

    #[test]
    fn a_file_that_cannot_work_stops_the_start_with_its_line_and_what_to_do() {
        let cases: [(&str, &[u8], &str); 9] = [
            (
                "rules.ru.md",
                "Правила\n".as_bytes(),
                "rules.ru.md:1:  the text has no title; begin it",
            ),
            ("rules.ru.md", b"", "rules.ru.md:  the file holds no text"),
            (
                "rules.ru.md",
                b"# \xcf\xf0\xe0\xe2\xe8\xeb\xe0",
                "rules.ru.md:1:  the bytes from 2 on are not UTF-8",
            ),
            (
                "rules.ru.md",
                "# Правила\n\nНе\u{202e}льзя".as_bytes(),
                "rules.ru.md:3:  column 3 holds U+202E",
            ),
            (
                "rules.ru.md",
                "# Правила\n\n\nЗвоните {operator.fax}.".as_bytes(),
                "rules.ru.md:4: {operator.fax} no such value",
            ),
            (
                "Правила.md",
                "# Правила".as_bytes(),
                "the name is not that of a text of the site; call it",
            ),
            ("rules.de.md", b"# Regeln", "the name is not that of a text"),
            (
                "prices.en.md",
                b"# Prices",
                "prices.ru.md:  the translation has no Russian text beside it",
            ),
            (
                "legal.toml",
                b"\n[[founders]]\nnames = \"x\"\n",
                "legal.toml:2: founders[0].name the words are missing",
            ),
        ];
        for (name, bytes, told) in cases {
            let (_folder, texts) = with(&[(name, Some(bytes))]);
            let problems = texts.map(|_| ()).unwrap_err();
            assert!(problems.contains(told), "{name}: {problems}");
        }
    }

    #[test]
    fn markup_of_a_texts_own_never_passes() {
        let hostile = "# Правила <b>дома</b>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) \
                       ![y](https://evil.example/p.png) <img src=x onerror=alert(1)>\n";
        let (_folder, texts) = with(&[("rules.ru.md", Some(hostile.as_bytes()))]);
        let texts = texts.unwrap();
        let rules = texts.site().text(SiteTexts::RULES).unwrap();
        let html = rules.html(Ru);
        for refused in ["<script", "<img", "<b>", "href=\"javascript"] {
            assert!(!html.contains(refused), "{refused}: {html}");
        }
    }
}
