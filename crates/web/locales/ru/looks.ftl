# Что значит каждая строка журнала.

desk-looks-visits = Записи и заявления
desk-looks-clinic = Тексты, справочники, система

desk-kind-house-opened = Система открыта впервые
desk-kind-document-proposed = Предложен текст
desk-kind-document-approved = Утверждён текст
desk-kind-document-declined = Отклонён текст
desk-kind-document-withdrawn = Предложенный текст отозван
desk-kind-catalogue-changed = Изменены справочники или расписание
desk-kind-catalogue-imported = Загружены справочники
desk-kind-slot-held = Время удержано на время записи
desk-kind-hold-released = Удержанное время освобождено
desk-kind-appointment-arrived = Пациент пришёл
desk-kind-appointment-completed = Приём завершён
desk-kind-appointment-missed = Пациент не пришёл
desk-kind-appointment-undone = Изменение записи отменено
desk-kind-block-made = Время закрыто для записи
desk-kind-block-removed = Закрытое время освобождено
desk-kind-representative-named = Указан представитель
desk-kind-representative-ended = Представительство прекращено
desk-kind-keys-rotated = Смена ключей завершена
desk-kind-index-rebuilt = Поисковый указатель перестроен
desk-kind-destruction-proposed = Предложен список на уничтожение
desk-kind-destruction-approved = Утверждён список на уничтожение
desk-kind-persons-destroyed = Данные уничтожены
desk-kind-backup-made = Сделана резервная копия
desk-kind-store-restored = Восстановлено из резервной копии
desk-kind-job-buried = Задание не выполнено

desk-for-improvement = улучшение услуг
desk-for-offers = предложения клиники
desk-for-statistics = статистика
