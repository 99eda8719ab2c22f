-- What the desk keeps. `starts` and `ends` are minutes since 1970 UTC, the end excluded; other times microseconds.

-- How often an appointment changed, and what was done to it last: whoever changes it says which state of it they saw.
ALTER TABLE appointment ADD COLUMN revision integer NOT NULL DEFAULT 0;
ALTER TABLE appointment ADD COLUMN last_change {text};    -- accepted | arrived | completed | no_show | cancelled | undone | moved
ALTER TABLE appointment ADD COLUMN was {text};            -- the state before, while the last change can be undone
ALTER TABLE appointment ADD COLUMN changed_at bigint;
ALTER TABLE appointment ADD COLUMN changed_by uuid;       -- staff; NULL: the holder of the link
ALTER TABLE appointment ADD COLUMN arrived_at bigint;
ALTER TABLE appointment ADD COLUMN made_by uuid;          -- staff; NULL: the site
ALTER TABLE appointment ADD COLUMN cancel_reason {text};  -- patient | practitioner | double | abuse | other
ALTER TABLE appointment ADD COLUMN outside {text};        -- why it stands where the schedule offers nothing
CREATE INDEX appointment_day ON appointment (branch, starts);

-- A list of appointments whose names are opened together: some days of a branch, or those who wait there.
CREATE TABLE board (
    id uuid NOT NULL PRIMARY KEY,
    branch uuid NOT NULL,
    first_day {text} NOT NULL,                -- ISO date; empty: those who wait
    days integer NOT NULL,                    -- 0: those who wait
    practitioner uuid,                        -- one's alone; NULL: everybody's
    act uuid NOT NULL
);
CREATE UNIQUE INDEX board_of_all ON board (branch, first_day, days) WHERE practitioner IS NULL;
CREATE UNIQUE INDEX board_of_one ON board (branch, first_day, days, practitioner) WHERE practitioner IS NOT NULL;

-- Time that staff keep free: it is claimed like a visit.
CREATE TABLE block (
    id uuid NOT NULL PRIMARY KEY,
    resource uuid NOT NULL,
    branch uuid NOT NULL,
    lanes integer NOT NULL,                   -- lane n is claimed by the id after the nth
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    kind {text} NOT NULL,                     -- break | block
    reason {text} NOT NULL,                   -- for colleagues; about no patient
    made_by uuid NOT NULL,
    made_at bigint NOT NULL,
    act uuid NOT NULL
);
CREATE INDEX block_day ON block (branch, starts);

-- A consent signed on paper, as the employee who saw it registered it.
CREATE TABLE consent_paper (
    id uuid NOT NULL PRIMARY KEY,
    person uuid NOT NULL,
    number {text} NOT NULL,                   -- under which the clinic files it
    signed_on {text} NOT NULL,                -- ISO date
    document {text} NOT NULL,
    version integer NOT NULL,
    seen_by uuid NOT NULL,
    at bigint NOT NULL,
    act uuid NOT NULL
);
CREATE INDEX consent_paper_person ON consent_paper (person);
