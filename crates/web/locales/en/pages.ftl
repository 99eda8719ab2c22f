# What stands around every page.
skip-to-content = Skip to content
menu = Sections
menu-book = Book a visit
menu-doctors = Doctors
demo-banner = This is a demonstration: there is no such clinic, and the people are fictional. Do not enter real data.
footer-ogrn = OGRN
footer-inn = INN
footer-licence = Licence { $number } of { $date }, { $issuer }.
footer-policy = Privacy policy
footer-contraindications = There are contraindications. Consult a specialist.
to-home = To the first page
or-call = Or simply call:
book-action = Book a visit
book-here = Book here
optional = (optional)
new-tab = (opens in a new tab)
next = Next
back = Back
back-to-time = Back to the times

# The first page and the doctors.
home-lead = Book without calling and without an account: a doctor, a time, a name — done.
services-title = Services and prices
services-other = Other services
branches-title = Where we are
others-title = You can also
doctors-none = The list of doctors will be here soon. Call us and we will find a doctor for you.

# Documents.
document-version = Version
document-effective = In force from
document-versions = All versions
document-version-of = Version { $number }
document-in-force = in force now
document-not-yet = not in force yet
document-pdf = Download as PDF
document-changes = What changed
document-past = This is an earlier version.
document-future = This version comes into force on { $date }.
document-to-current = Open the one in force
document-untranslated = This version has not been translated into English yet; the Russian text is in force.
document-only-russian = There is no English translation of this version; this is the Russian text.
document-in-russian = in Russian
changes-legend = What was added is underlined; what was removed is struck through.

# Trouble.
trouble-not-found-title = There is no such page
trouble-not-found-says = The address may be mistyped, or the page is gone.
trouble-not-found-way = Start from the first page, or book a visit straight away.
trouble-link-title = This link leads to no booking
trouble-link-says = The link was not copied whole, the booking is gone, or the browser did not keep the link.
trouble-link-way = Open the link you got when booking once more, the whole of it. If it still fails, call us: we will find, move or cancel the booking by phone.
trouble-paper-title = This document cannot be printed right now
trouble-paper-says = The PDF could not be prepared. The text itself is safe: read it on the “Privacy policy” page and on the pages of the other documents.
trouble-paper-way = Read the text on the site; it can be printed from there too. Try the PDF again in a minute.
trouble-slip-title = The slip cannot be printed right now
trouble-slip-says = The PDF could not be prepared. Your appointment stands.
trouble-slip-way = Go back to your appointment: it says all the same, and the page can be printed. You can come without the slip, too.
trouble-receipt-title = The receipt cannot be printed right now
trouble-receipt-says = The PDF could not be prepared. The consent itself is recorded, and nothing happened to it.
trouble-receipt-way = Go back to your consents and try again in a minute. The file for checking (JSON) can be downloaded right now.
trouble-method-title = This page is not opened in this way
trouble-method-says = The page was asked for in the wrong way. Nothing was recorded or changed.
trouble-method-way = Go back and try again from the page itself.
trouble-type-title = The form could not be read
trouble-type-says = The data did not come as the page sends it. Nothing was recorded.
trouble-type-way = Go back: all you typed is still in the form. Send it again from the page itself.
trouble-large-title = The form is too large
trouble-large-says = More than 64 kilobytes came, which is more text than we take. Nothing was recorded.
trouble-large-way = Go back: all you typed is still in the form. Shorten the text and send it again.
trouble-busy-title = It did not work just now
trouble-busy-says = The site is busy or under maintenance.
trouble-busy-way = Reload the page in a minute: nothing is done twice.
trouble-broken-title = Something broke on our side
trouble-broken-says = We already know.
trouble-broken-way = Please try again a little later. If you were booking, moving or cancelling a visit, look by your link or call us: it may have been done.
not-now = It did not work just now. All you typed is still here: send the form again in a minute, it does nothing twice. Or call us.

# Dates, lengths, ages.
date-day = { $weekday }, { $day } { $month }
date-short = { $day } { $month }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
ages-from = from age { $from }
ages-to = under { $to }
ages-between = from { $from }, under { $to }

# Specialities, by the codes of the catalogue.
speciality-therapist = General practitioner
speciality-therapy = General practitioner
speciality-paediatrician = Paediatrician
speciality-pediatrician = Paediatrician
speciality-pediatrics = Paediatrician
speciality-paediatrics = Paediatrician
speciality-cardiologist = Cardiologist
speciality-cardiology = Cardiologist
speciality-neurologist = Neurologist
speciality-neurology = Neurologist
speciality-ophthalmologist = Ophthalmologist
speciality-ophthalmology = Ophthalmologist
speciality-otolaryngologist = Otolaryngologist (ENT)
speciality-otolaryngology = Otolaryngologist (ENT)
speciality-ent = Otolaryngologist (ENT)
speciality-dermatologist = Dermatologist
speciality-dermatology = Dermatologist
speciality-gynaecologist = Gynaecologist
speciality-gynaecology = Gynaecologist
speciality-gynecologist = Gynaecologist
speciality-gynecology = Gynaecologist
speciality-urologist = Urologist
speciality-urology = Urologist
speciality-surgeon = Surgeon
speciality-surgery = Surgeon
speciality-endocrinologist = Endocrinologist
speciality-endocrinology = Endocrinologist
speciality-gastroenterologist = Gastroenterologist
speciality-gastroenterology = Gastroenterologist
speciality-dentist = Dentist
speciality-dentistry = Dentist
speciality-ultrasound = Ultrasound specialist
speciality-orthopaedics = Orthopaedic surgeon
speciality-orthopedics = Orthopaedic surgeon
problem-for-programs = This is how the site answers programs:
