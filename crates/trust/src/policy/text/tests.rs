//! Hostile, messy and real texts through the whole of the module.

use std::path::Path;

use proptest::prelude::*;

use super::*;

fn html(source: &str) -> String {
    Text::read(source.as_bytes())
        .expect("the text is taken")
        .html()
}

fn refused(bytes: &[u8]) -> Unreadable {
    Text::read(bytes).expect_err("the text is refused")
}

#[test]
fn the_hash_is_of_the_exact_bytes_and_line_ends_are_made_alike() {
    let unix = Text::read("# Да\n\nтекст\n".as_bytes()).expect("taken");
    let dos = Text::read("\u{FEFF}# Да\r\n\r\nтекст\r\n".as_bytes()).expect("taken");
    let old_mac = Text::read("# Да\r\rтекст\r".as_bytes()).expect("taken");
    assert_eq!(unix.source(), dos.source());
    assert_eq!(unix.blocks(), old_mac.blocks());
    assert_ne!(unix.sha256(), dos.sha256());
    let abc = Text::read(b"abc").expect("taken");
    assert_eq!(
        abc.sha256_hex(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "FIPS 180-4 vector"
    );
}

#[test]
fn what_is_not_taken_says_where_and_what_to_do() {
    assert_eq!(refused(b"one\ntwo \xCF\xEE\xEB").line, Some(2));
    assert!(refused(b"\xCF").remedy.contains("UTF-8"));
    let hidden = refused("раз\nдва\u{202E}три".as_bytes());
    assert_eq!(
        (
            hidden.line,
            hidden.what.contains("U+202E"),
            hidden.what.contains("column 4")
        ),
        (Some(2), true, true)
    );
    assert!(refused(b"a\0b").what.contains("U+0000"));
    assert!(refused(&vec![b'a'; LARGEST + 1]).what.contains("bytes"));
    for empty in ["", "\n \t\n", "\u{FEFF}", "---\n", "# \n"] {
        assert!(
            refused(empty.as_bytes()).what.contains("no text"),
            "{empty:?}"
        );
    }
    assert!(refused(b"\n\n\x07").to_string().starts_with("line 3: "));
}

#[test]
fn hostile_text_is_only_words() {
    let hostile = [
        "<script>alert(1)</script>",
        "текст <img src=x onerror=alert(1)> текст",
        "# Политика\n\n<div onclick=\"x\">внутри</div>\n",
        "# A\n\n<!-- скрыто\n\n1.1 Пункт\n",
        "[нажми](javascript:alert(1)) [и](JaVaScRiPt:alert(1)) [и](data:text/html;base64,xx) [и](vbscript:x)",
        "[сюда](//evil.example/x) [или](/\\evil.example) [или](http://evil.example) [или](ftp://evil.example)",
        "![картинка](https://evil.example/pixel.png)",
        "`<b>` и <b>жирный</b>",
        "```\n<iframe src=x>\n```",
        "[x]: javascript:alert(1)\n\n[x] и [y][x]",
        "<https://ok.example/\"onmouseover=alert(1)>",
        "[a](https://ok.example/'\"><script>)",
        "#set page(fill: red)\n#import \"@preview/evil:0.1.0\"\n= Заголовок\n$ x $ #read(\"/etc/passwd\")",
    ];
    let tags = [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "span",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "li",
        "br",
        "code",
        "em",
        "strong",
        "a",
    ];
    for source in hostile {
        let page = html(source);
        for opening in page.split('<').skip(1) {
            let name: String = opening
                .trim_start_matches('/')
                .chars()
                .take_while(|character| character.is_ascii_alphanumeric())
                .collect();
            assert!(tags.contains(&name.as_str()), "{name} in {page}");
            let attributes = &opening[..opening.find('>').expect("closed")];
            assert!(
                !attributes.contains(" on") && !attributes.contains("src"),
                "{page}"
            );
        }
        for forbidden in [
            "href=\"javascript",
            "href=\"JaVa",
            "href=\"data",
            "href=\"vbscript",
            "href=\"//",
            "href=\"/\\",
            "href=\"http:",
            "href=\"ftp",
            "pixel.png",
            "<!--",
        ] {
            assert!(!page.contains(forbidden), "{forbidden} in {page}");
        }
    }
    assert_eq!(
        html("<script>alert(1)</script>"),
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    );
    assert_eq!(
        html("![картинка](https://evil.example/pixel.png)"),
        "<p>картинка</p>\n"
    );
    assert!(
        html("# A\n\n<!-- скрыто\n\n1.1 Пункт\n").contains("id=\"p-1.1\""),
        "an unclosed comment swallows nothing"
    );
    let typst = Text::read("#set page(fill: red)".as_bytes()).expect("taken");
    assert_eq!(
        typst.blocks()[0].words(),
        "#set page(fill: red)",
        "print gets it as words"
    );
}

#[test]
fn allowed_links_stay() {
    let page = html(
        "[сайт](https://a.example/x?a=1&b=2) [почта](mailto:a@b.example) [здесь](/policy) [ниже](#p-2.1) <https://c.example>",
    );
    for link in [
        "href=\"https://a.example/x?a=1&amp;b=2\" rel=\"noopener noreferrer\"",
        "href=\"mailto:a@b.example\"",
        "href=\"/policy\">здесь",
        "href=\"#p-2.1\">ниже",
        ">https://c.example</a>",
    ] {
        assert!(page.contains(link), "{link} in {page}");
    }
}

#[test]
fn markdown_is_rendered_with_lists_and_levels() {
    let source = "# Имя\n\n## 1. Раздел\n\nТекст **важный** и *тихий*.\n\n- раз\n  - глубже\n- два\n\n  ещё о втором\n\n3. три\n4. четыре\n\n> цитата\n\n1.2. Пункт  \nс новой строки\n";
    assert_eq!(
        html(source),
        "<h1>Имя</h1>\n<h2 id=\"p-1\">1. Раздел</h2>\n<p>Текст <strong>важный</strong> и <em>тихий</em>.</p>\n\
         <ul>\n<li>раз<ul>\n<li>глубже</li>\n</ul>\n</li>\n<li>два<p>ещё о втором</p>\n</li>\n</ul>\n\
         <ol start=\"3\">\n<li>три</li>\n<li>четыре</li>\n</ol>\n<blockquote><p>цитата</p></blockquote>\n\
         <p class=\"clause\" id=\"p-1.2\"><span class=\"clause-number\">1.2.</span> Пункт<br>с новой строки</p>\n"
    );
    let text = Text::read(source.as_bytes()).expect("taken");
    assert_eq!(
        text.plain(),
        "Имя\n\n1. Раздел\n\nТекст важный и тихий.\n\n– раз\n\n  – глубже\n\n– два\n\nещё о втором\n\n3. три\n\n4. четыре\n\nцитата\n\n1.2. Пункт\nс новой строки\n"
    );
    assert!(
        text.html_from(2)
            .starts_with("<h2>Имя</h2>\n<h3 id=\"p-1\">")
    );
    assert_eq!(text.title().as_deref(), Some("Имя"));
}

#[test]
fn no_level_of_headings_is_skipped_with_the_title_or_without() {
    let levels = |page: &str| -> String {
        page.split("<h")
            .skip(1)
            .filter_map(|rest| rest.chars().next())
            .collect()
    };
    let text = Text::read(
        "# Имя\n\n## Раздел\n\nТекст.\n\n#### Глубже\n\n### Там же\n\n## Ещё\n".as_bytes(),
    );
    let text = text.expect("taken");
    assert_eq!(levels(&text.html()), "12332");
    assert_eq!(levels(&text.html_from(2)), "23443");
    assert_eq!(levels(&text.html_under("Другое имя", 2)), "23443");
    let under = text.html_under(" Имя", 2);
    assert_eq!(levels(&under), "2332");
    assert!(under.starts_with("<h2>Раздел</h2>"), "{under}");
    let low = Text::read("### Низко\n\n## Выше\n\n##### Ниже\n".as_bytes()).expect("taken");
    assert_eq!(levels(&low.html_from(2)), "223");
}

#[test]
fn messy_plain_text_becomes_headings_clauses_and_lists() {
    let source = "\n\nПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ\n\n1. Общие положения:\n\n1.1 Начало.\n\n- 2.1** **ООО «А»** – оператор.\n- 2.1** Дважды\n - раз;\n-  два.\n\n    С отступом\n";
    assert_eq!(
        html(source),
        "<h1>ПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ</h1>\n<h2 id=\"p-1\">1. Общие положения:</h2>\n\
         <p class=\"clause\" id=\"p-1.1\"><span class=\"clause-number\">1.1</span> Начало.</p>\n\
         <p class=\"clause\" id=\"p-2.1\"><span class=\"clause-number\">2.1</span> <strong>ООО «А»</strong> – оператор.</p>\n\
         <p class=\"clause\" id=\"p-2.1-2\"><span class=\"clause-number\">2.1</span> Дважды</p>\n\
         <ul>\n<li>раз;</li>\n<li>два.</li>\n</ul>\n<p>С отступом</p>\n"
    );
}

#[test]
fn deep_nesting_costs_little_and_stays_shallow() {
    for source in [
        "> ".repeat(20_000) + "x",
        "- ".repeat(20_000) + "x",
        "*".repeat(40_000) + "x",
        "[".repeat(20_000) + "x",
        "<".repeat(40_000),
        "1.1 а\n".repeat(10_000),
    ] {
        let page = html(&source);
        assert!(page.matches("<ul>").count() <= 6 && page.matches("<blockquote>").count() <= 1);
    }
}

#[test]
fn the_clinics_real_policy_reads_well() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/policy/medok-policy-ru.txt");
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!(
            "skipped: the real policy is not beside the checkout ({})",
            path.display()
        );
        return;
    };
    let text = Text::read(&bytes).expect("the real policy is taken");
    let page = text.html();
    assert_eq!(text.title().as_deref(), Some("ПОЛИТИКА КОНФИДЕНЦИАЛЬНОСТИ"));
    assert_eq!(page.matches("<h1>").count(), 1);
    assert_eq!(page.matches("<h2 id=").count(), 7, "seven sections");
    let numbers: Vec<&str> = text
        .blocks()
        .iter()
        .filter_map(|block| {
            if let Kind::Clause { number } = &block.kind {
                Some(number.as_str())
            } else {
                None
            }
        })
        .collect();
    let expected =
        "1.1 2.1 2.2 2.3 2.4 2.5 2.5 3.1 3.2 3.3 4.1 4.2 4.3 4.4 4.5 4.6 5.1 5.2 5.3 6.1 6.2 7.1";
    assert_eq!(numbers.join(" "), expected);
    assert_eq!(
        page.matches("<li>").count(),
        9,
        "seven purposes and two paragraphs of 4.1"
    );
    assert!(
        !page.contains('*') && !text.plain().contains('*'),
        "no stray stars"
    );
    assert!(page.contains("<span class=\"clause-number\">2.1</span> <strong>ООО «МЕДОК»</strong> – оператор персональных данных"));
    assert!(
        page.contains("id=\"p-2.5-2\"")
            && page.contains("<strong>Политика конфиденциальности</strong>")
    );
    let letters = |text: &str| {
        text.chars()
            .filter(|character| character.is_alphanumeric())
            .collect::<String>()
    };
    let original = String::from_utf8(bytes).expect("read above");
    assert_eq!(
        letters(&text.plain()),
        letters(&original),
        "not a word lost, added or moved"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_text_gives_balanced_html_of_known_tags(source in "([-*#>`<\\[\\]()!_ \n]|1\\.|2\\.1|\\*\\*|слово|<b>|</p>|https://a\\.b|javascript:x){0,40}") {
        let Ok(text) = Text::read(source.as_bytes()) else { return Ok(()) };
        let mut open: Vec<String> = Vec::new();
        let page = text.html();
        for piece in page.split('<').skip(1) {
            let tag = &piece[..piece.find('>').expect("closed")];
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default().to_owned();
            if tag.starts_with('/') {
                prop_assert_eq!(open.pop(), Some(name), "{}", page);
            } else if name != "br" {
                open.push(name);
            }
        }
        prop_assert!(open.is_empty(), "{}", page);
        prop_assert!(!page.contains("href=\"javascript"));
    }
}
