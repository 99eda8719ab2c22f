-- The clinic kept on screen: texts that one proposes and another approves, days on which it is closed. Times are
-- microseconds since 1970 UTC.

-- Nobody decides about what they proposed themselves, whatever the program says.
ALTER TABLE document ADD COLUMN wanted_at bigint;                   -- the date of effect asked for; NULL: once approved
ALTER TABLE document ADD COLUMN approved_by uuid                    -- staff; NULL: by nobody, or nobody else could
    CHECK (approved_by IS NULL OR proposed_by IS NULL OR approved_by <> proposed_by);
ALTER TABLE document ADD COLUMN declined_at bigint;
ALTER TABLE document ADD COLUMN declined_by uuid
    CHECK (declined_by IS NULL OR proposed_by IS NULL OR declined_by <> proposed_by);

-- A day on which a branch, or the whole clinic, receives nobody.
CREATE TABLE closed_day (
    id uuid NOT NULL PRIMARY KEY,
    branch uuid,                              -- NULL: every branch
    day {text} NOT NULL,                      -- ISO date
    title {text} NOT NULL,                    -- why, for colleagues
    act uuid NOT NULL
);
CREATE INDEX closed_day_day ON closed_day (day);
