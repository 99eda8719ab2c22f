# The desk: people, and who looked.

desk-section-people = People
desk-section-looks = Who looked
desk-section-journal = Journal
desk-find = Find a person
desk-find-whom = Whom to find
desk-find-hint = A phone or its last four digits, an e-mail, a surname with a birth date or with the first letter of the given name
desk-find-do = Find
desk-find-wrong = Nobody can be found by this. Write a phone, its last four digits, an e-mail, “Pchelkina 24.11.1986” or “Pchelkina A”.
desk-found =
    { $count ->
        [one] { $count } person found
       *[other] Found: { $count }
    }
desk-found-people = People who were found
desk-found-nobody = Nobody. Check digits and letters; whoever is not booked in your branches is not seen here.
desk-found-journal = Data is shown in part. The card opens it in full: by a case, or with a reason. The search stands in the journal.
desk-who = Who
desk-what = What
desk-when = When
desk-why = Why
desk-number = Entry No.
desk-born = Year of birth
desk-identity = Identity
desk-last-visit = Last appointment
desk-no-name = No name given
desk-is-identified = Identity confirmed
desk-is-stated = As stated by the patient
desk-card = Card
desk-data = Data
desk-visits = Appointments
desk-no-visits = No appointments.
desk-part-representative = representative
desk-part-booker = booked for another
desk-choose = Choose
desk-reason = Reason
desk-reason-hint = In your own words, without diagnoses and complaints. The person responsible for data will read it
desk-reveal-title = Show in full
desk-reveal-by-case = Show by the appointment
desk-reveal-otherwise = Show without an appointment
desk-reveal-why = What for
desk-reveal-do = Show for 15 minutes
desk-reveal-purpose = Choose what the card is opened for.
desk-reveal-reason = Write the reason: you made this case yourself, or there is none.
desk-reveal-no-basis = It cannot be opened: the consent was withdrawn, and there is no other basis.
desk-reveal-denied = Your role does not open a card for this purpose.
desk-opened-until = The opening stands in the journal and is seen by the patient.
desk-why-contact = Contact the patient
desk-why-identification = Establish identity
desk-why-support = Answer a question
desk-why-services = Provide the service
desk-document-passport = Passport
desk-document-birth-certificate = Birth certificate
desk-document-foreign-passport = Passport of another country
desk-document-other = Another document
desk-identify-by = Confirm by a document
desk-identify-hint = The document's number is not recorded
desk-identify-do = I see the document and confirm the identity
desk-identify-document = Choose the document you were shown.
desk-identify-undo = Take the confirmation back
desk-identify-undo-about = If it was confirmed by mistake.
desk-identified = The identity is confirmed.
desk-as-stated = The confirmation is taken back.
desk-same = The same patient
desk-maybe-same = Perhaps the same patient
desk-join-do = This is one person
desk-others-do = These are two people
desk-join-about = Cards are joined once the identity is confirmed in both. A join can be undone.
desk-part-do = Part
desk-joined = The cards are joined.
desk-parted = The cards are parted.
desk-others = Not suggested any more.
desk-join-not-identified = Confirm the identity by a document in both cards first.
desk-join-already = These cards are joined already.
desk-join-not-joined = These cards are not joined directly.
desk-looked = Who looked
desk-looked-about = Every opening: who, when, what for. That you look at this list will stand in it, too.
desk-looked-all = Show the list
desk-looked-of = Who looked: { $name }
desk-show = Show
desk-looks-when = How far back
desk-looks-days =
    { $count ->
        [one] a day
       *[other] { $count } days
    }
desk-looks-about = About
desk-looks-data = Patients' data
desk-looks-staff = Staff and sign-ins
desk-looks-show = Show
desk-looks-all = all
desk-looks-unusual = the unusual only
desk-looks-everybody = everybody
desk-looks-nothing = There was nothing of the kind in this time.
desk-looks-persons =
    { $count ->
        [one] { $count } person
       *[other] { $count } persons
    }
desk-looks-more = And { $count } more: narrow the choice to see them.
desk-looks-waiting = waits for a number
desk-looks-honest = The journal shows every opening through the system; whoever holds both the machine and the keys can read unrecorded.
desk-unusual = Unusual
desk-journal-size = Entries
desk-journal-signed = Signed
desk-journal-waiting = Waiting for a number
desk-journal-key = Public key
desk-journal-how = Anybody can check the journal, with tools of their own (C2SP tlog-tiles) or by “medok journal verify”. The checkpoint:

desk-field-surname = Surname
desk-field-given-name = Given name
desk-field-patronymic = Patronymic
desk-field-name = What to call them
desk-field-birth-date = Date of birth
desk-field-phone = Phone
desk-field-email = E-mail
desk-field-sign-in-secret = What they sign in with

desk-actor-visitor = A visitor of the site
desk-actor-holder = Holder of the link: the patient
desk-actor-worker = The system, as told
desk-actor-console = A command on the server
desk-actor-staff = An employee

desk-for-identification = establish identity
desk-for-support = answer to a question
desk-for-services = a service of the site
desk-for-contact = contact
desk-for-rights = the patient's rights
desk-for-disclosure = a demand of the law
desk-for-safeguard = safeguarding data
desk-for-rekey = change of keys

desk-case-appointment = appointment
desk-case-submission = application
desk-case-request = request
desk-case-destruction = destruction
desk-case-batch = the day's board
desk-case-inquiry = no case, with a reason

desk-kind-names = Opened the names of a list
desk-kind-ticket-issued = Opened a card
desk-kind-person-opened = Opened data
desk-kind-people-searched = Searched
desk-kind-card-shown = Saw a card in part
desk-kind-looks-shown = Looked who had looked
desk-kind-person-identified = Confirmed an identity
desk-kind-identity-withdrawn = Took a confirmation back
desk-kind-persons-joined = Joined cards
desk-kind-persons-parted = Parted cards
desk-kind-same-dismissed = Found to be two people
desk-kind-same-suggested = A similar card was found
desk-kind-appointment-booked = Booked
desk-kind-appointment-moved = Appointment moved
desk-kind-appointment-cancelled = Appointment cancelled
desk-kind-appointment-accepted = Appointment accepted
desk-kind-appointment-escalated = Appointment waited long for acceptance
desk-kind-submission-received = Application received
desk-kind-submission-withdrawn = Application withdrawn
desk-kind-consent-withdrawn = Consent withdrawn
desk-kind-receipt-given = Receipt of a consent handed out
desk-kind-keys-rewrapped = Key wrapped anew
desk-kind-journal-map = Journal bound together
desk-kind-staff-added = Employee added
desk-kind-staff-invited = Invitation made
desk-kind-staff-changed = Role or branches changed
desk-kind-staff-dismissed = Employee dismissed
desk-kind-staff-obliged = Obligation accepted
desk-kind-factors-changed = What they sign in with changed
desk-kind-session-began = Signed in
desk-kind-session-resumed = Back at work
desk-kind-session-ended = Signed out
desk-kind-day-printed = The day’s list was printed
desk-kind-appointment-slip-printed = The slip was printed
