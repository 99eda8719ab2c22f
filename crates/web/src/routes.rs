//! A router that knows its addresses.
//!
//! *Invariant*: a route that is served is listed. A test holds the list against its table of headers, so that no route
//! comes without somebody having said what may be kept of it.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;

use crate::Site;

/// Routes with the list of their addresses.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<Site>,
    paths: Vec<String>,
}

impl Routes {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a route: [`Router::route`].
    pub(crate) fn route(mut self, path: &str, methods: MethodRouter<Site>) -> Self {
        if self.paths.iter().all(|one| one != path) {
            self.paths.push(path.to_owned());
        }
        self.router = self.router.route(path, methods);
        self
    }

    /// Adds others.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.paths.extend(others.paths);
        self.router = self.router.merge(others.router);
        self
    }

    /// Who answers where no route is: [`Router::fallback`].
    pub(crate) fn fallback<H: Handler<T, Site>, T: 'static>(mut self, handler: H) -> Self {
        self.router = self.router.fallback(handler);
        self
    }

    /// Who answers where the method is not the route's: [`Router::method_not_allowed_fallback`].
    pub(crate) fn method_not_allowed_fallback<H: Handler<T, Site>, T: 'static>(
        mut self,
        handler: H,
    ) -> Self {
        self.router = self.router.method_not_allowed_fallback(handler);
        self
    }

    /// The router.
    pub(crate) fn into_router(self) -> Router<Site> {
        self.router
    }

    /// The addresses, as templates.
    pub(crate) fn into_paths(self) -> Vec<String> {
        self.paths
    }
}
