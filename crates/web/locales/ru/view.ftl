# How the page is seen.
view-switch = Версия для слабовидящих
view-title = Как показывать страницу
view-off = Обычная версия
view-close = Закрыть
view-size = Размер букв
view-size-1 = Обычный
view-size-2 = Крупный
view-size-3 = Очень крупный
view-spacing = Расстояние между буквами
view-spacing-1 = Обычное
view-spacing-2 = Больше
view-spacing-3 = Ещё больше
view-colours = Цвета
view-colours-light = Чёрным по белому
view-colours-dark = Белым по чёрному
view-colours-blue = Синим по голубому
view-colours-beige = Коричневым по бежевому
view-images = Изображения
view-images-on = Показывать
view-images-off = Не показывать

# The end of every page, and what it says when nothing answers.
menu-prices = Цены
foot-call = Позвонить и написать
foot-visit = Прийти на приём
foot-documents = Документы
offline = Нет связи с клиникой. Всё, что вы набрали, на месте: проверьте интернет и нажмите ещё раз.

# The parts of the design.
design-title = Части сайта
design-lead = Из чего сложены страницы: каждая часть здесь та же, что на них.
design-colours = Цвета
design-letters = Буквы
design-icons = Знаки
design-buttons = Кнопки
design-messages = Сообщения
design-booking = Запись
