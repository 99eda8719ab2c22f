# The desk: the policy and the consents.

desk-section-texts = Тексты
desk-optional = необязательно
desk-texts-about = Политика и согласия, которые читают пациенты. Новый текст предлагает один сотрудник, а утверждает другой: ответственный за обработку персональных данных или его заместитель.
desk-texts-alone = Пока в клинике один сотрудник, предложенный текст вступает в силу сразу. Как только появится второй, понадобится его утверждение.
desk-texts-nobody-approves = Утверждать тексты некому. Пригласите в разделе «Сотрудники» ответственного за обработку персональных данных или его заместителя.
desk-texts-wait = Ждут утверждения
desk-texts-all = Документы
desk-texts-none = Документов пока нет. Их создаёт мастер первой настройки.
desk-texts-document = Документ
desk-texts-language = Язык
desk-texts-ru = По-русски
desk-texts-en = По-английски
desk-texts-state = Состояние
desk-texts-waiting = Ждёт утверждения
desk-texts-planned = Утверждён
desk-texts-in-force = Действует
desk-texts-past = Прежний
desk-texts-declined = Отклонён
desk-texts-not-there = нет
desk-texts-waiting-count =
    { $count ->
        [one] ждёт { $count } версия
        [few] ждут { $count } версии
       *[other] ждут { $count } версий
    }
desk-texts-version-since = версия { $number }, с { $day }
desk-texts-when = С какого дня
desk-texts-from = с { $day }
desk-texts-at-once = сразу после утверждения
desk-texts-proposed = Кто предложил
desk-texts-decided = Кто решил
desk-texts-by-house = из файла клиники
desk-texts-nobody-else = утверждения не требовалось
desk-texts-version = Версия
desk-texts-number = версия { $number }
desk-texts-versions = Версии
desk-texts-no-versions = На этом языке документа ещё нет. Пациенты читают русский текст.
desk-texts-propose = Предложить новый текст
desk-texts-text = Текст целиком
desk-texts-text-hint = Обычный текст или Markdown: «# » перед заголовком, «- » перед пунктом списка. Номера пунктов остаются как есть.
desk-texts-from-day = С какого дня действует
desk-texts-from-hint = Если не указать, текст вступит в силу сразу после утверждения
desk-texts-show = Посмотреть, что изменится
desk-texts-propose-do = Предложить
desk-texts-then = Утвердит другой сотрудник.
desk-texts-then-alone = Вступит в силу сразу: других сотрудников пока нет.
desk-texts-preview = Как это будет выглядеть
desk-texts-what-changes = Что изменится
desk-texts-changes = Что изменилось после версии { $number }
desk-texts-legend = Подчёркнутое добавлено, зачёркнутое убрано.
desk-texts-whole = Текст целиком, как его прочтут
desk-texts-approve = Утвердить
desk-texts-decline = Отклонить
desk-texts-approve-about = Утверждённый текст изменить нельзя: его сменит только следующая версия. Решение записывается в журнал.
desk-texts-own = Этот текст предложили вы. Утвердить или отклонить его может только другой сотрудник.
desk-texts-done-waits = Текст предложен и ждёт утверждения другим сотрудником.
desk-texts-done-in-force = Текст принят и вступает в силу в указанный день.
desk-texts-done-unchanged = Точно такой текст уже был предложен последним. Ничего не изменилось.
desk-texts-done-approved = Текст утверждён.
desk-texts-done-declined = Текст отклонён. Он остаётся в списке версий.
desk-texts-wrong-own = Этот текст предложили вы, поэтому решает другой сотрудник. Попросите ответственного за обработку персональных данных или его заместителя.
desk-texts-wrong-decided = По этому тексту уже решили. Вот что получилось.
desk-texts-wrong-original = Русский текст этой версии сам ещё ждёт утверждения. Сначала решите о нём.
desk-texts-wrong-overtaken = Более новая версия уже утверждена. Если нужен именно этот текст, предложите его заново.
desk-texts-wrong-early = Уже утверждена версия с более поздней датой. Назовите её день или более поздний: прошлое и обещанное не переписывают.
desk-texts-wrong-empty = Напишите текст документа.
desk-texts-wrong-text = В строке { $line } есть знак, который не виден или меняет порядок букв. Удалите его: чаще всего он попадает при копировании из другой программы.
desk-texts-wrong-day = Выберите день в календаре или напишите его как 01.12.2026.
desk-texts-wrong-past = Этот день уже прошёл. Текст не действует задним числом.
desk-texts-operator = Сведения о клинике
desk-texts-file = Файл { $file }
desk-texts-withdraw = Отозвать предложение
desk-texts-withdrawn = Отозван
desk-texts-done-withdrawn = Предложение отозвано. Текст остаётся в списке версий.
desk-texts-wrong-anothers = Этот текст предложил другой сотрудник: отозвать его может только он.
