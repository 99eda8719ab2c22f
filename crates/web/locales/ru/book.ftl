# Booking, step by step.
book-title = Запись на приём
step-1 = Шаг 1 из 4
step-2 = Шаг 2 из 4
step-3 = Шаг 3 из 4
step-4 = Шаг 4 из 4
for-title = Кого записываем?
for-self = Себя
for-child = Ребёнка
for-ward = Подопечного
for-adult = Другого взрослого
born-title = Когда родился ребёнок?
born-why = По возрасту покажем только тех врачей и те услуги, которые подходят ребёнку.
service-title = К кому или на что записаться?
service-of = Врач: { $name }.
service-all = Показать всех врачей
service-none = Подходящих услуг не нашлось. Позвоните, подберём по телефону:
service-unknown = Этой услуги больше нет. Выберите другую.
service-other-age = Эта услуга для другого возраста. Вот те, что подходят.
time-title = Когда удобно?
filters-title = Врач и филиал
filter-practitioner = Врач
filter-any-practitioner = Любой врач
filter-branch = Филиал
filter-any-branch = Любой филиал
filter-show = Показать
nearest-title = Ближайшее время у любого врача
nearest-title-one = Ближайшее время
days-title = По дням
days-earlier = ← Раньше
days-later = Позже →
day-none = занято
day-free = свободно: { $count }
times-none = В эти дни свободного времени нет
no-good-time = Нет удобного времени? Подберём по телефону:
time-not-offered = Это время уже не предлагается. Выберите, пожалуйста, другое.
time-again = Выберите время ещё раз.
taken-title = Это время только что заняли. Ближайшее свободное:
taken-none = Рядом свободного времени нет. Посмотрите другие дни.
held-already = За вами: { $when }.
held-keep = Оставить это время
who-title = Кто придёт на приём
hold-until = Время за вами до { $time }.
hold-extend = Продлить
hold-none = Время пока не закреплено за вами: его могут занять, пока вы заполняете форму.
hold-take = Закрепить
summary-when = Когда
summary-service = Услуга
summary-doctor = Врач
summary-where = Где
book-send = Записаться
done-title = Вы записаны
bring-title = Что взять с собой и как подготовиться
done-outgoing = Если нужно уточнить, администратор позвонит с номера
manage-title = Перенести или отменить
manage-open = Открыть мою запись
manage-keep = Сохраните эту ссылку: по ней запись можно посмотреть, перенести и отменить. Никому её не передавайте.
calendar-add = Добавить в календарь

# Fields and what is wrong with them.
party-patient-self = Ваши данные
party-patient-child = Ребёнок
party-patient-ward = Подопечный
party-patient-adult = Кого записываем
party-representative = Вы, законный представитель
party-booker = Вы
hint-birth-date = Например, 24.11.1986
hint-phone = Например, +7 916 777-09-13
hint-patronymic = Если есть
hint-text = Не пишите здесь о симптомах: об этом спросит врач
hint-amount = В рублях, например 1500,00
hint-inn = 12 цифр
birth-date-malformed = Напишите дату полностью: день, месяц и год, например 24.11.1986
birth-date-future = Эта дата ещё не наступила. Проверьте год
birth-date-too-long-ago = Проверьте год рождения: столько не живут
age-not-adult = Пациенту нет 18 лет: его записывает родитель или опекун. Вернитесь к началу и выберите «Ребёнка»
age-not-child = Пациенту уже есть 18 лет. Вернитесь к началу и выберите «Другого взрослого» или «Подопечного»
age-other = Эта услуга для другого возраста: { $from ->
    [0] до { $to } лет включительно
   *[other] { $to ->
        [200] с { $from } лет
       *[other] с { $from } до { $to } лет включительно
    }
}. Вернитесь и выберите другую
wrongs-title = Проверьте, пожалуйста:
wrong-prefix = Ошибка:
not-for-them = Так эту услугу не получить. Вернитесь к началу и выберите, кого записываем
sent-already = Эта форма уже отправлена, и запись по ней сделана. Чтобы записаться ещё раз, начните запись заново

# Consents.
consents-title = Согласия
consent-missing = Без этой отметки записать на сайте нельзя. Если не хотите её ставить, позвоните: запишем по телефону
consent-outdated = Текст документа обновился. Прочитайте новую редакцию и отметьте ещё раз
consent-not-asked = Здесь это согласие не нужно
instead-call = Не хотите оставлять данные на сайте? Позвоните:

# An appointment in its owner's hands.
appointment-title = Ваша запись
appointment-moved = Запись перенесена.
appointment-cancelled = Запись отменена. Время свободно для других, спасибо, что предупредили.
appointment-settled = Эту запись уже нельзя изменить: приём начался, прошёл или отменён. Если нужно, позвоните нам.
appointment-phone = Телефон для связи: { $phone }
status-requested = Вы записаны
status-accepted = Вы записаны, запись подтверждена
status-arrived = Вы в клинике
status-completed = Приём завершён
status-cancelled = Запись отменена
status-no-show = Приём не состоялся
move = Перенести
cancel = Отменить запись
book-again = Записаться снова
cancel-title = Отменить запись?
cancel-note = Время сразу освободится для других. Вернуть его потом может не получиться.
cancel-keep = Не отменять
move-title = На когда перенести?
move-now = Сейчас вы записаны: { $when }. Это время останется за вами, пока вы не выберете другое.

# Other declared services.
service-aim = Для чего: { $aim }.
service-for-title = Для кого?
service-send = Отправить
received-title = Принято
received-says = Мы получили вашу форму и ответим по телефону или почте, которые вы оставили.
