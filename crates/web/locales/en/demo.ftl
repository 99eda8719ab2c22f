# The demonstration: signing in by links, and beginning again.

desk-demo-title = Demonstration
desk-demo-about = The clinic, its staff and its patients are fictional. Look at anything and change anything: nobody is harmed.
desk-demo-as = You will sign in as
desk-demo-once = The link works once: sign in with it in the browser in which you will look around.
desk-demo-used = Somebody has signed in by this link already, or it has expired. Open another one, or start the demonstration over: there will be new links then.
desk-demo-where = The staff of the demonstration sign in by links that work once. They were shown in the terminal from which it was started; without a terminal they are in the file demonstration-links.txt in the data folder.
desk-demo-again = Start the demonstration over
desk-demo-again-about = Everything booked and changed here disappears, the clinic is filled anew, and the old links stop working. New ones appear where these were.
desk-demo-again-sure = Yes, start over
desk-demo-beginning = Starting over
desk-demo-beginning-about = It takes less than a minute. New links appear in the terminal from which the demonstration was started; without a terminal, in the file demonstration-links.txt in the data folder.
desk-demo-site = To the clinic’s site
