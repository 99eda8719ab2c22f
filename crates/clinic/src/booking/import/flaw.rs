//! Owns what can be wrong with a file, and the words in which it is said: what it is, and what to do.

use kernel::{NameError, PhoneError};

use super::columns::Section;
use crate::booking::catalogue::new::Words;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::booking) enum Flaw {
    // The file.
    TooBig,
    EmptyFile,
    Utf16,
    Encoding,
    // Its parts.
    NoSection(Section),
    NoRows(Section),
    OutsideSection,
    UnknownSection(String),
    NoHead(Section),
    UnknownColumn(String, Section),
    TwoColumns,
    NoColumn(Section),
    TooManyCells,
    OpenQuote,
    AfterQuote,
    // A cell.
    Hidden,
    Lost,
    Empty,
    Formula,
    TooLong(usize),
    Code,
    MixedAlphabets,
    Name(NameError),
    Phone(PhoneError),
    Zone(String),
    Time(String),
    StartsAtEnd,
    Span(String),
    EmptyBreak,
    Date(String),
    Price(String),
    Number(u16, u16),
    Email,
    Year(i16, i16),
    Grain,
    Word(String, &'static str, &'static str),
    Days(String),
    Superfluous,
    // Cells beside one another.
    HoursReversed,
    AgeReversed,
    DatesReversed,
    BreakOutside,
    OffGrain(u16, String),
    // Rows beside one another.
    TwoCodes(String, u64),
    Twice(String),
    Unknown(Section, Vec<String>),
    NoFamily(Vec<String>),
    NoPractitioner,
    NoSchedule(String),
    OutsideHours(String),
    NowhereGiven(String, String, String),
    // The list itself.
    More(usize),
}

impl Flaw {
    /// What it is, and what to do.
    #[rustfmt::skip]
    pub(in crate::booking) fn words(&self) -> (Words, Words) {
        match self {
            // Those that name nothing of the file.
            Self::TooBig => say("файл больше 5 МБ", "the file is larger than 5 MB",
                "уберите лишние строки", "take out what does not belong"),
            Self::EmptyFile => say("файл пуст", "the file is empty",
                "заполните разделы [Филиалы], [Специалисты], [Услуги], [Расписание]",
                "fill the sections [Branches], [Practitioners], [Services], [Schedules]"),
            Self::Utf16 => say("файл в кодировке UTF-16 («текст Юникод»)", "the file is in UTF-16 (“Unicode text”)",
                "сохраните как «CSV UTF-8»", "save it as “CSV UTF-8”"),
            Self::Encoding => say("текст не в UTF-8 и не в windows-1251", "the text is neither UTF-8 nor windows-1251",
                "сохраните как «CSV UTF-8»", "save it as “CSV UTF-8”"),
            Self::OutsideSection => say("строка стоит до первого раздела", "a row stands before the first section",
                "поставьте над ней название раздела, например [Филиалы]", "put the section's name above it, like [Branches]"),
            Self::TwoColumns => say("столбец повторяется", "the column comes twice",
                "оставьте один", "keep one"),
            Self::TooManyCells => say("ячеек больше, чем столбцов", "there are more cells than columns",
                "если разделитель стоит внутри текста, возьмите текст в кавычки", "if a separator is part of a text, put the text in quotes"),
            Self::OpenQuote => say("кавычка не закрыта в этой строке", "a quote is not closed on this line",
                "закройте её; текст ячейки пишется в одну строку", "close it; a cell's text is written on one line"),
            Self::AfterQuote => say("после закрывающей кавычки стоит текст", "text follows a closing quote",
                "кавычки внутри ячейки пишутся дважды: \"\"", "quotes inside a cell are written twice: \"\""),
            Self::Hidden => say("есть невидимые или меняющие направление символы", "has invisible or direction-changing characters",
                "наберите ячейку заново", "type the cell anew"),
            Self::Lost => say("есть символ \u{fffd}: буквы потеряны при сохранении", "has \u{fffd}: letters were lost when it was saved",
                "наберите ячейку заново и сохраните как «CSV UTF-8»", "type the cell anew and save as “CSV UTF-8”"),
            Self::Empty => say("ячейка пуста", "the cell is empty", "заполните её", "fill it"),
            Self::Formula => say("текст начинается с =, +, - или @: таблица примет его за формулу",
                "the text begins with =, +, - or @: a spreadsheet takes it for a formula",
                "начните текст с буквы или цифры", "begin it with a letter or digit"),
            Self::Code => say("код состоит не из букв, цифр и дефисов", "the code is not of letters, digits and hyphens",
                "напишите код до 40 знаков, например ter-1", "write a code of up to 40 characters, like ter-1"),
            Self::MixedAlphabets => say("в коде смешаны русские и латинские буквы", "the code mixes Cyrillic and Latin letters",
                "наберите код буквами одного алфавита", "type it in the letters of one alphabet"),
            Self::StartsAtEnd => say("24:00 ничего не начинает", "nothing begins at 24:00",
                "напишите 00:00 следующего дня", "write 00:00 of the next day"),
            Self::EmptyBreak => say("перерыв не длится ни минуты", "a break lasts no minute",
                "напишите, когда он кончается", "write when it ends"),
            Self::Grain => say("сетка не 5 и не 1 минута", "the grid is neither 5 minutes nor 1",
                "напишите 5, а для нечётных длительностей 1", "write 5, or 1 for odd lengths"),
            Self::Superfluous => say("ячейка здесь ничего не значит", "the cell means nothing here",
                "очистите её или измените вид исключения", "clear it, or change the kind of exception"),
            Self::HoursReversed => say("закрытие не позже открытия", "closing is not after opening",
                "поправьте часы; круглосуточно пишется 00:00–24:00", "correct the hours; round the clock is 00:00–24:00"),
            Self::AgeReversed => say("«возраст от» больше, чем «возраст до»", "the youngest age is above the oldest",
                "поменяйте их местами", "swap them"),
            Self::DatesReversed => say("первая дата позже последней", "the first date is after the last",
                "поменяйте их местами", "swap them"),
            Self::BreakOutside => say("перерыв выходит за смену", "a break reaches outside its shift",
                "поправьте время перерыва или смены", "correct the break's time or the shift's"),
            Self::NoPractitioner => say("услугу никто не оказывает", "nobody gives the service",
                "перечислите коды специалистов через |", "list the practitioners' codes, parted by |"),
            Self::Name(NameError::TooLong) | Self::TooLong(100) => say("длиннее 100 знаков", "is longer than 100 characters",
                "сократите", "shorten it"),
            Self::Name(NameError::Empty | NameError::Hidden | NameError::Foreign) => say("в имени не только буквы", "the name has more than letters",
                "оставьте буквы, пробелы, дефисы, апострофы и точки", "keep letters, spaces, hyphens, apostrophes and full stops"),
            Self::Phone(PhoneError::Empty | PhoneError::Foreign | PhoneError::Impossible) => say("это не номер телефона", "is not a telephone number",
                "напишите в виде +7 495 777-09-13", "write it like +7 495 777-09-13"),
            Self::Email => say("это не адрес электронной почты", "is not an e-mail address",
                "напишите в виде center@clinic.example", "write it like center@clinic.example"),
            // Those that do.
            Self::NoSection(section) => (
                words(format!("нет раздела [{}]", section.title()), format!("the section [{}] is missing", section.title_en())),
                words("добавьте его, хотя бы без строк".into(), "add it, if only without rows".into())),
            Self::NoRows(section) => (
                words(format!("в разделе [{}] нет строк", section.title()), format!("the section [{}] has no rows", section.title_en())),
                words("если так и задумано, оставьте".into(), "if this is meant, let it be".into())),
            Self::UnknownSection(name) => (
                words(format!("раздела «{}» не бывает", short(name)), format!("there is no section “{}”", short(name))),
                words(format!("возможные: {}", titles(Section::title)), format!("possible: {}", titles(Section::title_en)))),
            Self::NoHead(section) => (
                words(format!("у раздела [{}] нет строки с названиями столбцов", section.title()), format!("the section [{}] has no row of column names", section.title_en())),
                words(format!("под названием раздела напишите: {}", heads(*section)), format!("below the section's name write: {}", heads(*section)))),
            Self::UnknownColumn(name, section) => (
                words(format!("столбца «{}» в этом разделе не бывает", short(name)), format!("this section has no column “{}”", short(name))),
                words(format!("возможные: {}", heads(*section)), format!("possible: {}", heads(*section)))),
            Self::NoColumn(section) => (
                words(format!("в разделе [{}] нет этого столбца", section.title()), format!("the section [{}] lacks this column", section.title_en())),
                words("добавьте столбец".into(), "add the column".into())),
            Self::TooLong(limit) => (
                words(format!("длиннее {limit} знаков"), format!("is longer than {limit} characters")),
                words("сократите".into(), "shorten it".into())),
            Self::Zone(name) => (
                words(format!("часового пояса «{}» нет", short(name)), format!("there is no time zone “{}”", short(name))),
                words("напишите имя IANA, например Europe/Moscow".into(), "write an IANA name, like Europe/Moscow".into())),
            Self::Time(text) => (
                words(format!("«{}» — не время", short(text)), format!("“{}” is no time of day", short(text))),
                words("напишите ЧЧ:ММ, от 00:00 до 24:00".into(), "write HH:MM, 00:00 to 24:00".into())),
            Self::Span(text) => (
                words(format!("«{}» — не промежуток времени", short(text)), format!("“{}” is no span of time", short(text))),
                words("напишите ЧЧ:ММ-ЧЧ:ММ; несколько — через |".into(), "write HH:MM-HH:MM; several are parted by |".into())),
            Self::Date(text) => (
                words(format!("«{}» — не дата", short(text)), format!("“{}” is no date", short(text))),
                words("напишите ДД.ММ.ГГГГ, годы 2000–2199".into(), "write DD.MM.YYYY, years 2000–2199".into())),
            Self::Price(text) => (
                words(format!("«{}» — не цена", short(text)), format!("“{}” is no price", short(text))),
                words("напишите рубли и копейки: 1500 или 1 500,00".into(), "write roubles and kopecks: 1500 or 1 500,00".into())),
            Self::Number(least, most) => (
                words(format!("это не целое число от {least} до {most}"), format!("is not a whole number from {least} to {most}")),
                words("напишите его цифрами".into(), "write it in digits".into())),
            Self::Year(least, most) => (
                words(format!("это не год от {least} до {most}"), format!("is not a year from {least} to {most}")),
                words("напишите четырьмя цифрами год, с которого врач практикует".into(), "write the year in which practice began, in four digits".into())),
            Self::Word(text, ru, en) => (
                words(format!("слово «{}» здесь не понято", short(text)), format!("“{}” is not understood here", short(text))),
                words(format!("возможные: {ru}"), format!("possible: {en}"))),
            Self::Days(text) => (
                words(format!("«{}» — не дни недели", short(text)), format!("“{}” are no days of the week", short(text))),
                words("напишите: Пн-Пт, Пн|Ср|Пт или ежедневно".into(), "write Mon-Fri, Mon|Wed|Fri or daily".into())),
            Self::OffGrain(grain, whose) => (
                words(format!("не кратно {grain} минутам — сетке {whose}"), format!("is no multiple of {grain} minutes, the grid of {whose}")),
                words("округлите или напишите сетку 1".into(), "round it, or make the grid 1".into())),
            Self::TwoCodes(code, line) => (
                words(format!("код {} уже есть в строке {line}", short(code)), format!("the code {} is already on line {line}", short(code))),
                words("дайте другой код".into(), "give another code".into())),
            Self::Twice(code) => (
                words(format!("{} названо дважды", short(code)), format!("{} is named twice", short(code))),
                words("оставьте одно".into(), "keep one".into())),
            Self::Unknown(section, codes) => (
                words(format!("в разделе [{}] нет кода {}", section.title(), list(codes)), format!("the section [{}] has no code {}", section.title_en(), list(codes))),
                words("исправьте код или добавьте строку".into(), "correct the code or add the row".into())),
            Self::NoFamily(families) => (
                words(format!("ни один кабинет или аппарат не из семейства {}", list(families)), format!("no room or device is of the family {}", list(families))),
                words(format!("исправьте или добавьте строку в [{}]", Section::Rooms.title()), format!("correct it or add a row to [{}]", Section::Rooms.title_en()))),
            Self::NoSchedule(code) => (
                words(format!("у специалиста {} нет расписания: записаться к нему нельзя", short(code)), format!("the practitioner {} has no schedule and cannot be booked", short(code))),
                words(format!("добавьте строку в [{}]", Section::Schedules.title()), format!("add a row to [{}]", Section::Schedules.title_en()))),
            Self::OutsideHours(branch) => (
                words(format!("смена выходит за часы работы филиала {}", short(branch)), format!("the shift reaches outside the hours of the branch {}", short(branch))),
                words("проверьте смену и часы филиала".into(), "check the shift and the branch's hours".into())),
            Self::NowhereGiven(practitioner, branch, family) => (
                words(
                    format!("специалист {} принимает в филиале {}, а семейства {} там нет: услуга там не предлагается", short(practitioner), short(branch), short(family)),
                    format!("the practitioner {} works at the branch {}, which has none of the family {}: the service is not offered there", short(practitioner), short(branch), short(family))),
                words("если так и задумано, оставьте".into(), "if this is meant, let it be".into())),
            Self::More(count) => (
                words(format!("ещё замечаний: {count}"), format!("{count} more")),
                words("исправьте показанные и повторите".into(), "correct those shown and try again".into())),
        }
    }
}

/// What it is in both languages, what to do in both.
fn say(what_ru: &str, what_en: &str, remedy_ru: &str, remedy_en: &str) -> (Words, Words) {
    (
        words(what_ru.into(), what_en.into()),
        words(remedy_ru.into(), remedy_en.into()),
    )
}

const fn words(ru: String, en: String) -> Words {
    Words { ru, en }
}

/// As much of what the file says as a message can hold.
fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut short: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

fn list(codes: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<String> = codes.iter().take(SHOWN).map(|code| short(code)).collect();
    let more = if codes.len() > SHOWN { "…" } else { "" };
    shown.join(", ") + more
}

fn titles(title: fn(Section) -> &'static str) -> String {
    Section::ALL
        .map(|section| format!("[{}]", title(section)))
        .join(", ")
}

fn heads(section: Section) -> String {
    let columns = section.needed().iter().chain(section.optional());
    columns
        .map(|column| column.head())
        .collect::<Vec<_>>()
        .join("; ")
}
