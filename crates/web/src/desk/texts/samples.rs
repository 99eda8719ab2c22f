//! The pages of texts in each of their states.

use super::one::{Preview, Tab};
use super::*;

fn row(class: &'static str) -> VersionRow {
    VersionRow {
        address: "/desk/texts/policy/1".into(),
        title: "Политика <b>".into(),
        number: 3,
        language: "по-русски".into(),
        class,
        standing: "Ждёт утверждения".into(),
        when: "с 1 декабря 2026 года".into(),
        proposed: "Соколова <script>, 23 ноября 2026 года".into(),
        decided: "—".into(),
    }
}

fn changes() -> Vec<Piece> {
    let piece = |tag, text: &str| Piece {
        tag,
        text: text.into(),
    };
    vec![
        piece("span", "Срок <i>"),
        piece("del", "три года"),
        piece("ins", "пять лет"),
    ]
}

pub(super) fn lists(shell: &DeskShell) -> Vec<TextsPage> {
    let page = |rows, waiting, alone, nobody| TextsPage {
        shell: shell.clone(),
        rows,
        waiting,
        alone,
        nobody,
    };
    let language = |in_force: Option<&str>, waiting| LanguageRow {
        code: "ru",
        name: "По-русски".into(),
        in_force: in_force.map(str::to_owned),
        waiting,
    };
    let document = Row {
        code: "policy".into(),
        title: "Политика <b>".into(),
        languages: vec![
            language(Some("версия 2 с 1 сентября"), 1),
            language(None, 0),
        ],
    };
    vec![
        page(Vec::new(), Vec::new(), true, false),
        page(vec![document], vec![row("requested")], false, true),
    ]
}

pub(super) fn documents(shell: &DeskShell) -> Vec<TextPage> {
    let page = |preview, wrong: Option<&str>, done: Option<&str>, alone| TextPage {
        code: "policy".into(),
        title: "Политика <b>".into(),
        language: "ru",
        tabs: vec![
            Tab {
                address: "/desk/texts/policy?text=ru".into(),
                name: "По-русски".into(),
                here: true,
            },
            Tab {
                address: "/desk/texts/policy?text=en".into(),
                name: "По-английски".into(),
                here: false,
            },
        ],
        versions: vec![row("requested"), row("accepted")],
        text: "</textarea><script>".into(),
        from: "2026-12-01".into(),
        today: "2026-11-23".into(),
        preview,
        alone,
        wrong: wrong.map(|key| shell.say(key)),
        done: done.map(|key| shell.say(key)),
        shell: shell.clone(),
    };
    let preview = Preview {
        html: "<h3>Политика</h3><p>1.1.</p>".into(),
        pieces: changes(),
    };
    vec![
        page(None, None, Some("desk-texts-done-waits"), false),
        page(Some(preview), None, None, true),
        page(None, Some("desk-texts-wrong-empty"), None, false),
    ]
}

pub(super) fn versions(shell: &DeskShell) -> Vec<VersionPage> {
    let page = |before: Option<&str>, decides, own, wrong: Option<&str>| VersionPage {
        code: "policy".into(),
        title: "Политика <b>".into(),
        language: "ru",
        row: row("requested"),
        sha256: "ab".repeat(32),
        html: if own {
            String::new()
        } else {
            "<p>1.1.</p>".into()
        },
        source: if own {
            "name = <script>".into()
        } else {
            String::new()
        },
        pieces: if before.is_some() {
            changes()
        } else {
            Vec::new()
        },
        before: before.map(str::to_owned),
        decides,
        own,
        wrong: wrong.map(|key| shell.say(key)),
        done: None,
        shell: shell.clone(),
    };
    vec![
        page(Some("Что изменилось"), true, false, None),
        page(None, false, true, Some("desk-texts-wrong-own")),
    ]
}
