//! What search engines ask first: `/sitemap.xml`, every page that is for everybody, in every language, and
//! `/robots.txt`, which keeps them from the rest.
//!
//! *Invariant*: no address here is about anybody; pages about somebody say `noindex` themselves besides.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::Language;

use super::found::{address, alternates};
use super::trouble::Trouble;
use super::visit::{Visit, escaped};

/// An hour: new doctors are found soon enough.
const KEPT: &str = "public, max-age=3600";

/// Pages that are always there.
const PAGES: [&str; 8] = [
    "/",
    "/book",
    "/doctors",
    "/prices",
    "/contacts",
    "/legal",
    "/consents",
    "/policy",
];

/// Where nothing is for search engines: visits of patients, programs' answers, forms with choices already made.
const CLOSED: [&str; 6] = [
    "/a/",
    "/appointment",
    "/api/",
    "/book?",
    "/health/",
    "/journal/",
];

/// `GET /robots.txt` (RFC 9309).
pub(super) async fn robots(visit: Visit) -> Response {
    let mut text = String::from("User-agent: *\n");
    for path in CLOSED {
        text.push_str(&format!("Disallow: {path}\n"));
    }
    // The longer of two that fit counts: the same page in another language is for everybody.
    text.push_str("Allow: /book?language=\n");
    let origin = &visit.site.origin;
    text.push_str(&format!("\nSitemap: {origin}/sitemap.xml\n"));
    kept("text/plain; charset=utf-8", text)
}

/// `GET /sitemap.xml` (Sitemap Protocol 0.9 with the alternates of other languages).
pub(super) async fn sitemap(visit: Visit) -> Response {
    match paths(&visit).await {
        Ok(paths) => kept(
            "application/xml; charset=utf-8",
            written(&visit.site.origin, &paths),
        ),
        Err(trouble) => visit.answer(Err(trouble)),
    }
}

async fn paths(visit: &Visit) -> Result<Vec<String>, Trouble> {
    let catalogue = visit.site.booking.catalogue().await?;
    let doctors = catalogue
        .practitioners()
        .map(|doctor| format!("/doctors/{}", escaped(&doctor.code)));
    let services = visit
        .site
        .texts
        .declarations()
        .filter(|declaration| declaration.code != clinic::booking::SERVICE)
        .map(|declaration| format!("/services/{}", declaration.code));
    let texts = visit.site.texts.site().texts().iter();
    let texts = texts.map(|text| format!("/legal/{}", escaped(&text.code)));
    let mut documents: Vec<String> = visit
        .site
        .texts
        .declarations()
        .flat_map(|declaration| &declaration.consents)
        .filter(|consent| !consent.is_policy())
        .map(|consent| format!("/documents/{}", consent.document))
        .collect();
    documents.sort();
    documents.dedup();
    let always = PAGES.map(str::to_owned).into_iter();
    Ok(always
        .chain(doctors)
        .chain(services)
        .chain(texts)
        .chain(documents)
        .collect())
}

/// One `<url>` for each page in each language, each naming all of them, as the search engines ask.
fn written(origin: &str, paths: &[String]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for path in paths {
        let mut links = String::new();
        for other in alternates(origin, path) {
            links.push_str(&format!(
                "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
                other.language,
                marked(&other.address)
            ));
        }
        for language in Language::ALL {
            let own = marked(&address(origin, path, language));
            text.push_str(&format!("<url><loc>{own}</loc>{links}</url>\n"));
        }
    }
    text.push_str("</urlset>\n");
    text
}

/// Text of XML.
fn marked(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

fn kept(kind: &'static str, text: String) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, KEPT)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_of_a_page_names_all_of_them() {
        let text = written("https://clinic.example", &["/doctors/a".into()]);
        assert_eq!(text.matches("<url>").count(), 2);
        assert_eq!(
            text.matches("<loc>https://clinic.example/doctors/a</loc>")
                .count(),
            1
        );
        assert_eq!(
            text.matches("<loc>https://clinic.example/doctors/a?language=en</loc>")
                .count(),
            1
        );
        for language in ["ru", "en", "x-default"] {
            assert_eq!(text.matches(&format!("hreflang=\"{language}\"")).count(), 2);
        }
    }

    #[test]
    fn an_address_stays_inside_its_element() {
        let text = written("https://clinic.example", &["/x<y>&\"'".into()]);
        assert!(text.contains("<loc>https://clinic.example/x&lt;y&gt;&amp;&quot;&apos;</loc>"));
    }
}
