//! Owns the names of sections and columns, as people write them in both languages.
//!
//! The first name of each is the one the sample has; the others are read as well. Names are compared without regard
//! to case, ё, spaces and punctuation, so «Длительность, мин» is `длительность мин`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::booking) enum Section {
    Branches,
    Practitioners,
    Rooms,
    Services,
    Schedules,
    Exceptions,
}

/// A column; several sections share some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Code,
    Title,
    TitleEn,
    Name,
    NameEn,
    About,
    AboutEn,
    Address,
    AddressEn,
    Phone,
    Zone,
    Opens,
    Closes,
    Way,
    WayEn,
    Email,
    Speciality,
    Education,
    EducationEn,
    Since,
    Kind,
    Family,
    Branch,
    Lanes,
    Grain,
    Preparation,
    PreparationEn,
    Duration,
    BufferBefore,
    BufferAfter,
    Step,
    Price,
    AgeFrom,
    AgeTo,
    Practitioners,
    Requires,
    Practitioner,
    Days,
    Parity,
    From,
    To,
    Start,
    End,
    Breaks,
    Audience,
    Date,
    Change,
}

impl Section {
    /// All, in the order in which the sample has them.
    pub(super) const ALL: [Self; 6] = [
        Self::Branches,
        Self::Practitioners,
        Self::Rooms,
        Self::Services,
        Self::Schedules,
        Self::Exceptions,
    ];

    /// What the text between the square brackets means.
    pub(super) fn find(name: &str) -> Option<Self> {
        static KNOWN: LazyLock<HashMap<String, Section>> = LazyLock::new(|| {
            let named = |section: Section| {
                section
                    .names()
                    .iter()
                    .map(move |name| (plain(name), section))
            };
            Section::ALL.into_iter().flat_map(named).collect()
        });
        KNOWN.get(&plain(name)).copied()
    }

    /// Its name in the sample.
    pub(super) const fn title(self) -> &'static str {
        self.names()[0]
    }

    /// Its name in English.
    pub(super) const fn title_en(self) -> &'static str {
        self.names()[1]
    }

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Branches => &["Филиалы", "Branches", "Филиал"],
            Self::Practitioners => &["Специалисты", "Practitioners", "Врачи", "Doctors"],
            Self::Rooms => &[
                "Кабинеты и аппараты",
                "Rooms and devices",
                "Кабинеты",
                "Аппараты",
                "Rooms",
                "Devices",
            ],
            Self::Services => &["Услуги", "Services"],
            Self::Schedules => &["Расписание", "Schedules", "Расписания", "Schedule"],
            Self::Exceptions => &["Исключения", "Exceptions"],
        }
    }

    /// The columns a row cannot do without.
    pub(super) const fn needed(self) -> &'static [Column] {
        use Column as C;
        match self {
            Self::Branches => &[
                C::Code,
                C::Title,
                C::Address,
                C::Phone,
                C::Zone,
                C::Opens,
                C::Closes,
            ],
            Self::Practitioners => &[C::Code, C::Name, C::Speciality],
            Self::Rooms => &[C::Code, C::Kind, C::Family, C::Title, C::Branch],
            Self::Services => &[C::Code, C::Title, C::Duration, C::Price, C::Practitioners],
            Self::Schedules => &[C::Practitioner, C::Branch, C::Days, C::Start, C::End],
            Self::Exceptions => &[C::Practitioner, C::Date, C::Change],
        }
    }

    /// The columns that may be left out.
    pub(super) const fn optional(self) -> &'static [Column] {
        use Column as C;
        match self {
            Self::Branches => &[C::TitleEn, C::AddressEn, C::Way, C::WayEn, C::Email],
            Self::Practitioners => &[
                C::NameEn,
                C::About,
                C::AboutEn,
                C::Education,
                C::EducationEn,
                C::Since,
                C::Lanes,
                C::Grain,
            ],
            Self::Rooms => &[C::TitleEn, C::About, C::AboutEn, C::Lanes, C::Grain],
            Self::Services => &[
                C::TitleEn,
                C::About,
                C::AboutEn,
                C::Preparation,
                C::PreparationEn,
                C::BufferBefore,
                C::BufferAfter,
                C::Step,
                C::AgeFrom,
                C::AgeTo,
                C::Requires,
            ],
            Self::Schedules => &[C::Parity, C::From, C::To, C::Breaks, C::Audience],
            Self::Exceptions => &[C::Branch, C::Start, C::End, C::Breaks, C::Audience],
        }
    }

    /// Which of its columns the head of a column means.
    pub(super) fn column(self, head: &str) -> Option<Column> {
        let head = plain(head);
        let mut columns = self.needed().iter().chain(self.optional());
        columns
            .find(|column| column.names().iter().any(|known| plain(known) == head))
            .copied()
    }
}

impl Column {
    /// Its head in the sample.
    pub(super) const fn head(self) -> &'static str {
        self.names()[0]
    }

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Code => &["Код", "code"],
            Self::Title => &["Название", "title", "Наименование"],
            Self::TitleEn => &["Название (англ.)", "title_en"],
            Self::Name => &["ФИО", "name", "Имя", "full_name"],
            Self::NameEn => &["ФИО (англ.)", "name_en", "Имя (англ.)", "full_name_en"],
            Self::About => &["Описание", "about", "О специалисте", "Должность"],
            Self::AboutEn => &["Описание (англ.)", "about_en", "О специалисте (англ.)"],
            Self::Address => &["Адрес", "address"],
            Self::AddressEn => &["Адрес (англ.)", "address_en"],
            Self::Phone => &["Телефон", "phone"],
            Self::Zone => &["Часовой пояс", "zone", "time_zone"],
            Self::Opens => &["Открытие", "opens", "Открывается"],
            Self::Closes => &["Закрытие", "closes", "Закрывается"],
            Self::Way => &["Как добраться", "way", "Проезд", "how_to_get_there"],
            Self::WayEn => &["Как добраться (англ.)", "way_en", "Проезд (англ.)"],
            Self::Email => &["Эл. почта", "email", "Электронная почта", "E-mail"],
            Self::Education => &["Образование", "education"],
            Self::EducationEn => &["Образование (англ.)", "education_en"],
            Self::Since => &["Стаж с года", "practising_since", "Практикует с года"],
            Self::Speciality => &["Специальность", "speciality", "specialty"],
            Self::Kind => &["Вид", "kind"],
            Self::Family => &["Семейство", "family", "Группа"],
            Self::Branch => &["Филиал", "branch"],
            Self::Lanes => &["Одновременно", "lanes", "Мест"],
            Self::Grain => &["Сетка, мин", "grain", "Сетка", "grain_min"],
            Self::Preparation => &["Подготовка", "preparation"],
            Self::PreparationEn => &["Подготовка (англ.)", "preparation_en"],
            Self::Duration => &[
                "Длительность, мин",
                "duration",
                "Длительность",
                "duration_min",
            ],
            Self::BufferBefore => &["Буфер до, мин", "buffer_before", "Буфер до"],
            Self::BufferAfter => &["Буфер после, мин", "buffer_after", "Буфер после"],
            Self::Step => &["Шаг, мин", "step", "Шаг", "step_min"],
            Self::Price => &["Цена, руб.", "price", "Цена", "Стоимость"],
            Self::AgeFrom => &["Возраст от", "age_from"],
            Self::AgeTo => &["Возраст до", "age_to"],
            Self::Practitioners => &["Специалисты", "practitioners", "Врачи", "doctors"],
            Self::Requires => &["Требуется", "requires"],
            Self::Practitioner => &["Специалист", "practitioner", "Врач", "doctor"],
            Self::Days => &["Дни", "days", "Дни недели", "weekdays"],
            Self::Parity => &["Чётность", "parity", "Чётные и нечётные"],
            // Beside the Russian letter stands the Latin one that looks the same.
            Self::From => &["Действует с", "from", "С", "C", "valid_from"],
            Self::To => &["Действует по", "to", "По", "valid_to"],
            Self::Start => &["Начало", "start"],
            Self::End => &["Конец", "end", "Окончание"],
            Self::Breaks => &["Перерывы", "breaks", "Перерыв"],
            Self::Audience => &["Для кого", "audience"],
            Self::Date => &["Дата", "date"],
            Self::Change => &["Что", "change", "Изменение", "Вид исключения"],
        }
    }
}

/// A name as it is compared: small letters and digits, е for ё, single spaces between.
pub(super) fn plain(name: &str) -> String {
    let small = name.to_lowercase().replace('ё', "е");
    let words = small.split(|character: char| !character.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_means_two_columns_of_a_section() {
        for section in Section::ALL {
            let mut seen = HashSet::new();
            for column in section.needed().iter().chain(section.optional()) {
                for name in column.names() {
                    assert!(seen.insert(plain(name)), "{section:?}: {name}");
                    assert_eq!(section.column(name), Some(*column));
                }
            }
        }
        let mut seen = HashSet::new();
        for name in Section::ALL.iter().flat_map(|section| section.names()) {
            assert!(seen.insert(plain(name)), "{name}");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(Section::find(" УСЛУГИ "), Some(Section::Services));
        assert_eq!(Section::find("rooms  AND devices"), Some(Section::Rooms));
        assert_eq!(Section::find("Скидки"), None);
        assert_eq!(
            Section::Services.column("длительность (мин.)"),
            Some(Column::Duration)
        );
        assert_eq!(Section::Schedules.column("Четность"), Some(Column::Parity));
        assert_eq!(Section::Branches.column("Цена"), None);
    }
}
