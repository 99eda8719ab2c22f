//! The receipt of a consent, for whoever holds the secret link of the appointment it was given with: the paper beside
//! the file that a program checks.

use documents::{Decision, Document, Operator, Origin, Party, Proof, Receipt};
use jiff::tz::TimeZone;
use kernel::{ConsentId, Fault, Language, Moment, Outcome};
use trust::consent::declaration::POLICY_DOCUMENT;
use trust::policy::text::Text;

use super::{Papers, blocks, words};
use crate::booking::Refusal;

impl Papers {
    /// The receipt of a consent as PDF. That it was given stands in the journal, as [`Booking::consent_receipt`] does it.
    ///
    /// [`Booking::consent_receipt`]: crate::booking::Booking::consent_receipt
    ///
    /// # Errors
    /// [`Refusal::LinkUnknown`], [`Refusal::NotSigned`]; the database's; it cannot be made now.
    pub async fn receipt(
        &self,
        token: &str,
        id: ConsentId,
        language: Language,
    ) -> Outcome<Vec<u8>, Refusal> {
        let receipt = self.booking.consent_receipt(token, id).await?;
        let zone = self.zone().await?;
        let paper = paper(&receipt, self.operator(language), language, &zone)?;
        Ok(self.print(&Document::Receipt(Box::new(paper))).await?)
    }
}

/// The paper of a receipt. What stood beside the box is told in the words in which it stood there; only where that was
/// not kept is the operator named as it is now.
fn paper(
    receipt: &trust::consent::Receipt,
    operator: Operator,
    language: Language,
    zone: &TimeZone,
) -> Result<Receipt, Fault> {
    let Words {
        gave,
        whose,
        withdrawn,
        by_mail,
        by_phone,
    } = Words::of(language);
    let terms = receipt.terms.as_ref();
    let notice = &receipt.notice;
    let operator = terms.map_or(operator, |terms| {
        let told = &terms.controller;
        Operator {
            name: told.name.clone(),
            legal_name: told.legal_name.clone(),
            legal_address: told.legal_address.clone(),
            postal_address: told.postal_address.clone(),
            ogrn: told.ogrn.clone(),
            inn: told.inn.clone(),
            phones: told.phones.clone(),
            email: told.privacy_email.clone(),
            site: told.site.clone(),
        }
    });
    let text = Text::read(notice.text.as_bytes())?;
    let when = |at: Moment| moment(at, zone, language);
    let purposes = receipt.decisions.iter().map(|decision| {
        let policy = decision.purpose == POLICY_DOCUMENT;
        let title = decision.title.clone();
        let named = if policy { notice.title.clone() } else { title };
        let named = named.unwrap_or_else(|| decision.purpose.clone());
        match decision.withdrawn {
            Some((at, _)) => format!("{named} ({withdrawn} {})", when(at)),
            None => named,
        }
    });
    let all_withdrawn = receipt.decisions.iter().all(|one| one.withdrawn.is_some());
    let party = |role: &str, name: Option<String>| Party {
        role: role.to_owned(),
        name,
    };
    let parties = terms.map_or_else(
        || vec![party(gave, None)],
        |terms| {
            let about = terms.about.as_ref().map(|about| about.title.clone());
            let about = about.map(|about| party(whose, Some(about)));
            [party(gave, Some(terms.decides.title.clone()))]
                .into_iter()
                .chain(about)
                .collect()
        },
    );
    let form = terms.map_or_else(
        || receipt.form.clone(),
        |terms| format!("{}, {}", terms.service.title, operator.site),
    );
    let first = receipt.journal.entries.first();
    let chain = serde_json::to_value(receipt.journal.chain)?;
    Ok(Receipt {
        language,
        origin: Origin {
            identifier: format!(
                "receipt/{}/{}/{language}",
                receipt.id, receipt.checkpoint.size
            ),
            made_at: receipt.at.micros().div_euclid(1_000_000),
        },
        number: receipt.id.to_string(),
        title: notice
            .title
            .clone()
            .or_else(|| text.title())
            .unwrap_or_else(|| notice.document.clone()),
        version: i32::try_from(notice.version)?,
        sha256: notice.sha256.clone(),
        text_language: notice.language.parse()?,
        blocks: blocks::blocks(text.blocks(), &operator.site),
        decision: match (receipt.given, all_withdrawn) {
            (false, _) => Decision::Refused,
            (true, true) => Decision::Withdrawn,
            (true, false) => Decision::Given,
        },
        moment: when(receipt.at),
        form,
        parties,
        purposes: purposes.collect(),
        withdrawal: vec![
            format!("{by_mail} {}, {}", operator.email, operator.postal_address),
            format!("{by_phone} {}", operator.phones.join(", ")),
        ],
        proof: Some(Proof {
            origin: receipt.checkpoint.origin.clone(),
            tree_size: receipt.checkpoint.size,
            root_hash: receipt.checkpoint.root.to_string(),
            entry_index: first.map(|entry| entry.index).unwrap_or_default(),
            chain: chain.as_str().unwrap_or_default().to_owned(),
            n: receipt.journal.n,
            head: receipt.journal.head.to_string(),
        }),
        operator,
    })
}

/// «24 ноября 2026 года, 10:03 (UTC+03)».
fn moment(at: Moment, zone: &TimeZone, language: Language) -> String {
    let (day, time) = (words::day(at, zone, language), words::time(at, zone));
    let offset = at.timestamp().to_zoned(zone.clone()).offset();
    format!("{day}, {time} (UTC{offset})")
}

/// The words around what the receipt holds.
struct Words {
    gave: &'static str,
    whose: &'static str,
    withdrawn: &'static str,
    by_mail: &'static str,
    by_phone: &'static str,
}

impl Words {
    const fn of(language: Language) -> Self {
        match language {
            Language::Ru => Self {
                gave: "Кто решил",
                whose: "Чьи данные",
                withdrawn: "отозвано",
                by_mail: "Письмом:",
                by_phone: "По телефону:",
            },
            Language::En => Self {
                gave: "Who decided",
                whose: "Whose data",
                withdrawn: "withdrawn",
                by_mail: "By letter:",
                by_phone: "By phone:",
            },
        }
    }
}
