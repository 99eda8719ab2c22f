# Signing in at the clinic's provider of identities (OpenID Connect).

desk-provider-enter = Sign in with: { $title }
desk-provider-back = You are back
desk-provider-back-about = Confirmed by: { $title }. One more step.
desk-provider-second-about = You are known, but no second factor was checked there. Show it here.
desk-provider-second-wrong = The code or the passkey did not match. Sign in again from the beginning.
desk-provider-down = The clinic’s sign-in service does not answer. Sign in with password and code; nothing was lost.
desk-provider-untrue = The clinic’s sign-in service did not confirm who you are. Try again, or sign in with password and code.
desk-provider-late = This sign-in was begun in another browser, was used already, or took more than five minutes. Begin again.
desk-provider-unknown = You are known there, but that account is not linked with an employee here. Ask the system administrator to link it.
desk-provider-again = Try again
desk-provider-local = Sign in with password and code
desk-provider-link-about = The employee can sign in with the account that the clinic gave them. Whoever is dismissed cannot, whatever that account says.
desk-provider-linked = Linked: { $day }.
desk-provider-subject = The employee’s identifier there (sub)
desk-provider-subject-hint = The administrator of that service can see it. It is neither an e-mail address nor a login
desk-provider-link = Link
desk-provider-unlink = Remove the link
desk-provider-taken = Another employee is linked with that account already.
desk-provider-subject-wrong = The identifier has 1 to 255 ASCII letters, digits and signs.
