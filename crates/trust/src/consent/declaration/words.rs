//! Closed sets of words, each with its code and its names in both languages.

use serde::{Serialize, Serializer};

/// A language the system speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// `ru`, first everywhere.
    Russian,
    /// `en`.
    English,
}

/// The same words in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Words from two literals.
    pub fn new(ru: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ru: ru.into(),
            en: en.into(),
        }
    }

    /// The words in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Russian => &self.ru,
            Language::English => &self.en,
        }
    }
}

/// A member of a closed set, written in files by its code.
pub trait Coded: Copy + Sized + 'static {
    /// Every member.
    const ALL: &'static [Self];

    /// The code in files and answers.
    fn code(self) -> &'static str;

    /// The member with this code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|member| member.code() == code)
    }
}

impl Coded for Language {
    const ALL: &'static [Self] = &[Self::Russian, Self::English];

    fn code(self) -> &'static str {
        match self {
            Self::Russian => "ru",
            Self::English => "en",
        }
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

macro_rules! closed_set {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $member:ident $code:literal $ru:literal $en:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$each])* $member,)+
        }

        impl Coded for $name {
            const ALL: &'static [Self] = &[$(Self::$member),+];

            fn code(self) -> &'static str {
                match self {
                    $(Self::$member => $code,)+
                }
            }
        }

        impl $name {
            /// Its name for people.
            pub fn name(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$member, Language::Russian) => $ru,
                    (Self::$member, Language::English) => $en,)+
                }
            }

            /// Its name in both languages.
            pub fn words(self) -> Words {
                Words::new(self.name(Language::Russian), self.name(Language::English))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }
    };
}

closed_set! {
    /// For whom the visitor acts (clause 2.2).
    ForWhom {
        /// The visitor is the patient.
        Myself "self" "для себя" "for oneself";
        /// A minor, by a legal representative.
        Child "child" "для ребёнка" "for a child";
        /// An adult found incapable, by a legal representative.
        Ward "ward" "для подопечного" "for a ward";
        /// Another capable adult, by somebody who only books.
        Adult "adult" "для другого взрослого" "for another adult";
    }
}

closed_set! {
    /// Whose data a field holds; also the name of the object that carries it in a request.
    Party {
        /// Who will be seen.
        Patient "patient" "пациент" "patient";
        /// A legal representative of a child or a ward.
        Representative "representative" "законный представитель пациента" "patient's legal representative";
        /// Who books for another adult.
        Booker "booker" "лицо, которое записывает другого взрослого" "person booking for another adult";
    }
}

closed_set! {
    /// What kind of data a field is, for access and for the register.
    Category {
        /// Who somebody is.
        Identity "identity" "данные о личности" "identity data";
        /// How to reach somebody.
        Contact "contact" "контактные данные" "contact data";
        /// By what right somebody acts for another.
        Authority "authority" "сведения о полномочиях представителя" "a representative's authority";
        /// Numbers and years for the tax service.
        Tax "tax" "данные для налогового органа" "data for the tax authority";
        /// Sums paid.
        Payment "payment" "сведения об оплате" "payment data";
        /// Tied to a doctor or a speciality: врачебная тайна (323-ФЗ ст. 13 ч. 1). Secret.
        Special "special" "сведения, составляющие врачебную тайну" "data under medical secrecy";
        /// Whatever people write in their own words. Secret, as it may say anything.
        FreeText "free_text" "сообщение в свободной форме" "a message in one's own words";
    }
}

closed_set! {
    /// What a value looks like.
    Kind {
        /// A surname.
        Surname "surname" "фамилия" "surname";
        /// A given name.
        GivenName "given_name" "имя" "given name";
        /// A patronymic.
        Patronymic "patronymic" "отчество" "patronymic";
        /// What to call somebody, in one line.
        Name "name" "имя" "name";
        /// A day, `YYYY-MM-DD`.
        BirthDate "birth_date" "дата" "date";
        /// Whole years.
        Age "age" "возраст" "age";
        /// A telephone number.
        Phone "phone" "телефон" "phone";
        /// An e-mail address.
        Email "email" "электронная почта" "e-mail";
        /// One of listed codes.
        Choice "choice" "выбор из списка" "choice";
        /// Free text of several lines. Always secret.
        Text "text" "текст" "text";
        /// A person's ИНН: 12 digits with two check digits.
        Inn "inn" "ИНН" "taxpayer number";
        /// A calendar year of four digits.
        Year "year" "год" "year";
        /// Roubles, with kopecks after a point or a comma.
        Amount "amount" "сумма" "amount";
        /// Not typed by anybody: the system records it as part of the service.
        Recorded "recorded" "записывается системой" "recorded by the system";
    }
}

closed_set! {
    /// The seven purposes of clause 3.2.
    Purpose {
        /// Telling who somebody is.
        Identification "identification" "идентификация" "identification";
        /// Helping with the use of the services.
        Support "support" "клиентская поддержка" "support";
        /// Providing the service itself.
        Services "services" "предоставление сервиса" "providing the service";
        /// Reaching the person about the service.
        Contact "contact" "связь с пользователем" "contact";
        /// Making the services better, on de-identified data only.
        Improvement "improvement" "улучшение сервисов" "improvement";
        /// News of events and offers, by an opt-in of its own.
        Offers "offers" "новости и акции" "news and offers";
        /// Statistics, on de-identified data only.
        Statistics "statistics" "статистика" "statistics";
    }
}

closed_set! {
    /// Why the law allows the processing.
    BasisKind {
        /// The person's consent, 152-ФЗ ст. 6 ч. 1 п. 1.
        Consent "consent" "согласие" "consent";
        /// A contract with or in favour of the person, ст. 6 ч. 1 п. 5.
        Contract "contract" "договор" "contract";
        /// Medical purposes, by a professional bound by secrecy, ст. 10 ч. 2 п. 4; only beside another ground.
        MedicalCare "medical_care" "медицинская цель" "medical purpose";
        /// A duty laid on the operator by law, ст. 6 ч. 1 п. 2.
        Law "law" "обязанность по закону" "legal duty";
    }
}

closed_set! {
    /// What starts a term.
    Starts {
        /// The visit took place.
        VisitCompleted "visit_completed" "приём состоялся" "the visit took place";
        /// The visit was cancelled, or nobody came.
        VisitNotHeld "visit_not_held" "приём отменён или не состоялся" "the visit was cancelled or missed";
        /// The request was answered, the document handed over.
        Answered "answered" "обращение исполнено" "the request was fulfilled";
        /// Consent was withdrawn.
        Withdrawn "withdrawn" "получен отзыв согласия" "the withdrawal was received";
    }
}

closed_set! {
    /// What happens at the end of a term, by decision of named employees.
    Ends {
        /// The data is destroyed.
        Destroy "destroy" "данные уничтожаются" "the data is destroyed";
        /// What remains can no longer be tied to anybody.
        Deidentify "deidentify" "данные обезличиваются" "the data is de-identified";
    }
}

closed_set! {
    /// How a term is counted.
    Unit {
        /// Calendar days.
        CalendarDays "calendar_days" "календарных дней" "calendar days";
        /// Working days of the country's calendar.
        WorkingDays "working_days" "рабочих дней" "working days";
        /// Months.
        Months "months" "месяцев" "months";
        /// Years.
        Years "years" "лет" "years";
    }
}

closed_set! {
    /// How data is processed.
    Method {
        /// By machines alone.
        Automated "automated" "автоматизированная" "automated";
        /// By machines and by people (and on paper).
        Mixed "mixed" "смешанная (автоматизированная и без использования средств автоматизации)" "mixed (automated and manual)";
        /// On paper alone.
        Manual "manual" "без использования средств автоматизации" "manual";
    }
}

closed_set! {
    /// What is done with data (152-ФЗ ст. 3 п. 3). Transfer is not among them: it needs a ground and a record of its own.
    Action {
        /// Сбор.
        Collect "collect" "сбор" "collection";
        /// Запись.
        Record "record" "запись" "recording";
        /// Систематизация.
        Arrange "arrange" "систематизация" "systematisation";
        /// Накопление.
        Accumulate "accumulate" "накопление" "accumulation";
        /// Хранение.
        Store "store" "хранение" "storage";
        /// Уточнение (обновление, изменение).
        Correct "correct" "уточнение (обновление, изменение)" "correction (update, change)";
        /// Извлечение.
        Extract "extract" "извлечение" "extraction";
        /// Использование.
        Use "use" "использование" "use";
        /// Обезличивание.
        Deidentify "deidentify" "обезличивание" "de-identification";
        /// Блокирование.
        Block "block" "блокирование" "blocking";
        /// Удаление.
        Delete "delete" "удаление" "deletion";
        /// Уничтожение.
        Destroy "destroy" "уничтожение" "destruction";
    }
}

impl ForWhom {
    /// Whose data is asked for.
    pub fn parties(self) -> &'static [Party] {
        match self {
            Self::Myself => &[Party::Patient],
            Self::Child | Self::Ward => &[Party::Patient, Party::Representative],
            Self::Adult => &[Party::Patient, Party::Booker],
        }
    }

    /// Who gives the consents: the person at the keyboard.
    pub fn consenting(self) -> Party {
        match self {
            Self::Myself => Party::Patient,
            Self::Child | Self::Ward => Party::Representative,
            Self::Adult => Party::Booker,
        }
    }
}

impl Party {
    /// The party in the plural, as the register lists subjects.
    pub fn subjects(self) -> Words {
        match self {
            Self::Patient => Words::new("пациенты", "patients"),
            Self::Representative => Words::new(
                "законные представители пациентов",
                "patients' legal representatives",
            ),
            Self::Booker => Words::new(
                "лица, которые записывают другого взрослого",
                "persons booking for another adult",
            ),
        }
    }
}

impl BasisKind {
    /// Whether it is a ground of 152-ФЗ ст. 6 by itself. A medical purpose only lifts the ban of ст. 10 beside one.
    pub fn stands_alone(self) -> bool {
        self != Self::MedicalCare
    }
}

impl Category {
    /// Whether data of this category is secret-class: free text and everything tied to a doctor or a speciality.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Special | Self::FreeText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_come_back<T: Coded + PartialEq + std::fmt::Debug>() {
        for member in T::ALL {
            assert_eq!(T::from_code(member.code()), Some(*member));
        }
        assert_eq!(T::from_code("no such"), None);
    }

    #[test]
    fn every_set_reads_its_own_codes() {
        codes_come_back::<ForWhom>();
        codes_come_back::<Party>();
        codes_come_back::<Category>();
        codes_come_back::<Kind>();
        codes_come_back::<Purpose>();
        codes_come_back::<BasisKind>();
        codes_come_back::<Starts>();
        codes_come_back::<Ends>();
        codes_come_back::<Unit>();
        codes_come_back::<Method>();
        codes_come_back::<Action>();
        codes_come_back::<Language>();
        assert_eq!(Purpose::ALL.len(), 7, "clause 3.2 names seven");
    }
}
