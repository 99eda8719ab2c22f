//! The pages of a booking.

use askama::Template;

use super::super::boxes::BoxView;
use super::super::home::ServiceView;
use super::super::page::Page;
use super::super::shell::{PhoneLink, Shell};
use super::super::summary::Summary;
use super::super::times::{SlotView, TimeChoice};
use super::draft::Hidden;
use crate::fields::{FieldView, GroupView, Wrong};
use crate::words::Words;

/// A step of the row above each page.
#[derive(Clone, Debug)]
pub(in super::super) struct StepView {
    /// What leads back to it.
    pub(in super::super) code: &'static str,
    /// «Кого записываем».
    pub(in super::super) label: String,
    /// What was chosen there.
    pub(in super::super) chosen: Option<String>,
    /// Whether it is this page's.
    pub(in super::super) here: bool,
    /// Whether it lies behind.
    pub(in super::super) done: bool,
}

impl StepView {
    /// The row in the middle of a booking.
    pub(in super::super) fn row_of_samples(words: Words) -> Vec<Self> {
        let step = |code, done, here, chosen: Option<String>| Self {
            code,
            label: words.say(&format!("step-{code}")),
            chosen,
            here,
            done,
        };
        vec![
            step("for", true, false, Some(words.say("for-child"))),
            step("service", true, false, Some("Приём <педиатра>".into())),
            step("time", false, true, None),
            step("who", false, false, None),
        ]
    }
}

/// For whom.
#[derive(Template)]
#[template(path = "book/for_whom.html")]
pub(in super::super) struct ForWhomPage {
    pub(super) shell: Shell,
    pub(super) steps: Vec<StepView>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) at: &'static str,
    /// Codes of the cases the service is for.
    pub(super) cases: Vec<&'static str>,
}

/// When the child was born.
#[derive(Template)]
#[template(path = "book/born.html")]
pub(in super::super) struct BornPage {
    pub(super) shell: Shell,
    pub(super) steps: Vec<StepView>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) at: &'static str,
    pub(super) field: FieldView,
    pub(super) wrongs: Vec<Wrong>,
}

/// Services of one speciality.
pub(super) struct ServiceGroup {
    pub(super) title: String,
    pub(super) services: Vec<ServiceView>,
}

/// Which service.
#[derive(Template)]
#[template(path = "book/service.html")]
pub(in super::super) struct ServicePage {
    pub(super) shell: Shell,
    pub(super) steps: Vec<StepView>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) at: &'static str,
    pub(super) groups: Vec<ServiceGroup>,
    /// The practitioner whose services these are, where one was chosen.
    pub(super) practitioner: Option<String>,
    pub(super) notice: Option<String>,
}

/// When.
#[derive(Template)]
#[template(path = "book/time.html")]
pub(in super::super) struct TimePage {
    pub(super) shell: Shell,
    pub(super) steps: Vec<StepView>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) at: &'static str,
    /// Under which the hold is taken once.
    pub(super) turn: String,
    pub(super) service: String,
    pub(super) choice: TimeChoice,
    pub(super) notice: Option<String>,
    /// The nearest times to one that was taken.
    pub(super) taken: Option<Vec<SlotView>>,
    /// The time held already, in words.
    pub(super) held: Option<String>,
}

/// Who comes.
#[derive(Template)]
#[template(path = "book/who.html")]
pub(in super::super) struct WhoPage {
    pub(super) shell: Shell,
    pub(super) steps: Vec<StepView>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) at: &'static str,
    pub(super) turn: String,
    pub(super) summary: Summary,
    /// Until when the time is held: «10:20».
    pub(super) until: Option<String>,
    /// For how many seconds from now.
    pub(super) seconds: Option<i64>,
    pub(super) groups: Vec<GroupView>,
    pub(super) boxes: Vec<BoxView>,
    pub(super) wrongs: Vec<Wrong>,
    /// The nearest times, where the chosen one was taken.
    pub(super) taken: Option<Vec<SlotView>>,
}

/// «Вы записаны».
#[derive(Template)]
#[template(path = "book/done.html")]
pub(in super::super) struct DonePage {
    pub(super) shell: Shell,
    pub(super) summary: Summary,
    /// The whole secret address, to be kept by its owner.
    pub(super) link: String,
    /// The same without scheme and host.
    pub(super) path: String,
}

impl DonePage {
    /// The numbers the clinic calls from.
    fn outgoing(&self) -> &[PhoneLink] {
        &self.shell.clinic.outgoing
    }
}

macro_rules! page {
    ($page:ident, $shell:ident => $samples:expr) => {
        impl Page for $page {
            fn shell(&self) -> &Shell {
                &self.shell
            }

            #[cfg(test)]
            fn samples($shell: Shell) -> Vec<Self> {
                $samples
            }
        }
    };
}

page!(ForWhomPage, shell => vec![Self { steps: samples::steps(&shell), shell, hidden: samples::hidden(), at: "for", cases: vec!["self", "child", "ward", "adult"] }]);

page!(BornPage, shell => {
    let page = |wrongs: Vec<Wrong>| Self {
        shell: shell.clone(),
        steps: samples::steps(&shell),
        hidden: samples::hidden(),
        at: "born",
        field: samples::group(&shell, &wrongs).fields.remove(3),
        wrongs,
    };
    vec![page(Vec::new()), page(vec![Wrong::at("patient.birth_date", "Эта дата ещё не наступила")])]
});

page!(ServicePage, shell => {
    let group = || ServiceGroup { title: "Терапевт".into(), services: vec![ServiceView::sample("Приём терапевта")] };
    let page = |groups, practitioner, notice| Self { shell: shell.clone(), steps: samples::steps(&shell), hidden: samples::hidden(), at: "service", groups, practitioner, notice };
    vec![
        page(vec![group()], None, None),
        page(vec![group()], Some("Образцова Проба Примеровна".into()), Some("Эта услуга для другого возраста".into())),
        page(Vec::new(), None, None),
    ]
});

page!(TimePage, shell => {
    use super::super::times::samples as times;
    let page = |choice, taken: Option<Vec<SlotView>>, held| Self {
        shell: shell.clone(),
        steps: samples::steps(&shell),
        hidden: samples::hidden(),
        at: "time",
        turn: "t".into(),
        service: "Приём терапевта".into(),
        choice,
        notice: held,
        held: taken.as_ref().map(|_| "24 ноября, вторник, 10:00".into()),
        taken,
    };
    vec![
        page(times::choice(), None, None),
        page(times::choice(), Some(vec![times::slot("11:00")]), None),
        page(times::nothing(), Some(Vec::new()), Some("Выберите время ещё раз".into())),
    ]
});

page!(WhoPage, shell => {
    use super::super::times::samples as times;
    let page = |wrongs: Vec<Wrong>, until: Option<String>, taken| Self {
        shell: shell.clone(),
        steps: samples::steps(&shell),
        hidden: samples::hidden(),
        at: "who",
        turn: "t".into(),
        summary: Summary::sample(),
        seconds: until.as_ref().map(|_| 600),
        until,
        groups: vec![samples::group(&shell, &wrongs), samples::representative(&shell)],
        boxes: samples::boxes(&shell, &wrongs),
        wrongs,
        taken,
    };
    let wrongs = vec![
        Wrong::whole("Этого поля здесь нет"),
        Wrong::at("patient.surname", "Напишите буквами"),
        Wrong::at("given.booking-self", "Без согласия нельзя"),
    ];
    vec![
        page(Vec::new(), Some("10:20".into()), None),
        page(wrongs, None, None),
        page(Vec::new(), None, Some(vec![times::slot("11:00"), times::slot("11:30")])),
    ]
});

page!(DonePage, shell => {
    let page = |summary| Self { shell: shell.clone(), summary, link: "/a/aaaa".into(), path: "/a/aaaa".into() };
    vec![page(Summary::sample()), page(Summary { preparation: None, ..Summary::sample() })]
});

#[cfg(test)]
pub(in super::super) mod samples {
    //! Forms of people who do not exist.

    use trust::consent::Asked;
    use trust::consent::declaration::{Declaration, ForWhom, Whitelist, bundled};

    use super::super::super::boxes;
    use super::*;
    use crate::fields::groups;
    use crate::typed::Typed;

    pub(in super::super) fn hidden() -> Vec<Hidden> {
        vec![Hidden {
            name: "service".into(),
            value: "\"><b>".into(),
        }]
    }

    pub(in super::super) fn steps(shell: &Shell) -> Vec<StepView> {
        StepView::row_of_samples(shell.words)
    }

    fn all(shell: &Shell, wrongs: &[Wrong]) -> Vec<GroupView> {
        let whitelist = Whitelist::parse(bundled::WHITELIST).expect("the whitelist");
        let booking = Declaration::parse(bundled::BOOKING, &whitelist).expect("the declaration");
        let typed = Typed::parse(
            "patient.surname=%3Cscript%3E&patient.given_name=%D0%9F%D1%80%D0%BE%D0%B1%D0%B0"
                .as_bytes(),
        );
        groups(shell.words, &booking, ForWhom::Child, &typed, wrongs)
    }

    pub(crate) fn group(shell: &Shell, wrongs: &[Wrong]) -> GroupView {
        all(shell, wrongs).remove(0)
    }

    pub(crate) fn representative(shell: &Shell) -> GroupView {
        all(shell, &[]).remove(1)
    }

    pub(crate) fn boxes(shell: &Shell, wrongs: &[Wrong]) -> Vec<BoxView> {
        let asked = |document: &str| Asked {
            document: document.into(),
            version: 1,
            language: kernel::Language::Ru,
            sha256: "ab".repeat(32),
            title: "Согласие на обработку персональных данных для записи на приём".into(),
            text: "Даю согласие".into(),
            required: true,
        };
        let typed =
            Typed::parse(format!("shown.policy=1.{}&given.policy=yes", "ab".repeat(32)).as_bytes());
        boxes::views(
            shell.words,
            &[asked("policy"), asked("booking-self")],
            &typed,
            wrongs,
        )
    }
}
