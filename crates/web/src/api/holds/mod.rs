//! Holds: a chosen time is kept while somebody types.

pub(super) mod extend;
pub(super) mod hold;
pub(super) mod release;
pub(super) mod show;

use std::sync::Arc;

use clinic::booking::{Catalogue, Hold};
use kernel::{HoldId, Language};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::moment;
use super::refusal::unread;
use crate::Site;
use crate::door::problem::{Code, Problem};

/// A time held.
#[derive(Serialize, ToSchema)]
pub(super) struct Held {
    /// Its id; whoever has it may confirm the time, extend it, give it up.
    hold: String,
    /// Until when, RFC 3339.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// The catalogue by which a hold will be told: read before the act, for once that is done nothing that can fail may
/// stand between it and its answer.
async fn beforehand(site: &Site, language: Language) -> Result<Arc<Catalogue>, Problem> {
    site.booking
        .catalogue()
        .await
        .map_err(unread("holds", language))
}

fn held(catalogue: &Catalogue, hold: &Hold) -> Held {
    Held {
        hold: hold.hold.to_string(),
        expires_at: moment(catalogue, hold.expires_at),
    }
}

/// The id in an address; what cannot be one is not there.
fn id(text: &str, language: Language) -> Result<HoldId, Problem> {
    text.parse()
        .map_err(|_| Problem::new(Code::NotFound, language))
}
