# What the pages are called, and what they are about in a sentence.
home-title = Запись на приём к врачу
home-about = { $clinic }: запись на приём на сайте и по телефону, врачи, услуги и цены, адреса и часы работы.
doctors-title = Врачи
doctors-about = Врачи клиники { $clinic }: специальность, образование, стаж, цены и ближайшее свободное время.
doctor-about = { $name } — { $about }. { $clinic }: образование, услуги и цены, ближайшее свободное время.
prices-about = Услуги и цены клиники { $clinic }: сколько стоит приём и исследование, сколько длится и как подготовиться.
book-about = Записаться в клинику { $clinic }: выберите врача, день и время. Без звонка и регистрации.
contacts-title = Контакты
contacts-about = { $clinic }: адреса филиалов, телефоны, часы работы и как пройти.
legal-title = Лицензия и правовая информация
legal-about = { $clinic }: лицензия, юридический адрес, ОГРН, ИНН и другие сведения о медицинской организации.
consents-page-title = Согласия
consents-about = Какие согласия спрашивает { $clinic }, для чего и в какой редакции.
policy-about = { $title }: действующая редакция, прежние редакции и что в них изменилось.

# Words of several pages.
call-me = Перезвоните мне
book-short = Записаться
see-also = Смотрите также
prepare = Как подготовиться:
takes-ages = Принимает пациентов { $ages }
price-from = Приём от { $price }
first-time = Ближайшее время
day-today = сегодня
day-tomorrow = завтра
experience-new = стаж меньше года
experience = стаж { $count ->
    [one] { $count } год
    [few] { $count } года
   *[many] { $count } лет
}
hours-daily = Пн–Вс { $hours }
filter-speciality = Специальность
filter-any-speciality = Любая
filter-for = Для кого
filter-for-anybody = Для взрослого или ребёнка
filter-for-child = Для ребёнка

# The first page.
home-choose-doctor = Выбрать врача
home-nearest = Ближайшее время:
home-ways = С чего начать
home-way-doctor = Знаю, к какому врачу
home-way-doctor-says = Выберите врача: увидите стаж, цены и когда он свободен.
home-way-child = Записать ребёнка
home-way-child-says = Покажем врачей, которые принимают детей.
home-way-service = Знаю, какая услуга нужна
home-way-service-says = Посмотрите, сколько она стоит и как подготовиться.
home-specialities = Когда ближайший приём
home-doctors = Наши врачи
home-documents = Документы клиники

# Doctors.
doctors-filter = Подобрать врача
doctors-all = Все врачи
doctors-none-such = Таких врачей у нас сейчас нет. Попробуйте другой филиал или специальность.
doctors-call = Подскажем по телефону:
doctors-count = { $count ->
    [one] Подходит { $count } врач
    [few] Подходят { $count } врача
   *[many] Подходят { $count } врачей
}
doctor-times = Ближайшее время
doctor-other-service = другие услуги врача
doctor-no-times = На сайте свободного времени у врача пока нет. Позвоните, подберём время:
doctor-more-times = Ещё время
doctor-service-times = свободное время
doctor-education = Образование
doctor-places = Где принимает

# Services and prices.
prices-none = Список услуг скоро появится. Цены подскажем по телефону:
prices-all = Все
prices-givers = Кто принимает:
prices-note = Цена указана за один приём или одно исследование.

# Contacts.
contacts-address = Адрес
contacts-phone = Телефон
contacts-email = Электронная почта
contacts-hours = Часы работы
contacts-way = Как пройти
contacts-doctors = Кто здесь принимает

# Licence and registration.
legal-full-name = Полное наименование
legal-short-name = Сокращённое наименование
legal-address = Юридический адрес
legal-post-address = Адрес для писем
legal-outgoing = Звоним с номеров
legal-licence = Лицензия на медицинскую деятельность
legal-licence-number = Номер
legal-licence-date = Дата выдачи
legal-licence-issuer = Кем выдана
legal-data = Персональные данные
legal-data-says = Что мы храним, для чего и как долго, сказано в политике; какие согласия спрашиваем — на отдельной странице.
legal-responsible = Кто отвечает за обработку данных
legal-data-email = Куда писать о своих данных
legal-doctors = Врачи: образование и стаж
legal-registered-on = Дата государственной регистрации
legal-registered-by = Кто зарегистрировал
legal-founders = Учредители
legal-works = Что разрешает лицензия
legal-governing = Руководство
legal-reception = Приём граждан:
legal-texts = Правила и порядки
legal-insurance = Страховые компании
legal-authorities = Куда пожаловаться
legal-authorities-says = Сначала напишите нам: постараемся разобраться сами.
text-about = { $title }. { $clinic }.
text-untranslated = Английского перевода этого текста пока нет; показан русский.

# Consents.
consents-lead = Здесь все согласия, которые мы спрашиваем: у каждого свой текст, и каждое отмечаете вы сами. Заранее ничего не отмечено.
consents-withdraw = Согласие можно отозвать. Позвоните или напишите нам:
consents-to-service = К форме
consents-none = Здесь согласий не спрашиваем.
consents-required = Обязательное: без него на сайте не обойтись, но можно позвонить.
consents-optional = Необязательное: решаете вы.
consents-cases = Спрашиваем, когда форма
consents-text = Прочитать текст
asked-for-self = для себя
asked-for-child = для ребёнка
asked-for-ward = для подопечного
asked-for-adult = для другого взрослого

# Trouble.
trouble-no-doctor-title = Такого врача у нас нет
trouble-no-doctor-says = Возможно, адрес набран с ошибкой.
trouble-no-doctor-way = Посмотрите список врачей: там все, кто принимает сейчас.
trouble-doctor-left-title = Этот врач у нас больше не принимает
trouble-doctor-left-says = Если вы к нему записаны, позвоните нам: подберём другое время или другого врача.
trouble-doctor-left-way = Выберите другого врача той же специальности или позвоните: посоветуем.
