-- What stood beside a consent's box: the sentence, the operator's record, purposes, data, terms of keeping, as one JSON
-- text. Found by its hash, which the journal binds to the consent; never changed, and about nobody.
CREATE TABLE consent_terms (
    sha256 {text} NOT NULL PRIMARY KEY,
    body {text} NOT NULL
) {clustered};
