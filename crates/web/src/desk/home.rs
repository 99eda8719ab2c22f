//! `/desk`: to the section where the employee's work is.

use std::sync::Arc;

use super::asked::Desk;
use super::routes::Answered;

/// `GET /desk`.
pub(super) async fn home(desk: Arc<Desk>) -> Answered {
    Ok(desk.see(desk.shell().begins_at()))
}
