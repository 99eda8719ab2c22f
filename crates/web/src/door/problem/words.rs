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
                "Ничего не сделано, о сбое мы узнаем сами. Повторите позже или позвоните в клинику.",
            ),
            Self::Unavailable => (
                "Сейчас не получается",
                "Ничего не сделано. Повторите через несколько секунд.",
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
                "Nothing was done, and we shall learn of it ourselves. Try later or call the clinic.",
            ),
            Self::Unavailable => ("Not now", "Nothing was done. Try again in a few seconds."),
        }
    }
}
