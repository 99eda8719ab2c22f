//! 2.5b: the policy in force is always at its address, as a paper too; whatever tells of it tells the same hash.

use journeys::{Answer, TestClinic, fold, on_both, pdf_body, pdf_text};
use kernel::Language;
use serde_json::Value;
use trust::policy::text::Text;

/// The address that the clinic printed on its own papers long ago.
const ADDRESS: &str = "/upload/personal_medok.pdf";

/// The title of the policy on the clinic's papers.
const TITLE: &str = "Политика конфиденциальности";

async fn asked(clinic: &TestClinic, path: &str) -> Answer {
    let answer = clinic.get(path).send().await;
    assert_eq!(answer.code(), 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/pdf", "{path}");
    assert!(answer.body.starts_with(b"%PDF-"), "{path}");
    answer
}

async fn told(clinic: &TestClinic, query: &str) -> Value {
    clinic
        .get(format!("/api/v1/policy{query}"))
        .send()
        .await
        .json()
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().expect("a text")
}

/// What a paper of a text says after its head, and whether the head ends where it must: with the hash.
fn says(pdf: &[u8], body: &str, title: &str, sha256: &str) {
    let source = Text::read(body.as_bytes()).expect("a text");
    let plain = source.plain();
    let plain = plain
        .strip_prefix(title)
        .map_or(plain.as_str(), |rest| rest);
    let read = fold(&pdf_body(pdf));
    let (head, rest) = read
        .split_once(sha256)
        .unwrap_or_else(|| panic!("no {sha256} in {read}"));
    assert!(head.contains(&fold(title)), "{head}");
    assert_eq!(rest, fold(plain), "the paper is the text, letter by letter");
}

async fn publish(clinic: &TestClinic, language: Language, title: &str, body: &str) {
    clinic.publish("policy", language, title, body, None).await;
}

on_both!(
    the_policy_in_force_is_at_its_address,
    |clinic: TestClinic| async move {
        let first = asked(&clinic, ADDRESS).await;
        let policy = told(&clinic, "").await;
        let sha256 = text(&policy, "sha256");
        // One hash in the header, on the paper, on every page of it, on the page and in the interface.
        assert!(
            first.header("etag").starts_with(&format!("\"{sha256}-")),
            "{}",
            first.header("etag")
        );
        says(&first.body, text(&policy, "text"), TITLE, sha256);
        let whole = fold(&pdf_text(&first.body));
        let pages = whole.matches(&format!("SHA-256{sha256}")).count();
        assert!(
            pages > 1 && whole.contains(&format!("{pages}/{pages}")),
            "{pages}"
        );
        let page = clinic.get("/policy").send().await.text();
        assert!(page.contains(sha256));
        let link = "/policy/1/pdf?text=ru";
        assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
        assert_eq!(asked(&clinic, link).await.body, first.body);

        // Asked again, it costs an empty answer.
        let again = clinic
            .get(ADDRESS)
            .header("if-none-match", first.header("etag"))
            .send()
            .await;
        assert_eq!((again.code(), again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), first.header("etag"));
        assert!(first.header("cache-control").contains("no-cache"));
        assert_eq!(first.header("set-cookie"), "");
        assert!(first.header("content-disposition").starts_with("inline;"));
        let head = clinic
            .request(axum::http::Method::HEAD, ADDRESS)
            .send()
            .await;
        assert_eq!((head.code(), head.body.len()), (200, 0));
        assert_eq!(head.header("etag"), first.header("etag"));

        let new = "# Политика конфиденциальности\n\n1.1. Новая редакция.\n";
        publish(&clinic, Language::Ru, TITLE, new).await;
        let second = asked(&clinic, ADDRESS).await;
        let policy = told(&clinic, "").await;
        says(&second.body, new, TITLE, text(&policy, "sha256"));
        assert_ne!(second.header("etag"), first.header("etag"));
        let again = clinic
            .get(ADDRESS)
            .header("if-none-match", first.header("etag"))
            .send()
            .await;
        assert_eq!(again.code(), 200, "who has the old one is given the new");
        // The old one stays, byte by byte.
        assert_eq!(asked(&clinic, "/policy/1/pdf").await.body, first.body);
        assert_eq!(asked(&clinic, "/policy/2/pdf").await.body, second.body);
        for nothing in [
            "/policy/3/pdf",
            "/policy/x/pdf",
            "/policy/-1/pdf",
            "/documents/none/1/pdf",
        ] {
            let answer = clinic.get(nothing).send().await;
            assert_eq!(answer.code(), 404, "{nothing}");
            assert!(answer.header("content-type").starts_with("text/html"));
        }
    }
);

on_both!(
    the_authority_is_russian_and_english_is_asked_for,
    |clinic: TestClinic| async move {
        let russian = asked(&clinic, ADDRESS).await;
        assert_eq!(russian.header("content-language"), "ru");
        // Neither the browser's language nor the visitor's choice changes what stands at the address.
        let elsewhere = clinic
            .get(ADDRESS)
            .header("accept-language", "en")
            .header("cookie", "language=en")
            .send()
            .await;
        assert_eq!(elsewhere.body, russian.body);

        let english = asked(&clinic, &format!("{ADDRESS}?language=en")).await;
        assert_eq!(english.header("content-language"), "en");
        let policy = told(&clinic, "?language=en").await;
        says(
            &english.body,
            text(&policy, "text"),
            text(&policy, "title"),
            text(&policy, "sha256"),
        );
        assert_eq!(
            asked(&clinic, "/policy/1/pdf?text=en").await.body,
            english.body
        );

        // A translation that is behind gives way.
        let new = "1.1. Новая редакция без перевода.\n";
        publish(&clinic, Language::Ru, TITLE, new).await;
        let behind = asked(&clinic, &format!("{ADDRESS}?language=en")).await;
        assert_eq!(behind.header("content-language"), "ru");
        assert_eq!(behind.body, asked(&clinic, ADDRESS).await.body);
        let none = clinic.get("/policy/2/pdf?text=en").send().await;
        assert_eq!(none.code(), 404);
    }
);

on_both!(
    a_policy_full_of_markup_is_printed_as_it_is_written,
    |clinic: TestClinic| async move {
        let title = "#panic(\"title\") *a* $b$ <c> @d";
        let hostile = "# #set page(width: 10cm)\n\n\
            1.1. #read(\"/etc/passwd\") $x^2$ @ref <label> // comment /* more */\n\n\
            #import \"@preview/cetz:0.3.0\": \\*\n\n\
            <script>alert(1)</script><img src=x onerror=alert(1)> &lt; [bad](javascript:alert(1)) \
            [file](file:///etc/passwd) ![picture](https://evil.example/p.png)\n\n\
            - #{ while true {} }\n  1. \\\\u{41} --- ~ \"quotes\" 'more'\n- @@ ]} ) ] }\n\n\
            > #eval(\"1 + 1\") #sys.inputs\n\n\
            ```typ\n#panic()\n  $ unclosed\n```\n\n\
            **strong _both_** and `code #raw`\n";
        publish(&clinic, Language::Ru, title, hostile).await;
        let policy = told(&clinic, "").await;
        let paper = asked(&clinic, ADDRESS).await;
        says(&paper.body, hostile, title, text(&policy, "sha256"));
        for never in ["javascript:", "file:", "evil.example/p.png"] {
            let found = paper
                .body
                .windows(never.len())
                .any(|window| window == never.as_bytes());
            assert!(!found, "a link to {never}");
        }
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clinics_real_policy_is_printed_letter_by_letter() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/policy/medok-policy-ru.txt");
    let Ok(bytes) = std::fs::read(&file) else {
        eprintln!("SKIPPED: the real policy is not beside the checkout");
        return;
    };
    let clinic = TestClinic::open(journeys::Store::Sqlite)
        .await
        .expect("a file can always be made");
    let real = String::from_utf8(bytes).expect("UTF-8");
    publish(&clinic, Language::Ru, TITLE, &real).await;
    let policy = told(&clinic, "").await;
    let paper = asked(&clinic, ADDRESS).await;
    says(&paper.body, &real, TITLE, text(&policy, "sha256"));
}
