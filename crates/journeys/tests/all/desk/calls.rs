//! A telephone rings: booking on screen, for oneself and for a child, by contract and by paper, and what goes wrong on the way.

use journeys::{Answer, Colleague, TestClinic, on_both};
use trust::journal::Kind;

use super::{sound, wait_until};

const FORM: &str = "/desk/book";

/// What stands between two texts.
fn between(html: &str, start: &str, end: &str) -> String {
    let at = html
        .find(start)
        .unwrap_or_else(|| panic!("no {start} in {html}"))
        + start.len();
    let rest = &html[at..];
    rest[..rest.find(end).expect("an end")].to_owned()
}

/// The form with what a browser would send of it: the service, the day, the key, the chosen time.
pub(super) struct Filled {
    fields: Vec<(String, String)>,
}

impl Filled {
    pub(super) async fn begun(
        one: &mut Colleague<'_>,
        clinic: &TestClinic,
        whom: &str,
        at: &str,
    ) -> Self {
        let branch = clinic.id("branch", "main").await;
        let column = clinic.id("practitioner", whom).await;
        let address = format!("{FORM}?branch={branch}&column={column}&day=2026-11-24&at={at}");
        let page = one.get(&address).await;
        assert_eq!(page.code(), 200, "{}", page.text());
        let html = page.text();
        let value = |name: &str| between(&html, &format!("name=\"{name}\" value=\""), "\"");
        let fields = [
            ("service", clinic.id("service", "visit").await),
            ("practitioner", column),
            ("branch", branch),
            ("day", "2026-11-24".into()),
            ("for", "self".into()),
            ("ground", "contract".into()),
            ("speaks", "ru".into()),
            ("key", value("key")),
            ("slot", chosen(&html)),
            ("patient.surname", "Звонкова".into()),
            ("patient.given_name", "Вера".into()),
            ("patient.birth_date", "24.11.1986".into()),
            ("patient.phone", "8 916 777-09-15".into()),
        ];
        Self {
            fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(one, _)| one != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(one, _)| one != name);
        self
    }

    fn get(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(one, _)| one == name);
        found.map_or("", |(_, value)| value)
    }

    fn form(&self) -> Vec<(&str, &str)> {
        let fields = self.fields.iter();
        fields
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    pub(super) async fn sent(&self, one: &mut Colleague<'_>) -> Answer {
        one.post(FORM, &self.form()).await
    }
}

/// The time that the form would send: the one that is checked.
fn chosen(html: &str) -> String {
    let checked = html
        .find("required checked><span><time>")
        .expect("a chosen time");
    let value = html[..checked].rfind("value=\"").expect("a value") + "value=\"".len();
    html[value..].split('"').next().expect("a value").to_owned()
}

on_both!(
    somebody_calls_and_is_booked_on_screen,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::at_work(&clinic, "olga", "operator").await;
        let form = Filled::begun(&mut olga, &clinic, "anna", "10:00").await;
        let done = form.sent(&mut olga).await;
        assert_eq!(done.code(), 303, "{}", done.text());
        let to = done.header("location").to_owned();
        assert!(
            to.starts_with("/desk/today?branch=") && to.contains("&day=2026-11-24&appointment="),
            "{to}"
        );
        let board = olga.get(&to).await.text();
        assert!(
            board.contains("Записано: ")
                && board.contains("data-from=\"10:00\"")
                && board.contains("class=\"card accepted"),
            "{board}"
        );

        // Sent twice, it is one appointment; sent twice with another name, it is refused and nothing is lost.
        assert_eq!(form.sent(&mut olga).await.header("location"), to);
        let other = form.with("patient.surname", "Другая").sent(&mut olga).await;
        assert_eq!(other.code(), 422);
        assert!(
            other.text().contains("По этой форме запись уже сделана")
                && other.text().contains("value=\"Другая\""),
            "{}",
            other.text()
        );
        assert_eq!(clinic.count("appointment").await, 1);
        // What allows it is named, and no box was ticked.
        assert_eq!(clinic.count("consent").await, 0);
        assert!(clinic.count("legal_basis").await > 0);
        sound(&clinic).await;
    }
);

on_both!(
    times_are_told_while_the_form_is_filled,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let form = Filled::begun(&mut olga, &clinic, "anna", "10:00").await;
        let times = olga.post_part("/desk/book/times", &form.form()).await;
        assert_eq!(times.code(), 200, "{}", times.text());
        let html = times.text();
        assert!(
            html.contains("id=\"found-times\"") && !html.contains("<html"),
            "{html}"
        );
        assert_eq!(
            chosen(&html),
            form.get("slot"),
            "what was chosen stays chosen"
        );
        // A day without any leads to the next that has some.
        let closed = [
            ("branch", form.get("branch")),
            ("column", form.get("practitioner")),
            ("day", "2026-11-25"),
            ("from", "09:00"),
            ("to", "18:00"),
            ("kind", "block"),
            ("reason", "Учёба"),
        ];
        assert_eq!(olga.post("/desk/blocks", &closed).await.code(), 303);
        let form = form.with("day", "2026-11-25");
        let html = olga
            .post_part("/desk/book/times", &form.form())
            .await
            .text();
        assert!(
            html.contains("25 ноября") && html.contains("26 ноября"),
            "{html}"
        );
        // Without a script it is the whole page, with all that was typed.
        let page = olga.post("/desk/book/times", &form.form()).await.text();
        assert!(
            page.contains("<html") && page.contains("value=\"Звонкова\""),
            "{page}"
        );

        // For a child other people are asked for.
        let child = form.with("for", "child");
        let parties = olga
            .post_part("/desk/book/parties", &child.form())
            .await
            .text();
        assert!(
            parties.contains("name=\"representative.surname\"")
                && parties.contains("name=\"patient.birth_date\""),
            "{parties}"
        );
        assert_eq!(clinic.count("appointment").await, 0);
    }
);

on_both!(
    a_telephone_that_is_known_is_told_masked,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let form = Filled::begun(&mut olga, &clinic, "anna", "10:00").await;
        let asks = async |olga: &mut Colleague<'_>, phone: &str| {
            let fields = [("patient.phone", phone)];
            olga.post_part("/desk/book/people", &fields).await.text()
        };
        let searches = async || clinic.entries(Kind::PeopleSearched).await;
        let html = asks(&mut olga, "8 916 777").await;
        assert!(!html.contains("записывались"), "not whole yet: {html}");
        assert_eq!(searches().await, 0, "half a telephone looks for nobody");
        let html = asks(&mut olga, "8 916 777-09-15").await;
        assert!(html.contains("ещё не записывались"), "{html}");
        form.sent(&mut olga).await;
        let html = asks(&mut olga, "8 916 777-09-15").await;
        assert!(
            html.contains("уже записывались") && html.contains("/desk/people/"),
            "{html}"
        );
        assert!(
            !html.contains("Звонкова") && !html.contains("777-09-15"),
            "{html}"
        );
        assert_eq!(searches().await, 2);
    }
);

on_both!(
    what_is_wrong_is_said_at_its_field_and_nothing_is_lost,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let begun =
            async |olga: &mut Colleague<'_>| Filled::begun(olga, &clinic, "anna", "10:00").await;
        for (field, value, says) in [
            (
                "patient.birth_date",
                "24.11.2020",
                "Пациенту нет 18 лет: выберите «Ребёнка».",
            ),
            (
                "patient.birth_date",
                "31.02.1986",
                "aria-describedby=\"patient-birth_date-error\"",
            ),
            (
                "patient.surname",
                "",
                "aria-describedby=\"patient-surname-error\"",
            ),
            (
                "patient.phone",
                "12",
                "aria-describedby=\"patient-phone-error\"",
            ),
            ("slot", "", "Выберите время."),
            ("slot", "0.1.2", "Выберите время."),
        ] {
            let form = begun(&mut olga).await.with(field, value);
            let answer = form.sent(&mut olga).await;
            assert_eq!(answer.code(), 422, "{field}={value}: {}", answer.text());
            let html = answer.text();
            assert!(html.contains(says), "{field}={value}: {html}");
            assert!(
                html.contains("value=\"Вера\""),
                "{field}={value}: the name is lost"
            );
        }
        let odd = begun(&mut olga).await.with("patient.inn", "7707083893");
        let answer = odd.sent(&mut olga).await;
        assert_eq!(answer.code(), 422, "what nobody declared is refused");

        // Two registrars take one time: one has it, the other is told, and keeps what was typed.
        let mut irina = Colleague::at_work(&clinic, "irina", "registrar").await;
        let first = begun(&mut olga).await;
        let second = begun(&mut irina).await;
        assert_eq!(first.get("slot"), second.get("slot"));
        assert_eq!(first.sent(&mut olga).await.code(), 303);
        let late = second.sent(&mut irina).await;
        assert_eq!(late.code(), 409);
        let html = late.text();
        assert!(
            html.contains("Это время только что заняли") && html.contains("value=\"Звонкова\""),
            "{html}"
        );
        assert_ne!(
            chosen(&html),
            second.get("slot"),
            "the next free time is offered"
        );
        let again = second.with("slot", &chosen(&html)).sent(&mut irina).await;
        assert_eq!(again.code(), 303, "{}", again.text());
        assert_eq!(clinic.count("appointment").await, 2);
        sound(&clinic).await;
    }
);

on_both!(
    by_paper_and_outside_the_schedule,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let paper = Filled::begun(&mut olga, &clinic, "anna", "10:00")
            .await
            .with("ground", "paper")
            .with("paper.document", "booking-self.1")
            .with("paper.number", "17/11")
            .with("paper.signed_on", "2026-11-23");
        for (field, value, says) in [
            ("paper.number", "", "Укажите номер"),
            ("paper.signed_on", "2026-12-24", "Эта дата ещё не наступила"),
            ("paper.signed_on", "вчера", "Укажите дату"),
            (
                "paper.signed_on",
                "2020-01-01",
                "эта версия документа не действовала",
            ),
            ("paper.document", "booking-self", "Выберите документ"),
        ] {
            let fields = Filled {
                fields: paper.fields.clone(),
            }
            .with(field, value);
            let answer = fields.sent(&mut olga).await;
            assert_eq!(answer.code(), 422, "{field}={value}");
            assert!(
                answer.text().contains(says),
                "{field}={value}: {}",
                answer.text()
            );
        }
        let done = paper.sent(&mut olga).await;
        assert_eq!(done.code(), 303, "{}", done.text());
        assert!(clinic.count("consent_paper").await == 1 && clinic.count("consent").await > 0);

        // Outside the schedule: told before it is done, for whoever may, and never over anybody.
        let mut irina = Colleague::at_work(&clinic, "irina", "supervisor").await;
        let outside = Filled::begun(&mut irina, &clinic, "anna", "10:00")
            .await
            .without("slot")
            .with("outside", "agreed")
            .with("at", "22:00");
        let told = irina
            .post_part("/desk/book/times", &outside.form())
            .await
            .text();
        assert!(
            told.contains("запись встанет с указанной причиной"),
            "{told}"
        );
        let over = Filled {
            fields: outside.fields.clone(),
        }
        .with("at", "10:10");
        let told = irina
            .post_part("/desk/book/times", &over.form())
            .await
            .text();
        assert!(told.contains("10:00–10:30: запись"), "{told}");
        let refused = over.sent(&mut irina).await;
        assert_eq!(refused.code(), 409, "{}", refused.text());
        let refused = outside.sent(&mut olga).await;
        assert_eq!(refused.code(), 403, "a registrar may not");
        let done = outside.sent(&mut irina).await;
        assert_eq!(done.code(), 303, "{}", done.text());
        assert_eq!(clinic.count("appointment").await, 2);
        sound(&clinic).await;
    }
);

on_both!(
    time_is_kept_free_on_screen,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let (branch, column) = (
            clinic.id("branch", "main").await,
            clinic.id("practitioner", "anna").await,
        );
        assert_eq!(
            Filled::begun(&mut olga, &clinic, "anna", "10:00")
                .await
                .sent(&mut olga)
                .await
                .code(),
            303
        );
        let form = |from: &'static str, to: &'static str| {
            vec![
                ("branch", branch.as_str()),
                ("column", column.as_str()),
                ("day", "2026-11-24"),
                ("from", from),
                ("to", to),
                ("kind", "break"),
                ("reason", "Планёрка"),
            ]
        };
        let told = olga
            .post_part("/desk/blocks/check", &form("09:30", "10:30"))
            .await
            .text();
        assert!(
            told.contains("10:00–10:30: запись") && told.contains("&amp;appointment=")
                || told.contains("&#38;appointment="),
            "{told}"
        );
        let refused = olga.post("/desk/blocks", &form("09:30", "10:30")).await;
        assert_eq!(refused.code(), 409);
        assert!(
            refused.text().contains("value=\"Планёрка\""),
            "{}",
            refused.text()
        );
        let backwards = olga.post("/desk/blocks", &form("11:30", "10:30")).await;
        assert_eq!(backwards.code(), 422);
        let told = olga
            .post_part("/desk/blocks/check", &form("11:00", "11:30"))
            .await
            .text();
        assert!(told.contains("никто не записан"), "{told}");
        let done = olga.post("/desk/blocks", &form("11:00", "11:30")).await;
        assert_eq!(done.code(), 303, "{}", done.text());
        let board = olga.get(done.header("location")).await.text();
        assert!(
            board.contains("Время закрыто") && board.contains("Планёрка"),
            "{board}"
        );
        let there = olga
            .get(&format!("/desk/blocks?branch={branch}&day=2026-11-24"))
            .await
            .text();
        let id = between(
            &there,
            "<td><form method=\"post\" action=\"/desk/blocks/",
            "/remove",
        );
        let fields = [("branch", branch.as_str()), ("day", "2026-11-24")];
        for _ in 0..2 {
            let gone = olga
                .post(&format!("/desk/blocks/{id}/remove"), &fields)
                .await;
            assert_eq!(gone.code(), 303, "twice does no harm");
        }
        assert_eq!(clinic.entries(Kind::BlockRemoved).await, 1);
        sound(&clinic).await;
    }
);

on_both!(
    what_leaves_on_paper_stands_in_the_journal,
    |clinic: TestClinic| async move {
        let mut olga = Colleague::at_work(&clinic, "olga", "registrar").await;
        let done = Filled::begun(&mut olga, &clinic, "anna", "10:00")
            .await
            .sent(&mut olga)
            .await;
        let board = olga.get(done.header("location")).await.text();
        let branch = clinic.id("branch", "main").await;
        let fields = [("branch", branch.as_str()), ("day", "2026-11-24")];
        let list = olga.post("/desk/today/print", &fields).await;
        assert_eq!(list.code(), 200, "{}", list.text());
        let html = list.text();
        assert!(
            html.contains("Звонкова\u{a0}В.")
                && html.contains("Напечатано: olga")
                && !html.contains("777-09-15"),
            "{html}"
        );
        assert_eq!(clinic.entries(Kind::DayPrinted).await, 1);

        let address = between(&board, "action=\"/desk/boards/", "/slip\"");
        let address = address.rsplit("/desk/boards/").next().expect("an address");
        let slip = olga
            .post(&format!("/desk/boards/{address}/slip"), &[])
            .await;
        assert_eq!(slip.code(), 200);
        assert_eq!(slip.header("content-type"), "application/pdf");
        assert_eq!(slip.header("cache-control"), "no-store");
        assert_eq!(clinic.entries(Kind::SlipPrinted).await, 1);

        // The week counts, and opens nobody.
        let opened = clinic.entries(Kind::Opened).await;
        let week = olga.get("/desk/week?day=2026-11-24").await.text();
        assert!(
            week.contains("1 приём<svg") && !week.contains("Звонкова"),
            "{week}"
        );
        assert_eq!(clinic.entries(Kind::Opened).await, opened);

        // By rooms, the visit stands where it takes place.
        let rooms = olga.get("/desk/today?day=2026-11-24&view=rooms").await;
        assert_eq!(rooms.code(), 200);
        // Who is past is no more on paper.
        wait_until(&clinic, "12:00");
        let mut olga = Colleague::at_work(&clinic, "olga-later", "registrar").await;
        let late = olga
            .post_part(&format!("/desk/boards/{address}/slip"), &[])
            .await;
        assert_eq!(late.code(), 409, "{}", late.text());
        sound(&clinic).await;
    }
);
