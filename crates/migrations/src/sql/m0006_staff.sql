-- How staff sign in, and how far each of them reaches. What proves them (password, second factor) is sealed with the
-- employee's own key in the vault: `staff.person`. Times are microseconds since 1970 UTC.

ALTER TABLE staff ADD COLUMN person uuid;                           -- the employee in the vault; NULL: cannot sign in
ALTER TABLE staff ADD COLUMN name {text} NOT NULL DEFAULT '';       -- as colleagues and patients read it
ALTER TABLE staff ADD COLUMN branches {text};                       -- JSON, a list of ids in order; NULL: every branch
ALTER TABLE staff ADD COLUMN practitioner uuid;                     -- whose own schedule is theirs
ALTER TABLE staff ADD COLUMN contract {text};                       -- JSON: what a partner's contract names
ALTER TABLE staff ADD COLUMN obliged_at bigint;                     -- the obligation of non-disclosure was accepted

-- What proves an employee. The secret is the sealed field of this record.
CREATE TABLE staff_factor (
    id uuid NOT NULL PRIMARY KEY,
    staff uuid NOT NULL,
    person uuid NOT NULL,
    kind {text} NOT NULL,                     -- password | totp | passkey | recovery
    title {text} NOT NULL,                    -- how its owner calls a passkey
    created_at bigint NOT NULL,
    removed_at bigint,
    act uuid NOT NULL
);
CREATE INDEX staff_factor_staff ON staff_factor (staff);

-- When a factor was used last: a one-time code counts once.
CREATE TABLE factor_use (
    factor uuid NOT NULL PRIMARY KEY,
    used_at bigint NOT NULL,
    step bigint NOT NULL                      -- of a one-time code (RFC 6238)
) {clustered};

-- The way in for somebody who has no factors yet, or lost them: a link that works once.
CREATE TABLE staff_invitation (
    id uuid NOT NULL PRIMARY KEY,
    staff uuid NOT NULL,
    person uuid NOT NULL,
    link_hash {blob} NOT NULL UNIQUE,
    made_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    act uuid NOT NULL
);
CREATE INDEX staff_invitation_staff ON staff_invitation (staff);

-- A browser in which staff sign in: colleagues at one computer change places there.
CREATE TABLE device (
    id uuid NOT NULL PRIMARY KEY,
    link_hash {blob} NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL
);

ALTER TABLE session ADD COLUMN device uuid;
ALTER TABLE session ADD COLUMN link_hash {blob};                    -- of the cookie; NULL while nobody may use it
ALTER TABLE session ADD COLUMN seen_at bigint NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN locked_at bigint;                    -- a colleague took the place, or nobody was there
CREATE UNIQUE INDEX session_link ON session (link_hash);
CREATE INDEX session_staff ON session (staff);
CREATE INDEX session_device ON session (device);

-- Failed attempts, by a keyed hash of login and browser: known and unknown logins look alike.
CREATE TABLE sign_in_failure (
    key_hash {blob} NOT NULL PRIMARY KEY,
    failures integer NOT NULL,
    last_at bigint NOT NULL,
    closed_until bigint NOT NULL
) {clustered};

CREATE INDEX ticket_session ON ticket (session, case_id);
