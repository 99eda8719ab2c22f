//! A small clinic, and files about it.

mod errors;
mod hostile;
mod public;
mod round_trip;
mod whole;

use jiff::civil::{Date, date};

use super::*;

/// The day on which these files are read.
const TODAY: Date = date(2026, 11, 23);

fn read(bytes: &[u8]) -> Result<NewCatalogue, Vec<LineProblem>> {
    super::read(bytes, TODAY)
}

fn examine(bytes: &[u8]) -> Examined {
    super::examine(bytes, TODAY)
}

/// A clinic in which nothing is wrong.
const SMALL: &str = "\
[Филиалы]
Код;Название;Адрес;Телефон;Часовой пояс;Открытие;Закрытие
center;Центр;ул. Примерная, д. 5;+7 495 000-00-01;Europe/Moscow;08:00;20:00
[Специалисты]
Код;ФИО;Специальность
pchela;Пчёлкин Аркадий Савельевич;therapist
[Кабинеты и аппараты]
Код;Вид;Семейство;Название;Филиал;Одновременно
us-1;аппарат;ultrasound;Аппарат УЗИ;center;2
[Услуги]
Код;Название;Длительность, мин;Цена, руб.;Специалисты;Требуется
visit;Консультация;20;1 500,00;pchela;
scan;УЗИ;30;2000;pchela;ultrasound
[Расписание]
Специалист;Филиал;Дни;Начало;Конец;Перерывы
pchela;center;Пн-Пт;08:00;14:00;11:00-11:30
[Исключения]
Специалист;Дата;Что;Филиал;Начало;Конец
pchela;31.12.2026;выходной;;;
";

/// The small clinic with one piece of text for another.
fn with(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from:?} is not there");
    SMALL.replacen(from, to, 1)
}

/// All problems of a file, as the operator reads them.
fn told(file: &str) -> Vec<String> {
    examine(file.as_bytes())
        .problems
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// The small clinic with one piece of text for another has exactly one problem, which begins so.
#[track_caller]
fn one(from: &str, to: &str, told_so: &str) {
    let told = told(&with(from, to));
    assert!(
        told.len() == 1 && told[0].starts_with(told_so),
        "{from:?} -> {to:?}: {told:#?}"
    );
}
