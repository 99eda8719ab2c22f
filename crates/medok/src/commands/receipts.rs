//! `medok journal verify --receipt FILE`: checks receipts of consents and says in plain words what they prove.
//!
//! *Invariant*: no store, no server and no network is asked, and nothing is written. Whose word counted is always said.

use std::path::{Path, PathBuf};

use platform::config::Settings;
use trust::consent::Receipt;
use trust::consent::receipt::{
    Checked, Extension, MAX_BYTES, State, StoreKey, Trusted, Vouched, check, extends,
};

use super::file::read;
use crate::output::{Output, complain};

/// The longest text of a key that is read, in bytes.
const MAX_KEY: usize = 4096;

/// Checks the receipts in these files, and each against the one before. `key` is the journal's public key, or a file that
/// holds it; without it the key of the store at hand counts, and without a store the receipt's own. Gives whether nothing is
/// wrong.
pub async fn verify(
    settings: &Settings,
    files: &[PathBuf],
    key: Option<&str>,
    output: &Output,
) -> bool {
    let trusted = match trusted(settings, key).await {
        Ok(trusted) => trusted,
        Err(words) => {
            complain(&words);
            return false;
        }
    };
    let mut sound = true;
    let mut earlier: Option<Receipt> = None;
    for file in files {
        let bytes = match read(file, MAX_BYTES).await {
            Ok(bytes) => bytes,
            Err(fault) => {
                complain(&fault);
                sound = false;
                continue;
            }
        };
        match check(&bytes, &trusted) {
            Ok(Checked { receipt, vouched }) => {
                tell(file, &receipt, vouched, output);
                if let Some(earlier) = &earlier {
                    sound &= compared(earlier, &receipt, output);
                }
                earlier = Some(receipt);
            }
            Err(failure) => {
                output.line(format_args!(
                    "THE RECEIPT IS NOT SOUND: {}: {failure}",
                    file.display()
                ));
                sound = false;
            }
        }
    }
    sound
}

/// Whose word counts.
async fn trusted(settings: &Settings, key: Option<&str>) -> Result<Trusted, String> {
    let Some(key) = key else {
        // A store whose key cannot be read is no reason to believe the receipt's own.
        return match StoreKey::of(&settings.key_folder()) {
            Ok(Some(key)) => Ok(Trusted::Store(key)),
            Ok(None) => Ok(Trusted::Nobody),
            Err(error) => Err(format!(
                "the key of the store at hand cannot be used: {error}; mend that, or give the clinic's key with --key"
            )),
        };
    };
    let file = Path::new(key);
    let text = if file.is_file() {
        let bytes = read(file, MAX_KEY)
            .await
            .map_err(|fault| fault.to_string())?;
        String::from_utf8(bytes).map_err(|_| format!("{key}: not the text of a key"))?
    } else {
        key.to_owned()
    };
    Trusted::key(&text).map_err(|error| {
        format!("--key: {error}; give the line that the clinic publishes at /journal/key, or a file with it")
    })
}

fn tell(file: &Path, receipt: &Receipt, vouched: Vouched, output: &Output) {
    let line = |text: String| output.line(text);
    let notice = &receipt.notice;
    let plain = |text: &str| text.replace(char::is_control, " ");
    line(format!("the receipt is sound: {}", file.display()));
    line(match vouched {
        Vouched::Key => "  checked with the key given by --key".to_owned(),
        Vouched::Store => "  checked with the key of the store at hand".to_owned(),
        Vouched::Itself => {
            "  CHECKED ONLY WITH THE KEY IN THE RECEIPT ITSELF: anybody could have made it; \
             give the clinic's key with --key"
                .to_owned()
        }
    });
    let title = notice.title.as_deref().unwrap_or(&notice.document);
    line(format!(
        "  document: {} ({}, version {}, language {}, SHA-256 {})",
        plain(title),
        plain(&notice.document),
        notice.version,
        plain(&notice.language),
        notice.sha256
    ));
    let (at, form) = (receipt.at, plain(&receipt.form));
    line(match receipt.state() {
        State::Refused => format!("  the box was left empty at {at}, in the form `{form}`"),
        _ => format!("  consent was given at {at}, in the form `{form}`"),
    });
    for decision in &receipt.decisions {
        let title = decision
            .title
            .as_deref()
            .map(|title| format!(": {}", plain(title)));
        let withdrawn = decision
            .withdrawn
            .map_or_else(String::new, |(at, _)| format!("; WITHDRAWN at {at}"));
        line(format!(
            "  purpose {}{}{withdrawn}",
            plain(&decision.purpose),
            title.unwrap_or_default()
        ));
    }
    if let Some(terms) = &receipt.terms {
        line(format!(
            "  asked by: {}",
            plain(&terms.controller.legal_name)
        ));
        line(format!(
            "  beside the box stood: {}",
            plain(&terms.sentence)
        ));
        let about = terms
            .about
            .as_ref()
            .map_or("nobody's data", |about| &about.title);
        line(format!(
            "  about: {}; decided by: {}",
            plain(about),
            plain(&terms.decides.title)
        ));
    }
    let index = receipt
        .journal
        .entries
        .first()
        .map_or(0, |entry| entry.index);
    line(format!(
        "  journal: {}, entry {index} of {}; link {} of the chain {}",
        receipt.checkpoint.origin,
        receipt.checkpoint.size,
        receipt.journal.n,
        hex(&receipt.journal.chain.0)
    ));
    line(
        "  it does not prove who sat before the form, nor that the consent was not withdrawn after the checkpoint"
            .to_owned(),
    );
}

fn compared(earlier: &Receipt, later: &Receipt, output: &Output) -> bool {
    let words = match extends(earlier, later) {
        Err(failure) => {
            output.line(format_args!("THE RECEIPTS CONTRADICT EACH OTHER: {failure}"));
            return false;
        }
        Ok(Extension::OtherLog) => {
            "the receipts are of different journals: they prove nothing of each other".to_owned()
        }
        Ok(Extension::OtherChain) => {
            "the receipts are of different persons in one journal".to_owned()
        }
        Ok(Extension::Same) => "both receipts show the same link of one chain".to_owned(),
        Ok(Extension::Next) => {
            "the later receipt continues the earlier: its link names the earlier one as the one before".to_owned()
        }
        Ok(Extension::Apart { between }) => format!(
            "both receipts are of one chain, in the right order; {between} links lie between them, which neither shows"
        ),
    };
    output.line(words);
    if earlier.checkpoint.size != later.checkpoint.size {
        output.line("that the later log holds all of the earlier is shown by its public tiles (/journal/tile), not by two receipts");
    }
    true
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
