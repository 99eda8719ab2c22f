//! A page of the desk: a template that knows what stands around it and has samples of all its states.

use askama::Template;

#[cfg(test)]
use super::shell::DeskShell;

/// A page. One test renders every sample of every page in every language and checks the HTML.
pub(super) trait DeskPage: Template + Sized {
    /// The page in each of its states, all persons fictional.
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self>;
}
