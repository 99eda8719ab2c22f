# The desk: consents and forms.

desk-forms-title = Анкеты и согласия
desk-forms-about = Что сайт спрашивает у пациента и на что просит согласие. Изменение предлагает один сотрудник, утверждает другой.
desk-forms-fields-count =
    { $count ->
        [one] { $count } поле
        [few] { $count } поля
       *[other] { $count } полей
    }
desk-forms-consents-count =
    { $count ->
        [one] { $count } согласие
        [few] { $count } согласия
       *[other] { $count } согласий
    }
desk-forms-waits = Изменение этой анкеты ждёт утверждения. Ниже то, что действует сейчас.
desk-forms-see = Посмотреть
desk-forms-fields = Поля в том порядке, в котором их видят
desk-forms-field = Поле
desk-forms-whose = Чьё
desk-forms-must = обязательно
desk-forms-order = Порядок
desk-forms-up = Выше
desk-forms-down = Ниже
desk-forms-up-of = Выше: { $title }
desk-forms-down-of = Ниже: { $title }
desk-forms-consents = Строки согласий
desk-forms-needed = Без этой отметки записаться нельзя.
desk-forms-free = Отмечать необязательно.
desk-forms-fixed = Эта строка взята из политики (пункт 5.2) и не меняется.
desk-forms-sentence = Что написано у отметки
desk-forms-sentence-en = То же по-английски
desk-forms-everybody = Для всех
desk-forms-party-patient = пациент
desk-forms-party-representative = представитель
desk-forms-party-booker = тот, кто записывает
desk-forms-case-self = Для себя
desk-forms-case-child = Для ребёнка
desk-forms-case-ward = Для подопечного
desk-forms-case-adult = Для другого взрослого
desk-forms-done = Изменения приняты и действуют.
desk-forms-unlike = Файл { $file } написан иначе, чем образцы из поставки. Меняйте его там, где он лежит.
desk-forms-wrong = Так анкета не сойдётся с остальными текстами клиники. Ничего не изменилось.
desk-forms-wrong-sentence = Напишите строку у каждой отметки на обоих языках.
