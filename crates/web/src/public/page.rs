//! A page: a template that knows what stands around it and has samples of all its states.

use askama::Template;

use super::shell::Shell;

/// A page. One test renders every sample of every page in every language and checks the HTML.
pub(super) trait Page: Template + Sized {
    /// What stands around it.
    fn shell(&self) -> &Shell;

    /// The page in each of its states, all persons fictional.
    #[cfg(test)]
    fn samples(shell: Shell) -> Vec<Self>;
}
