# What each line of the journal means.

desk-looks-visits = Appointments and applications
desk-looks-clinic = Texts, catalogue, system

desk-kind-house-opened = The system was opened for the first time
desk-kind-document-proposed = Text proposed
desk-kind-document-approved = Text approved
desk-kind-document-declined = Text declined
desk-kind-document-withdrawn = Proposed text taken back
desk-kind-catalogue-changed = Catalogue or schedule changed
desk-kind-catalogue-imported = Catalogue imported
desk-kind-slot-held = Time held while somebody books
desk-kind-hold-released = Held time given free
desk-kind-appointment-arrived = Patient arrived
desk-kind-appointment-completed = Visit completed
desk-kind-appointment-missed = Patient did not come
desk-kind-appointment-undone = Change of an appointment undone
desk-kind-block-made = Time closed for booking
desk-kind-block-removed = Closed time given free
desk-kind-representative-named = Representative named
desk-kind-representative-ended = Representation ended
desk-kind-keys-rotated = Change of keys finished
desk-kind-index-rebuilt = Search index rebuilt
desk-kind-destruction-proposed = List proposed for destruction
desk-kind-destruction-approved = List approved for destruction
desk-kind-persons-destroyed = Data destroyed
desk-kind-backup-made = Backup made
desk-kind-store-restored = Restored from a backup
desk-kind-job-buried = A job was given up

desk-for-improvement = improving services
desk-for-offers = offers of the clinic
desk-for-statistics = statistics
