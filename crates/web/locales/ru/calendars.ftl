# Calendars of practitioners.

calendars-title = Календарь врача
calendars-about = По секретной ссылке телефон или почтовая программа показывает, когда врач занят: «Приём», «Перерыв», «Занято» — без имён пациентов и без услуг. Кто знает ссылку, видит занятость, поэтому не пересылайте её. Новая ссылка сразу отменяет старую.
calendars-made = Ссылка готова: { $name }. Добавьте её в программу как календарь по подписке:
calendars-once = Больше мы её не покажем. Если она потеряется, создайте новую.
calendars-revoked = Ссылка отменена: календарь по ней больше не открывается.
calendars-nobody = В справочнике нет врачей.
calendars-whose = Врач
calendars-link = Ссылка
calendars-made-at = создана: { $time }
calendars-none = нет
calendars-read = Открывали
calendars-do = Действие
calendars-make = Создать ссылку
calendars-make-again = Заменить ссылку
calendars-revoke = Отменить ссылку
calendars-of-staff = Календари врачей
calendars-own = Мой календарь в телефоне
desk-kind-calendar-made = Создана ссылка на календарь врача
desk-kind-calendar-revoked = Отменена ссылка на календарь врача
desk-kind-calendar-read = Календарь врача открыт по ссылке
