//! `GET /api/v1/consents`, and how decisions come back.

use axum::Json;
use axum::extract::State;
use kernel::Language;
use serde::Serialize;
use serde_json::{Map, Value};
use trust::consent::Decided;
use trust::consent::declaration::{Coded, FieldDescription, ForWhom};
use utoipa::ToSchema;

use super::ask::Ask;
use super::fields::{Fields, flag, list, number, text};
use super::flaw::{Flaws, Type, What};
use super::people::FOR_WHOM;
use super::refusal::unread;
use super::shapes::ProblemShape;
use crate::Site;
use crate::door::problem::Problem;

/// What a service asks: consents, each its own document, and fields.
#[derive(Serialize, ToSchema)]
pub(super) struct Asked {
    consents: Vec<Consent>,
    fields: Vec<Field>,
}

/// A consent to be asked beside an empty box.
#[derive(Serialize, ToSchema)]
pub(super) struct Consent {
    document: String,
    version: i32,
    /// The language of the document and its title: Russian where the version in force is not translated.
    #[schema(value_type = String)]
    language: Language,
    sha256: String,
    title: String,
    /// The sentence beside the box, in the language asked for.
    text: String,
    /// Whether the service cannot be given without it.
    required: bool,
}

/// A field to be asked.
#[derive(Serialize, ToSchema)]
pub(super) struct Field {
    /// Where it stands in the request.
    pointer: String,
    party: &'static str,
    code: String,
    kind: &'static str,
    category: &'static str,
    label: String,
    required: bool,
    /// It must be given unless one of these is.
    required_unless: Vec<String>,
    /// The most characters.
    max: usize,
    options: Vec<Choice>,
}

/// An option of a choice.
#[derive(Serialize, ToSchema)]
pub(super) struct Choice {
    code: String,
    label: String,
}

/// The consents and fields that a declared service asks in a case.
#[utoipa::path(
    get, path = "/api/v1/consents", tag = "privacy",
    params(
        ("service" = String, Query, description = "booking, or any declared service"),
        ("for" = Option<String>, Query, description = "self, child, ward or adult; self if absent"),
        ("language" = Option<String>, Query, description = "ru or en; else by Accept-Language"),
    ),
    responses((status = 200, body = Asked), (status = "default", body = ProblemShape, content_type = "application/problem+json")),
)]
pub(super) async fn consents(State(site): State<Site>, ask: Ask) -> Result<Json<Asked>, Problem> {
    let mut asked = ask.parameters(&["service", "for"]);
    let declaration = asked.required("service", What::Unknown, |code| {
        site.texts.declaration(code)
    });
    let for_whom = asked
        .optional("for", What::Option(&FOR_WHOM), ForWhom::from_code)
        .unwrap_or(ForWhom::Myself);
    let Some(declaration) = declaration else {
        return Err(asked.refused());
    };
    if !declaration.for_whom.contains(&for_whom) {
        return Err(asked.refuse("for", What::NotForThem));
    }
    let language = asked.language()?;
    let consents = site
        .trust
        .consents_asked(declaration, for_whom, language)
        .await
        .map_err(unread("the consents", language))?;
    let consents = consents.into_iter().map(|one| Consent {
        document: one.document,
        version: one.version,
        language: one.language,
        sha256: one.sha256,
        title: one.title,
        text: one.text,
        required: one.required,
    });
    let fields = declaration
        .fields_for(for_whom)
        .into_iter()
        .map(|field| described(field.description(language.into())));
    Ok(Json(Asked {
        consents: consents.collect(),
        fields: fields.collect(),
    }))
}

fn described(of: FieldDescription) -> Field {
    Field {
        pointer: of.pointer,
        party: of.party.code(),
        code: of.code,
        kind: of.kind.code(),
        category: of.category.code(),
        label: of.label,
        required: of.required,
        required_unless: of.required_unless,
        max: of.max,
        options: of
            .options
            .into_iter()
            .map(|option| Choice {
                code: option.code,
                label: option.label,
            })
            .collect(),
    }
}

/// Reads the boxes as they came back. What is missing among them, the verb tells: it knows the versions in force.
pub(super) fn decided(body: &Map<String, Value>, flaws: &mut Flaws) -> Vec<Decided> {
    /// More boxes than any form has.
    const MOST: usize = 50;
    let boxes = match body.get("consents").map(list) {
        None => return Vec::new(),
        Some(Ok(boxes)) if boxes.len() <= MOST => boxes,
        Some(Ok(_)) => {
            flaws.add("/consents", What::TooMany);
            return Vec::new();
        }
        Some(Err(what)) => {
            flaws.add("/consents", what);
            return Vec::new();
        }
    };
    let mut decided = Vec::new();
    for (index, one) in boxes.iter().enumerate() {
        let at = format!("/consents/{index}");
        let Some(one) = one.as_object() else {
            flaws.add(at, What::Type(Type::Object));
            continue;
        };
        let mut fields = Fields::of(one, &at, &["document", "version", "sha256", "given"], flaws);
        let (document, version) = (
            fields.required("document", text),
            fields.required("version", number),
        );
        let (sha256, given) = (
            fields.required("sha256", text),
            fields.required("given", flag),
        );
        if let (Some(document), Some(version), Some(sha256), Some(given)) =
            (document, version, sha256, given)
        {
            decided.push(Decided {
                document: document.to_owned(),
                version,
                sha256: sha256.to_owned(),
                given,
            });
        }
    }
    decided
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(consents: &Value) -> (Vec<Decided>, String) {
        let mut flaws = Flaws::new(Language::Ru);
        let body = json!({ "consents": consents });
        let decided = decided(body.as_object().unwrap(), &mut flaws);
        (decided, format!("{flaws:?}"))
    }

    #[test]
    fn boxes_are_read_as_they_came() {
        let (boxes, flaws) =
            read(&json!([{ "document": "policy", "version": 2, "sha256": "ab", "given": false }]));
        assert_eq!(
            boxes,
            [Decided {
                document: "policy".into(),
                version: 2,
                sha256: "ab".into(),
                given: false
            }]
        );
        assert!(flaws.ends_with("list: [] }"), "{flaws}");
    }

    #[test]
    fn what_is_no_box_is_told_by_its_place() {
        let (boxes, flaws) = read(
            &json!([null, { "document": "policy", "version": "2", "given": 1, "by": "staff" }]),
        );
        assert!(boxes.is_empty());
        for place in [
            "/consents/0",
            "/consents/1/version",
            "/consents/1/sha256",
            "/consents/1/given",
            "/consents/1/by",
        ] {
            assert!(flaws.contains(&format!("\"{place}\"")), "{place}: {flaws}");
        }
        assert!(read(&json!("all")).1.contains("\"/consents\""));
        assert!(
            read(&json!(vec![0; 51]))
                .1
                .contains("(\"/consents\", TooMany)")
        );
    }
}
