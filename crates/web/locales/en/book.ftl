# Booking, step by step.
book-title = Booking a visit
step-1 = Step 1 of 4
step-2 = Step 2 of 4
step-3 = Step 3 of 4
step-4 = Step 4 of 4
for-title = Who is the visit for?
for-self = Myself
for-child = A child
for-ward = A ward
for-adult = Another adult
born-title = When was the child born?
born-why = By age we show only the doctors and services that fit the child.
service-title = Which doctor or service?
service-of = Doctor: { $name }.
service-all = Show all doctors
service-none = No service fits. Call us and we will find one:
service-unknown = This service is no longer offered. Please choose another.
service-other-age = This service is for another age. These fit.
time-title = When suits you?
filters-title = Doctor and branch
filter-practitioner = Doctor
filter-any-practitioner = Any doctor
filter-branch = Branch
filter-any-branch = Any branch
filter-show = Show
nearest-title = The nearest time with any doctor
nearest-title-one = The nearest time
days-title = By day
days-earlier = ← Earlier
days-later = Later →
day-none = taken
day-free = { $count } free
times-none = No free time on these days
no-good-time = No time that suits? We will find one by phone:
time-not-offered = This time is no longer offered. Please choose another.
time-again = Please choose the time again.
taken-title = This time has just been taken. The nearest free ones:
taken-none = There is no free time nearby. Look at other days.
held-already = Yours so far: { $when }.
held-keep = Keep this time
who-title = Who is coming
hold-until = The time is yours until { $time }.
hold-extend = Extend
hold-none = The time is not kept for you yet: somebody may take it while you fill in the form.
hold-take = Keep it for me
summary-when = When
summary-service = Service
summary-doctor = Doctor
summary-where = Where
book-send = Book
done-title = You are booked
bring-title = What to bring and how to prepare
done-outgoing = If anything needs clarifying, the administrator will call from
manage-title = Move or cancel
manage-open = Open my booking
manage-keep = Keep this link: with it the booking can be seen, moved and cancelled. Give it to nobody.
calendar-add = Add to calendar

# Fields and what is wrong with them.
party-patient-self = Your details
party-patient-child = The child
party-patient-ward = The ward
party-patient-adult = Whom we book
party-representative = You, the legal representative
party-booker = You
hint-birth-date = Day, month, year: 24.11.1986
hint-phone = For example +7 916 777-09-13
hint-patronymic = If there is one
hint-text = Please do not write about symptoms here: the doctor will ask
hint-amount = In roubles, for example 1500.00
hint-inn = 12 digits
birth-date-malformed = Give the whole date: day, month and year, such as 24.11.1986
birth-date-future = This date is still to come. Check the year
birth-date-too-long-ago = Check the year of birth: nobody lives that long
age-not-adult = The patient is under 18 and is booked by a parent or guardian. Go back to the start and choose “A child”
age-not-child = The patient is 18 or older. Go back to the start and choose “Another adult” or “A ward”
age-other = This service is for another age: { $from ->
    [0] up to { $to } inclusive
   *[other] { $to ->
        [200] from { $from }
       *[other] { $from } to { $to } inclusive
    }
}. Go back and choose another
wrongs-title = Please check:
wrong-prefix = Error:
not-for-them = This service is not given in this way. Go back to the start and choose who it is for
sent-already = This form was sent already, and the booking was made. To book once more, start anew

# Consents.
consents-title = Consents
consent-missing = Without this tick we cannot book on the site. If you would rather not, call us: we will book by phone
consent-outdated = The document has changed. Read the new version and tick again
consent-not-asked = This consent is not needed here
instead-call = Would you rather not leave your data on the site? Call:

# An appointment in its owner's hands.
appointment-title = Your booking
appointment-moved = The booking was moved.
appointment-cancelled = The booking was cancelled. The time is free for others; thank you for telling us.
appointment-settled = This booking cannot be changed any more: the visit has begun, is over or was cancelled. Call us if you need to.
appointment-phone = Contact phone: { $phone }
status-requested = You are booked
status-accepted = You are booked, and the booking is confirmed
status-arrived = You are at the clinic
status-completed = The visit is over
status-cancelled = The booking was cancelled
status-no-show = The visit did not take place
move = Move
cancel = Cancel the booking
book-again = Book again
cancel-title = Cancel the booking?
cancel-note = The time becomes free for others at once. You may not be able to get it back.
cancel-keep = Keep it
move-title = Move to when?
move-now = You are booked for { $when }. That time stays yours until you choose another.

# Other declared services.
service-aim = What it is for: { $aim }.
service-for-title = Who is it for?
service-send = Send
received-title = Received
received-says = We have your form and will answer by the phone or e-mail you left.
