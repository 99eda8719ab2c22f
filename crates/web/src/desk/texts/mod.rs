//! `/desk/texts`: the policy and the consents, proposed by one employee and approved by another.
//!
//! *Invariant*: nothing is published here. A page shows what a text would be and what it changes; the verbs of
//! `trust::policy` decide who may propose, who may approve, and from when it counts.

mod one;
#[cfg(test)]
mod samples;
mod version;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use jiff::tz::TimeZone;
use kernel::{Language, Moment, StaffId, Stop};
use trust::access::{Action, Role};
use trust::consent::{OPERATOR_FILE, file_of};
use trust::policy::text::{Change, Chunk};
use trust::policy::{POLICY, Proposal, Standing, TextRefusal};
use trust::staff::Account;

use super::asked::Desk;
use super::page::DeskPage;
use super::routes::Answered;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::wording;
use crate::words::Words;

#[cfg(test)]
pub(super) use one::TextPage;
pub(super) use one::{one, propose};
#[cfg(test)]
pub(super) use version::VersionPage;
pub(super) use version::{approve, decline, version, withdraw};

/// A document in the list.
pub(super) struct Row {
    code: String,
    title: String,
    languages: Vec<LanguageRow>,
}

/// What holds of a document in one language.
struct LanguageRow {
    code: &'static str,
    name: String,
    in_force: Option<String>,
    waiting: usize,
}

/// The list.
#[derive(Template)]
#[template(path = "desk/texts/list.html")]
pub(super) struct TextsPage {
    shell: DeskShell,
    rows: Vec<Row>,
    waiting: Vec<VersionRow>,
    alone: bool,
    nobody: bool,
}

/// A version as a line of a table.
struct VersionRow {
    address: String,
    title: String,
    number: i32,
    language: String,
    class: &'static str,
    standing: String,
    when: String,
    proposed: String,
    decided: String,
}

impl VersionRow {
    /// The last part of the address.
    fn id(&self) -> &str {
        self.address
            .rsplit_once('/')
            .map_or(self.address.as_str(), |(_, id)| id)
    }
}

/// A stretch of a comparison, as it is drawn.
pub(super) struct Piece {
    tag: &'static str,
    text: String,
}

/// What a page says of staff and time.
pub(super) struct Said {
    words: Words,
    zone: TimeZone,
    staff: BTreeMap<StaffId, String>,
    now: Moment,
    /// How many employees may approve, and how many there are.
    approvers: usize,
    colleagues: usize,
}

impl Said {
    pub(super) async fn of(desk: &Desk) -> Result<Self, Trouble> {
        let accounts = desk.site.trust.accounts().await?;
        let here = |account: &&Account| account.dismissed_at.is_none();
        let approves = |account: &&Account| approves(account.terms.role);
        Ok(Self {
            words: desk.words,
            zone: wording::zone(desk.site.booking.catalogue().await?.as_ref()),
            approvers: accounts.iter().filter(here).filter(approves).count(),
            colleagues: accounts.iter().filter(here).count(),
            staff: accounts
                .into_iter()
                .map(|account| (account.id, account.name))
                .collect(),
            now: desk.now(),
        })
    }

    pub(super) fn day(&self, at: Moment) -> String {
        wording::full_day(self.words, at.timestamp(), &self.zone)
    }

    fn name(&self, staff: Option<StaffId>) -> String {
        staff
            .and_then(|staff| self.staff.get(&staff).cloned())
            .unwrap_or_else(|| self.words.say("desk-texts-by-house"))
    }

    pub(super) fn language(&self, language: Language) -> String {
        self.words.say(match language {
            Language::Ru => "desk-texts-ru",
            Language::En => "desk-texts-en",
        })
    }

    fn row(&self, one: &Proposal) -> VersionRow {
        let version = &one.version;
        let (class, key) = match one.standing {
            Standing::Waiting => ("requested", "desk-texts-waiting"),
            Standing::Planned => ("accepted", "desk-texts-planned"),
            Standing::InForce => ("accepted", "desk-texts-in-force"),
            Standing::Past => ("completed", "desk-texts-past"),
            Standing::Declined => ("cancelled", "desk-texts-declined"),
            Standing::Withdrawn => ("cancelled", "desk-texts-withdrawn"),
        };
        let when = match (version.effective_at, one.wanted_at) {
            (Some(from), _) => self.words.with("desk-texts-from", "day", &self.day(from)),
            (None, Some(wanted)) if wanted > self.now => {
                self.words.with("desk-texts-from", "day", &self.day(wanted))
            }
            (None, _) => self.words.say("desk-texts-at-once"),
        };
        let decided = match (&one.declined, version.effective_at) {
            (Some((by, at)), _) => {
                let by = by.or(one.proposed_by);
                format!("{}, {}", self.name(by), self.day(*at))
            }
            (None, Some(_)) if one.approved_by.is_some() => self.name(one.approved_by),
            (None, Some(_)) => self.words.say("desk-texts-nobody-else"),
            (None, None) => "—".to_owned(),
        };
        VersionRow {
            address: format!("/desk/texts/{}/{}", version.code, version.id),
            title: version.title.clone(),
            number: version.version,
            language: self.language(version.language),
            class,
            standing: self.words.say(key),
            when,
            proposed: format!(
                "{}, {}",
                self.name(one.proposed_by),
                self.day(version.proposed_at)
            ),
            decided,
        }
    }
}

/// Roles whose work it is to approve a text (152-ФЗ ст. 22.1); what decides is the policy of access, inside the act.
fn approves(role: Role) -> bool {
    ["responsible", "deputy"].contains(&role.code())
}

/// What is told of a comparison, stretch by stretch.
pub(super) fn pieces(chunks: Vec<Chunk>) -> Vec<Piece> {
    chunks
        .into_iter()
        .map(|chunk| Piece {
            tag: match chunk.change {
                Change::Added => "ins",
                Change::Removed => "del",
                Change::Same => "span",
            },
            text: chunk.text,
        })
        .collect()
}

/// Titles of the kinds of documents that every clinic has; another is called by its own heading.
pub(super) fn titled(words: Words, code: &str, versions: &[Proposal]) -> String {
    match file_of(code) {
        Some(file) if file == OPERATOR_FILE => return words.say("desk-texts-operator"),
        Some(file) => return words.with("desk-texts-file", "file", &file),
        None => {}
    }
    let own = |language: Language| {
        versions
            .iter()
            .filter(|one| one.version.language == language)
            .find(|one| one.version.effective_at.is_some())
            .or_else(|| versions.first())
            .map(|one| one.version.title.clone())
    };
    own(words.0).unwrap_or_else(|| code.to_owned())
}

/// `GET /desk/texts`.
pub(super) async fn list(desk: Arc<Desk>) -> Answered {
    let said = Said::of(&desk).await?;
    let all = desk.site.trust.proposals().await?;
    let mut rows: Vec<Row> = Vec::with_capacity(all.len());
    let mut waiting = Vec::new();
    for (code, versions) in &all {
        let languages = Language::ALL
            .into_iter()
            .map(|language| {
                let of = || {
                    versions
                        .iter()
                        .filter(move |one| one.version.language == language)
                };
                let in_force = of().find(|one| one.standing == Standing::InForce);
                LanguageRow {
                    code: language.code(),
                    name: said.language(language),
                    in_force: in_force.and_then(|one| {
                        let from = said.day(one.version.effective_at?);
                        Some(desk.words.fill(
                            "desk-texts-version-since",
                            [
                                ("number", i64::from(one.version.version).into()),
                                ("day", from.into()),
                            ],
                        ))
                    }),
                    waiting: of().filter(|one| one.standing == Standing::Waiting).count(),
                }
            })
            .collect();
        waiting.extend(
            versions
                .iter()
                .filter(|one| one.standing == Standing::Waiting)
                .map(|one| said.row(one)),
        );
        rows.push(Row {
            title: titled(desk.words, code, versions),
            code: code.clone(),
            languages,
        });
    }
    // The policy first: everybody asks for it.
    rows.sort_by_key(|row| (row.code != POLICY, row.title.clone()));
    let page = TextsPage {
        shell: desk.shell(),
        rows,
        waiting,
        alone: said.colleagues < 2,
        nobody: said.colleagues > 1 && said.approvers == 0,
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// What to say of a refusal.
pub(in crate::desk) fn refused(stop: Stop<TextRefusal>) -> Result<&'static str, Trouble> {
    Err(match stop {
        Stop::Fault(fault) => fault.into(),
        Stop::Refused(TextRefusal::Access(refusal)) => refusal.into(),
        Stop::Refused(TextRefusal::Unknown) => Trouble::NotFound,
        Stop::Refused(TextRefusal::Anothers) => return Ok("desk-texts-wrong-anothers"),
        Stop::Refused(TextRefusal::Own) => return Ok("desk-texts-wrong-own"),
        Stop::Refused(TextRefusal::Decided) => return Ok("desk-texts-wrong-decided"),
        Stop::Refused(TextRefusal::Original) => return Ok("desk-texts-wrong-original"),
        Stop::Refused(TextRefusal::Overtaken) => return Ok("desk-texts-wrong-overtaken"),
        Stop::Refused(TextRefusal::TooEarly) => return Ok("desk-texts-wrong-early"),
    })
}

/// Whether the employee may decide about what others proposed.
pub(super) fn decides(desk: &Desk) -> bool {
    desk.may(Action::ApproveText)
}

impl DeskPage for TextsPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        samples::lists(&shell)
    }
}
