//! Beside another system: its busy times keep time free here and change nothing else; practitioners' own calendars show
//! when they are taken and nothing more.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clinic::booking::desk::{BlockKind, NewBlock};
use clinic::booking::external::{ExternalRefusal, Flaw, NewSource, Wrong};
use icalendar::parser::{read_calendar, unfold};
use journeys::{Colleague, Store, TestClinic, on_both};
use kernel::{Purpose, Scope, Stop};
use trust::access::{Action, Role};
use uuid::Uuid;

use super::{at, at_work, booked, branch, done, offered, practitioner, seen, sound, the_day};

/// What no store may hold of a file.
const CANARY: &str = "Канарейкина-Жёлтая";

fn folder(clinic: &TestClinic) -> PathBuf {
    let folder = clinic.folder().join("mis");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn leaves(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).expect("a file");
}

fn table(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| {
        let (code, times) = line.split_once(' ').expect("a code and times");
        let (from, until) = times.split_once('-').expect("two times");
        format!("{code};{CANARY};24.11.2026 {from};{until}\r\n")
    });
    format!("Врач;Пациент;Начало;Конец\r\n{}", lines.collect::<String>())
}

async fn source(clinic: &TestClinic, scope: Scope, file: &str, whose: Option<&str>) -> Uuid {
    let practitioner = match whose {
        Some(code) => Some(practitioner(clinic, code).await),
        None => None,
    };
    let new = NewSource {
        title: "МИС".into(),
        file: file.into(),
        practitioner,
    };
    done(clinic.booking.add_source(scope, new).await)
}

/// Fails where the store has the canary, in a table of text or of bytes.
async fn has_no_canary(clinic: &TestClinic) {
    match clinic.store {
        Store::Sqlite => {
            for entry in std::fs::read_dir(clinic.folder())
                .expect("a folder")
                .flatten()
            {
                if entry.path().is_file() {
                    let bytes = std::fs::read(entry.path()).expect("a file");
                    let found = bytes
                        .windows(CANARY.len())
                        .any(|part| part == CANARY.as_bytes());
                    assert!(!found, "{}", entry.path().display());
                }
            }
        }
        Store::Postgres => {
            let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
            for of in [
                "block",
                "external_source",
                "external_reading",
                "external_conflict",
                "journal_entry",
                "job",
                "board",
            ] {
                let found =
                    format!("{of} x WHERE x::text LIKE '%{CANARY}%' OR x::text LIKE '%{hex}%'");
                assert_eq!(clinic.count(&found).await, 0, "{of}");
            }
        }
    }
}

on_both!(
    busy_times_of_another_system_keep_time_free_and_touch_nothing_else,
    |clinic: TestClinic| async move {
        let sveta = at_work(&clinic, "sveta", "supervisor").await;
        let folder = folder(&clinic);
        let desk = &clinic.booking;
        let id = source(&clinic, sveta, "busy.csv", None).await;
        leaves(
            &folder,
            "busy.csv",
            &table(&["anna 10:00-11:00", "boris 09:00-09:40"]),
        );
        done(
            desk.read_external(Some(&folder))
                .await
                .map_err(Stop::<()>::Fault),
        );
        for (whom, time, free) in [
            ("anna", "09:30", true),
            ("anna", "10:00", false),
            ("anna", "10:30", false),
            ("anna", "11:00", true),
            ("boris", "09:00", false),
            ("boris", "09:30", false),
            ("boris", "10:00", true),
            ("vera", "10:00", true),
        ] {
            assert_eq!(offered(&clinic, whom, time).await, free, "{whom} {time}");
        }
        // The same file again: nothing changes and nothing is recorded.
        let entries = clinic.count("journal_entry").await + clinic.count("journal_pending").await;
        for _ in 0..3 {
            done(
                desk.read_external(Some(&folder))
                    .await
                    .map_err(Stop::<()>::Fault),
            );
        }
        let again = done(desk.read_source(sveta, id, Some(&folder)).await);
        assert_eq!((again.applied.added, again.applied.removed), (0, 0));
        assert_eq!(again.applied.overlaps, 0);
        let now = clinic.count("journal_entry").await + clinic.count("journal_pending").await;
        assert_eq!(now, entries, "no entry of nothing");

        // What staff and patients made stays; the other system's time lies around it.
        let visit = booked(&clinic, "anna", "14:00").await;
        let rest = NewBlock {
            resource: practitioner(&clinic, "anna").await,
            branch: branch(&clinic).await,
            start: at("15:00"),
            end: at("15:30"),
            kind: BlockKind::Break,
            reason: "Обед".into(),
        };
        let rest = done(desk.block(sveta, rest).await);
        leaves(&folder, "busy.csv", &table(&["anna 13:30-16:00"]));
        let read = done(desk.read_source(sveta, id, Some(&folder)).await);
        assert_eq!(
            (
                read.applied.added,
                read.applied.removed,
                read.applied.overlaps
            ),
            (3, 2, 1)
        );
        assert!(
            offered(&clinic, "anna", "10:00").await && offered(&clinic, "boris", "09:00").await
        );
        for time in ["13:30", "14:00", "14:30", "15:00", "15:30"] {
            assert!(!offered(&clinic, "anna", time).await, "{time}");
        }
        assert!(offered(&clinic, "anna", "16:00").await);
        let found = done(desk.overlaps(sveta).await);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].appointment, found[0].known),
            (visit.appointment, false)
        );
        assert_eq!(found[0].busy, (at("14:00"), at("14:30")));
        assert_eq!(desk.open_overlaps(), 1);
        // By hand nobody gives free what would come back with the next reading.
        let blocks = done(desk.board(sveta, the_day(&clinic).await).await).blocks;
        assert_eq!(blocks.len(), 4);
        for block in blocks
            .iter()
            .filter(|block| block.kind == BlockKind::External)
        {
            done(desk.unblock(sveta, block.id).await);
        }
        assert!(!offered(&clinic, "anna", "13:30").await);

        done(desk.overlap_known(sveta, id, visit.appointment).await);
        done(desk.overlap_known(sveta, id, visit.appointment).await);
        assert_eq!(desk.open_overlaps(), 0);
        assert!(done(desk.overlaps(sveta).await)[0].known);
        // A cancelled visit is settled at once, and the next reading takes its time.
        let reason = clinic::booking::desk::CancelReason::Patient;
        done(
            desk.cancel_by_staff(sveta, seen(visit.appointment, 0), reason, None)
                .await,
        );
        assert_eq!(done(desk.overlaps(sveta).await), []);
        assert!(offered(&clinic, "anna", "14:00").await);
        done(desk.read_source(sveta, id, Some(&folder)).await);
        assert!(!offered(&clinic, "anna", "14:00").await);

        // Read no more: what it kept is free, the break is where it was.
        done(desk.remove_source(sveta, id).await);
        done(desk.remove_source(sveta, id).await);
        assert!(offered(&clinic, "anna", "13:30").await && offered(&clinic, "anna", "14:00").await);
        assert!(!offered(&clinic, "anna", "15:00").await);
        let blocks = done(desk.board(sveta, the_day(&clinic).await).await).blocks;
        assert_eq!(blocks, [rest]);
        assert_eq!(clinic.count("external_conflict").await, 0);
        has_no_canary(&clinic).await;
        sound(&clinic).await;
    }
);

on_both!(
    a_file_with_a_flaw_changes_nothing,
    |clinic: TestClinic| async move {
        let sveta = at_work(&clinic, "sveta", "supervisor").await;
        let folder = folder(&clinic);
        let desk = &clinic.booking;
        let id = source(&clinic, sveta, "busy.csv", None).await;
        let calendar = source(&clinic, sveta, "anna.ics", Some("anna")).await;
        leaves(&folder, "busy.csv", &table(&["boris 10:00-11:00"]));
        let event = format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:{CANARY}\r\nATTENDEE;CN={CANARY}:mailto:x@example.ru\r\n\
         DTSTART;TZID=Europe/Moscow:20261117T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        leaves(&folder, "anna.ics", &event);
        done(
            desk.read_external(Some(&folder))
                .await
                .map_err(Stop::<()>::Fault),
        );
        assert!(
            !offered(&clinic, "boris", "10:00").await && !offered(&clinic, "anna", "10:00").await
        );
        assert!(offered(&clinic, "anna", "11:00").await);

        let good = table(&["vera 10:00-11:00", "boris 10:00-11:00"]);
        let (before, claims) = (clinic.count("block").await, clinic.count("claim").await);
        for (text, flaw) in [
            (
                format!("{good}anna;;24.11.2026 10:00;завтра\r\n"),
                Flaw {
                    line: Some(4),
                    wrong: Wrong::Time,
                },
            ),
            (
                format!("{good}nobody;;24.11.2026 10:00;11:00\r\n"),
                Flaw {
                    line: Some(4),
                    wrong: Wrong::Practitioner,
                },
            ),
            (
                format!("{good}anna;;24.11.2026 10:00;09:00\r\n"),
                Flaw {
                    line: Some(4),
                    wrong: Wrong::Span,
                },
            ),
            (
                "a;b\r\n1;2\r\n".to_owned(),
                Flaw {
                    line: Some(1),
                    wrong: Wrong::Columns,
                },
            ),
            (
                String::new(),
                Flaw {
                    line: None,
                    wrong: Wrong::Empty,
                },
            ),
            (
                "x".repeat(5 * 1024 * 1024 + 1),
                Flaw {
                    line: None,
                    wrong: Wrong::TooBig,
                },
            ),
        ] {
            leaves(&folder, "busy.csv", &text);
            let read = done(desk.read_source(sveta, id, Some(&folder)).await);
            assert_eq!(read.flaws, [flaw]);
        }
        std::fs::remove_file(folder.join("busy.csv")).expect("a file");
        let read = done(desk.read_source(sveta, id, Some(&folder)).await);
        assert_eq!(
            read.flaws,
            [Flaw {
                line: None,
                wrong: Wrong::Missing
            }]
        );
        std::os::unix::fs::symlink(clinic.keys(), folder.join("busy.csv")).expect("a link");
        let read = done(desk.read_source(sveta, id, Some(&folder)).await);
        assert_eq!(
            read.flaws,
            [Flaw {
                line: None,
                wrong: Wrong::Unreadable
            }]
        );
        // A calendar that is being written.
        leaves(&folder, "anna.ics", &event[..event.len() / 2]);
        let read = done(desk.read_source(sveta, calendar, Some(&folder)).await);
        assert_eq!(
            read.flaws,
            [Flaw {
                line: None,
                wrong: Wrong::NotCalendar
            }]
        );
        assert_eq!(
            (clinic.count("block").await, clinic.count("claim").await),
            (before, claims)
        );
        assert!(
            !offered(&clinic, "boris", "10:00").await && offered(&clinic, "vera", "10:00").await
        );

        // A registrar brings nothing in; another session's scope is nobody's.
        let olga = at_work(&clinic, "olga", "registrar").await;
        let refused = desk.read_source(olga, id, Some(&folder)).await;
        assert!(matches!(
            refused,
            Err(Stop::Refused(ExternalRefusal::Access(_)))
        ));
        has_no_canary(&clinic).await;
        sound(&clinic).await;
    }
);

on_both!(
    the_page_of_another_system,
    |clinic: TestClinic| async move {
        let mut clinic = clinic;
        let folder = folder(&clinic);
        let mut settings = (*clinic.site.settings).clone();
        settings.external.folder = Some(folder.clone());
        clinic.site.settings = Arc::new(settings);
        let clinic = clinic;
        booked(&clinic, "anna", "10:00").await;
        let mut sveta = Colleague::at_work(&clinic, "sveta", "supervisor").await;
        for (form, says) in [
            (
                [("title", ""), ("file", "busy.csv"), ("practitioner", "")],
                "Назовите файл",
            ),
            (
                [
                    ("title", "Наша МИС"),
                    ("file", "../keys.csv"),
                    ("practitioner", ""),
                ],
                "без пути",
            ),
            (
                [
                    ("title", "Наша МИС"),
                    ("file", "anna.ics"),
                    ("practitioner", ""),
                ],
                "выберите врача",
            ),
        ] {
            let answer = sveta.post("/desk/external", &form).await;
            assert_eq!(answer.code(), 422, "{says}");
            let html = answer.text();
            assert!(html.contains(says) && html.contains(form[1].1), "{html}");
        }
        let form = [
            ("title", "Наша МИС"),
            ("file", "busy.csv"),
            ("practitioner", ""),
        ];
        assert_eq!(sveta.post("/desk/external", &form).await.code(), 303);
        assert_eq!(
            sveta.post("/desk/external", &form).await.code(),
            422,
            "it is read already"
        );
        let html = sveta.get("/desk/external").await.text();
        let from = html.find("/desk/external/").expect("a form") + "/desk/external/".len();
        let id = html[from..from + 36].to_owned();
        leaves(
            &folder,
            "busy.csv",
            "Врач;Начало;Конец\r\nanna;24.11.2026 25:00;11:00\r\n",
        );
        let html = sveta
            .post(&format!("/desk/external/{id}/read"), &[])
            .await
            .text();
        assert!(
            html.contains("строка 2: не читается дата или время"),
            "{html}"
        );
        leaves(&folder, "busy.csv", &table(&["anna 09:00-11:00"]));
        let html = sveta
            .post(&format!("/desk/external/{id}/read"), &[])
            .await
            .text();
        assert!(html.contains("новых пересечений: 1"), "{html}");
        assert!(
            html.contains("Другая система · 1") && html.contains("10:00–10:30"),
            "{html}"
        );
        assert!(!html.contains("Тестов") && !html.contains(CANARY));
        assert!(html.contains("/desk/today?day=2026-11-24"), "{html}");
        let from = html
            .find(&format!("/desk/external/{id}/known/"))
            .expect("a form");
        let path = html[from..]
            .split('"')
            .next()
            .expect("an address")
            .to_owned();
        assert_eq!(sveta.post(&path, &[]).await.code(), 303);
        let html = sveta.get("/desk/external").await.text();
        assert!(
            html.contains("известно") && !html.contains("Другая система · 1"),
            "{html}"
        );
        assert_eq!(
            sveta
                .post(&format!("/desk/external/{id}/remove"), &[])
                .await
                .code(),
            303
        );
        let nobodys = "/desk/external/00000000-0000-4000-8000-000000000000/read";
        assert_eq!(sveta.post(nobodys, &[]).await.code(), 404);
        sound(&clinic).await;
    }
);

/// What an address gives where nothing is, without the address itself.
async fn absent_at(clinic: &TestClinic, path: &str) -> (u16, String) {
    let answer = clinic.get(path).send().await;
    (answer.code(), answer.text().replace(path, ""))
}

/// The address in a page that was shown once.
fn address(html: &str) -> String {
    let from = html
        .find("http://clinic.test/calendar/")
        .expect("an address");
    let rest = &html[from + "http://clinic.test".len()..];
    rest[..rest.find('<').expect("an end")].to_owned()
}

on_both!(
    a_practitioners_own_calendar,
    |clinic: TestClinic| async move {
        booked(&clinic, "anna", "10:00").await;
        booked(&clinic, "boris", "12:00").await;
        let sveta = at_work(&clinic, "sveta", "supervisor").await;
        for (kind, from, until) in [
            (BlockKind::Break, "13:00", "13:30"),
            (BlockKind::Block, "16:00", "17:00"),
        ] {
            let new = NewBlock {
                resource: practitioner(&clinic, "anna").await,
                branch: branch(&clinic).await,
                start: at(from),
                end: at(until),
                kind,
                reason: CANARY.into(),
            };
            done(clinic.booking.block(sveta, new).await);
        }
        let mut anna = Colleague::at_work(&clinic, "anna", "practitioner").await;
        assert!(
            anna.get("/desk/account")
                .await
                .text()
                .contains("/desk/account/calendar")
        );
        let page = anna.get("/desk/account/calendar").await;
        assert_eq!(page.code(), 200, "{}", page.text());
        assert!(!page.text().contains("Липов"), "only their own");
        let link = address(&anna.post("/desk/account/calendar/make", &[]).await.text());
        assert!(
            !anna
                .get("/desk/account/calendar")
                .await
                .text()
                .contains(&link),
            "shown once"
        );

        let answer = clinic.get(&link).send().await;
        assert_eq!(answer.code(), 200, "{}", answer.text());
        assert_eq!(
            answer.header("content-type"),
            "text/calendar; charset=utf-8"
        );
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        let text = answer.text();
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        let unfolded = unfold(&text);
        let calendar = read_calendar(&unfolded).expect("a calendar by another's reading");
        let of = |name: &str| -> Vec<String> {
            let all = calendar.components.iter();
            let found = all.filter_map(|event| event.find_prop(name));
            found.map(|property| property.val.to_string()).collect()
        };
        assert_eq!(of("SUMMARY"), ["Приём", "Перерыв", "Занято"]);
        assert_eq!(
            of("DTSTART"),
            ["20261124T070000Z", "20261124T100000Z", "20261124T130000Z"]
        );
        assert_eq!(
            of("DTEND"),
            ["20261124T073000Z", "20261124T103000Z", "20261124T140000Z"]
        );
        for word in ["Тестов", CANARY, "Консультация", "Липов"] {
            assert!(!text.contains(word), "{word}");
        }
        // Who has it is told so; a day's first reading alone stands in the journal.
        let tag = answer.header("etag").to_owned();
        let again = clinic.get(&link).header("if-none-match", &tag).send().await;
        assert_eq!(again.code(), 304);
        let read = || async {
            clinic
                .trust
                .sign_checkpoint()
                .await
                .expect("entries get their numbers");
            let since = kernel::Moment::from_micros(0);
            let lines = clinic
                .trust
                .journal_lines(None, since, &["calendar.read"], 20)
                .await;
            lines.expect("the journal is read").len()
        };
        assert_eq!(read().await, 1);
        clinic.clock.advance_seconds(24 * 3600);
        assert_eq!(clinic.get(&link).send().await.code(), 200);
        assert_eq!(read().await, 2);

        // A wrong link, one that is replaced and one that is revoked look like an address where nothing is.
        let absent = absent_at(&clinic, "/nowhere").await;
        let wrong = format!("/calendar/{}/times.ics", "a".repeat(32));
        assert_eq!(absent_at(&clinic, &wrong).await, absent);
        assert_eq!(absent_at(&clinic, "/calendar/x/times.ics").await, absent);
        // The administrator is at another desk: their replacing ends what was given out before.
        let mut petrov = Colleague::at_work(&clinic, "petrov", "administrator").await;
        let whose = practitioner(&clinic, "anna").await;
        let list = petrov.get("/desk/calendars").await.text();
        assert!(
            list.contains("Липов") && list.contains("Пчёлкина"),
            "{list}"
        );
        let second = address(
            &petrov
                .post(&format!("/desk/calendars/{whose}/make"), &[])
                .await
                .text(),
        );
        assert_eq!(absent_at(&clinic, &link).await, absent);
        assert_eq!(clinic.get(&second).send().await.code(), 200);
        // A link that somebody made for themselves ends with their being that practitioner.
        let mut boris = Colleague::at_work(&clinic, "boris", "practitioner").await;
        let own = address(&boris.post("/desk/account/calendar/make", &[]).await.text());
        assert_eq!(clinic.get(&own).send().await.code(), 200);
        let now = [("role", "marketing"), ("branches", "all")];
        let changed = petrov
            .post(&format!("/desk/staff/{}/change", boris.id), &now)
            .await;
        assert_eq!(changed.code(), 303, "{}", changed.text());
        assert_eq!(absent_at(&clinic, &own).await, absent);
        assert_eq!(
            petrov
                .post(&format!("/desk/calendars/{whose}/revoke"), &[])
                .await
                .code(),
            303
        );
        assert_eq!(
            petrov
                .post(&format!("/desk/calendars/{whose}/revoke"), &[])
                .await
                .code(),
            303
        );
        assert_eq!(absent_at(&clinic, &second).await, absent);
        sound(&clinic).await;
    }
);

on_both!(
    a_calendar_ends_with_the_account_whose_own_it_is,
    |clinic: TestClinic| async move {
        let anna = clinic
            .account("anna", Role::parse("practitioner").expect("a role"))
            .await;
        let own = anna.terms.practitioner.expect("their schedule");
        let (staff, session) = clinic.employ(anna).await;
        let scope = TestClinic::at_work((staff, session), Purpose::Services, None);
        let booking = &clinic.booking;
        let link = done(booking.make_calendar(scope, Action::OwnAccount, own).await);
        let link = link.reveal().clone();
        assert!(booking.calendar(&link).await.expect("a store").is_some());
        let boris = practitioner(&clinic, "boris").await;
        let anothers = booking
            .make_calendar(scope, Action::OwnAccount, boris)
            .await;
        assert!(
            anothers.is_err(),
            "another's calendar is not theirs to share"
        );
        let kept = booking.make_calendar(scope, Action::ManageStaff, own).await;
        assert!(kept.is_err(), "and they keep no accounts");
        let ended = clinic
            .trust
            .act("test.dismiss", Scope::console(), move |act| {
                Box::pin(async move { act.dismiss_staff(staff).await })
            });
        done(ended.await);
        assert!(booking.calendar(&link).await.expect("a store").is_none());
        sound(&clinic).await;
    }
);
