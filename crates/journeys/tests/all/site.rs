//! The public site: somebody who knows nothing of the clinic finds a doctor and a time; whatever the site links to is
//! there; search engines are told of what is for everybody, and of nothing else.

mod crawl;

use std::collections::BTreeMap;

use clinic::booking::SlotQuery;
use clinic::demo;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use journeys::{ClinicOptions, TestClinic, Visitor, on_both, settled, small_catalogue};
use kernel::Scope;
use scraper::{Html, Selector};

use crawl::crawled;

const ORIGIN: &str = "http://clinic.test";
const TODAY: Date = date(2026, 11, 23);

/// The demo's catalogue, with one more declared service.
fn whole() -> ClinicOptions {
    ClinicOptions {
        catalogue: demo::catalogue(TODAY),
        ..ClinicOptions::with_tax_certificate()
    }
}

/// The usual clinic, which also calls back.
fn calling_back() -> ClinicOptions {
    let mut options = ClinicOptions::with_tax_certificate();
    for (name, text) in &mut options.files {
        if name.ends_with("tax_certificate.toml") {
            *name = "declarations/callback.toml".into();
            *text = text.replacen("\"tax_certificate\"", "\"callback\"", 1);
        }
    }
    options
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector of ours");
    page.select(&selector).collect()
}

/// The first link of the page that has all of these in its address.
fn link_with(visitor: &Visitor<'_>, parts: &[&str]) -> String {
    let page = Html::parse_document(&visitor.html());
    let links = all(&page, "main a[href]");
    let mut addresses = links.iter().filter_map(|link| link.value().attr("href"));
    addresses
        .find(|href| parts.iter().all(|part| href.contains(part)))
        .unwrap_or_else(|| panic!("{}: no link with {parts:?}", visitor.path()))
        .to_owned()
}

on_both!(
    a_paediatrician_is_found_from_the_first_page,
    whole(),
    |clinic: TestClinic| async move {
        let mut visitor = Visitor::at(&clinic, "/").await;
        let children = link_with(&visitor, &["/doctors?for=child"]);
        visitor.go(&children).await;
        let listed = visitor.text();
        assert!(listed.contains("Липовецкая Анна Мироновна"), "{listed}");
        assert!(
            !listed.contains("Клеверов Пётр Назарович"),
            "a cardiologist for adults: {listed}"
        );

        let hers = link_with(&visitor, &["/doctors/lipovetskaya"]);
        visitor.go(&hers).await;
        assert_eq!(visitor.heading(), "Липовецкая Анна Мироновна");
        assert!(visitor.text().contains("Консультация педиатра"));
        let nearest = link_with(&visitor, &["/book?", "doctor=lipovetskaya", "day="]);
        let day = nearest.rsplit_once("day=").expect("a day").1.to_owned();

        visitor.go(&nearest).await;
        visitor.press(("for", "child"), &[]).await;
        visitor
            .submit(&[("patient.birth_date", "05.05.2020")])
            .await;
        let id = clinic.id("practitioner", "lipovetskaya").await;
        let service = clinic.id("service", "paediatrician-visit").await;
        let branch = clinic.id("branch", "sotovy").await;
        assert_eq!(visitor.values("service"), [service]);
        assert_eq!(visitor.values("practitioner"), std::slice::from_ref(&id));
        assert_eq!(visitor.values("branch"), std::slice::from_ref(&branch));
        assert_eq!(visitor.values("day"), [day]);
        let slots = visitor.buttons("slot");
        assert!(!slots.is_empty(), "{}", visitor.text());
        for slot in slots {
            assert!(slot.ends_with(&format!("{id}.{branch}")), "{slot}");
        }
        assert_eq!(clinic.count("person").await, 0);
    }
);

on_both!(
    a_filtered_list_leads_a_child_into_booking_as_a_child,
    whole(),
    |clinic: TestClinic| async move {
        let path = "/doctors?speciality=paediatrician&branch=ulevaya&for=child";
        let mut visitor = Visitor::at(&clinic, path).await;
        let text = visitor.text();
        assert!(text.contains("Ромашкин Егор Фомич"), "{text}");
        assert!(!text.contains("Липовецкая"), "she sees nobody there");
        let nearest = link_with(&visitor, &["/book?for=child", "branch=ulevaya"]);
        visitor.go(&nearest).await;
        assert!(visitor.fields().contains(&"patient.birth_date".to_owned()));

        visitor.go(path).await;
        let switch = visitor
            .link("/doctors?speciality=paediatrician&branch=ulevaya&for=child&language=en")
            .expect("the language changes where one is");
        visitor.go(&switch).await;
        assert_eq!(visitor.heading(), "Doctors");
        assert!(visitor.text().contains("Yegor Romashkin"));
        assert!(!visitor.text().contains("Lipovetskaya"));
        for nonsense in [
            "/doctors?speciality=%3Cscript%3E&branch=x&for=y",
            "/prices?speciality=%00",
        ] {
            visitor.go(nonsense).await;
            assert_eq!(visitor.code(), 200, "{nonsense}");
        }
        visitor
            .go("/doctors?speciality=cardiologist&for=child&language=ru")
            .await;
        assert!(
            visitor.text().contains("Таких врачей"),
            "{}",
            visitor.text()
        );
    }
);

on_both!(
    links_preselect_by_code_and_by_id,
    |clinic: TestClinic| async move {
        let of = async |kind: &str, code: &str| clinic.id(kind, code).await;
        let (service, anna) = (
            of("service", "visit").await,
            of("practitioner", "anna").await,
        );
        let branch = of("branch", "main").await;
        for address in [
            "/book?for=self&service=visit&doctor=anna&branch=main".to_owned(),
            format!("/book?for=self&service={service}&practitioner={anna}&branch={branch}"),
            format!("/book?for=self&service={service}&doctor={anna}&branch=main"),
        ] {
            let visitor = Visitor::at(&clinic, &address).await;
            assert_eq!(
                visitor.values("service"),
                std::slice::from_ref(&service),
                "{address}"
            );
            assert_eq!(
                visitor.values("practitioner"),
                std::slice::from_ref(&anna),
                "{address}"
            );
            assert!(!visitor.buttons("slot").is_empty(), "{address}");
            for slot in visitor.buttons("slot") {
                assert!(slot.ends_with(&format!("{anna}.{branch}")), "{slot}");
            }
        }
        let visitor = Visitor::at(&clinic, "/book?for=self&service=nothing&doctor=nobody").await;
        assert_eq!(visitor.code(), 200);
    }
);

/// First times by the slow and obvious way: the first of all times of each, one question each.
async fn slowly(clinic: &TestClinic) -> BTreeMap<(String, String, String), i64> {
    let catalogue = clinic.booking.catalogue().await.expect("a catalogue");
    let horizon = i64::from(clinic.booking.settings().horizon_days).min(61);
    let mut first = BTreeMap::new();
    for service in &catalogue.services {
        for practitioner in &service.practitioners {
            let query = SlotQuery {
                service: service.id,
                from: TODAY,
                to: TODAY.saturating_add(horizon.days()),
                practitioner: Some(*practitioner),
                branch: None,
                hold: None,
            };
            for slot in settled(clinic.booking.slots(&query).await).slots {
                let key = (
                    practitioner.to_string(),
                    service.id.to_string(),
                    slot.branch.to_string(),
                );
                let known = first.entry(key).or_insert(slot.start);
                *known = slot.start.min(*known);
            }
        }
    }
    first
}

async fn at_once(clinic: &TestClinic) -> BTreeMap<(String, String, String), i64> {
    let times = clinic.booking.first_times().await.expect("first times");
    let mut first = BTreeMap::new();
    for practitioner in times.catalogue.practitioners() {
        for time in times.of(practitioner.id) {
            let key = (
                practitioner.id.to_string(),
                time.service.to_string(),
                time.slot.branch.to_string(),
            );
            assert!(first.insert(key, time.slot.start).is_none(), "told twice");
        }
    }
    first
}

async fn first_times_are_those_of_the_slow_search(clinic: TestClinic) {
    let before = at_once(&clinic).await;
    assert_eq!(before, slowly(&clinic).await);
    let hers = (
        clinic.id("practitioner", "lipovetskaya").await,
        clinic.id("service", "paediatrician-visit").await,
        clinic.id("branch", "sotovy").await,
    );
    let nearest = before[&hers];

    // Somebody takes the nearest time: it is not shown to the next who looks.
    let start = clinic
        .free("paediatrician-visit", "lipovetskaya", "2026-11-23")
        .await;
    let hold = clinic
        .post(
            "/api/v1/holds",
            &serde_json::json!({ "service": hers.1, "practitioner": hers.0, "branch": hers.2, "start": start[0] }),
        )
        .send()
        .await;
    assert_eq!(hold.code(), 201, "{}", hold.text());
    let after = at_once(&clinic).await;
    assert_eq!(after, slowly(&clinic).await);
    assert!(after[&hers] > nearest);

    // Time passes, and the hold with it.
    for minutes in [1, 7, 60, 600, 1440] {
        clinic.clock.advance_seconds(minutes * 60);
        assert_eq!(at_once(&clinic).await, slowly(&clinic).await, "{minutes}");
    }
}

on_both!(
    the_first_times,
    whole(),
    first_times_are_those_of_the_slow_search
);

on_both!(
    a_doctor_who_left_is_told_from_one_who_never_was,
    |clinic: TestClinic| async move {
        assert_eq!(clinic.get("/doctors/vera").send().await.code(), 200);
        // Somebody is booked with her: she is withdrawn, and not forgotten.
        let body = clinic.booking("vera", "2026-11-24T10:00:00+03:00").await;
        let booked = clinic.post("/api/v1/appointments", &body).send().await;
        assert_eq!(booked.code(), 201, "{}", booked.text());
        let mut without = small_catalogue();
        without.resources.retain(|resource| resource.code != "vera");
        without.schedules.retain(|one| one.practitioner != "vera");
        for service in &mut without.services {
            service.practitioners.retain(|code| code != "vera");
        }
        let stored = clinic
            .booking
            .replace_catalogue(Scope::console(), without)
            .await;
        stored.expect("the catalogue can be stored");
        for (path, code, says) in [
            ("/doctors/vera", 410, "больше не принимает"),
            ("/doctors/nobody", 404, "Такого врача у нас нет"),
            ("/doctors/room-1", 404, "Такого врача у нас нет"),
            ("/nowhere", 404, "Такой страницы нет"),
        ] {
            let answer = clinic.get(path).send().await;
            assert_eq!(answer.code(), code, "{path}");
            let text = answer.text();
            assert!(text.contains(says), "{path}: {text}");
            for way in [
                "href=\"/doctors\"",
                "href=\"/book\"",
                "href=\"/\"",
                "href=\"tel:",
            ] {
                assert!(text.contains(way), "{path}: no {way}");
            }
            assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
        }
        assert!(
            !clinic
                .get("/sitemap.xml")
                .send()
                .await
                .text()
                .contains("vera")
        );
    }
);

on_both!(
    a_call_is_offered_once_the_clinic_declares_it,
    calling_back(),
    |clinic: TestClinic| async move {
        for path in ["/", "/contacts", "/doctors", "/doctors/anna"] {
            let text = clinic.get(path).send().await.text();
            assert!(text.contains("href=\"/services/callback\""), "{path}");
            assert!(text.contains("Перезвоните мне"), "{path}");
        }
    }
);

on_both!(no_call_is_offered_before, |clinic: TestClinic| async move {
    for path in ["/", "/contacts", "/doctors", "/doctors/anna"] {
        let text = clinic.get(path).send().await.text();
        assert!(!text.contains("callback"), "{path}");
    }
});

async fn every_link_leads_somewhere(clinic: TestClinic) {
    let (pages, wrong) = crawled(&clinic).await;
    assert_eq!(wrong, Vec::<String>::new());
    for path in [
        "/",
        "/doctors",
        "/doctors?for=child",
        "/doctors/lipovetskaya",
        "/doctors/lipovetskaya?language=en",
        "/prices",
        "/prices?speciality=cardiologist",
        "/contacts",
        "/legal",
        "/consents",
        "/policy",
        "/book?doctor=lipovetskaya",
        "/services/tax_certificate",
    ] {
        assert!(pages.contains_key(path), "{path} is led to from nowhere");
    }
    for (path, page) in &pages {
        for script in all(page, "script[src]") {
            let of = script.value().attr("src").unwrap_or_default();
            assert!(of.starts_with("/static/"), "{path}: {of}");
        }
        let data = all(page, "script:not([src])");
        assert!(data.len() <= 1, "{path}");
        for block in data {
            assert_eq!(
                block.value().attr("type"),
                Some("application/ld+json"),
                "{path}"
            );
            let text: String = block.text().collect();
            let facts: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(facts["@context"], "https://schema.org", "{path}");
            if path.starts_with("/doctors/") {
                assert_eq!(facts["@type"], "Physician", "{path}");
            }
        }
    }
    assert_eq!(clinic.count("person").await, 0);
}

on_both!(every_link, whole(), every_link_leads_somewhere);

async fn search_engines_find_what_is_for_everybody(clinic: TestClinic) {
    let robots = clinic.get("/robots.txt").send().await;
    assert_eq!(robots.code(), 200);
    assert!(
        robots
            .text()
            .contains(&format!("Sitemap: {ORIGIN}/sitemap.xml"))
    );
    for closed in ["/a/", "/appointment", "/api/"] {
        assert!(robots.text().contains(&format!("Disallow: {closed}\n")));
    }
    let map = clinic.get("/sitemap.xml").send().await;
    assert!(map.header("content-type").starts_with("application/xml"));
    let map = map.text();
    let places: Vec<&str> = map
        .split("<loc>")
        .skip(1)
        .map(|rest| rest.split_once("</loc>").expect("an end").0)
        .collect();
    assert!(places.len() > 50, "{places:?}");
    let mut descriptions: BTreeMap<String, String> = BTreeMap::new();
    for place in places {
        let path = place.strip_prefix(ORIGIN).expect("an address of the site");
        let answer = clinic.get(path).send().await;
        assert_eq!(answer.code(), 200, "{place}");
        assert_eq!(answer.header("x-robots-tag"), "", "{place}");
        let page = Html::parse_document(&answer.text());
        assert!(all(&page, "meta[name=robots]").is_empty(), "{place}");
        let language = if place.ends_with("?language=en") {
            "en"
        } else {
            "ru"
        };
        assert_eq!(answer.header("content-language"), language, "{place}");
        let canonical = all(&page, "link[rel=canonical]");
        assert_eq!(canonical[0].value().attr("href"), Some(place));
        assert_eq!(all(&page, "link[rel=alternate]").len(), 3, "{place}");
        let described = all(&page, "meta[name=description]");
        let described = described[0].value().attr("content").unwrap_or_default();
        assert!(
            (20..=220).contains(&described.chars().count()),
            "{place}: {described}"
        );
        if let Some(other) = descriptions.insert(described.to_owned(), place.to_owned()) {
            panic!("{place} and {other} are described alike");
        }
        assert!(
            map.contains(&format!("href=\"{place}\"")),
            "{place} is nobody's alternate"
        );
    }
}

on_both!(
    the_map_of_the_site,
    whole(),
    search_engines_find_what_is_for_everybody
);

on_both!(
    what_is_about_somebody_is_found_by_nobody,
    |clinic: TestClinic| async move {
        let mut anna = Visitor::at(&clinic, "/book?for=self&service=visit").await;
        anna.choose("slot", 0).await;
        let filled = [
            ("patient.surname", "Пчёлкина"),
            ("patient.given_name", "Анна"),
            ("patient.birth_date", "24111986"),
            ("patient.phone", "8 916 777-09-13"),
            ("given.policy", "yes"),
            ("given.booking-self", "yes"),
        ];
        anna.press(("go", "book"), &filled).await;
        assert_eq!(anna.code(), 200, "{}", anna.text());
        let link = anna.link("/a/").expect("a link");
        let opened = clinic.get(&link).send().await;
        let cookie = opened.header("set-cookie").to_owned();
        let cookie = cookie.split(';').next().unwrap_or_default();
        assert_eq!(opened.header("x-robots-tag"), "noindex, nofollow");
        for path in [
            "/appointment",
            "/appointment/cancel",
            "/appointment/move",
            "/appointment/visit.ics",
        ] {
            let answer = clinic.get(path).header("cookie", cookie).send().await;
            assert_eq!(answer.code(), 200, "{path}");
            assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            if path != "/appointment/visit.ics" {
                assert!(answer.text().contains("name=\"robots\""), "{path}");
            }
        }
        for path in ["/appointment", "/a/nothing"] {
            let answer = clinic.get(path).send().await;
            assert_eq!(answer.code(), 404, "{path}");
            assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
        }
    }
);
