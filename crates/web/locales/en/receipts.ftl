# Receipts of consents, in the hands of whoever holds the link of the appointment.
receipts-title = Your consents
receipts-open = Your consents and receipts
receipts-about = Here is all that you agreed to when booking. The receipt stays with you: it holds the text, your decision, the time, and the journal’s signature, which shows that nothing was changed since.
receipts-waiting = The receipt will be ready in a few seconds.
receipts-again = Refresh the page
receipts-given = Consent given on { $when }
receipts-refused = Consent not given, { $when }
receipts-withdrawn = Consent withdrawn on { $when }
receipts-whose = About: { $who }
receipts-text = Read the text, version { $number }
receipts-pdf = Receipt (PDF)
receipts-json = Receipt (JSON)
receipts-none = No consents were given with this booking.
receipts-check = Anybody can check the receipt, offline: with the program Medok, by the command “medok journal verify --receipt FILE”. It holds no name and no phone, but it does hold facts of the booking: keep it as you keep a personal document.
receipts-back = Back to the booking
