//! Owns the demo clinic's patients.

use jiff::ToSpan;
use jiff::civil::Date;

/// A patient who does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub given_name: String,
    /// Отчество.
    pub patronymic: String,
    /// The date of birth.
    pub birth_date: Date,
    /// The telephone; a child has none.
    pub phone: Option<String>,
    /// Of a child, the parent who books.
    pub guardian: Option<Guardian>,
    /// Whether the patient is a woman or a girl.
    pub female: bool,
}

/// A parent who does not exist either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guardian {
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub given_name: String,
    /// Отчество.
    pub patronymic: String,
    /// The telephone.
    pub phone: String,
}

/// How many patients there are: one for every appointment of two days, with some to spare.
const PATIENTS: usize = 400;

/// Surnames such as sample documents have; +а for a woman.
const SURNAMES: [&str; 20] = [
    "Тестов",
    "Примеров",
    "Образцов",
    "Пробников",
    "Черновиков",
    "Шаблонов",
    "Макетов",
    "Эскизов",
    "Вымыслов",
    "Выдумкин",
    "Небылицын",
    "Сказкин",
    "Понарошкин",
    "Учебников",
    "Демонстраторов",
    "Заготовкин",
    "Заглушкин",
    "Условнов",
    "Псевдонимов",
    "Анонимов",
];

const MEN: [&str; 10] = [
    "Тихон",
    "Добрыня",
    "Садко",
    "Елисей",
    "Емельян",
    "Лукоян",
    "Ратибор",
    "Потап",
    "Гвидон",
    "Никита",
];
const WOMEN: [&str; 10] = [
    "Василиса",
    "Алёна",
    "Забава",
    "Марья",
    "Любава",
    "Варвара",
    "Настасья",
    "Снежана",
    "Услада",
    "Милана",
];
/// Patronymics without their endings: +ич, +на.
const PATRONYMICS: [&str; 7] = [
    "Тестов",
    "Примеров",
    "Образцов",
    "Пробов",
    "Черновов",
    "Макетов",
    "Эскизов",
];

/// The patients: every fifth a child with a parent, every other one a woman. Telephones are
/// `+7 999 000-00-00` to `+7 999 000-03-99`, one each.
#[must_use]
pub fn patients(today: Date) -> Vec<Patient> {
    (0..PATIENTS).map(|number| patient(number, today)).collect()
}

fn patient(number: usize, today: Date) -> Patient {
    let is_child = number % 5 == 4;
    let female = number % 2 == 1;
    let phone = format!("+7 999 000-{:02}-{:02}", number / 100, number % 100);
    let (surname, given_name, patronymic) = name(number, number / SURNAMES.len(), female);
    let guardian = is_child.then(|| {
        let (surname, given_name, patronymic) = name(number, number / SURNAMES.len() + 3, true);
        Guardian {
            surname,
            given_name,
            patronymic,
            phone: phone.clone(),
        }
    });
    Patient {
        surname,
        given_name,
        patronymic,
        birth_date: birth_date(number, is_child, today),
        phone: (!is_child).then_some(phone),
        guardian,
        female,
    }
}

/// The surname by the patient's number, the other names by `other`.
fn name(number: usize, other: usize, female: bool) -> (String, String, String) {
    let surname = SURNAMES[number % SURNAMES.len()];
    let given = if female { WOMEN } else { MEN }[(number + other) % MEN.len()];
    let father = PATRONYMICS[(number + 3 * other) % PATRONYMICS.len()];
    let (surname, patronymic) = if female {
        (format!("{surname}а"), format!("{father}на"))
    } else {
        (surname.to_owned(), format!("{father}ич"))
    };
    (surname, given.to_owned(), patronymic)
}

/// Children are 1 to 16 years old, adults 19 to 84, whatever the day.
fn birth_date(number: usize, is_child: bool, today: Date) -> Date {
    let years = if is_child {
        1 + number / 5 % 16
    } else {
        19 + number * 7 % 66
    };
    let days = number * 37 % 330;
    let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    today
        .saturating_sub(whole(years).years())
        .saturating_sub(whole(days + 10).days())
}
