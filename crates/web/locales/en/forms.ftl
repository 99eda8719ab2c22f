# The desk: consents and forms.

desk-forms-title = Forms and consents
desk-forms-about = What the site asks of a patient, and for what it asks consent. One employee proposes a change and another approves it.
desk-forms-fields-count =
    { $count ->
        [one] { $count } field
       *[other] { $count } fields
    }
desk-forms-consents-count =
    { $count ->
        [one] { $count } consent
       *[other] { $count } consents
    }
desk-forms-waits = A change of this form waits for approval. Below is what is in force now.
desk-forms-see = See it
desk-forms-fields = Fields in the order in which they are seen
desk-forms-field = Field
desk-forms-whose = Whose
desk-forms-must = required
desk-forms-order = Order
desk-forms-up = Up
desk-forms-down = Down
desk-forms-up-of = Up: { $title }
desk-forms-down-of = Down: { $title }
desk-forms-consents = Lines of consents
desk-forms-needed = Nobody can book without this tick.
desk-forms-free = The tick is optional.
desk-forms-fixed = This line is taken from the policy (clause 5.2) and does not change.
desk-forms-sentence = What stands beside the box, in Russian
desk-forms-sentence-en = The same in English
desk-forms-everybody = For everybody
desk-forms-party-patient = patient
desk-forms-party-representative = representative
desk-forms-party-booker = whoever books
desk-forms-case-self = For oneself
desk-forms-case-child = For a child
desk-forms-case-ward = For a ward
desk-forms-case-adult = For another adult
desk-forms-done = The changes are accepted and in effect.
desk-forms-unlike = The file { $file } is written in another way than the samples supplied. Change it where it lies.
desk-forms-wrong = The form would not go with the clinic’s other texts. Nothing has changed.
desk-forms-wrong-sentence = Write the line of every box in both languages.
