//! The table: a row for each route.

/// What may be kept of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing: it is about somebody, or is news.
    Nothing,
    /// By the visitor's browser, which asks each time whether it still holds.
    Page,
    /// Like a page, but never the same twice: a form has a key by which it is known when it is sent again.
    Form,
    /// Like a page, but the same for everybody.
    Checked,
    /// A minute.
    Minute,
    /// Five.
    Minutes,
    /// An hour.
    Hour,
    /// For ever: it never changes under its address.
    Forever,
}

impl Kept {
    pub const fn told(self) -> &'static str {
        match self {
            Self::Nothing => "no-store",
            Self::Page | Self::Form => "private, no-cache",
            Self::Checked => "no-cache",
            Self::Minute => "public, max-age=60",
            Self::Minutes => "public, max-age=300",
            Self::Hour => "public, max-age=3600",
            Self::Forever => "public, max-age=31536000, immutable",
        }
    }
}

use Kept::{Checked, Forever, Form, Hour, Minute, Minutes, Nothing, Page};

/// Address as the router has it, methods (HEAD comes with GET), what GET answers, what is kept of it.
pub type Row = (&'static str, &'static str, u16, Kept);

/// Style sheets, scripts, icons: all that stands below `/static/` is one row.
pub const ASSETS: Row = ("/static/", "GET", 200, Forever);

pub const ROWS: &[Row] = &[
    ("/", "GET", 200, Page),
    ("/doctors", "GET", 200, Page),
    ("/doctors/{code}", "GET", 200, Page),
    ("/prices", "GET", 200, Page),
    ("/contacts", "GET", 200, Page),
    ("/legal", "GET", 200, Page),
    // Of a text and a photo that are not there.
    ("/legal/{code}", "GET", 404, Nothing),
    ("/photos/{name}", "GET", 404, Nothing),
    ("/consents", "GET", 200, Page),
    ("/robots.txt", "GET", 200, Hour),
    ("/sitemap.xml", "GET", 200, Hour),
    ("/policy", "GET", 200, Page),
    ("/policy/{version}", "GET", 200, Page),
    ("/policy/{version}/changes", "GET", 200, Page),
    ("/policy/{version}/pdf", "GET", 200, Minutes),
    ("/documents/{code}", "GET", 200, Page),
    ("/documents/{code}/{version}", "GET", 200, Page),
    ("/documents/{code}/{version}/changes", "GET", 200, Page),
    ("/documents/{code}/{version}/pdf", "GET", 200, Minutes),
    ("/book", "GET,POST", 200, Page),
    ("/a/{token}", "GET", 303, Nothing),
    ("/appointment", "GET", 200, Nothing),
    ("/appointment/cancel", "GET,POST", 200, Nothing),
    ("/appointment/move", "GET,POST", 200, Nothing),
    ("/appointment/visit.ics", "GET", 200, Nothing),
    ("/appointment/slip.pdf", "GET", 200, Nothing),
    // Of a link that is none.
    ("/calendar/{token}/times.ics", "GET", 404, Nothing),
    ("/appointment/consents", "GET", 200, Nothing),
    (
        "/appointment/consents/{id}/receipt.json",
        "GET",
        404,
        Nothing,
    ),
    (
        "/appointment/consents/{id}/receipt.pdf",
        "GET",
        404,
        Nothing,
    ),
    ("/appointment.ics", "GET", 303, Nothing),
    ("/services/{code}", "GET,POST", 200, Form),
    ("/view", "POST", 405, Nothing),
    // Of a demonstration alone.
    ("/design", "GET", 404, Nothing),
    ("/problems/{code}", "GET", 200, Page),
    // The desk, for somebody who is not signed in.
    ("/desk/sign-in", "GET,POST", 200, Nothing),
    ("/desk/switch", "GET,POST", 303, Nothing),
    ("/desk/demo/{token}", "GET", 404, Nothing),
    ("/desk/demo", "GET,POST", 404, Nothing),
    ("/desk/demo/reset", "POST", 405, Nothing),
    ("/desk/welcome/{token}", "GET", 404, Nothing),
    ("/desk/welcome", "GET,POST", 404, Nothing),
    ("/desk/passkey", "POST", 405, Nothing),
    ("/desk/welcome/passkey", "POST", 405, Nothing),
    ("/desk/account/passkey", "POST", 405, Nothing),
    ("/desk/account/passkeys", "POST", 405, Nothing),
    ("/desk/account/passkeys/{id}/remove", "POST", 405, Nothing),
    ("/desk", "GET", 303, Nothing),
    ("/desk/obligation", "GET,POST", 303, Nothing),
    ("/desk/account", "GET", 303, Nothing),
    ("/desk/account/sign-out", "POST", 405, Nothing),
    ("/desk/lock", "POST", 405, Nothing),
    ("/desk/today", "GET", 303, Nothing),
    ("/desk/week", "GET", 303, Nothing),
    ("/desk/today/print", "POST", 405, Nothing),
    ("/desk/waiting", "GET", 303, Nothing),
    ("/desk/book", "GET,POST", 303, Nothing),
    ("/desk/book/times", "POST", 405, Nothing),
    ("/desk/book/parties", "POST", 405, Nothing),
    ("/desk/book/people", "POST", 405, Nothing),
    ("/desk/blocks", "GET,POST", 303, Nothing),
    ("/desk/blocks/check", "POST", 405, Nothing),
    ("/desk/blocks/{id}/remove", "POST", 405, Nothing),
    ("/desk/live", "GET", 303, Nothing),
    ("/desk/boards/{board}/{id}", "GET", 303, Nothing),
    ("/desk/boards/{board}/{id}/accept", "POST", 405, Nothing),
    ("/desk/boards/{board}/{id}/arrive", "POST", 405, Nothing),
    ("/desk/boards/{board}/{id}/complete", "POST", 405, Nothing),
    ("/desk/boards/{board}/{id}/no-show", "POST", 405, Nothing),
    ("/desk/boards/{board}/{id}/undo", "POST", 405, Nothing),
    ("/desk/boards/{board}/{id}/cancel", "POST", 405, Nothing),
    ("/desk/boards/{board}/{id}/move", "GET,POST", 303, Nothing),
    ("/desk/boards/{board}/{id}/slip", "POST", 405, Nothing),
    ("/desk/people", "GET,POST", 303, Nothing),
    ("/desk/people/{id}", "GET", 303, Nothing),
    ("/desk/people/{id}/reveal", "POST", 405, Nothing),
    ("/desk/people/{id}/identify", "POST", 405, Nothing),
    ("/desk/people/{id}/join", "POST", 405, Nothing),
    ("/desk/people/{id}/part", "POST", 405, Nothing),
    ("/desk/people/{id}/others", "POST", 405, Nothing),
    ("/desk/people/{id}/looks", "GET", 303, Nothing),
    ("/desk/looks", "GET", 303, Nothing),
    ("/desk/looks/{id}", "GET", 303, Nothing),
    ("/desk/journal", "GET", 303, Nothing),
    ("/desk/account/calendar", "GET", 303, Nothing),
    ("/desk/account/calendar/make", "POST", 405, Nothing),
    ("/desk/account/calendar/revoke", "POST", 405, Nothing),
    ("/desk/calendars", "GET", 303, Nothing),
    ("/desk/calendars/{id}/make", "POST", 405, Nothing),
    ("/desk/calendars/{id}/revoke", "POST", 405, Nothing),
    ("/desk/external", "GET,POST", 303, Nothing),
    ("/desk/external/{id}/read", "POST", 405, Nothing),
    ("/desk/external/{id}/remove", "POST", 405, Nothing),
    (
        "/desk/external/{id}/known/{appointment}",
        "POST",
        405,
        Nothing,
    ),
    ("/desk/figures", "GET", 303, Nothing),
    ("/desk/figures/{figure}", "GET", 303, Nothing),
    ("/desk/texts", "GET", 303, Nothing),
    ("/desk/texts/{code}", "GET,POST", 303, Nothing),
    ("/desk/texts/{code}/{id}", "GET", 303, Nothing),
    ("/desk/texts/{code}/{id}/approve", "POST", 405, Nothing),
    ("/desk/texts/{code}/{id}/decline", "POST", 405, Nothing),
    ("/desk/staff", "GET,POST", 303, Nothing),
    ("/desk/staff/{id}", "GET", 303, Nothing),
    ("/desk/staff/{id}/change", "POST", 405, Nothing),
    ("/desk/staff/{id}/invite", "POST", 405, Nothing),
    ("/desk/staff/{id}/dismiss", "POST", 405, Nothing),
    ("/api/v1/branches", "GET", 200, Nothing),
    ("/api/v1/practitioners", "GET", 200, Nothing),
    ("/api/v1/services", "GET", 200, Nothing),
    ("/api/v1/slots", "GET", 200, Nothing),
    ("/api/v1/holds", "POST", 405, Nothing),
    ("/api/v1/holds/{hold}", "DELETE,GET", 200, Nothing),
    ("/api/v1/holds/{hold}/extend", "POST", 405, Nothing),
    ("/api/v1/appointments", "POST", 405, Nothing),
    ("/api/v1/appointments/{token}", "GET", 200, Nothing),
    ("/api/v1/appointments/{token}/move", "POST", 405, Nothing),
    ("/api/v1/appointments/{token}/cancel", "POST", 405, Nothing),
    (
        "/api/v1/appointments/{token}/calendar.ics",
        "GET",
        200,
        Nothing,
    ),
    ("/api/v1/appointments/{token}/consents", "GET", 200, Nothing),
    (
        "/api/v1/appointments/{token}/consents/{consent}/receipt.json",
        "GET",
        404,
        Nothing,
    ),
    ("/api/v1/policy", "GET", 200, Nothing),
    ("/api/v1/consents", "GET", 200, Nothing),
    ("/api/v1/submissions/{service}", "POST", 405, Nothing),
    ("/api/openapi.json", "GET", 200, Checked),
    ("/health/live", "GET", 200, Nothing),
    ("/health/ready", "GET", 200, Nothing),
    ("/journal/checkpoint", "GET", 200, Nothing),
    ("/journal/tile/{*path}", "GET", 200, Minute),
    ("/journal/key", "GET", 200, Nothing),
    // Where no route is.
    ("/nothing", "", 404, Nothing),
    ("/api/nothing", "", 404, Nothing),
    ("/static/nothing.css", "", 404, Nothing),
];
