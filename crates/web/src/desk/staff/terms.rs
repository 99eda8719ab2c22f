//! On what terms somebody works here: the fields of a form, as they are or were typed, and what they say.

use std::collections::BTreeSet;

use kernel::{BranchId, PractitionerId};
use trust::access::{Contract, Role};
use trust::staff::{Account, Terms};

use super::super::asked::Desk;
use super::super::trouble::Trouble;
use crate::typed::Typed;
use crate::wording;

/// A choice of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) chosen: bool,
}

/// The fields of an account, as they were typed or are.
pub(super) struct Fields {
    pub(super) name: String,
    pub(super) login: String,
    pub(super) roles: Vec<Choice>,
    pub(super) branches: Vec<Choice>,
    pub(super) practitioners: Vec<Choice>,
    pub(super) contract: String,
    pub(super) named: Vec<Named>,
}

/// What a partner's contract may name, of one kind.
pub(super) struct Named {
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) choices: Vec<Choice>,
}

/// What stands chosen in the fields.
#[derive(Default)]
pub(super) struct Chosen {
    name: String,
    login: String,
    role: String,
    every_branch: bool,
    branches: BTreeSet<String>,
    practitioner: String,
    contract: String,
    /// `action.book`, `purpose.services`, `category.identity`: what a contract names.
    named: BTreeSet<String>,
}

/// What a contract may name. The policies let a partner do nothing else, whatever stands in a row.
const NAMED: [(&str, &[&str]); 3] = [
    (
        "action",
        &[
            "see_board",
            "accept",
            "move",
            "cancel",
            "mark",
            "book",
            "block",
            "print",
            "find_person",
            "reveal",
        ],
    ),
    ("purpose", &["services", "contact", "support"]),
    (
        "category",
        &[
            "identity",
            "contact",
            "authority",
            "special",
            "tax",
            "payment",
        ],
    ),
];

pub(super) fn typed_terms(form: &Typed) -> Chosen {
    let fresh = form.names().is_empty();
    Chosen {
        name: form.shown("name"),
        login: form.shown("login"),
        role: form.get("role").to_owned(),
        every_branch: fresh || form.get("branches") == "all",
        branches: form
            .names()
            .into_iter()
            .filter_map(|name| name.strip_prefix("branch."))
            .map(str::to_owned)
            .collect(),
        practitioner: form.get("practitioner").to_owned(),
        contract: form.shown("contract"),
        named: form.names().into_iter().map(str::to_owned).collect(),
    }
}

pub(super) fn terms_as_they_are(account: &Account) -> Chosen {
    let terms = &account.terms;
    Chosen {
        name: account.name.clone(),
        login: account.login.clone(),
        role: terms.role.code().to_owned(),
        every_branch: terms.branches.is_none(),
        branches: terms
            .branches
            .iter()
            .flatten()
            .map(ToString::to_string)
            .collect(),
        practitioner: terms
            .practitioner
            .map(|id| id.to_string())
            .unwrap_or_default(),
        contract: terms
            .contract
            .as_ref()
            .map(|contract| contract.number.clone())
            .unwrap_or_default(),
        named: terms.contract.iter().flat_map(named_in).collect(),
    }
}

fn named_in(contract: &Contract) -> Vec<String> {
    let of = |kind: &str, words: &BTreeSet<String>| -> Vec<String> {
        words.iter().map(|word| format!("{kind}.{word}")).collect()
    };
    [
        of("action", &contract.actions),
        of("purpose", &contract.purposes),
        of("category", &contract.categories),
    ]
    .concat()
}

pub(super) async fn fields(desk: &Desk, chosen: &Chosen) -> Result<Fields, Trouble> {
    let catalogue = desk.site.booking.catalogue().await?;
    let language = desk.words.0;
    let roles = Role::all().map(|role| Choice {
        value: role.code().to_owned(),
        title: role.title(language).to_owned(),
        about: role.about(language).to_owned(),
        chosen: role.code() == chosen.role,
    });
    let branches = catalogue.branches.iter().map(|branch| Choice {
        value: branch.id.to_string(),
        title: branch.title.get(language).to_owned(),
        about: String::new(),
        chosen: chosen.every_branch || chosen.branches.contains(&branch.id.to_string()),
    });
    let practitioners = catalogue.practitioners().map(|one| Choice {
        value: one.id.to_string(),
        title: one.title.get(language).to_owned(),
        about: wording::speciality(desk.words, one),
        chosen: one.id.to_string() == chosen.practitioner,
    });
    Ok(Fields {
        name: chosen.name.clone(),
        login: chosen.login.clone(),
        roles: roles.collect(),
        branches: branches.collect(),
        practitioners: practitioners.collect(),
        contract: chosen.contract.clone(),
        named: NAMED
            .iter()
            .map(|(kind, codes)| Named {
                kind,
                title: desk.words.say(&format!("desk-contract-{kind}")),
                choices: codes
                    .iter()
                    .map(|code| Choice {
                        value: (*code).to_owned(),
                        title: desk
                            .words
                            .say(&format!("desk-{kind}-{}", code.replace('_', "-"))),
                        about: String::new(),
                        chosen: chosen.named.contains(&format!("{kind}.{code}")),
                    })
                    .collect(),
            })
            .collect(),
    })
}

/// The terms that a form names, held against what there is.
pub(super) async fn terms_of(desk: &Desk) -> Result<Result<Terms, &'static str>, Trouble> {
    let catalogue = desk.site.booking.catalogue().await?;
    let chosen = typed_terms(&desk.form);
    let Some(role) = Role::parse(&chosen.role) else {
        return Ok(Err("desk-staff-wrong-role"));
    };
    let known: BTreeSet<BranchId> = catalogue
        .branches
        .iter()
        .map(|branch| branch.id)
        .filter(|id| chosen.branches.contains(&id.to_string()))
        .collect();
    let all = chosen.every_branch || known.len() == catalogue.branches.len();
    if !all && known.is_empty() {
        return Ok(Err("desk-staff-wrong-branches"));
    }
    let practitioner: Option<PractitionerId> = catalogue
        .practitioners()
        .map(|one| one.id)
        .find(|id| id.to_string() == chosen.practitioner);
    let number = chosen.contract.trim().to_owned();
    let contract =
        (role.code() == "partner" && !number.is_empty()).then(|| contract(&desk.form, number));
    Ok(Ok(Terms {
        role,
        branches: (!all).then_some(known),
        practitioner: practitioner.filter(|_| role.is_own_schedule()),
        contract,
    }))
}

/// What a partner's contract names: as the boxes say.
fn contract(form: &Typed, number: String) -> Contract {
    let named = |wanted: &str| {
        NAMED
            .iter()
            .filter(|(kind, _)| *kind == wanted)
            .flat_map(|(kind, codes)| {
                codes
                    .iter()
                    .filter(move |code| form.has(&format!("{kind}.{code}")))
            })
            .map(|code| (*code).to_owned())
            .collect()
    };
    Contract {
        number,
        actions: named("action"),
        purposes: named("purpose"),
        categories: named("category"),
    }
}
