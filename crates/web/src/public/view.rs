//! How a visitor sees the site: «версия для слабовидящих» (ГОСТ Р 52872-2019, WCAG 2.2), kept in a cookie that tells
//! nothing else.
//!
//! *Invariant*: without the cookie, and with one that cannot be read, a page looks as its system asks. What is chosen
//! changes looks alone, never what a page says or does.

use std::fmt;

use axum::extract::Request;
use axum::response::Response;

use super::trouble::Trouble;
use super::visit::Visit;
use crate::typed::Typed;
use crate::words::Words;

/// The cookie, and the field of forms that changes it.
pub(crate) const VIEW: &str = "view";

/// Schemes of colour, by their codes.
const COLOURS: [&str; 4] = ["light", "dark", "blue", "beige"];

/// How pages look. Steps go from one, which is as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View {
    on: bool,
    size: u8,
    spacing: u8,
    colours: usize,
    images: bool,
}

/// A group of the low-vision panel.
pub(crate) struct ViewGroup {
    /// «Размер».
    pub(crate) legend: String,
    /// Its choices.
    pub(crate) choices: Vec<ViewChoice>,
}

/// A button of the low-vision panel.
pub(crate) struct ViewChoice {
    /// What it sends.
    pub(crate) code: &'static str,
    /// What it says.
    pub(crate) label: String,
    /// Whether it is in force.
    pub(crate) chosen: bool,
}

/// As the visitor's system asks.
impl Default for View {
    fn default() -> Self {
        Self {
            on: false,
            size: 1,
            spacing: 1,
            colours: 0,
            images: true,
        }
    }
}

impl View {
    /// What a cookie says.
    pub(crate) fn parse(cookie: &str) -> Self {
        let mut view = Self::default();
        for control in cookie.split('.').filter(|_| cookie.len() <= 80) {
            view = view.pressed(control);
        }
        view
    }

    /// The view after a button was pressed. An unknown one changes nothing.
    pub(crate) fn pressed(self, control: &str) -> Self {
        let step = |text: &str| text.parse().ok().filter(|step| (1..=3).contains(step));
        match control.split_once('-') {
            None if control == "on" && !self.on => Self {
                on: true,
                size: 2,
                ..Self::default()
            },
            None if control == "off" => Self::default(),
            Some(("size", text)) => Self {
                size: step(text).unwrap_or(self.size),
                ..self
            },
            Some(("spacing", text)) => Self {
                spacing: step(text).unwrap_or(self.spacing),
                ..self
            },
            Some(("colours", code)) => Self {
                colours: COLOURS
                    .iter()
                    .position(|one| *one == code)
                    .unwrap_or(self.colours),
                ..self
            },
            Some(("images", "on")) => Self {
                images: true,
                ..self
            },
            Some(("images", "off")) => Self {
                images: false,
                ..self
            },
            _ => self,
        }
    }

    /// Whether the low-vision version is on.
    pub(crate) const fn is_on(&self) -> bool {
        self.on
    }

    /// Whether a button's choice is the one in force.
    pub(crate) fn is(&self, control: &str) -> bool {
        self.on && self.pressed(control) == *self
    }

    /// The buttons of the panel: its groups, each with its choices.
    pub(crate) fn choices(&self, words: Words) -> Vec<ViewGroup> {
        let group = |key: &str, codes: &[&'static str]| ViewGroup {
            legend: words.say(&format!("view-{key}")),
            choices: codes
                .iter()
                .map(|code| ViewChoice {
                    code,
                    label: words.say(&format!("view-{code}")),
                    chosen: self.is(code),
                })
                .collect(),
        };
        vec![
            group("size", &["size-1", "size-2", "size-3"]),
            group("spacing", &["spacing-1", "spacing-2", "spacing-3"]),
            group(
                "colours",
                &[
                    "colours-light",
                    "colours-dark",
                    "colours-blue",
                    "colours-beige",
                ],
            ),
            group("images", &["images-on", "images-off"]),
        ]
    }

    /// The attributes of the page's root that its style goes by; all of them are of our own words.
    pub(crate) fn attributes(&self) -> String {
        if !self.on {
            return String::new();
        }
        let images = if self.images { "on" } else { "off" };
        format!(
            r#" data-view="on" data-size="{}" data-spacing="{}" data-colours="{}" data-images="{images}""#,
            self.size, self.spacing, COLOURS[self.colours]
        )
    }
}

/// As the cookie says it.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.on {
            return f.write_str("off");
        }
        let images = if self.images { "on" } else { "off" };
        write!(
            f,
            "on.size-{}.spacing-{}.colours-{}.images-{images}",
            self.size, self.spacing, COLOURS[self.colours]
        )
    }
}

/// `POST /view`: a button of the panel, on a page that has no form of its own. Back to where it was pressed.
pub(super) async fn change(visit: Visit, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match Typed::read(&parts.headers, body).await {
        Err(trouble) => visit.answer(Err(Trouble::NotAForm(trouble))),
        Ok(typed) => {
            let back = own_address(typed.get("back")).to_owned();
            visit.shown_as(&typed).see(&back)
        }
    }
}

/// The address if it is plainly one of ours, else the first page: two slashes or a backslash would name a foreign host.
fn own_address(address: &str) -> &str {
    let plain = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'/' | b'_' | b'-' | b'.' | b'~' | b'%' | b'?' | b'=' | b'&'
            )
    };
    let ours = address.starts_with('/')
        && !address.starts_with("//")
        && !address.starts_with("/a/")
        && address.len() <= 1000
        && address.bytes().all(plain);
    if ours { address } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let on = View::default().pressed("on");
        assert!(on.is_on() && on.is("size-2") && !on.is("size-3"));
        let view = on
            .pressed("size-3")
            .pressed("spacing-2")
            .pressed("colours-beige")
            .pressed("images-off");
        assert_eq!(View::parse(&view.to_string()), view);
        assert_eq!(
            View::parse(&view.pressed("off").to_string()),
            View::default()
        );
        // Pressing it twice keeps what was chosen.
        assert_eq!(view.pressed("on"), view);
    }

    #[test]
    fn nothing_else_is_taken_and_nothing_else_is_written() {
        for hostile in [
            "\"><script>",
            "size-9",
            "on.size-0",
            "colours-\"",
            "on.colours-red.images-x",
            "spacing-99999999999999",
        ] {
            let attributes = View::parse(hostile).attributes();
            assert!(!attributes.contains(['<', '>']), "{hostile}");
            assert!(attributes.is_empty() || attributes.contains(r#"data-colours="light""#));
        }
        assert_eq!(View::parse(&"on.".repeat(1000)), View::default());
    }

    #[test]
    fn the_way_back_leads_to_our_own_pages_alone() {
        assert_eq!(own_address("/doctors?branch=1"), "/doctors?branch=1");
        for foreign in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a/secret",
            "/x\r\nSet-Cookie: a=b",
        ] {
            assert_eq!(own_address(foreign), "/", "{foreign}");
        }
    }
}
