# What stands around every page.
skip-to-content = К содержанию
menu = Разделы
menu-book = Записаться на приём
menu-doctors = Врачи
demo-banner = Это демонстрация: такой клиники нет, люди вымышлены. Не вводите настоящих данных.
footer-ogrn = ОГРН
footer-inn = ИНН
footer-licence = Лицензия { $number } от { $date }, { $issuer }.
footer-policy = Политика конфиденциальности
footer-contraindications = Имеются противопоказания. Необходима консультация специалиста.
to-home = На главную
or-call = Можно просто позвонить:
book-action = Записаться на приём
book-here = Записаться сюда
optional = (необязательно)
new-tab = (откроется в новой вкладке)
next = Дальше
back = Назад
back-to-time = Назад к выбору времени

# The first page and the doctors.
home-lead = Запись на приём без звонка и без регистрации: врач, время, имя — и вы записаны.
services-title = Услуги и цены
services-other = Другие услуги
branches-title = Где мы
others-title = Ещё можно
doctors-none = Список врачей скоро появится. Позвоните нам: подберём врача по телефону.

# Documents.
document-version = Редакция
document-effective = Действует с
document-versions = Все редакции
document-version-of = Редакция { $number }
document-in-force = действует сейчас
document-not-yet = ещё не вступила в силу
document-pdf = Скачать PDF
document-changes = Что изменилось
document-past = Это прежняя редакция.
document-future = Эта редакция вступит в силу: { $date }.
document-to-current = Открыть действующую
document-untranslated = Английского перевода этой редакции ещё нет; действует русский текст.
document-only-russian = Английского перевода этой редакции нет; показан русский текст.
document-in-russian = по-русски
changes-legend = Подчёркнуто то, что добавлено; зачёркнуто то, что убрано.

# Trouble.
trouble-not-found-title = Такой страницы нет
trouble-not-found-says = Возможно, адрес набран с ошибкой или страницу убрали.
trouble-not-found-way = Начните с главной страницы или сразу с записи на приём.
trouble-link-title = По этой ссылке записи нет
trouble-link-says = Ссылка скопирована не целиком, запись уже удалена, или браузер не сохранил ссылку.
trouble-link-way = Откройте ссылку, которую вы получили при записи, ещё раз, целиком. Если не выходит, позвоните: найдём, перенесём или отменим запись по телефону.
trouble-paper-title = Документ сейчас не печатается
trouble-paper-says = PDF не удалось подготовить. Сам текст цел: он открывается на странице «Политика» и на страницах остальных документов.
trouble-paper-way = Прочтите текст на сайте, его можно распечатать и оттуда. PDF попробуйте открыть ещё раз через минуту.
trouble-slip-title = Талон сейчас не печатается
trouble-slip-says = PDF не удалось подготовить. Ваша запись на месте.
trouble-slip-way = Вернитесь к своей записи: там всё то же самое, и страницу можно распечатать. На приём можно прийти и без талона.
trouble-receipt-title = Квитанция сейчас не печатается
trouble-receipt-says = PDF не удалось подготовить. Само согласие записано, с ним ничего не случилось.
trouble-receipt-way = Вернитесь к своим согласиям и попробуйте через минуту. Файл для проверки (JSON) можно скачать уже сейчас.
trouble-method-title = Так эту страницу не открыть
trouble-method-says = Страницу запросили не тем способом. Ничего не записано и не изменено.
trouble-method-way = Вернитесь назад и повторите с самой страницы.
trouble-type-title = Не удалось прочитать форму
trouble-type-says = Данные пришли не в том виде, в каком их отправляет страница. Ничего не записано.
trouble-type-way = Вернитесь назад: всё, что вы набрали, останется в форме. Отправьте её ещё раз с самой страницы.
trouble-large-title = Форма слишком большая
trouble-large-says = Пришло больше 64 килобайт: столько текста мы не принимаем. Ничего не записано.
trouble-large-way = Вернитесь назад: всё, что вы набрали, останется в форме. Сократите текст и отправьте ещё раз.
trouble-busy-title = Сейчас не получилось
trouble-busy-says = Сайт занят или обслуживается.
trouble-busy-way = Обновите страницу через минуту: дважды ничего не сделается.
trouble-broken-title = Ошибка на нашей стороне
trouble-broken-says = Мы уже знаем об этом.
trouble-broken-way = Попробуйте ещё раз немного позже. Если вы записывались, переносили или отменяли запись, проверьте её по своей ссылке или позвоните: возможно, мы успели.
not-now = Сейчас не получилось. Всё, что вы набрали, на месте: отправьте форму ещё раз через минуту, дважды она не сработает. Или позвоните нам.

# Dates, lengths, ages.
date-day = { $day } { $month }, { $weekday }
date-short = { $day } { $month }
month-1 = января
month-2 = февраля
month-3 = марта
month-4 = апреля
month-5 = мая
month-6 = июня
month-7 = июля
month-8 = августа
month-9 = сентября
month-10 = октября
month-11 = ноября
month-12 = декабря
weekday-1 = понедельник
weekday-2 = вторник
weekday-3 = среда
weekday-4 = четверг
weekday-5 = пятница
weekday-6 = суббота
weekday-7 = воскресенье
minutes = { $count ->
    [one] { $count } минута
    [few] { $count } минуты
   *[many] { $count } минут
}
ages-from = с { $from ->
    [one] { $from } года
   *[many] { $from } лет
}
ages-to = до { $to ->
    [one] { $to } года
   *[many] { $to } лет
}
ages-between = с { $from } до { $to ->
    [one] { $to } года
   *[many] { $to } лет
}

# Specialities, by the codes of the catalogue.
speciality-therapist = Терапевт
speciality-therapy = Терапевт
speciality-paediatrician = Педиатр
speciality-pediatrician = Педиатр
speciality-pediatrics = Педиатр
speciality-paediatrics = Педиатр
speciality-cardiologist = Кардиолог
speciality-cardiology = Кардиолог
speciality-neurologist = Невролог
speciality-neurology = Невролог
speciality-ophthalmologist = Офтальмолог
speciality-ophthalmology = Офтальмолог
speciality-otolaryngologist = Оториноларинголог (ЛОР)
speciality-otolaryngology = Оториноларинголог (ЛОР)
speciality-ent = Оториноларинголог (ЛОР)
speciality-dermatologist = Дерматолог
speciality-dermatology = Дерматолог
speciality-gynaecologist = Акушер-гинеколог
speciality-gynaecology = Акушер-гинеколог
speciality-gynecologist = Акушер-гинеколог
speciality-gynecology = Акушер-гинеколог
speciality-urologist = Уролог
speciality-urology = Уролог
speciality-surgeon = Хирург
speciality-surgery = Хирург
speciality-endocrinologist = Эндокринолог
speciality-endocrinology = Эндокринолог
speciality-gastroenterologist = Гастроэнтеролог
speciality-gastroenterology = Гастроэнтеролог
speciality-dentist = Стоматолог
speciality-dentistry = Стоматолог
speciality-ultrasound = Врач ультразвуковой диагностики
speciality-orthopaedics = Травматолог-ортопед
speciality-orthopedics = Травматолог-ортопед
problem-for-programs = Так сайт отвечает программам:
