-- Persons as the desk knows them: cards opened without a case of the patient's own, joins, and what was judged of likenesses.

-- A card that an employee opens without the patient having asked for anything. The reason is a closed word and what was
-- written beside it, without personal data.
CREATE TABLE inquiry (
    id uuid NOT NULL PRIMARY KEY,
    person uuid NOT NULL,
    staff uuid NOT NULL,
    purpose {text} NOT NULL,
    reason {text} NOT NULL,
    made_at bigint NOT NULL,
    act uuid NOT NULL
);
CREATE INDEX inquiry_person ON inquiry (person);

-- Two records of one person, as a human judged who saw the document. A link, never a re-sealing: it can be undone.
CREATE TABLE person_join (
    id uuid NOT NULL PRIMARY KEY,
    person uuid NOT NULL,
    other uuid NOT NULL,
    joined_by uuid NOT NULL,
    joined_at bigint NOT NULL,
    undone_by uuid,
    undone_at bigint,
    act uuid NOT NULL
);
CREATE INDEX person_join_person ON person_join (person);
CREATE INDEX person_join_other ON person_join (other);

-- A human said that two likely records are of two people.
ALTER TABLE possible_same ADD COLUMN dismissed_by uuid;
ALTER TABLE possible_same ADD COLUMN dismissed_at bigint;
