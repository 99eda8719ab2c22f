# How the page is seen.
view-switch = Low-vision version
view-title = How the page is shown
view-off = Usual version
view-close = Close
view-size = Size of letters
view-size-1 = Usual
view-size-2 = Large
view-size-3 = Very large
view-spacing = Space between letters
view-spacing-1 = Usual
view-spacing-2 = Wider
view-spacing-3 = Widest
view-colours = Colours
view-colours-light = Black on white
view-colours-dark = White on black
view-colours-blue = Blue on light blue
view-colours-beige = Brown on beige
view-images = Pictures
view-images-on = Shown
view-images-off = Hidden

# The end of every page, and what it says when nothing answers.
menu-prices = Prices
foot-call = Call or write
foot-visit = Come and see us
foot-documents = Documents
offline = The clinic cannot be reached. All you typed is still here: check your connection and press again.

# The parts of the design.
design-title = Parts of the site
design-lead = What the pages are made of: every part here is the one that stands on them.
design-colours = Colours
design-letters = Letters
design-icons = Icons
design-buttons = Buttons
design-messages = Messages
design-booking = Booking
