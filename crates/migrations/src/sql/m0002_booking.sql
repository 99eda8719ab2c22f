-- What the booking room keeps. `starts` and `ends` are minutes since 1970 UTC, the end excluded.

CREATE TABLE branch (
    id uuid NOT NULL PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    title_ru {text} NOT NULL,
    title_en {text} NOT NULL,
    address_ru {text} NOT NULL,
    address_en {text} NOT NULL,
    phone {text} NOT NULL,
    zone {text} NOT NULL,                     -- IANA name
    opens integer NOT NULL,                   -- minutes of the local day
    closes integer NOT NULL,
    position integer NOT NULL
);

-- A person, room or device whose time is claimed.
CREATE TABLE resource (
    id uuid NOT NULL PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    kind {text} NOT NULL,                     -- practitioner | room | device
    family {text} NOT NULL,                   -- which requirement it meets; for a practitioner the speciality
    title_ru {text} NOT NULL,
    title_en {text} NOT NULL,
    about_ru {text} NOT NULL,
    about_en {text} NOT NULL,
    branch uuid,                              -- where a room or device stands
    lanes integer NOT NULL,
    grain integer NOT NULL,                   -- minutes in a cell
    position integer NOT NULL
);

CREATE TABLE service (
    id uuid NOT NULL PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    title_ru {text} NOT NULL,
    title_en {text} NOT NULL,
    preparation_ru {text} NOT NULL,
    preparation_en {text} NOT NULL,
    duration integer NOT NULL,
    buffer_before integer NOT NULL,
    buffer_after integer NOT NULL,
    step integer NOT NULL,
    price bigint NOT NULL,                    -- kopecks
    age_from integer,                         -- full years, inclusive
    age_to integer,
    position integer NOT NULL
);

CREATE TABLE service_practitioner (
    service uuid NOT NULL,
    practitioner uuid NOT NULL,
    PRIMARY KEY (service, practitioner)
) {clustered};

CREATE TABLE service_requirement (
    service uuid NOT NULL,
    family {text} NOT NULL,
    PRIMARY KEY (service, family)
) {clustered};

CREATE TABLE schedule (
    id uuid NOT NULL PRIMARY KEY,
    practitioner uuid NOT NULL,
    rule {text} NOT NULL                      -- JSON: calendar::schedule::WeeklySchedule<BranchId>
);

CREATE TABLE schedule_exception (
    id uuid NOT NULL PRIMARY KEY,
    practitioner uuid NOT NULL,
    exception {text} NOT NULL                 -- JSON: calendar::schedule::Exception<BranchId>
);

CREATE TABLE catalogue (
    id integer NOT NULL PRIMARY KEY,
    version bigint NOT NULL
);

-- Claims on time: the key makes two overlapping claims impossible.
CREATE TABLE claim (
    resource uuid NOT NULL,
    lane integer NOT NULL,
    cell bigint NOT NULL,
    owner uuid NOT NULL,
    expires_at bigint,                        -- of a hold
    PRIMARY KEY (resource, lane, cell)
) {clustered};
CREATE INDEX claim_owner ON claim (owner);

-- The same claims as intervals, for reading.
CREATE TABLE busy (
    owner uuid NOT NULL,
    resource uuid NOT NULL,
    lane integer NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    expires_at bigint,
    PRIMARY KEY (owner, resource)
) {clustered};
CREATE INDEX busy_ends ON busy (ends);

-- What changed in `busy`, so that a reader's picture can follow.
CREATE TABLE busy_change (
    number {serial},
    "transaction" {transaction},
    at bigint NOT NULL,
    owner uuid NOT NULL,
    resource uuid NOT NULL,
    lane integer NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    expires_at bigint,
    freed boolean NOT NULL
);
CREATE INDEX busy_change_transaction ON busy_change ("transaction");

CREATE TABLE hold (
    id uuid NOT NULL PRIMARY KEY,
    client {blob} NOT NULL,
    service uuid NOT NULL,
    practitioner uuid NOT NULL,
    branch uuid NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX hold_client ON hold (client);
CREATE INDEX hold_expires ON hold (expires_at);

CREATE TABLE appointment (
    id uuid NOT NULL PRIMARY KEY,
    person uuid NOT NULL,
    representative uuid,
    booker uuid,
    for_whom {text} NOT NULL,                 -- self | child | ward | adult
    basis {text},                             -- parent | guardian | attorney
    service uuid NOT NULL,
    practitioner uuid NOT NULL,
    branch uuid NOT NULL,
    starts bigint NOT NULL,
    ends bigint NOT NULL,
    status {text} NOT NULL,
    language {text} NOT NULL,
    link_hash {blob} NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    accepted_at bigint,
    accepted_by uuid,
    escalated_at bigint,
    moves integer NOT NULL,
    act uuid NOT NULL
);
CREATE INDEX appointment_person ON appointment (person);
CREATE INDEX appointment_starts ON appointment (practitioner, starts);
CREATE INDEX appointment_status ON appointment (status, created_at);

-- A filled-in form of a declared service that has no room of its own.
CREATE TABLE submission (
    id uuid NOT NULL PRIMARY KEY,
    service {text} NOT NULL,
    person uuid NOT NULL,
    representative uuid,
    booker uuid,
    for_whom {text} NOT NULL,
    status {text} NOT NULL,
    language {text} NOT NULL,
    link_hash {blob} NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    act uuid NOT NULL
);
CREATE INDEX submission_person ON submission (person);
