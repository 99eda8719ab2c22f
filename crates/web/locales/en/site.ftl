# What the pages are called, and what they are about in a sentence.
home-title = Book a doctor’s appointment
home-about = { $clinic }: book a visit online or by phone; doctors, services and prices, addresses and opening hours.
doctors-title = Doctors
doctors-about = The doctors of { $clinic }: speciality, education, experience, prices and the nearest free time.
doctor-about = { $name }, { $about }. { $clinic }: education, services and prices, the nearest free time.
prices-about = Services and prices of { $clinic }: what a visit costs, how long it takes and how to prepare.
book-about = Book a visit to { $clinic }: choose a doctor, a day and a time. No call and no account needed.
contacts-title = Contacts
contacts-about = { $clinic }: addresses, phones, opening hours and the way there.
legal-title = Licence and legal information
legal-about = { $clinic }: the licence, registered address, OGRN, INN and other details of the medical organisation.
consents-page-title = Consents
consents-about = Which consents { $clinic } asks for, what for and in which version.
policy-about = { $title }: the version in force, earlier versions and what changed in them.

# Words of several pages.
call-me = Call me back
book-short = Book
see-also = See also
prepare = How to prepare:
takes-ages = Sees patients { $ages }
price-from = Visits from { $price }
first-time = Nearest time
day-today = today
day-tomorrow = tomorrow
experience-new = less than a year of experience
experience = { $count ->
    [one] { $count } year
   *[other] { $count } years
} of experience
hours-daily = Mon–Sun { $hours }
filter-speciality = Speciality
filter-any-speciality = Any
filter-for = For whom
filter-for-anybody = An adult or a child
filter-for-child = A child

# The first page.
home-choose-doctor = Choose a doctor
home-nearest = The nearest time:
home-ways = Where to begin
home-way-doctor = I know which doctor
home-way-doctor-says = Choose a doctor: see their experience, their prices and when they are free.
home-way-child = Book for a child
home-way-child-says = We will show the doctors who see children.
home-way-service = I know which service
home-way-service-says = See what it costs and how to prepare.
home-specialities = When the nearest visit is
home-doctors = Our doctors
home-documents = The clinic’s documents

# Doctors.
doctors-filter = Find a doctor
doctors-all = All doctors
doctors-none-such = We have no such doctor at the moment. Try another branch or speciality.
doctors-call = We will advise you by phone:
doctors-count = { $count ->
    [one] { $count } doctor fits
   *[other] { $count } doctors fit
}
doctor-times = Nearest times
doctor-other-service = the doctor’s other services
doctor-no-times = This doctor has no free time on the site yet. Call us and we will find one:
doctor-more-times = More times
doctor-service-times = free times
doctor-education = Education
doctor-places = Where they see patients

# Services and prices.
prices-none = The list of services will be here soon. We will tell you the prices by phone:
prices-all = All
prices-givers = Given by:
prices-note = The price is for one visit or one examination.

# Contacts.
contacts-address = Address
contacts-phone = Phone
contacts-email = E-mail
contacts-hours = Opening hours
contacts-way = How to get there
contacts-doctors = Who sees patients here

# Licence and registration.
legal-full-name = Full name
legal-short-name = Short name
legal-address = Registered address
legal-post-address = Address for letters
legal-outgoing = We call from
legal-licence = Licence for medical activity
legal-licence-number = Number
legal-licence-date = Date of issue
legal-licence-issuer = Issued by
legal-data = Personal data
legal-data-says = The policy says what we keep, what for and for how long; the consents we ask for have a page of their own.
legal-responsible = Who answers for the processing of data
legal-data-email = Where to write about your data
legal-doctors = Doctors: education and experience
legal-registered-on = Date of state registration
legal-registered-by = Registered by
legal-founders = Founders
legal-works = What the licence allows
legal-governing = Management
legal-reception = Receives visitors:
legal-texts = Rules and terms
legal-insurance = Insurers
legal-authorities = Where to complain
legal-authorities-says = Write to us first: we will try to put it right.
text-about = { $title }. { $clinic }.
text-untranslated = This text has not been translated into English yet; the Russian one is shown.

# Consents.
consents-lead = Here are all the consents we ask for: each has its own text, and you tick each yourself. Nothing is ticked in advance.
consents-withdraw = A consent can be withdrawn. Call or write to us:
consents-to-service = To the form
consents-none = No consents are asked here.
consents-required = Required: the site cannot do without it, but you can call instead.
consents-optional = Optional: it is up to you.
consents-cases = Asked when the form is
consents-text = Read the text
asked-for-self = for yourself
asked-for-child = for a child
asked-for-ward = for a ward
asked-for-adult = for another adult

# Trouble.
trouble-no-doctor-title = We have no such doctor
trouble-no-doctor-says = The address may be mistyped.
trouble-no-doctor-way = Look at the list of doctors: everybody who sees patients now is there.
trouble-doctor-left-title = This doctor no longer sees patients here
trouble-doctor-left-says = If you have a visit booked with them, call us: we will find another time or another doctor.
trouble-doctor-left-way = Choose another doctor of the same speciality, or call us for advice.
