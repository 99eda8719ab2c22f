//! A request at the desk: in which language, with which cookies, what was typed; and who asks.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE,
    VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use kernel::{Language, Moment, Purpose, Scope, limits};
use trust::access::Action;
use trust::staff::{Employee, Session, SessionLimits};

use super::page::DeskPage;
use super::shell::DeskShell;
use super::trouble::Trouble;
use crate::Site;
use crate::door::NotForgeable;
use crate::door::language::preferred;
use crate::door::size::TEXTS;
use crate::public::view::{VIEW, View};
use crate::typed::Typed;
use crate::words::Words;

/// The cookie of the language, the same as on the site.
const LANGUAGE: &str = "language";
/// The cookie of a session.
const SESSION: &str = "desk";
/// The cookie by which a browser is known again.
const DEVICE: &str = "desk_device";
/// Both go back to the desk alone.
const PATH: &str = "/desk";
/// The stream of events.
const LIVE: &str = "/desk/live";
/// The header by which a script asks for parts of a page.
const PART: &str = "x-medok-part";

/// Nothing is loaded but from the site itself, no style or script stands in a page, and nobody frames the desk.
const SECURITY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// A request at the desk.
pub(super) struct Asked {
    /// The house.
    pub(super) site: Site,
    /// In which language to answer.
    pub(super) words: Words,
    /// How it looks.
    pub(super) view: View,
    /// What stood in the address after `?`: never anything personal.
    pub(super) query: Typed,
    /// What was typed into the form; nothing where none came.
    pub(super) form: Typed,
    /// Which part of a page a script asks for, if one does.
    pub(super) part: Option<String>,
    /// Where a stream of events was when it broke (WHATWG HTML §9.2.4).
    pub(super) cursor: Option<u64>,
    /// Where a button about the page's looks leads back to.
    pub(super) back: String,
    /// Whether a page asks by itself: a part of it, or its stream of events.
    by_itself: bool,
    remember: bool,
    path: String,
    places: Vec<(String, String)>,
    cookies: CookieJar,
}

/// A request of an employee who may do what the route is for.
pub(super) struct Desk {
    asked: Asked,
    /// Who.
    pub(super) employee: Employee,
    /// What was decided of actions already: a board asks of each of its cards.
    decided: Mutex<BTreeMap<Action, bool>>,
}

/// Whether an employee comes in.
pub(super) enum AtWork {
    /// They do.
    Come(Box<Desk>),
    /// They do not; this is the answer.
    Answer(Response),
}

impl Deref for Desk {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl FromRequest<Site> for Asked {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let places = RawPathParams::from_request_parts(&mut parts, site)
            .await
            .map(|params| {
                params
                    .iter()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect()
            })
            .unwrap_or_default();
        let cookies = CookieJar::from_headers(&parts.headers);
        let query = Typed::of_address(parts.uri.query().unwrap_or_default());
        let chosen: Option<Language> = query.get(LANGUAGE).parse().ok();
        let kept = || cookies.get(LANGUAGE)?.value().parse::<Language>().ok();
        let language = chosen
            .or_else(kept)
            .unwrap_or_else(|| preferred(&parts.headers));
        let view = cookies
            .get(VIEW)
            .map_or_else(View::default, |cookie| View::parse(cookie.value()));
        let part = parts.headers.get(PART);
        let mut asked = Self {
            site: site.clone(),
            words: Words(language),
            view,
            query,
            cursor: None,
            by_itself: parts.method == Method::GET
                && (parts.headers.contains_key(PART) || parts.uri.path() == LIVE),
            remember: chosen.is_some(),
            back: way_back(&parts.method, parts.uri.path()),
            form: Typed::default(),
            part: part.and_then(|part| part.to_str().ok()).map(str::to_owned),
            path: parts.uri.path().to_owned(),
            places,
            cookies,
        };
        asked.cursor = parts
            .headers
            .get("last-event-id")
            .and_then(|id| id.to_str().ok()?.parse().ok());
        if parts.method == Method::POST {
            // Nobody without a session's cookie has a long text read.
            let long = asked.path.starts_with(TEXTS) && asked.session_link().is_some();
            let most = if long {
                limits::TEXT_FORM_BYTES
            } else {
                limits::BODY_BYTES
            };
            asked.form = match Typed::read_up_to(most, &parts.headers, body).await {
                Ok(form) => form,
                Err(none) => return Err(Trouble::NotAForm(none).at_the_door(&asked)),
            };
        }
        Ok(asked)
    }
}

/// The page itself, where it can be asked for again and its address holds no secret; else the first one.
fn way_back(method: &Method, path: &str) -> String {
    let secret = ["/desk/welcome/", "/desk/demo/"]
        .iter()
        .any(|start| path.starts_with(start));
    if *method == Method::GET && !secret {
        path.to_owned()
    } else {
        PATH.to_owned()
    }
}

impl Asked {
    /// The time.
    pub(super) fn now(&self) -> Moment {
        self.site.trust.clock().now()
    }

    /// How long sessions last.
    pub(super) fn limits(&self) -> SessionLimits {
        let desk = &self.site.settings.desk;
        let shift_minutes = i64::from(desk.shift_hours) * 60;
        SessionLimits {
            // The people of a demonstration have nothing to show when they come back to their places.
            idle_minutes: match self.site.demonstration {
                Some(_) => shift_minutes,
                None => desk.idle_minutes.into(),
            },
            shift_minutes,
        }
    }

    /// A part of the address: `{id}`.
    pub(super) fn place(&self, name: &str) -> &str {
        self.places
            .iter()
            .find(|(one, _)| one == name)
            .map_or("", |(_, value)| value)
    }

    /// A part of the address as an id; what is none leads nowhere.
    pub(super) fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, Trouble> {
        self.place(name).parse().map_err(|_| Trouble::NotFound)
    }

    /// The session's secret, as the browser has it.
    pub(super) fn session_link(&self) -> Option<&str> {
        self.cookies.get(SESSION).map(Cookie::value)
    }

    /// The browser's own secret.
    pub(super) fn device_link(&self) -> Option<&str> {
        self.cookies.get(DEVICE).map(Cookie::value)
    }

    /// Another cookie's value.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(Cookie::value)
    }

    /// Who is at work in this browser.
    pub(super) async fn session(&self) -> Result<Session, kernel::Fault> {
        match self.session_link() {
            Some(link) if self.by_itself => self.session_unseen(link).await,
            Some(link) => self.site.trust.session(link, self.limits()).await,
            None => Ok(Session::None),
        }
    }

    /// The same without anybody being at the browser: a page that watches keeps no session alive.
    pub(super) async fn session_unseen(&self, link: &str) -> Result<Session, kernel::Fault> {
        self.site.trust.session_unseen(link, self.limits()).await
    }

    /// What stands around a page of whoever is not signed in.
    pub(super) fn shell(&self) -> DeskShell {
        DeskShell::new(self, None)
    }

    /// Where the asker goes on to after signing in: a page of the desk and nothing else.
    pub(super) fn goes_on_to<'a>(&self, wish: &'a str) -> &'a str {
        let plain = wish
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.?=&".contains(&byte));
        let of_desk = wish == PATH || wish.starts_with("/desk/") || wish.starts_with("/desk?");
        let elsewhere = ["/desk/sign-in", "/desk/switch", "/desk/welcome"]
            .iter()
            .any(|door| wish.starts_with(door));
        if plain && of_desk && !elsewhere && !wish.contains("//") {
            wish
        } else {
            PATH
        }
    }

    /// Answers with a page.
    pub(super) fn page(&self, status: StatusCode, page: &impl DeskPage) -> Response {
        match page.render() {
            Ok(html) => self.html(status, html),
            Err(error) => {
                tracing::error!(%error, "a page of the desk could not be written");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// Answers with a page, or with a part of one.
    pub(super) fn html(&self, status: StatusCode, html: String) -> Response {
        let headers = [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (
                CONTENT_LANGUAGE,
                HeaderValue::from_static(self.words.0.code()),
            ),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (VARY, HeaderValue::from_static("Accept-Language, Cookie")),
            (CONTENT_SECURITY_POLICY, SECURITY),
        ];
        let mut answer = (status, headers, html).into_response();
        answer.extensions_mut().insert(NotForgeable);
        if self.remember {
            let language = (LANGUAGE, self.words.0.code());
            return self.with_cookie(answer, language, "/", Lasts::UntilClosed);
        }
        answer
    }

    /// Whether the page stands in the section of this address.
    pub(super) fn is_in(&self, section: &str) -> bool {
        self.path
            .strip_prefix(section)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Sends the asker on (RFC 9110 §15.4.4). Nobody keeps the answer.
    pub(super) fn see(&self, address: &str) -> Response {
        let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static(PATH));
        let headers = [
            (LOCATION, location),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (StatusCode::SEE_OTHER, headers).into_response()
    }

    /// Puts a session into the browser.
    pub(super) fn with_session(
        &self,
        response: Response,
        signed: &trust::staff::Signed,
    ) -> Response {
        let session = (SESSION, signed.link.reveal().as_str());
        let response = self.with_cookie(response, session, PATH, Lasts::UntilClosed);
        match &signed.device {
            Some(device) => {
                self.with_cookie(response, (DEVICE, device.reveal()), PATH, Lasts::Long)
            }
            None => response,
        }
    }

    /// Takes the session out of the browser.
    pub(super) fn without_session(&self, response: Response) -> Response {
        self.with_cookie(response, (SESSION, ""), PATH, Lasts::NoMore)
    }

    /// Sets a cookie that no script reads and no other site's request carries.
    pub(super) fn with_cookie(
        &self,
        mut response: Response,
        (name, value): (&'static str, &str),
        path: &'static str,
        lasts: Lasts,
    ) -> Response {
        let cookie = Cookie::build((name, value.to_owned()))
            .path(path)
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.site.origin.starts_with("https://"));
        let cookie = match lasts {
            Lasts::UntilClosed => cookie,
            Lasts::Long => cookie.permanent(),
            Lasts::NoMore => cookie.removal(),
        };
        if let Ok(value) = HeaderValue::from_str(&cookie.build().to_string()) {
            response.headers_mut().append(SET_COOKIE, value);
        }
        response
    }
}

/// How long a cookie lasts in its browser.
#[derive(Clone, Copy)]
pub(super) enum Lasts {
    /// Until the browser closes.
    UntilClosed,
    /// Until the house forgets it.
    Long,
    /// No longer.
    NoMore,
}

impl Desk {
    /// Lets an employee in who may do this.
    pub(super) async fn enter(asked: Asked, action: Action) -> AtWork {
        const OBLIGATION: &str = "/desk/obligation";
        let session = match asked.session().await {
            Ok(session) => session,
            Err(fault) => return AtWork::Answer(Trouble::from(fault).at_the_door(&asked)),
        };
        let employee = match session {
            Session::Live(employee) => employee,
            Session::Locked(_) => {
                return AtWork::Answer(asked.to_the_door("/desk/switch"));
            }
            Session::None => return AtWork::Answer(asked.to_the_door("/desk/sign-in")),
        };
        let desk = Box::new(Self {
            asked,
            employee,
            decided: Mutex::default(),
        });
        if !desk.may(action) {
            return AtWork::Answer(Trouble::NotAllowed.at_work(&desk));
        }
        // Signing out and locking one's own session is always possible.
        let own = desk.path == OBLIGATION
            || desk.path.starts_with("/desk/account")
            || desk.path == "/desk/lock";
        if !desk.employee.obliged && !own {
            return AtWork::Answer(desk.see(OBLIGATION));
        }
        AtWork::Come(desk)
    }

    /// What stands around a page of the employee's.
    pub(super) fn shell(&self) -> DeskShell {
        DeskShell::new(&self.asked, Some(&self.employee))
    }

    /// Whether the employee may also do this.
    pub(super) fn may(&self, action: Action) -> bool {
        // A map is whole between its calls, whoever panicked.
        let mut decided = self.decided.lock().unwrap_or_else(PoisonError::into_inner);
        *decided
            .entry(action)
            .or_insert_with(|| self.site.trust.may(&self.employee, action))
    }

    /// The scope of an act of the employee's about no case.
    pub(super) fn scope(&self, purpose: Purpose) -> Scope {
        Scope::staff(self.employee.staff, self.employee.session, purpose, None)
    }
}

impl Asked {
    /// To where one signs in, and from there back; a script is told so.
    fn to_the_door(&self, door: &str) -> Response {
        if self.part.is_some() {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let back = self.goes_on_to(&self.path);
        self.see(&format!("{door}?to={back}"))
    }
}
