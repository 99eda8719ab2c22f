//! Access: who may open what for which purpose, written in Cedar files that an auditor can read, and
//! tickets that bind a permission to a session and a case.
//!
//! *Invariant*: whatever no policy permits is denied; a policy that fails denies everything it was asked.

mod action;
mod reach;
mod role;
pub(crate) mod table;
mod ticket;

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision as CedarDecision, Entities, Entity, EntityId, EntityTypeName,
    EntityUid, PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use kernel::{CaseKind, Fault, Purpose};

pub use action::Action;
pub use reach::{Contract, Reach};
pub use role::Role;
pub use ticket::TicketRefusal;
pub(crate) use ticket::issued;

/// The policies, in files of their own.
const POLICIES: [(&str, &str); 4] = [
    ("desk.cedar", include_str!("policies/desk.cedar")),
    ("never.cedar", include_str!("policies/never.cedar")),
    ("patient.cedar", include_str!("policies/patient.cedar")),
    ("staff.cedar", include_str!("policies/staff.cedar")),
];
const SCHEMA: &str = include_str!("schema.cedarschema");

/// What is asked of the policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The role of whoever acts.
    pub role: String,
    /// Why.
    pub purpose: Purpose,
    /// About what kind of case.
    pub case: CaseKind,
    /// Categories of the fields asked for.
    pub categories: BTreeSet<String>,
    /// What a partner's contract names; nothing for all others.
    pub contract: Contract,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be opened.
    Allow,
    /// It may not.
    Deny,
}

/// The policies, parsed and validated once.
pub struct Access {
    policies: PolicySet,
    schema: Schema,
    names: Names,
}

/// Names used in every question.
struct Names {
    role: EntityTypeName,
    action: EntityTypeName,
    open: EntityUid,
    data: EntityUid,
    desk: EntityUid,
}

impl Access {
    /// The policies that ship with the house.
    ///
    /// # Errors
    /// A policy does not parse or does not fit the schema.
    pub fn bundled() -> Result<Self, Fault> {
        Self::of(POLICIES.iter().map(|(_, text)| *text))
    }

    fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Self, Fault> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA)
            .map_err(|error| Fault::broken(format!("access schema: {error}")))?;
        let text = texts.collect::<Vec<_>>().join("\n");
        let policies = PolicySet::from_str(&text)
            .map_err(|error| Fault::broken(format!("access policies: {error}")))?;
        let checked = Validator::new(schema.clone()).validate(&policies, ValidationMode::default());
        if !checked.validation_passed() {
            let words: Vec<String> = checked
                .validation_errors()
                .map(ToString::to_string)
                .collect();
            return Err(Fault::broken(format!(
                "access policies: {}",
                words.join("; ")
            )));
        }
        let name = |text: &str| {
            EntityTypeName::from_str(text).map_err(|error| Fault::broken(error.to_string()))
        };
        let one = |kind: &str, id: &str| {
            Ok::<_, Fault>(EntityUid::from_type_name_and_id(
                name(kind)?,
                EntityId::new(id),
            ))
        };
        let names = Names {
            role: name("Medok::Role")?,
            action: name("Medok::Action")?,
            open: one("Medok::Action", "open")?,
            data: one("Medok::PersonalData", "asked")?,
            desk: one("Medok::Desk", "desk")?,
        };
        Ok(Self {
            policies,
            schema,
            names,
        })
    }

    /// Decides whether data may be opened.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Decision {
        told(self.ask_to_open(question))
    }

    /// Decides whether a role may do something at the desk.
    #[must_use]
    pub fn may(&self, role: &str, action: Action, contract: &Contract) -> Decision {
        told(self.ask_to_do(role, action, contract))
    }

    fn ask_to_open(&self, question: &Question) -> Result<Decision, Fault> {
        let attributes = HashMap::from([("categories".to_owned(), set(&question.categories))]);
        let data = Entity::new(
            self.names.data.clone(),
            attributes,
            std::collections::HashSet::new(),
        )
        .map_err(|error| Fault::broken(error.to_string()))?;
        let entities = Entities::from_entities([data], None)
            .map_err(|error| Fault::broken(error.to_string()))?;
        let context = [
            ("purpose", word(question.purpose.code())),
            ("case", word(question.case.code())),
            ("contract_purposes", set(&question.contract.purposes)),
            ("contract_categories", set(&question.contract.categories)),
        ];
        self.ask(
            &question.role,
            self.names.open.clone(),
            self.names.data.clone(),
            context,
            &entities,
        )
    }

    fn ask_to_do(
        &self,
        role: &str,
        action: Action,
        contract: &Contract,
    ) -> Result<Decision, Fault> {
        let name = EntityUid::from_type_name_and_id(
            self.names.action.clone(),
            EntityId::new(action.code()),
        );
        let context = [
            ("action", word(action.code())),
            ("contract", set(&contract.actions)),
        ];
        // The groups of actions are part of the schema: they go with the question.
        let entities = self
            .schema
            .action_entities()
            .map_err(|error| Fault::broken(error.to_string()))?;
        self.ask(role, name, self.names.desk.clone(), context, &entities)
    }

    fn ask<const N: usize>(
        &self,
        role: &str,
        action: EntityUid,
        resource: EntityUid,
        context: [(&str, RestrictedExpression); N],
        entities: &Entities,
    ) -> Result<Decision, Fault> {
        let principal =
            EntityUid::from_type_name_and_id(self.names.role.clone(), EntityId::new(role));
        let context = Context::from_pairs(
            context
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        )
        .map_err(|error| Fault::broken(error.to_string()))?;
        let request = Request::new(principal, action, resource, context, Some(&self.schema))
            .map_err(|error| Fault::broken(error.to_string()))?;
        let response = Authorizer::new().is_authorized(&request, &self.policies, entities);
        let errors: Vec<String> = response
            .diagnostics()
            .errors()
            .map(ToString::to_string)
            .collect();
        if !errors.is_empty() {
            return Err(Fault::broken(errors.join("; ")));
        }
        Ok(match response.decision() {
            CedarDecision::Allow => Decision::Allow,
            CedarDecision::Deny => Decision::Deny,
        })
    }
}

/// Any error denies, and is told to the operator: Cedar alone would pass over a policy that fails.
fn told(decided: Result<Decision, Fault>) -> Decision {
    decided.unwrap_or_else(|fault| {
        tracing::error!("access denied because a policy failed: {fault}");
        metrics::counter!("medok_access_errors_total").increment(1);
        Decision::Deny
    })
}

fn word(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn set(words: &BTreeSet<String>) -> RestrictedExpression {
    RestrictedExpression::new_set(words.iter().map(|text| word(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(role: &str, purpose: Purpose, case: CaseKind, categories: &[&str]) -> Question {
        let categories = categories.iter().map(|c| (*c).to_owned()).collect();
        Question {
            role: role.to_owned(),
            purpose,
            case,
            categories,
            contract: Contract::default(),
        }
    }

    #[test]
    fn the_desk_serves_and_nobody_opens_for_statistics() {
        let access = Access::bundled().expect("the bundled policies are valid");
        let ask = |role, purpose, case, categories: &[&str]| {
            access.decide(&question(role, purpose, case, categories))
        };
        let case = CaseKind::Appointment;
        for (role, purpose, categories, decision) in [
            (
                "registrar",
                Purpose::Services,
                ["identity", "contact"],
                Decision::Allow,
            ),
            (
                "registrar",
                Purpose::Offers,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "registrar",
                Purpose::Statistics,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "practitioner",
                Purpose::Services,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "practitioner",
                Purpose::Services,
                ["identity", "identity"],
                Decision::Allow,
            ),
            (
                "responsible",
                Purpose::Rights,
                ["identity", "contact"],
                Decision::Allow,
            ),
            (
                "responsible",
                Purpose::Rekey,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "owner",
                Purpose::Services,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "marketing",
                Purpose::Offers,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "inspector",
                Purpose::Safeguard,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "nobody",
                Purpose::Services,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "holder",
                Purpose::Services,
                ["contact", "contact"],
                Decision::Allow,
            ),
            (
                "holder",
                Purpose::Services,
                ["identity", "contact"],
                Decision::Deny,
            ),
            (
                "console",
                Purpose::Safeguard,
                ["identity", "contact"],
                Decision::Deny,
            ),
        ] {
            assert_eq!(
                ask(role, purpose, case, &categories),
                decision,
                "{role} {purpose}"
            );
        }
        assert_eq!(
            ask(
                "registrar",
                Purpose::Services,
                CaseKind::Destruction,
                &["identity"]
            ),
            Decision::Deny
        );
    }

    /// One row a category: who may open it about an appointment, for the service itself.
    #[test]
    fn each_category_is_opened_by_those_who_need_it() {
        let access = Access::bundled().expect("the bundled policies are valid");
        for (category, registrar, operator, practitioner, holder) in [
            ("identity", true, true, true, false),
            ("contact", true, true, false, true),
            ("authority", true, true, false, false),
            ("special", true, false, true, false),
            ("tax", true, false, false, false),
            ("payment", true, false, false, false),
            ("free_text", true, false, false, false),
            ("technical", false, false, false, false),
            ("credential", false, false, false, false),
            ("added_later", false, false, false, false),
        ] {
            for (role, may) in [
                ("registrar", registrar),
                ("supervisor", registrar),
                ("operator", operator),
                ("practitioner", practitioner),
                ("holder", holder),
            ] {
                let asked = question(role, Purpose::Services, CaseKind::Appointment, &[category]);
                let expected = if may { Decision::Allow } else { Decision::Deny };
                assert_eq!(access.decide(&asked), expected, "{role} {category}");
            }
        }
    }

    /// Who does what at the desk: one row an action, complete by construction.
    #[test]
    fn each_action_is_done_by_those_whose_work_it_is() {
        const DAY: &[&str] = &["registrar", "operator", "supervisor"];
        const HALL: &[&str] = &["registrar", "supervisor"];
        const OVERSEERS: &[&str] = &["responsible", "deputy"];
        let joined = |parts: &[&[&'static str]]| parts.concat();
        let expected = |action: Action| match action {
            Action::OwnAccount => Role::all().map(Role::code).collect(),
            Action::SeeBoard => joined(&[DAY, &["practitioner"]]),
            Action::Accept | Action::Move | Action::Cancel | Action::Book => DAY.to_vec(),
            Action::Mark | Action::Print => joined(&[HALL, &["practitioner"]]),
            Action::Block | Action::Identify | Action::SeeLooks => HALL.to_vec(),
            Action::Override => vec!["supervisor"],
            Action::FindPerson | Action::Reveal => joined(&[DAY, OVERSEERS]),
            Action::Join | Action::SeeVisits => joined(&[HALL, OVERSEERS]),
            Action::SeeAllLooks => joined(&[OVERSEERS, &["inspector"]]),
            Action::SeeJournal => joined(&[OVERSEERS, &["inspector", "administrator"]]),
            Action::ManageStaff | Action::ManageCatalogue => vec!["administrator"],
            Action::ProposeText => joined(&[OVERSEERS, &["administrator"]]),
            Action::ApproveText => OVERSEERS.to_vec(),
            Action::ImportBusy => vec!["supervisor", "administrator"],
            Action::SeeFigures => vec!["owner", "marketing", "supervisor"],
        };
        let access = Access::bundled().expect("the bundled policies are valid");
        for action in Action::ALL {
            let expected: BTreeSet<&str> = expected(*action).into_iter().collect();
            let found: BTreeSet<&str> = Role::all()
                .map(Role::code)
                .filter(|role| access.may(role, *action, &Contract::default()) == Decision::Allow)
                .collect();
            assert_eq!(found, expected, "{action:?}");
            assert_eq!(
                access.may("nobody", *action, &Contract::default()) == Decision::Allow,
                *action == Action::OwnAccount
            );
        }
    }

    #[test]
    fn a_partner_does_and_opens_what_the_contract_names_and_nothing_more() {
        let access = Access::bundled().expect("the bundled policies are valid");
        let words = |of: &[&str]| of.iter().map(|word| (*word).to_owned()).collect();
        let contract = Contract {
            number: "7".into(),
            actions: words(&["see_board", "book", "manage_staff", "see_all_looks"]),
            purposes: words(&["services", "statistics"]),
            categories: words(&["identity", "credential"]),
        };
        let does: Vec<Action> = Action::ALL
            .iter()
            .copied()
            .filter(|action| access.may("partner", *action, &contract) == Decision::Allow)
            .collect();
        assert_eq!(does, [Action::OwnAccount, Action::SeeBoard, Action::Book]);
        let opens = |purpose, categories: &[&str]| {
            let asked = Question {
                contract: contract.clone(),
                ..question("partner", purpose, CaseKind::Appointment, categories)
            };
            access.decide(&asked) == Decision::Allow
        };
        assert!(opens(Purpose::Services, &["identity"]));
        assert!(!opens(Purpose::Services, &["identity", "contact"]));
        assert!(!opens(Purpose::Services, &["credential"]));
        assert!(!opens(Purpose::Contact, &["identity"]));
        assert!(!opens(Purpose::Statistics, &["identity"]));
    }

    #[test]
    fn a_policy_that_fails_denies_although_another_permits() {
        let failing = r#"
            permit (principal, action == Medok::Action::"open", resource);
            forbid (principal, action == Medok::Action::"open", resource) when { 9223372036854775807 + 1 == 0 };
        "#;
        let access = Access::of([failing].into_iter()).expect("it parses and fits the schema");
        let asked = question(
            "registrar",
            Purpose::Services,
            CaseKind::Appointment,
            &["identity"],
        );
        let alarm = Alarm::default();
        let decided = metrics::with_local_recorder(&alarm, || access.decide(&asked));
        assert_eq!(decided, Decision::Deny);
        assert_eq!(alarm.rung(), 1, "nobody was told");
    }

    #[test]
    fn an_action_whose_policy_fails_is_denied_and_told() {
        let failing = r#"
            permit (principal, action, resource);
            forbid (principal, action == Medok::Action::"see_board", resource) when { 9223372036854775807 + 1 == 0 };
        "#;
        let access = Access::of([failing].into_iter()).expect("it parses and fits the schema");
        let alarm = Alarm::default();
        let may = |action| {
            metrics::with_local_recorder(&alarm, || {
                access.may("registrar", action, &Contract::default())
            })
        };
        assert_eq!(may(Action::SeeBoard), Decision::Deny);
        assert_eq!(alarm.rung(), 1);
        assert_eq!(may(Action::Book), Decision::Allow, "others stand");
        assert_eq!(alarm.rung(), 1);
    }

    /// Counts how often the operator was told of a policy that failed.
    #[derive(Default)]
    struct Alarm(std::sync::Arc<std::sync::atomic::AtomicU64>);

    impl Alarm {
        fn rung(&self) -> u64 {
            self.0.load(std::sync::atomic::Ordering::Relaxed)
        }
    }

    impl metrics::Recorder for Alarm {
        fn describe_counter(
            &self,
            _: metrics::KeyName,
            _: Option<metrics::Unit>,
            _: metrics::SharedString,
        ) {
        }

        fn describe_gauge(
            &self,
            _: metrics::KeyName,
            _: Option<metrics::Unit>,
            _: metrics::SharedString,
        ) {
        }

        fn describe_histogram(
            &self,
            _: metrics::KeyName,
            _: Option<metrics::Unit>,
            _: metrics::SharedString,
        ) {
        }

        fn register_counter(
            &self,
            key: &metrics::Key,
            _: &metrics::Metadata<'_>,
        ) -> metrics::Counter {
            if key.name() == "medok_access_errors_total" {
                metrics::Counter::from_arc(self.0.clone())
            } else {
                metrics::Counter::noop()
            }
        }

        fn register_gauge(&self, _: &metrics::Key, _: &metrics::Metadata<'_>) -> metrics::Gauge {
            metrics::Gauge::noop()
        }

        fn register_histogram(
            &self,
            _: &metrics::Key,
            _: &metrics::Metadata<'_>,
        ) -> metrics::Histogram {
            metrics::Histogram::noop()
        }
    }

    #[test]
    fn a_policy_that_does_not_fit_the_schema_stops_the_start() {
        assert!(
            Access::of(
                [r#"permit (principal, action == Medok::Action::"read", resource);"#].into_iter()
            )
            .is_err()
        );
        assert!(Access::of(["permit ("].into_iter()).is_err());
    }
}
