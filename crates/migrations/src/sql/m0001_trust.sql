-- What the trust room keeps. Times are microseconds since 1970 UTC; `act` is the journal entry that wrote the row.

CREATE TABLE operator (
    id uuid NOT NULL PRIMARY KEY,
    created_at bigint NOT NULL
);

-- People: a random id and nothing else. All that is known of them is sealed.
CREATE TABLE person (
    id uuid NOT NULL PRIMARY KEY,
    standing {text} NOT NULL,                 -- as_stated | identified
    created_at bigint NOT NULL,
    act uuid NOT NULL
) {clustered};

CREATE TABLE person_key (
    person uuid NOT NULL PRIMARY KEY,
    kek integer NOT NULL,
    wrapped {blob} NOT NULL,
    chain uuid NOT NULL
) {clustered};
CREATE INDEX person_key_chain ON person_key (chain);
CREATE INDEX person_key_kek ON person_key (kek);

CREATE TABLE sealed_field (
    person uuid NOT NULL,
    place {text} NOT NULL,                    -- the table the record belongs to
    record uuid NOT NULL,
    field {text} NOT NULL,
    version integer NOT NULL,
    sealed {blob} NOT NULL,
    PRIMARY KEY (person, place, record, field)
) {clustered};

CREATE TABLE blind_index (
    kind integer NOT NULL,
    epoch integer NOT NULL,
    digest bigint NOT NULL,
    person uuid NOT NULL,
    PRIMARY KEY (kind, epoch, digest, person)
) {clustered};
CREATE INDEX blind_index_person ON blind_index (person);

CREATE TABLE possible_same (
    person uuid NOT NULL,
    other uuid NOT NULL,
    found_by {text} NOT NULL,
    found_at bigint NOT NULL,
    act uuid NOT NULL,
    PRIMARY KEY (person, other)
) {clustered};

-- Staff and their sessions.
CREATE TABLE staff (
    id uuid NOT NULL PRIMARY KEY,
    login {text} NOT NULL UNIQUE,
    role {text} NOT NULL,
    created_at bigint NOT NULL,
    dismissed_at bigint,
    act uuid NOT NULL
);

CREATE TABLE session (
    id uuid NOT NULL PRIMARY KEY,
    staff uuid NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ended_at bigint
);

-- Permissions to open the data of one case, and what was opened under them.
CREATE TABLE ticket (
    id uuid NOT NULL PRIMARY KEY,
    session uuid NOT NULL,
    staff uuid NOT NULL,
    purpose {text} NOT NULL,
    case_kind {text} NOT NULL,
    case_id uuid NOT NULL,
    reason {text},
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    act uuid NOT NULL
);

CREATE TABLE ticket_opening (
    ticket uuid NOT NULL,
    person uuid NOT NULL,
    fields {text} NOT NULL,
    act uuid NOT NULL,
    PRIMARY KEY (ticket, person, fields)
) {clustered};

-- Documents: every version stays.
CREATE TABLE document (
    id uuid NOT NULL PRIMARY KEY,
    code {text} NOT NULL,
    version integer NOT NULL,
    language {text} NOT NULL,
    title {text} NOT NULL,
    body {text} NOT NULL,
    sha256 {text} NOT NULL,
    proposed_at bigint NOT NULL,
    proposed_by uuid,
    effective_at bigint,                      -- NULL until approved
    act uuid NOT NULL,
    UNIQUE (code, language, version)
);

CREATE TABLE consent (
    id uuid NOT NULL PRIMARY KEY,
    person uuid NOT NULL,                     -- whose data
    given_by uuid NOT NULL,                   -- who decided: the person, or who acts for them
    document {text} NOT NULL,
    version integer NOT NULL,
    language {text} NOT NULL,
    sha256 {text} NOT NULL,
    purpose {text} NOT NULL,
    given boolean NOT NULL,
    form {text} NOT NULL,                     -- which form asked
    at bigint NOT NULL,
    withdraws uuid,                           -- the consent that this row ends
    act uuid NOT NULL
);
CREATE INDEX consent_person ON consent (person, purpose);

-- Why data may be processed where no consent was asked: the named basis (152-ФЗ ст. 6, 10).
CREATE TABLE legal_basis (
    person uuid NOT NULL,
    purpose {text} NOT NULL,
    norm {text} NOT NULL,
    at bigint NOT NULL,
    ended_at bigint,
    act uuid NOT NULL,
    PRIMARY KEY (person, purpose, norm)
) {clustered};

-- Decisions that take two people.
CREATE TABLE approval (
    subject uuid NOT NULL,
    staff uuid NOT NULL,
    content_hash {text} NOT NULL,
    at bigint NOT NULL,
    act uuid NOT NULL,
    PRIMARY KEY (subject, staff)
);

CREATE TABLE destruction (
    id uuid NOT NULL PRIMARY KEY,
    reason {text} NOT NULL,
    list_hash {text} NOT NULL,
    proposed_at bigint NOT NULL,
    removed_at bigint,
    unrecoverable_at bigint,
    kek integer,
    act uuid NOT NULL
);

CREATE TABLE destruction_person (
    destruction uuid NOT NULL,
    person uuid NOT NULL,
    chain uuid,
    PRIMARY KEY (destruction, person)
) {clustered};
CREATE INDEX destruction_person_person ON destruction_person (person);

-- The journal (C2SP tlog-tiles).
CREATE TABLE journal_entry (
    id uuid NOT NULL PRIMARY KEY,
    number bigint UNIQUE,                     -- NULL while pending
    kind {text} NOT NULL,
    at bigint NOT NULL,
    leaf {blob} NOT NULL,
    subtree {blob} NOT NULL
);

CREATE TABLE journal_pending (
    arrival {serial},
    entry uuid NOT NULL
);

CREATE TABLE journal_sub (
    chain uuid NOT NULL,
    n bigint NOT NULL,
    entry uuid NOT NULL,
    position integer NOT NULL,
    sealed {blob} NOT NULL,
    PRIMARY KEY (chain, n)
) {clustered};
CREATE INDEX journal_sub_entry ON journal_sub (entry);

CREATE TABLE journal_chain (
    chain uuid NOT NULL PRIMARY KEY,
    n bigint NOT NULL,
    head {blob} NOT NULL
) {clustered};

CREATE TABLE journal_tile (
    level integer NOT NULL,
    number bigint NOT NULL,
    hashes {blob} NOT NULL,
    PRIMARY KEY (level, number)
);

CREATE TABLE journal_tree (
    id integer NOT NULL PRIMARY KEY,
    size bigint NOT NULL,
    mapped bigint NOT NULL                    -- the size when the chains were last committed to
);

CREATE TABLE journal_checkpoint (
    size bigint NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    note {text} NOT NULL
);

-- Work for later.
CREATE TABLE job (
    id uuid NOT NULL PRIMARY KEY,
    kind {text} NOT NULL,
    subject uuid NOT NULL,
    state {text} NOT NULL,                    -- waiting | leased | dead
    run_at bigint NOT NULL,
    attempts integer NOT NULL,
    lease uuid,
    last_error {text},
    created_at bigint NOT NULL,
    act uuid NOT NULL
);
CREATE INDEX job_due ON job (state, run_at);

-- First answers to repeated requests; they die with the person.
CREATE TABLE idempotency (
    key_hash {blob} NOT NULL PRIMARY KEY,
    body_hash {blob} NOT NULL,
    person uuid,                              -- NULL where the answer is about nobody
    answer {blob} NOT NULL,                   -- sealed with the person's key where there is a person
    created_at bigint NOT NULL
);
CREATE INDEX idempotency_created ON idempotency (created_at);
CREATE INDEX idempotency_person ON idempotency (person);
