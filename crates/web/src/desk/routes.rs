//! Routes of the desk, each with what it needs: a route without an action cannot be written.

use std::future::Future;
use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use trust::access::Action;

use super::asked::{Asked, AtWork, Desk};
use super::trouble::Trouble;
use crate::Site;
use crate::routes::Routes;

/// What one address and method need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The address as a template.
    pub path: &'static str,
    /// What an employee must be allowed; nothing where nobody is signed in yet.
    pub action: Option<Action>,
}

/// What a handler gives.
pub(super) type Answered = Result<Response, Trouble>;

/// The desk's routes with what they need.
#[derive(Default)]
pub(crate) struct DeskRoutes {
    routes: Routes,
    permissions: Vec<Permission>,
}

impl DeskRoutes {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A page for whoever is not signed in yet.
    pub(super) fn open_get<H, F>(self, path: &'static str, handler: H) -> Self
    where
        H: Fn(Arc<Asked>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Answered> + Send + 'static,
    {
        self.add("GET", path, None, at_the_door(MethodFilter::GET, handler))
    }

    /// A form of whoever is not signed in yet.
    pub(super) fn open_post<H, F>(self, path: &'static str, handler: H) -> Self
    where
        H: Fn(Arc<Asked>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Answered> + Send + 'static,
    {
        self.add("POST", path, None, at_the_door(MethodFilter::POST, handler))
    }

    /// A page for employees who may do this.
    pub(super) fn get<H, F>(self, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Fn(Arc<Desk>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Answered> + Send + 'static,
    {
        let routed = at_work(MethodFilter::GET, action, handler);
        self.add("GET", path, Some(action), routed)
    }

    /// A form of employees who may do this.
    pub(super) fn post<H, F>(self, path: &'static str, action: Action, handler: H) -> Self
    where
        H: Fn(Arc<Desk>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Answered> + Send + 'static,
    {
        let routed = at_work(MethodFilter::POST, action, handler);
        self.add("POST", path, Some(action), routed)
    }

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        action: Option<Action>,
        handler: MethodRouter<Site>,
    ) -> Self {
        self.permissions.push(Permission {
            method,
            path,
            action,
        });
        self.routes = self.routes.route(path, handler);
        self
    }

    /// The routes.
    pub(crate) fn into_routes(self) -> Routes {
        self.routes
    }

    /// What each of them needs.
    pub(crate) fn into_permissions(self) -> Vec<Permission> {
        self.permissions
    }
}

fn at_the_door<H, F>(method: MethodFilter, handler: H) -> MethodRouter<Site>
where
    H: Fn(Arc<Asked>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Answered> + Send + 'static,
{
    on(
        method,
        move |State(site): State<Site>, request: Request| async move {
            let asked = match Asked::from_request(request, &site).await {
                Ok(asked) => Arc::new(asked),
                Err(answer) => return answer,
            };
            let answered = handler(Arc::clone(&asked)).await;
            answered.unwrap_or_else(|trouble| trouble.at_the_door(&asked))
        },
    )
}

fn at_work<H, F>(method: MethodFilter, action: Action, handler: H) -> MethodRouter<Site>
where
    H: Fn(Arc<Desk>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Answered> + Send + 'static,
{
    on(
        method,
        move |State(site): State<Site>, request: Request| async move {
            let asked = match Asked::from_request(request, &site).await {
                Ok(asked) => asked,
                Err(answer) => return answer,
            };
            let desk = match Desk::enter(asked, action).await {
                AtWork::Come(desk) => Arc::new(*desk),
                AtWork::Answer(answer) => return answer,
            };
            let answered = handler(Arc::clone(&desk)).await;
            answered.unwrap_or_else(|trouble| trouble.at_work(&desk))
        },
    )
}
