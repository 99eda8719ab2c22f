//! Papers read back as their readers read them, by a reader that is not ours (`pdftotext` of poppler).

use std::io::Write;
use std::process::{Command, Stdio};

use crate::typeset::{fingerprint, typeset};
use crate::{Block, Document, Kind, Legal, Span, samples};

/// The words of a PDF in reading order, breaks of lines and pages left out.
fn letters(pdf: &[u8]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-raw", "-nopgbrk", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext is there: `cargo xtask test` installs it, or the package poppler-utils");
    let mut to = child.stdin.take().expect("a pipe");
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || to.write_all(&bytes));
    let output = child.wait_with_output().expect("pdftotext ends");
    writer.join().unwrap().expect("all of it is read");
    assert!(output.status.success());
    fold(&String::from_utf8(output.stdout).expect("UTF-8"))
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect()
}

fn contains(pdf: &[u8], words: &str) -> bool {
    pdf.windows(words.len())
        .any(|window| window == words.as_bytes())
}

fn policy(blocks: Vec<Block>) -> Legal {
    let Document::Legal(legal) = samples::legal() else {
        panic!("the sample is a legal text")
    };
    Legal { blocks, ..legal }
}

#[test]
fn every_paper_is_for_the_archive_and_for_screen_readers() {
    for sample in Document::samples() {
        let made = typeset(&sample).expect("a paper");
        assert!(made.archival, "{sample:?}");
        for mark in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            "/StructTreeRoot",
            &format!("/Lang({})", sample.language()),
        ] {
            assert!(contains(&made.pdf, mark), "no {mark} in {sample:?}");
        }
    }
}

#[test]
fn the_same_paper_is_the_same_bytes_and_another_is_not() {
    for sample in Document::samples() {
        let once = typeset(&sample).expect("a paper").pdf;
        assert_eq!(once, typeset(&sample).expect("a paper").pdf);
    }
    assert_eq!(fingerprint(), fingerprint());
    let legal = policy(Vec::new());
    let made = |legal: &Legal| {
        typeset(&Document::Legal(legal.clone()))
            .expect("a paper")
            .pdf
    };
    let mut other = legal.clone();
    other.origin.made_at += 1;
    assert_ne!(made(&legal), made(&other));
    other = legal.clone();
    other.origin.identifier += "x";
    assert_ne!(made(&legal), made(&other));
}

#[test]
fn a_paper_goes_through_its_request_unchanged() {
    for sample in Document::samples() {
        let request = sample.to_request().expect("small enough");
        let back: Document = serde_json::from_slice(&request).expect("a paper");
        assert_eq!(back, sample);
    }
}

/// What a typesetter would act on, if it were read as its markup.
const HOSTILE: [&str; 18] = [
    "#set page(width: 10cm)",
    "#read(\"/etc/passwd\")",
    "#import \"@preview/cetz:0.3.0\": *",
    "#panic(\"no\")",
    "#{ while true {} }",
    "#eval(\"1 + 1\") #sys.inputs",
    "$ x^2 + y_1 $ and $unclosed",
    "*strong* _emph_ `raw` ```typ #panic()```",
    "@reference <label> <p-1.1>",
    "// a comment /* and another */",
    "= A heading\n- a list\n+ a number\n/ Term: of it",
    "\\u{41} \\# \\\\ \\",
    "--- -- ... ~ -? \"quotes\" 'more'",
    "https://evil.example/ mailto:x@evil.example",
    "]} ) ] } [ { (",
    "<script>alert(1)</script> &amp; &#65;",
    "{\"kind\": \"slip\"} \u{0022}, \\n",
    "%PDF-1.7 endobj stream (\\)",
];

#[test]
fn what_looks_like_markup_comes_out_as_it_is_written() {
    let mut blocks: Vec<Block> = HOSTILE
        .iter()
        .map(|words| Block::paragraph(words))
        .collect();
    for words in HOSTILE {
        blocks.push(Block::of(Kind::Heading(2), words));
        blocks.push(Block {
            anchor: Some(words.into()),
            ..Block::of(Kind::Clause(words.into()), words)
        });
        blocks.push(Block::of(Kind::Quote, words));
        blocks.push(Block::of(Kind::Code, words));
        let item = Kind::Item {
            depth: 2,
            marker: Some(crate::Marker::Number(7)),
        };
        blocks.push(Block {
            spans: vec![Span {
                text: words.into(),
                strong: true,
                emphasis: true,
                code: true,
                link: Some(format!("#{words}")),
            }],
            ..Block::of(item, "")
        });
    }
    let legal = Legal {
        title: HOSTILE[3].into(),
        ..policy(blocks.clone())
    };
    let made = typeset(&Document::Legal(legal)).expect("a paper");
    let read = letters(&made.pdf);
    for words in HOSTILE {
        let times = read.matches(&fold(words)).count();
        // Seven times, of which one may be cut in two by the foot of a page.
        assert!(times >= 6, "{words}: {times} times in {read}");
    }
}

#[test]
fn hostile_words_stay_words_in_every_field() {
    for sample in Document::samples() {
        let mut value = serde_json::to_value(&sample).expect("JSON");
        let mut planted = 0;
        plant(&mut value["data"], &mut planted);
        let hostile: Document = serde_json::from_value(value).expect("still a paper");
        let made = typeset(&hostile).expect("a paper");
        let read = letters(&made.pdf);
        let marked = fold("#panic(\"x\") *a* $b$ <c>");
        assert!(
            planted > 8 && read.matches(&marked).count() > 6,
            "{planted}: {read}"
        );
    }
}

/// Puts markup behind every text of a paper that is not one of a closed set.
fn plant(value: &mut serde_json::Value, planted: &mut usize) {
    match value {
        serde_json::Value::String(text) => {
            text.push_str(" #panic(\"x\") *a* $b$ <c>");
            *planted += 1;
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(|one| plant(one, planted)),
        serde_json::Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| {
                !["language", "text_language", "decision", "kind", "link"].contains(&name.as_str())
            })
            .for_each(|(_, field)| plant(field, planted)),
        _ => {}
    }
}

#[test]
fn a_letter_without_a_font_costs_the_archive_and_not_the_paper() {
    let rare = "Звоните \u{1F4DE} или пишите \u{4F60}\u{597D}";
    let made = typeset(&Document::Legal(policy(vec![Block::paragraph(rare)]))).expect("a paper");
    assert!(!made.archival);
    assert!(letters(&made.pdf).contains("Звоните"));
    assert!(
        !contains(&made.pdf, "pdfaid:part"),
        "it does not claim what it is not"
    );
}

#[test]
fn all_of_a_long_text_is_there_with_a_number_and_the_hash_on_every_page() {
    let blocks: Vec<Block> = (1..=400)
        .map(|number| {
            Block::of(
                Kind::Clause(format!("{number}.")),
                "Персональные данные обрабатываются только для названной цели.",
            )
        })
        .collect();
    let legal = policy(blocks);
    let read = letters(
        &typeset(&Document::Legal(legal.clone()))
            .expect("a paper")
            .pdf,
    );
    for number in 1..=400 {
        assert!(read.contains(&format!("{number}.Персональные")), "{number}");
    }
    let pages = read.matches(&format!("SHA-256{}", legal.sha256)).count();
    assert!(pages > 5, "{pages}");
    for page in 1..=pages {
        assert!(
            read.contains(&format!("{page}/{pages}")),
            "{page} of {pages}"
        );
    }
}

#[test]
fn a_slip_says_all_that_is_needed_and_holds_one_page() {
    let Document::Slip(slip) = samples::slip() else {
        panic!("the sample is a slip")
    };
    let read = letters(&typeset(&samples::slip()).expect("a paper").pdf);
    for words in [
        &slip.number,
        &slip.time,
        &format!("{}, вторник", slip.day),
        &slip.doctor.main,
        &slip.service.main,
        &slip.place.main,
        slip.place.below.as_ref().expect("an address"),
        &slip.phone,
        &slip.outgoing[0],
        slip.preparation.as_ref().expect("a preparation"),
        "1/1",
        "Имеются противопоказания. Необходима консультация специалиста.",
    ] {
        assert!(read.contains(&fold(words)), "{words}: {read}");
    }
    let english = letters(&typeset(&samples::slip_in_english()).expect("a paper").pdf);
    assert!(english.contains("24November2026,Tuesday"), "{english}");
}

#[test]
fn a_receipt_says_what_was_agreed_and_how_to_check_it() {
    let Document::Receipt(receipt) = samples::receipt() else {
        panic!("the sample is a receipt")
    };
    let read = letters(&typeset(&samples::receipt()).expect("a paper").pdf);
    let proof = receipt.proof.expect("a proof");
    for words in [
        "Согласие дано",
        &receipt.title,
        &receipt.sha256,
        &receipt.moment,
        &receipt.form,
        "Тестова Мария Ивановна",
        &receipt.operator.legal_name,
        &receipt.purposes[1],
        &receipt.withdrawal[2],
        "Ни одна отметка не стоит заранее.",
        &proof.origin,
        &proof.tree_size.to_string(),
        &proof.root_hash,
        &proof.entry_index.to_string(),
        &proof.chain,
        &proof.head,
    ] {
        assert!(read.contains(&fold(words)), "{words}: {read}");
    }
}
