-- Who acts for whom, as staff established it by a document; what a booking says of it stands in the booking.

CREATE TABLE representation (
    id uuid NOT NULL PRIMARY KEY,
    person uuid NOT NULL,                     -- who is represented
    representative uuid,                      -- who acts for them; NULL: their data was destroyed
    basis {text} NOT NULL,                    -- parent | guardian | attorney
    document {text} NOT NULL,                 -- what kind of paper was shown: a word, never its number
    named_by uuid NOT NULL,
    named_at bigint NOT NULL,
    ended_by uuid,
    ended_at bigint,
    act uuid NOT NULL
);
CREATE INDEX representation_person ON representation (person);
CREATE INDEX representation_of ON representation (representative);
