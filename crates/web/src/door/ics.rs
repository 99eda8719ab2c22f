//! An appointment as an iCalendar event (RFC 5545).
//!
//! *Invariant*: it says only what a stranger who sees the calendar may read: the clinic, the place and the time. No
//! name of a patient, no doctor, no service, no secret link: calendars are shared with colleagues and copied to
//! other people's servers. Program and page give the same file.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use clinic::booking::calendars::{Entry, Taken};
use clinic::booking::{Appointment, Catalogue, Status};
use jiff::Timestamp;
use kernel::{Language, Moment};

use crate::Site;

/// The appointment as a file for a calendar. What the catalogue does not have any more is left out.
pub fn file(
    site: &Site,
    catalogue: &Catalogue,
    appointment: &Appointment,
    language: Language,
) -> Response {
    let branch = catalogue.branch_named(appointment.branch);
    let operator = site.texts.operator();
    let clinic = operator.name.get(language.into());
    let phone = branch.map_or_else(
        || operator.phones.first().map_or("", String::as_str),
        |branch| branch.phone.as_str(),
    );
    let (title, note) = match language {
        Language::Ru => ("Визит", format!("{clinic}, телефон {phone}")),
        Language::En => ("Visit", format!("{clinic}, phone {phone}")),
    };
    let origin = site.origin.as_ref();
    let text = calendar(&Event {
        id: &appointment.id.to_string(),
        host: origin.split_once("://").map_or(origin, |(_, host)| host),
        start: appointment.start,
        end: appointment.end,
        title,
        place: branch.map_or("", |branch| branch.address.get(language)),
        note: &note,
        organizer: clinic,
        email: &operator.email,
        moves: appointment.moves,
        cancelled: appointment.status == Status::Cancelled,
        now: site.trust.clock().now(),
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"visit.ics\""),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

/// When a practitioner is taken, for their own calendar: neutral titles, no patient, no service. The same bytes until
/// something changes, so that a program that has them is told so.
pub fn times(origin: &str, entries: &[Entry], language: Language) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    (headers, feed(host, entries, language)).into_response()
}

fn feed(host: &str, entries: &[Entry], language: Language) -> String {
    let (name, titles) = match language {
        Language::Ru => ("Приём в клинике", ["Приём", "Перерыв", "Занято"]),
        Language::En => ("At the clinic", ["Visit", "Break", "Busy"]),
    };
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Medok//Medok//RU".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        // RFC 7986 §5.1, §5.7; the second of each is what older programs read.
        format!("NAME:{}", escaped(name)),
        format!("X-WR-CALNAME:{}", escaped(name)),
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M".to_owned(),
        "X-PUBLISHED-TTL:PT15M".to_owned(),
    ];
    for entry in entries {
        let title = match entry.by {
            Taken::Visit => titles[0],
            Taken::Break => titles[1],
            Taken::Otherwise => titles[2],
        };
        let at = |minutes| utc(Moment::from_minutes(minutes).timestamp());
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@{host}", entry.id),
            format!("SEQUENCE:{}", entry.revision),
            format!("DTSTAMP:{}", utc(entry.changed.timestamp())),
            format!("DTSTART:{}", at(entry.start)),
            format!("DTEND:{}", at(entry.end)),
            format!("SUMMARY:{}", escaped(title)),
            "CLASS:PRIVATE".to_owned(),
            "TRANSP:OPAQUE".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

/// An appointment, as its calendar event tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Event<'a> {
    /// The appointment's id.
    id: &'a str,
    /// The host of the site, which makes the id unique in the world.
    host: &'a str,
    /// Minutes since 1970 UTC.
    start: i64,
    /// Minutes since 1970 UTC.
    end: i64,
    /// A neutral title.
    title: &'a str,
    /// Where: the branch's address.
    place: &'a str,
    /// What else a stranger may read: the clinic and its telephone.
    note: &'a str,
    /// The clinic's name.
    organizer: &'a str,
    /// The clinic's e-mail.
    email: &'a str,
    /// How often it was moved (RFC 5545 §3.8.7.4): a calendar that has it already replaces its own.
    moves: i32,
    /// Whether it was cancelled.
    cancelled: bool,
    /// When this file was made.
    now: Moment,
}

/// The media type of a calendar.
const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// Writes the calendar with its one event. A cancelled one comes as a cancellation, a move later than the last.
fn calendar(event: &Event<'_>) -> String {
    let (method, status) = if event.cancelled {
        ("CANCEL", "CANCELLED")
    } else {
        ("PUBLISH", "CONFIRMED")
    };
    let sequence = event.moves + i32::from(event.cancelled);
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Medok//Medok//RU".to_owned(),
        format!("METHOD:{method}"),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{}", event.id, event.host),
        format!("SEQUENCE:{sequence}"),
        format!("DTSTAMP:{}", utc(event.now.timestamp())),
        format!(
            "DTSTART:{}",
            utc(Moment::from_minutes(event.start).timestamp())
        ),
        format!("DTEND:{}", utc(Moment::from_minutes(event.end).timestamp())),
        format!("SUMMARY:{}", escaped(event.title)),
        format!("LOCATION:{}", escaped(event.place)),
        format!("DESCRIPTION:{}", escaped(event.note)),
        // RFC 5546 §3.2.1, §3.2.5: what is published or cancelled names who did so; there are no attendees.
        format!(
            "ORGANIZER;CN=\"{}\":mailto:{}",
            quoted(event.organizer),
            quoted(event.email)
        ),
        format!("STATUS:{status}"),
        "CLASS:PRIVATE".to_owned(),
        "TRANSP:OPAQUE".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

/// RFC 5545 §3.3.5, form 2.
fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 §3.3.11. Carriage returns and other control characters have no place in a text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            control if control.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// RFC 5545 §3.2: a value in quotes holds no quote and no control character.
fn quoted(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .map(|character| if character == '"' { '\'' } else { character })
        .collect()
}

/// RFC 5545 §3.1: no line is longer than 75 octets; what goes on begins with a space. A character is never cut.
fn folded(line: &str) -> String {
    const OCTETS: usize = 75;
    let mut out = String::with_capacity(line.len() + 16);
    let mut used = 0;
    for character in line.chars() {
        if used + character.len_utf8() > OCTETS {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(character);
        used += character.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event<'static> {
        Event {
            id: "0192",
            host: "clinic.example",
            start: 29_925_060,
            end: 29_925_090,
            title: "Визит",
            place: "Москва, ул. Примерная; дом 1",
            note: "Телефон: +7 495 000-00-00\nПодъезд со двора, за аркой, второй этаж, направо от лифта",
            organizer: "Клиника «Медок», \"на Примерной\"",
            email: "clinic@clinic.example",
            moves: 2,
            cancelled: false,
            now: Moment::from_minutes(29_925_040),
        }
    }

    #[test]
    fn lines_are_short_end_as_they_must_and_unfold_to_what_was_said() {
        let text = calendar(&event());
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        let unfolded = text.replace("\r\n ", "");
        for line in [
            "UID:0192@clinic.example",
            "SEQUENCE:2",
            "METHOD:PUBLISH",
            "DTSTART:20261124T070000Z",
            "DTEND:20261124T073000Z",
            "LOCATION:Москва\\, ул. Примерная\\; дом 1",
            "DESCRIPTION:Телефон: +7 495 000-00-00\\nПодъезд со двора\\, за аркой\\, второй этаж\\, направо от лифта",
            "ORGANIZER;CN=\"Клиника «Медок», 'на Примерной'\":mailto:clinic@clinic.example",
        ] {
            assert!(
                unfolded.lines().any(|there| there == line),
                "{line}\n{unfolded}"
            );
        }
    }

    #[test]
    fn a_cancellation_comes_after_the_last_move() {
        let text = calendar(&Event {
            cancelled: true,
            ..event()
        });
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3"] {
            assert!(text.lines().any(|there| there == line), "{line}");
        }
    }

    #[test]
    fn a_text_cannot_add_a_line() {
        let text = calendar(&Event {
            place: "here\r\nATTENDEE:mailto:x@example.ru",
            organizer: "clinic\"\r\nATTENDEE:mailto:x@example.ru",
            email: "clinic@clinic.example\nATTENDEE:mailto:x@example.ru",
            ..event()
        });
        assert!(
            !text.lines().any(|line| line.starts_with("ATTENDEE")),
            "{text}"
        );
    }
}
