# The desk: people, and who looked.

desk-section-people = Люди
desk-section-looks = Кто смотрел
desk-section-journal = Журнал
desk-find = Найти человека
desk-find-whom = Кого ищем
desk-find-hint = Телефон или его последние четыре цифры, почта, фамилия и дата рождения, фамилия и первая буква имени
desk-find-do = Найти
desk-find-wrong = По этому не найти. Напишите телефон, четыре его последние цифры, почту, «Пчёлкина 24.11.1986» или «Пчёлкина А».
desk-found =
    { $count ->
        [one] Нашёлся { $count } человек
        [few] Нашлось { $count } человека
       *[other] Нашлось: { $count }
    }
desk-found-people = Найденные люди
desk-found-nobody = Никого. Проверьте цифры и буквы; тот, кто не записан в ваших филиалах, здесь не виден.
desk-found-journal = Данные показаны частями. Полностью их открывает карточка: по делу или с указанием причины. Поиск записан в журнал.
desk-who = Кто
desk-what = Что
desk-when = Когда
desk-why = Зачем
desk-number = Запись №
desk-born = Год рождения
desk-identity = Личность
desk-last-visit = Последняя запись
desk-no-name = Имя не названо
desk-is-identified = Личность подтверждена
desk-is-stated = Со слов пациента
desk-card = Карточка
desk-data = Данные
desk-visits = Записи
desk-no-visits = Записей нет.
desk-part-representative = представитель
desk-part-booker = записал другого
desk-choose = Выберите
desk-reason = Причина
desk-reason-hint = Своими словами, без диагнозов и жалоб. Её увидит ответственный за данные
desk-reveal-title = Показать полностью
desk-reveal-by-case = Показать по записи
desk-reveal-otherwise = Показать не по записи
desk-reveal-why = Зачем
desk-reveal-do = Показать на 15 минут
desk-reveal-purpose = Выберите, зачем открыть карточку.
desk-reveal-reason = Напишите причину: эту запись завели вы сами или дела нет.
desk-reveal-no-basis = Открыть нельзя: согласие отозвано, другого основания нет.
desk-reveal-denied = Для этой цели ваша роль карточку не открывает.
desk-opened-until = Открытие записано в журнал и видно пациенту.
desk-why-contact = Связаться с пациентом
desk-why-identification = Установить личность
desk-why-support = Ответить на вопрос
desk-why-services = Оказать услугу
desk-document-passport = Паспорт
desk-document-birth-certificate = Свидетельство о рождении
desk-document-foreign-passport = Паспорт другой страны
desk-document-other = Другой документ
desk-identify-by = Подтвердить по документу
desk-identify-hint = Номер документа не записывается
desk-identify-do = Документ вижу, личность подтверждаю
desk-identify-document = Выберите документ, который вам показали.
desk-identify-undo = Снять подтверждение
desk-identify-undo-about = Если подтвердили по ошибке.
desk-identified = Личность подтверждена.
desk-as-stated = Подтверждение снято.
desk-same = Тот же пациент
desk-maybe-same = Возможно, тот же пациент
desk-join-do = Это один человек
desk-others-do = Это разные люди
desk-join-about = Объединить можно, когда личность подтверждена в обеих карточках. Объединение отменяется.
desk-part-do = Разъединить
desk-joined = Карточки объединены.
desk-parted = Карточки разъединены.
desk-others = Больше не предлагаем.
desk-join-not-identified = Сначала подтвердите личность по документу в обеих карточках.
desk-join-already = Эти карточки уже объединены.
desk-join-not-joined = Эти карточки не объединены напрямую.
desk-looked = Кто смотрел
desk-looked-about = Каждое открытие: кто, когда, зачем. То, что вы смотрите этот список, тоже будет в нём.
desk-looked-all = Показать список
desk-looked-of = Кто смотрел: { $name }
desk-show = Показать
desk-looks-when = За сколько
desk-looks-days =
    { $count ->
        [one] сутки
       *[other] { $count } дней
    }
desk-looks-about = О чём
desk-looks-data = Данные пациентов
desk-looks-staff = Сотрудники и входы
desk-looks-show = Показать
desk-looks-all = всё
desk-looks-unusual = только необычное
desk-looks-everybody = все
desk-looks-nothing = За это время ничего такого не было.
desk-looks-persons =
    { $count ->
        [one] { $count } человек
        [few] { $count } человека
       *[other] { $count } человек
    }
desk-looks-more = И ещё { $count }: сузьте отбор, чтобы увидеть их.
desk-looks-waiting = ждёт номера
desk-looks-honest = Журнал показывает каждое открытие через систему; тот, у кого и компьютер, и ключи, может прочитать и без записи.
desk-unusual = Необычно
desk-journal-size = Записей
desk-journal-signed = Подписано
desk-journal-waiting = Ждут номера
desk-journal-key = Открытый ключ
desk-journal-how = Проверить журнал может любой, своими средствами (C2SP tlog-tiles) или командой «medok journal verify». Контрольная точка:

desk-field-surname = Фамилия
desk-field-given-name = Имя
desk-field-patronymic = Отчество
desk-field-name = Как обращаться
desk-field-birth-date = Дата рождения
desk-field-phone = Телефон
desk-field-email = Почта
desk-field-sign-in-secret = Чем входит

desk-actor-visitor = Посетитель сайта
desk-actor-holder = Владелец ссылки: пациент
desk-actor-worker = Система, по поручению
desk-actor-console = Команда на сервере
desk-actor-staff = Сотрудник

desk-for-identification = установить личность
desk-for-support = ответ на вопрос
desk-for-services = услуга сайта
desk-for-contact = связь
desk-for-rights = права пациента
desk-for-disclosure = требование закона
desk-for-safeguard = защита данных
desk-for-rekey = смена ключей

desk-case-appointment = запись
desk-case-submission = заявление
desk-case-request = обращение
desk-case-destruction = уничтожение
desk-case-batch = расписание дня
desk-case-inquiry = без дела, с причиной

desk-kind-names = Открыты имена списка
desk-kind-ticket-issued = Открыта карточка
desk-kind-person-opened = Открыты данные
desk-kind-people-searched = Поиск
desk-kind-card-shown = Карточка показана частями
desk-kind-looks-shown = Просмотр этого списка
desk-kind-person-identified = Личность подтверждена
desk-kind-identity-withdrawn = Подтверждение снято
desk-kind-persons-joined = Карточки объединены
desk-kind-persons-parted = Карточки разъединены
desk-kind-same-dismissed = Признаны разными людьми
desk-kind-same-suggested = Нашлась похожая карточка
desk-kind-appointment-booked = Записан
desk-kind-appointment-moved = Запись перенесена
desk-kind-appointment-cancelled = Запись отменена
desk-kind-appointment-accepted = Запись подтверждена
desk-kind-appointment-escalated = Запись долго ждала подтверждения
desk-kind-submission-received = Подано заявление
desk-kind-submission-withdrawn = Заявление отозвано
desk-kind-consent-withdrawn = Согласие отозвано
desk-kind-receipt-given = Выдана квитанция о согласии
desk-kind-keys-rewrapped = Ключ перезаписан
desk-kind-journal-map = Журнал скреплён
desk-kind-staff-added = Заведён сотрудник
desk-kind-staff-invited = Выдано приглашение
desk-kind-staff-changed = Изменены роль или филиалы
desk-kind-staff-dismissed = Сотрудник уволен
desk-kind-staff-obliged = Принято обязательство
desk-kind-factors-changed = Изменено, чем входит
desk-kind-session-began = Вход
desk-kind-session-resumed = Возвращение к работе
desk-kind-session-ended = Выход
desk-kind-day-printed = Напечатан список дня
desk-kind-appointment-slip-printed = Напечатан талон
