# Calendars of practitioners.

calendars-title = A practitioner’s calendar
calendars-about = By a secret link a phone or a mail program shows when a practitioner is taken: “Visit”, “Break”, “Busy” — without names of patients and without services. Whoever knows the link sees the times, so do not pass it on. A new link revokes the old one at once.
calendars-made = The link is ready: { $name }. Add it to the program as a calendar by subscription:
calendars-once = We shall not show it again. If it is lost, make a new one.
calendars-revoked = The link is revoked: the calendar opens by it no more.
calendars-nobody = There are no practitioners in the catalogue.
calendars-whose = Practitioner
calendars-link = Link
calendars-made-at = made: { $time }
calendars-none = none
calendars-read = Last read
calendars-do = Action
calendars-make = Make a link
calendars-make-again = Replace the link
calendars-revoke = Revoke the link
calendars-of-staff = Calendars of practitioners
calendars-own = My calendar on a phone
desk-kind-calendar-made = A link to a practitioner’s calendar was made
desk-kind-calendar-revoked = A link to a practitioner’s calendar was revoked
desk-kind-calendar-read = A practitioner’s calendar was read by its link
