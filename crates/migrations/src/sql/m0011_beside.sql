-- Figures without names, and what stands beside: another system's busy times, calendars of practitioners.

-- By which way a booking came: site | desk | paper. NULL: booked before this was kept; the site where no employee made it.
ALTER TABLE appointment ADD COLUMN channel {text};
-- All that a count asks of a row stands in an index: it is read instead of the rows.
CREATE INDEX appointment_made ON appointment (branch, created_at, channel, made_by, accepted_at);
CREATE INDEX appointment_load ON appointment (branch, starts, status, practitioner, ends);

-- A calendar of a practitioner that other programs may read by a secret link.
CREATE TABLE practitioner_calendar (
    id uuid NOT NULL PRIMARY KEY,
    practitioner uuid NOT NULL,
    link_hash {blob} NOT NULL UNIQUE,
    staff uuid,                               -- whose own it is; NULL: an administrator made it
    made_by uuid NOT NULL,
    made_at bigint NOT NULL,
    revoked_at bigint,
    read_on {text},                           -- ISO date: the last day on which it was read
    act uuid NOT NULL
);
CREATE INDEX practitioner_calendar_of ON practitioner_calendar (practitioner);

-- Where another system's busy times are read from: a file of the folder that the settings name.
CREATE TABLE external_source (
    id uuid NOT NULL PRIMARY KEY,
    title {text} NOT NULL,
    file {text} NOT NULL UNIQUE,              -- its name in the folder
    practitioner uuid,                        -- whose calendar an .ics is; NULL: a table names practitioners itself
    made_by uuid NOT NULL,
    made_at bigint NOT NULL,
    removed_at bigint,
    act uuid NOT NULL
);

-- What the last reading of a source gave. Of no entry: a reading that changed nothing records nothing.
CREATE TABLE external_reading (
    source uuid NOT NULL PRIMARY KEY,
    read_at bigint NOT NULL,
    flaws {text} NOT NULL,                    -- JSON: lines and codes, nothing of the file
    intervals bigint NOT NULL
);

-- An appointment over which another system has its practitioner busy: until it is moved, cancelled or said to be known.
CREATE TABLE external_conflict (
    source uuid NOT NULL,
    appointment uuid NOT NULL,
    resource uuid NOT NULL,
    branch uuid NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    found_at bigint NOT NULL,
    known_by uuid,
    known_at bigint,
    PRIMARY KEY (source, appointment)
);

-- Of which source a block of the kind external is.
ALTER TABLE block ADD COLUMN source uuid;
