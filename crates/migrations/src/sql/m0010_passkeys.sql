-- Further ways in: passkeys, the clinic's own provider of identities, links of a demonstration that work once. Times are
-- microseconds since 1970 UTC.

-- Which passkey an answer names: a keyed hash of the credential's id. NULL: a factor of another kind.
ALTER TABLE staff_factor ADD COLUMN credential_hash {blob};
CREATE UNIQUE INDEX staff_factor_credential ON staff_factor (credential_hash);

-- A ceremony under way at the door, so that any process can finish it: taken away by whoever finishes it, whatever comes of
-- it. Holds challenges, no person.
CREATE TABLE ceremony (
    link_hash {blob} NOT NULL PRIMARY KEY,    -- of the cookie of the browser in which it began
    kind {text} NOT NULL,                     -- passkey.ask | passkey.new | provider
    staff uuid,                               -- whose new passkey it is
    session uuid,                             -- in which session it was asked for; NULL: by an invitation
    state {text} NOT NULL,                    -- JSON
    expires_at bigint NOT NULL
) {clustered};
CREATE INDEX ceremony_expires ON ceremony (expires_at);

-- Who an employee is at the clinic's provider of identities (OpenID Connect): keyed hash of issuer and subject.
CREATE TABLE staff_identity (
    id uuid NOT NULL PRIMARY KEY,
    staff uuid NOT NULL,
    person uuid NOT NULL,
    subject_hash {blob} NOT NULL,
    linked_at bigint NOT NULL,
    removed_at bigint,
    act uuid NOT NULL
);
CREATE UNIQUE INDEX staff_identity_subject ON staff_identity (subject_hash) WHERE removed_at IS NULL;
CREATE INDEX staff_identity_staff ON staff_identity (staff);

-- An employee's own link to the desk, in a demonstration alone. It works once.
CREATE TABLE sign_in_link (
    link_hash {blob} NOT NULL PRIMARY KEY,
    staff uuid NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
) {clustered};

-- Which text of the obligation an employee accepted: SHA-256, in hexadecimal digits. NULL: before it was noted.
ALTER TABLE staff ADD COLUMN obliged_text {text};

CREATE INDEX session_seen ON session (staff, seen_at);
