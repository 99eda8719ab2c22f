# Receipts of consents, in the hands of whoever holds the link of the appointment.
receipts-title = Ваши согласия
receipts-open = Ваши согласия и квитанции
receipts-about = Здесь всё, с чем вы согласились при записи. Квитанция остаётся у вас: в ней текст, ваше решение, время и подпись журнала, по которой видно, что с тех пор ничего не изменили.
receipts-waiting = Квитанция будет готова через несколько секунд.
receipts-again = Обновить страницу
receipts-given = Согласие дано { $when }
receipts-refused = Согласие не дано, { $when }
receipts-withdrawn = Согласие отозвано { $when }
receipts-whose = О ком: { $who }
receipts-text = Прочитать текст, редакция { $number }
receipts-pdf = Квитанция (PDF)
receipts-json = Квитанция (JSON)
receipts-none = С этой записью согласий не давали.
receipts-check = Проверить квитанцию может кто угодно и без интернета: программа Медок, команда «medok journal verify --receipt ФАЙЛ». В квитанции нет имени и телефона, но есть сведения о записи: храните её как личный документ.
receipts-back = Вернуться к записи
