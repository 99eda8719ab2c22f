//! What problems are called, and what to do about them, in the words of visitors.

use kernel::Language;

use super::Code;

impl Code {
    /// What it is called, and what to do about it.
    #[must_use]
    pub const fn words(self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::Ru => self.russian(),
            Language::En => self.english(),
        }
    }

    /// The same for somebody before a page: no word of the interface, and the phone stands beside.
    #[must_use]
    pub const fn people_words(self, language: Language) -> (&'static str, &'static str) {
        let (title, detail) = self.words(language);
        let own = match language {
            Language::Ru => self.russian_for_people(),
            Language::En => self.english_for_people(),
        };
        match own {
            Some(detail) => (title, detail),
            None => (title, detail),
        }
    }

    const fn russian_for_people(self) -> Option<&'static str> {
        match self {
            Self::Malformed
            | Self::IdempotencyKey
            | Self::NotJson
            | Self::Invalid
            | Self::KeyReused => Some("Откройте страницу заново и повторите с неё самой."),
            Self::HostMissing | Self::ForeignHost => {
                Some("Проверьте адрес сайта и откройте его заново.")
            }
            Self::MethodNotAllowed => Some("Вернитесь назад и повторите с самой страницы."),
            Self::SlotTaken => Some("Выберите, пожалуйста, другое время."),
            Self::TooLarge => Some("Столько данных здесь не нужно: сократите текст."),
            Self::Broken => Some(
                "О сбое мы узнаем сами. Если вы записывались, переносили или отменяли запись, возможно, мы успели: \
                 отправьте ту же форму ещё раз, ничего в ней не меняя, — дважды ничего не сделается. Или позвоните, и мы проверим.",
            ),
            Self::Unavailable => Some("Подождите минуту и повторите: дважды ничего не сделается."),
            Self::OutcomeUnknown => Some(
                "Неизвестно, успели ли мы сделать то, о чём вы просили. Отправьте ту же форму ещё раз, ничего в ней не \
                 меняя: дважды ничего не сделается. Или позвоните, и мы проверим.",
            ),
            Self::ForeignOrigin
            | Self::NotFound
            | Self::Settled
            | Self::NotYet
            | Self::TooManyRequests
            | Self::TooManyHolds
            | Self::Refused => None,
        }
    }

    const fn english_for_people(self) -> Option<&'static str> {
        match self {
            Self::Malformed
            | Self::IdempotencyKey
            | Self::NotJson
            | Self::Invalid
            | Self::KeyReused => Some("Open the page anew and try again from the page itself."),
            Self::HostMissing | Self::ForeignHost => {
                Some("Check the address of the site and open it anew.")
            }
            Self::MethodNotAllowed => Some("Go back and try again from the page itself."),
            Self::SlotTaken => Some("Please choose another time."),
            Self::TooLarge => Some("So much is not needed here: shorten the text."),
            Self::Broken => Some(
                "We shall learn of it ourselves. If you were booking, moving or cancelling a visit, it may have been done: \
                 send the same form again without changing it, nothing is done twice. Or call, and we will look.",
            ),
            Self::Unavailable => Some("Wait a minute and try again: nothing is done twice."),
            Self::OutcomeUnknown => Some(
                "It is not known whether what you asked for was done. Send the same form again without changing it: \
                 nothing is done twice. Or call, and we will look.",
            ),
            Self::ForeignOrigin
            | Self::NotFound
            | Self::Settled
            | Self::NotYet
            | Self::TooManyRequests
            | Self::TooManyHolds
            | Self::Refused => None,
        }
    }

    const fn russian(self) -> (&'static str, &'static str) {
        match self {
            Self::Malformed => (
                "Запрос не читается",
                "Тело запроса должно быть объектом JSON в кодировке UTF-8.",
            ),
            Self::IdempotencyKey => (
                "Ключ повтора не годится",
                "Заголовок Idempotency-Key — один, от 1 до 255 видимых знаков ASCII.",
            ),
            Self::HostMissing => (
                "Не назван сайт",
                "Запрос должен нести ровно один заголовок Host.",
            ),
            Self::ForeignOrigin => (
                "Форма отправлена с другого сайта",
                "Откройте эту страницу на нашем сайте и отправьте форму ещё раз.",
            ),
            Self::NotFound => (
                "Здесь ничего нет",
                "Проверьте адрес: возможно, ссылка устарела или набрана не целиком.",
            ),
            Self::MethodNotAllowed => (
                "Так этот адрес не спрашивают",
                "Допустимые методы названы в заголовке Allow.",
            ),
            Self::SlotTaken => (
                "Это время только что заняли",
                "Выберите другое: ближайшее свободное — в alternatives.",
            ),
            Self::Settled => (
                "Запись уже не изменить",
                "Приём отменён, начался или прошёл. Если это ошибка, позвоните в клинику.",
            ),
            Self::NotYet => (
                "Ещё не готово",
                "Журнал подписывается раз в несколько секунд. Повторите через пять секунд.",
            ),
            Self::TooLarge => (
                "Слишком много данных",
                "Столько данных здесь не нужно: сократите запрос.",
            ),
            Self::NotJson => (
                "Ожидается JSON",
                "Пришлите тело с заголовком Content-Type: application/json.",
            ),
            Self::ForeignHost => (
                "Сайт называется иначе",
                "По этому имени сайт не отвечает: проверьте адрес.",
            ),
            Self::Invalid => (
                "Проверьте данные",
                "Часть данных принять нельзя: что и почему — в errors.",
            ),
            Self::KeyReused => (
                "Ключ повтора уже занят",
                "С этим Idempotency-Key приходил другой запрос: возьмите новый ключ.",
            ),
            Self::TooManyRequests => ("Слишком часто", "Подождите немного и повторите."),
            Self::TooManyHolds => (
                "Слишком много отложенного времени",
                "Завершите одну из начатых записей или подождите, пока она освободится.",
            ),
            Self::Refused => ("Запрос не принят", "Проверьте запрос и повторите."),
            Self::Broken => (
                "Сбой на нашей стороне",
                "О сбое мы узнаем сами. Неизвестно, успели ли мы это сделать. Повторите позже с тем же Idempotency-Key: дважды ничего не сделается.",
            ),
            Self::Unavailable => (
                "Сейчас не получается",
                "Повторите через несколько секунд с тем же Idempotency-Key: дважды ничего не сделается.",
            ),
            Self::OutcomeUnknown => (
                "Ответ не успел прийти",
                "Неизвестно, успели ли мы это сделать. Повторите с тем же Idempotency-Key: дважды ничего не сделается.",
            ),
        }
    }

    const fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::Malformed => (
                "The request cannot be read",
                "The body must be a JSON object in UTF-8.",
            ),
            Self::IdempotencyKey => (
                "The idempotency key is not one",
                "Send one Idempotency-Key of 1 to 255 visible ASCII characters.",
            ),
            Self::HostMissing => ("The site is not named", "Send exactly one Host header."),
            Self::ForeignOrigin => (
                "The form was sent from another site",
                "Open this page on our site and send the form again.",
            ),
            Self::NotFound => (
                "Nothing is here",
                "Check the address: the link may be old or cut off.",
            ),
            Self::MethodNotAllowed => (
                "This address is not asked so",
                "The methods that work are in the Allow header.",
            ),
            Self::SlotTaken => (
                "This time has just been taken",
                "Choose another: the nearest free ones are in alternatives.",
            ),
            Self::Settled => (
                "The appointment cannot be changed any more",
                "It was cancelled, has begun or is over. If that is wrong, call the clinic.",
            ),
            Self::NotYet => (
                "Not ready yet",
                "The journal is signed every few seconds. Try again in five seconds.",
            ),
            Self::TooLarge => (
                "Too much data",
                "So much is not needed here: shorten the request.",
            ),
            Self::NotJson => (
                "JSON is expected",
                "Send the body with Content-Type: application/json.",
            ),
            Self::ForeignHost => (
                "The site has another name",
                "The site does not answer to this name: check the address.",
            ),
            Self::Invalid => (
                "Check the data",
                "Some of the data cannot be taken: what and why is in errors.",
            ),
            Self::KeyReused => (
                "The idempotency key is taken",
                "Another request came with this Idempotency-Key: use a new one.",
            ),
            Self::TooManyRequests => ("Too often", "Wait a little and try again."),
            Self::TooManyHolds => (
                "Too many times held",
                "Finish one of the bookings you began, or wait until its time is released.",
            ),
            Self::Refused => (
                "The request was not taken",
                "Check the request and try again.",
            ),
            Self::Broken => (
                "Something broke on our side",
                "We shall learn of it ourselves. It is not known whether this was done. Try again later with the same Idempotency-Key: nothing is done twice.",
            ),
            Self::Unavailable => (
                "Not now",
                "Try again in a few seconds with the same Idempotency-Key: nothing is done twice.",
            ),
            Self::OutcomeUnknown => (
                "The answer did not come in time",
                "It is not known whether this was done. Try again with the same Idempotency-Key: nothing is done twice.",
            ),
        }
    }
}
