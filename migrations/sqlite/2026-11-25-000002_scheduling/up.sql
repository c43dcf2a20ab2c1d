-- On which terms people enrol in a cohort (JSON), its days, and how many minutes before a session people are reminded (JSON).
ALTER TABLE cohorts ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
ALTER TABLE cohorts ADD COLUMN first_day DATE;
ALTER TABLE cohorts ADD COLUMN last_day DATE;
ALTER TABLE cohorts ADD COLUMN reminders TEXT NOT NULL DEFAULT '[10080, 1440, 60]';

-- What calendars know a session by, one for life; how often its time or place has changed; where it takes place.
ALTER TABLE sessions ADD COLUMN uid TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN changed_at TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00';
-- Of a hybrid session: `capacity` is then that of the room.
ALTER TABLE sessions ADD COLUMN online_capacity INTEGER CHECK (online_capacity > 0);
-- Where to meet online; for the enrolled alone.
ALTER TABLE sessions ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN room TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN directions TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN accessibility TEXT NOT NULL DEFAULT '';
-- BCP 47 tags: what is spoken, and into what it is interpreted (with spaces between; `sgn` is a sign language).
ALTER TABLE sessions ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN interpretation TEXT NOT NULL DEFAULT '';
-- Of residents and minors nobody writes down names.
ALTER TABLE sessions ADD COLUMN head_count_only BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN head_count INTEGER CHECK (head_count >= 0);
ALTER TABLE sessions ADD COLUMN cancel_reason TEXT;
-- Why a trainer or a room has it at the same time as another session.
ALTER TABLE sessions ADD COLUMN clash_override TEXT;
-- Calendars anywhere know a session by its uid (RFC 7986, 5.3).
UPDATE sessions
SET uid = 'session-' || lower(hex(randomblob(16))) || '@rights-academy', changed_at = created_at;
CREATE UNIQUE INDEX sessions_uid ON sessions (organisation_id, uid);
CREATE INDEX sessions_starts_at ON sessions (organisation_id, starts_at);

-- Who gives a session, and who learns to.
CREATE TABLE session_trainers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    session_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    part TEXT NOT NULL,
    -- What a trainee trainer did, in words.
    note TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, session_id, account_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES memberships (organisation_id, account_id),
    CHECK (part IN ('trainer', 'trainee'))
);
CREATE INDEX session_trainers_account_id ON session_trainers (organisation_id, account_id);

-- What belongs to a session: slides, videos, links.
CREATE TABLE materials (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    session_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    -- BCP 47 tag.
    language TEXT NOT NULL,
    -- Whether people have it before the session, or once it is over.
    available TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id),
    CHECK (kind IN ('slides', 'video', 'document', 'link')),
    CHECK (available IN ('before', 'after'))
);
CREATE INDEX materials_session_id ON materials (organisation_id, session_id);

-- Where a person stands: their turn in the line, how many waited with them when they joined it (of the last in line: how many
-- wait), until when an offer holds, since when they hold a seat, who decided, why
-- (JSON); what they need to take part, which is removed after the cohort.
ALTER TABLE enrolments ADD COLUMN turn BIGINT;
ALTER TABLE enrolments ADD COLUMN line_length BIGINT;
ALTER TABLE enrolments ADD COLUMN offer_until TIMESTAMP;
ALTER TABLE enrolments ADD COLUMN enrolled_at TIMESTAMP;
ALTER TABLE enrolments ADD COLUMN decided_by TEXT CHECK (decided_by IN ('oneself', 'trainer', 'hr', 'administrator'));
ALTER TABLE enrolments ADD COLUMN why TEXT;
ALTER TABLE enrolments ADD COLUMN needs TEXT;
UPDATE enrolments SET enrolled_at = changed_at WHERE state = 'enrolled';
CREATE INDEX enrolments_state ON enrolments (organisation_id, cohort_id, state, turn);
-- Nobody has the turn of somebody else.
CREATE UNIQUE INDEX enrolments_turn ON enrolments (organisation_id, cohort_id, turn);

-- Links by which people enrol, as SHA-256.
CREATE TABLE enrolment_links (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    cohort_id BIGINT NOT NULL,
    sha256 BLOB NOT NULL,
    -- The account that made it.
    made_by BIGINT NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, sha256),
    FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id)
);
CREATE INDEX enrolment_links_sha256 ON enrolment_links (sha256);
CREATE INDEX enrolment_links_cohort_id ON enrolment_links (organisation_id, cohort_id);

-- Places of enrolled people in one of a module's sessions.
CREATE TABLE bookings (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    cohort_id BIGINT NOT NULL,
    module_code TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    session_id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, cohort_id, module_code, person_id),
    FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id),
    CHECK (mode IN ('online', 'in-person'))
);
CREATE INDEX bookings_session_id ON bookings (organisation_id, session_id);
CREATE INDEX bookings_person_id ON bookings (organisation_id, person_id);

-- Addresses at which an account's calendar programs read its sessions, as SHA-256. An account has one in an organisation.
CREATE TABLE calendar_feeds (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    account_id BIGINT NOT NULL,
    sha256 BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, account_id),
    UNIQUE (organisation_id, sha256),
    FOREIGN KEY (organisation_id, account_id) REFERENCES memberships (organisation_id, account_id)
);
CREATE INDEX calendar_feeds_sha256 ON calendar_feeds (sha256);

-- Modules of the catalogue that an organisation has translated and adapted, by language (JSON), and of which version.
CREATE TABLE adopted_modules (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    code TEXT NOT NULL,
    source_version INTEGER NOT NULL,
    texts TEXT NOT NULL,
    adopted_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, code)
);

-- Since when mails to this address come back, and with which status.
ALTER TABLE people ADD COLUMN email_bounced_at TIMESTAMP;
ALTER TABLE people ADD COLUMN email_bounce TEXT;

-- When the last try of a job began.
ALTER TABLE jobs ADD COLUMN begun_at TIMESTAMP;
-- How far a long job is.
ALTER TABLE jobs ADD COLUMN steps_done INTEGER;
ALTER TABLE jobs ADD COLUMN steps INTEGER;
ALTER TABLE jobs ADD COLUMN result TEXT;
CREATE INDEX jobs_organisation_id ON jobs (organisation_id, id);

-- Answers to requests with an Idempotency-Key, kept for a day.
CREATE TABLE idempotency_keys (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    key TEXT NOT NULL,
    -- Of method, path and body.
    request_sha256 BLOB NOT NULL,
    -- Absent while the request is being answered.
    status INTEGER,
    -- Headers and body; absent where the answer holds a secret.
    answer_sealed BLOB,
    key_id BIGINT REFERENCES keys (id),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (account_id, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
