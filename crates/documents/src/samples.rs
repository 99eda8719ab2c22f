//! A paper of each kind, about people and a clinic that do not exist: for tests, and for whoever draws the templates.

use kernel::Language;

use crate::{
    Block, Decision, Document, Kind, Legal, Line, Marker, Operator, Origin, Party, Proof, Receipt,
    Slip, Span,
};

impl Document {
    /// A paper of each kind in each language.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        vec![legal(), slip(), slip_in_english(), receipt(), refusal()]
    }
}

fn origin(identifier: &str) -> Origin {
    Origin {
        identifier: identifier.into(),
        made_at: 1_795_413_600,
    }
}

fn operator() -> Operator {
    Operator {
        name: "Клиника «Медок-Демо»".into(),
        legal_name: "Общество с ограниченной ответственностью «Клиника „Медок-Демо“»".into(),
        legal_address: "000000, г. Вымышленск, ул. Примерная, д. 0".into(),
        postal_address: "000000, г. Вымышленск, ул. Примерная, д. 0, а/я 0".into(),
        ogrn: "1000000000000".into(),
        inn: "0000000000".into(),
        phones: vec!["+7 495 000-00-00".into(), "+7 495 000-00-01".into()],
        email: "privacy@medok-demo.example".into(),
        site: "https://medok-demo.example".into(),
    }
}

fn english_operator() -> Operator {
    Operator {
        name: "Medok-Demo Clinic".into(),
        legal_name: "Medok-Demo Clinic Limited Liability Company".into(),
        legal_address: "0 Primernaya Street, Vymyshlensk, 000000".into(),
        postal_address: "PO Box 0, 0 Primernaya Street, Vymyshlensk, 000000".into(),
        ..operator()
    }
}

fn words(text: &str) -> Span {
    Span {
        text: text.into(),
        ..Span::default()
    }
}

fn blocks() -> Vec<Block> {
    let clause = |number: &str, text: &str| Block {
        anchor: Some(format!("p-{number}")),
        ..Block::of(Kind::Clause(format!("{number}.")), text)
    };
    let item = |depth, marker, text: &str| Block::of(Kind::Item { depth, marker }, text);
    vec![
        Block::of(Kind::Heading(2), "1. Кто отвечает за ваши данные"),
        clause(
            "1.1",
            "Оператор персональных данных — клиника. Она отвечает за то, что происходит с вашими данными, и отвечает на вопросы о них.",
        ),
        Block {
            spans: vec![
                words("Напишите на "),
                Span {
                    link: Some("mailto:privacy@medok-demo.example".into()),
                    ..words("privacy@medok-demo.example")
                },
                words(", "),
                Span {
                    strong: true,
                    ..words("если что-то неясно")
                },
                words("; смотрите также "),
                Span {
                    link: Some("#p-1.1".into()),
                    emphasis: true,
                    ..words("пункт 1.1")
                },
                words("."),
            ],
            ..clause("1.2", "")
        },
        Block::of(Kind::Heading(3), "Что мы берём"),
        item(1, Some(Marker::Bullet), "фамилию, имя и отчество;"),
        item(1, Some(Marker::Bullet), "телефон:"),
        item(2, Some(Marker::Number(1)), "чтобы подтвердить запись,"),
        item(
            2,
            Some(Marker::Number(2)),
            "чтобы предупредить, если врач заболел;",
        ),
        item(1, None, "и только его."),
        Block::of(Kind::Quote, "Ни одна отметка не стоит заранее."),
        Block::of(Kind::Code, "Строка как есть,\n    с отступом"),
    ]
}

pub(crate) fn legal() -> Document {
    Document::Legal(Legal {
        language: Language::Ru,
        origin: origin("policy/3/ru"),
        operator: operator(),
        title: "Политика конфиденциальности".into(),
        version: 3,
        effective: "24 ноября 2026 года".into(),
        changed: "20 ноября 2026 года".into(),
        address: "https://medok-demo.example/policy/3".into(),
        sha256: "0123456789abcdef".repeat(4),
        blocks: blocks(),
    })
}

pub(crate) fn slip() -> Document {
    Document::Slip(Slip {
        language: Language::Ru,
        origin: origin("slip"),
        operator: operator(),
        number: "7K3M-Q2XD".into(),
        day: "24 ноября 2026 года".into(),
        weekday: 2,
        time: "10:00".into(),
        service: line("Приём терапевта, первичный", Some("1\u{a0}800\u{a0}₽")),
        doctor: line("Образцова Проба Примеровна", Some("Терапевт")),
        place: line(
            "Филиал на Примерной",
            Some("г. Вымышленск, ул. Примерная, д. 0, вход со двора"),
        ),
        phone: "+7 495 000-00-00".into(),
        outgoing: vec!["+7 495 000-00-02".into()],
        preparation: Some(
            "Возьмите паспорт и результаты обследований, если они есть. Придите за десять минут."
                .into(),
        ),
        phone_mask: Some("+7 *** ***-09-13".into()),
        as_of: "23 ноября 2026 года, 09:00".into(),
    })
}

pub(crate) fn slip_in_english() -> Document {
    Document::Slip(Slip {
        language: Language::En,
        origin: origin("slip in English"),
        operator: english_operator(),
        number: "7K3M-Q2XD".into(),
        day: "24 November 2026".into(),
        weekday: 2,
        time: "10:00".into(),
        service: line(
            "General practitioner, first visit",
            Some("1\u{a0}800\u{a0}₽"),
        ),
        doctor: line("Proba Primerovna Obraztsova", None),
        place: line(
            "Primernaya Street branch",
            Some("0 Primernaya Street, Vymyshlensk"),
        ),
        phone: "+7 495 000-00-00".into(),
        outgoing: vec!["+7 495 000-00-02".into(), "+7 495 000-00-03".into()],
        preparation: None,
        phone_mask: None,
        as_of: "23 November 2026, 09:00".into(),
    })
}

fn line(main: &str, below: Option<&str>) -> Line {
    Line {
        main: main.into(),
        below: below.map(Into::into),
    }
}

pub(crate) fn receipt() -> Document {
    Document::Receipt(Box::new(Receipt {
        language: Language::Ru,
        origin: origin("receipt"),
        operator: operator(),
        number: "0192f0c1-7c39-7e6b-a3a4-0123456789ab".into(),
        title: "Согласие на обработку персональных данных для записи на приём".into(),
        version: 2,
        sha256: "0123456789abcdef".repeat(4),
        text_language: Language::Ru,
        blocks: blocks(),
        decision: Decision::Given,
        moment: "24 ноября 2026 года, 10:03, Москва (UTC+3)".into(),
        form: "Запись на приём, https://medok-demo.example/book".into(),
        parties: vec![
            Party {
                role: "Согласие дала".into(),
                name: Some("Тестова Мария Ивановна".into()),
            },
            Party {
                role: "За кого".into(),
                name: None,
            },
        ],
        purposes: vec![
            "Записать вас на приём и принять вас".into(),
            "Связаться с вами по поводу этой записи".into(),
        ],
        withdrawal: vec![
            "На сайте: https://medok-demo.example/my, «Отозвать согласие»".into(),
            "Письмом на privacy@medok-demo.example или на почтовый адрес".into(),
            "По телефону +7 495 000-00-00 или в регистратуре".into(),
        ],
        proof: Some(Proof {
            origin: "medok-demo.example/journal".into(),
            tree_size: 48_213,
            root_hash: "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=".into(),
            entry_index: 48_190,
            chain: "6b1f0c7d9e2a4b5c8d7e6f5a4b3c2d1e".into(),
            n: 3,
            head: "fedcba9876543210".repeat(4),
        }),
    }))
}

fn refusal() -> Document {
    let Document::Receipt(given) = receipt() else {
        unreachable!("the receipt is one")
    };
    Document::Receipt(Box::new(Receipt {
        language: Language::En,
        origin: origin("refusal"),
        operator: english_operator(),
        decision: Decision::Refused,
        moment: "24 November 2026, 10:03, Moscow (UTC+3)".into(),
        form: "Booking, https://medok-demo.example/book".into(),
        parties: vec![Party {
            role: "Asked of".into(),
            name: None,
        }],
        purposes: vec!["Booking your visit".into()],
        proof: None,
        ..*given
    }))
}
