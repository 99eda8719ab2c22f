//! What a declaration must agree with itself about, and what the law lets it say.

use std::collections::BTreeSet;

use super::problem::Problem;
use super::reader::is_slug;
use super::service::{AskedConsent, Declaration, POLICY_DOCUMENT, POLICY_SENTENCE, Required};
use super::words::{Action, BasisKind, Coded, ForWhom, Party, Purpose, Starts};

/// Everything wrong with a declaration whose parts were read.
pub(super) fn check(declaration: &Declaration) -> Vec<Problem> {
    let mut problems = Vec::new();
    whole(declaration, &mut problems);
    fields(declaration, &mut problems);
    purposes(declaration, &mut problems);
    consents(declaration, &mut problems);
    for for_whom in &declaration.for_whom {
        one_case(declaration, *for_whom, &mut problems);
    }
    problems
}

fn whole(declaration: &Declaration, problems: &mut Vec<Problem>) {
    let mut refuse =
        |path: &str, what: &str, remedy: &str| problems.push(Problem::at(None, path, what, remedy));
    if !is_slug(&declaration.code) {
        refuse(
            "code",
            "this is not a code",
            "use small Latin letters, digits, _ and -",
        );
    }
    if declaration.for_whom.is_empty() {
        refuse(
            "for",
            "the service is for nobody",
            "name whom it serves: for = [\"self\"]",
        );
    }
    if declaration.fields.is_empty() {
        refuse(
            "fields",
            "the service asks nothing",
            "declare its fields as tables [[fields]]",
        );
    }
    if declaration.retention.is_empty() {
        refuse(
            "retention",
            "no term of keeping is named",
            "say when keeping ends: tables [[retention]]; nothing is kept for ever",
        );
    }
    let by_consent = declaration
        .bases
        .iter()
        .any(|basis| basis.kind == BasisKind::Consent);
    if by_consent
        && !declaration
            .retention
            .iter()
            .any(|retention| retention.starts == Starts::Withdrawn)
    {
        refuse(
            "retention",
            "a consent can be withdrawn, and no term says what follows",
            "add a term with starts = \"withdrawn\" (152-ФЗ ст. 21 ч. 5)",
        );
    }
    for action in [Action::Collect, Action::Store, Action::Destroy] {
        if !declaration.actions.contains(&action) {
            refuse(
                "actions",
                &format!("`{}` is missing, and every service does it", action.code()),
                "name all that is done with the data",
            );
        }
    }
}

fn fields(declaration: &Declaration, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for field in &declaration.fields {
        let path = format!("fields.{}", field.code);
        if !seen.insert((field.party, &field.code)) {
            problems.push(Problem::at(
                field.line,
                &path,
                format!("it is declared twice for the {}", field.party.code()),
                "declare it once",
            ));
        }
        if !declaration
            .for_whom
            .iter()
            .any(|for_whom| field.is_asked(*for_whom))
        {
            problems.push(Problem::at(
                field.line,
                &path,
                format!("nobody this service is for has a {}", field.party.code()),
                "delete the party, or widen `for`",
            ));
        }
        let Required::Unless(others) = &field.required else {
            continue;
        };
        for (party, code) in others {
            if !declaration.fields.iter().any(|other| {
                other.party == *party
                    && other.code == *code
                    && (other.party, &other.code) != (field.party, &field.code)
            }) {
                problems.push(Problem::at(
                    field.line,
                    &path,
                    format!("`{}.{code}` is not declared", party.code()),
                    "name another declared field in `unless`",
                ));
            }
        }
    }
}

fn purposes(declaration: &Declaration, problems: &mut Vec<Problem>) {
    let known: BTreeSet<&str> = declaration
        .fields
        .iter()
        .map(|field| field.code.as_str())
        .chain(
            declaration
                .recorded
                .iter()
                .map(|recorded| recorded.code.as_str()),
        )
        .collect();
    if declaration.purposes.is_empty() {
        problems.push(Problem::at(
            None,
            "purposes",
            "no purpose is named",
            "name those the service serves (clause 3.2) as tables [[purposes]]",
        ));
    }
    for (at, served) in declaration.purposes.iter().enumerate() {
        let path = format!("purposes[{at}]");
        let mut refuse = |what: String, remedy: &str| {
            problems.push(Problem::at(served.line, &path, what, remedy))
        };
        if declaration.purposes[..at]
            .iter()
            .any(|other| other.purpose == served.purpose)
        {
            refuse(
                format!("`{}` is named twice", served.purpose.code()),
                "name it once",
            );
        }
        match served.purpose {
            Purpose::Improvement | Purpose::Statistics => refuse(
                format!(
                    "`{}` works on de-identified data and asks for no fields",
                    served.purpose.code()
                ),
                "delete this purpose",
            ),
            Purpose::Offers if declaration.purposes.len() > 1 => refuse(
                "offers are a service of their own, asked after and apart (38-ФЗ ст. 18)"
                    .to_owned(),
                "delete this purpose here and declare a service for it alone",
            ),
            _ => {}
        }
        if served.fields.is_empty() {
            refuse(
                "it names no fields".to_owned(),
                "name the fields it needs: fields = [\"phone\"]",
            );
        }
        for code in served
            .fields
            .iter()
            .filter(|code| !known.contains(code.as_str()))
        {
            refuse(
                format!("`{code}` is neither asked nor recorded by this service"),
                "name declared fields",
            );
        }
    }
    for field in &declaration.fields {
        if !declaration
            .purposes
            .iter()
            .any(|served| served.fields.contains(&field.code))
        {
            problems.push(Problem::at(
                field.line,
                format!("fields.{}", field.code),
                "no purpose needs it (clause 3.1: only what is needed)",
                "name it in a purpose's fields, or do not ask for it",
            ));
        }
    }
}

fn consents(declaration: &Declaration, problems: &mut Vec<Problem>) {
    for (at, consent) in declaration.consents.iter().enumerate() {
        let path = format!("consents[{at}]");
        let mut refuse = |what: &str, remedy: &str| {
            problems.push(Problem::at(consent.line, &path, what, remedy))
        };
        if !is_slug(&consent.document) {
            refuse(
                "the document's code is not a code",
                "use small Latin letters, digits, _ and -",
            );
        }
        if declaration.consents[..at].iter().any(|other| {
            other.document == consent.document
                && other
                    .for_whom
                    .iter()
                    .any(|case| consent.for_whom.contains(case))
        }) {
            refuse("the document is asked twice in one case", "ask it once");
        }
        match (consent.is_policy(), consent.about) {
            (true, _) => policy_line(consent, &mut refuse),
            (false, None) => refuse(
                "it does not say whose data it covers",
                "add a line about = \"patient\", \"representative\" or \"booker\"",
            ),
            (false, Some(about)) => own_data(consent, about, &mut refuse),
        }
        for purpose in &consent.purposes {
            if !declaration
                .purposes
                .iter()
                .any(|served| served.purpose == *purpose)
            {
                refuse(
                    &format!("the service does not serve `{}`", purpose.code()),
                    "name purposes the service declares",
                );
            }
        }
        if !consent.is_policy() && consent.purposes.is_empty() {
            refuse(
                "it names no purpose",
                "a consent is for named purposes (152-ФЗ ст. 9 ч. 1): purposes = [\"services\"]",
            );
        }
    }
}

fn policy_line(consent: &AskedConsent, refuse: &mut impl FnMut(&str, &str)) {
    if consent.sentence.ru != POLICY_SENTENCE {
        refuse(
            "beside the policy's box stands another sentence than clause 5.2 has",
            &format!("write ru = \"{POLICY_SENTENCE}\""),
        );
    }
    if consent.about.is_some() || !consent.purposes.is_empty() {
        refuse(
            "the policy line is no consent to processing",
            "delete `about` and `purposes` here; each consent is a document of its own (152-ФЗ ст. 9 ч. 1)",
        );
    }
}

fn own_data(consent: &AskedConsent, about: Party, refuse: &mut impl FnMut(&str, &str)) {
    for for_whom in &consent.for_whom {
        if !for_whom.parties().contains(&about) {
            refuse(
                &format!("nobody is asked as {} {}", about.code(), for_whom.code()),
                "correct `about` or `for`",
            );
        } else if *for_whom == ForWhom::Adult && about == Party::Patient {
            refuse(
                "nobody consents in the name of another capable adult (152-ФЗ ст. 9 ч. 1)",
                "ask the booker's consent about the booker's data; name another basis for the patient's",
            );
        }
    }
}

/// One case: the policy line is there, everybody's data has a basis, and a basis of consent has its box.
fn one_case(declaration: &Declaration, for_whom: ForWhom, problems: &mut Vec<Problem>) {
    let consents = declaration.consents_for(for_whom);
    let case = for_whom.code();
    if !consents.iter().any(|consent| consent.is_policy()) {
        problems.push(Problem::at(
            None,
            "consents",
            format!("the policy line is not asked for `{case}`"),
            format!("add a consent with document = \"{POLICY_DOCUMENT}\""),
        ));
    }
    if !consents.iter().any(|consent| !consent.is_policy()) {
        problems.push(Problem::at(
            None,
            "consents",
            format!("no consent is asked for `{case}`"),
            "add the consent of the person at the keyboard about their own data",
        ));
    }
    for party in for_whom.parties() {
        let asked = declaration
            .fields_for(for_whom)
            .iter()
            .any(|field| field.party == *party);
        let bases = declaration.bases_for(for_whom, *party);
        if asked && !bases.iter().any(|basis| basis.kind.stands_alone()) {
            problems.push(Problem::at(
                None,
                "bases",
                format!(
                    "no legal basis of 152-ФЗ ст. 6 covers the {}'s data for `{case}`",
                    party.code()
                ),
                "name one as a table [[bases]] with its article",
            ));
        }
        for basis in bases
            .iter()
            .filter(|basis| basis.kind == BasisKind::Consent)
        {
            if !consents
                .iter()
                .any(|consent| consent.about == Some(*party) && consent.required)
            {
                let what = format!(
                    "the {}'s data for `{case}` rests on consent, and no required consent is asked about it",
                    party.code()
                );
                problems.push(Problem::at(
                    basis.line,
                    "bases",
                    what,
                    "ask that consent, or name another basis",
                ));
            }
        }
        for consent in consents
            .iter()
            .filter(|consent| consent.about == Some(*party))
        {
            if !bases.iter().any(|basis| basis.kind == BasisKind::Consent) {
                let what = format!(
                    "consent about the {}'s data is asked for `{case}`, and nothing rests on it",
                    party.code()
                );
                problems.push(Problem::at(
                    consent.line,
                    "consents",
                    what,
                    "name consent as the basis, or do not ask for it",
                ));
            }
        }
    }
}
