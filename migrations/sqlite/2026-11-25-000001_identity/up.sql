-- What an organisation has settled for itself (JSON): languages, time zone, sender, logos, retention, who is answerable.
ALTER TABLE organisations ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

-- Those who can sign in. An account may belong to several organisations.
CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    -- BCP 47 tag of the language of pages and mails.
    language TEXT NOT NULL,
    -- Argon2id, as a PHC string; absent until a password was chosen.
    password_hash TEXT,
    -- Looks after the installation.
    operator BOOLEAN NOT NULL,
    disabled_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (email_folded)
);

-- Signed-in browsers and programs.
CREATE TABLE sign_ins (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- A browser has a cookie, a program has tokens.
    kind TEXT NOT NULL,
    -- What the client is, in a word: Firefox.
    client TEXT NOT NULL,
    -- Of a browser's cookie.
    secret_sha256 BLOB,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_by TEXT,
    UNIQUE (secret_sha256),
    CHECK (kind IN ('browser', 'program')),
    CHECK (ended_by IN ('sign-out', 'ended', 'replayed-token', 'password', 'disabled'))
);
CREATE INDEX sign_ins_account_id ON sign_ins (account_id);

-- Refresh tokens, as SHA-256. Those of one sign-in are a family, of which one is unused.
CREATE TABLE refresh_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sign_in_id BIGINT NOT NULL REFERENCES sign_ins (id),
    sha256 BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    UNIQUE (sha256)
);
CREATE INDEX refresh_tokens_sign_in_id ON refresh_tokens (sign_in_id);

-- Links by which somebody chooses a new password, as SHA-256.
CREATE TABLE password_resets (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    sha256 BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    UNIQUE (sha256)
);
CREATE INDEX password_resets_account_id ON password_resets (account_id);

-- Links by which an operator's account and an organisation are made, as SHA-256.
CREATE TABLE founding_invitations (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sha256 BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    UNIQUE (sha256)
);

-- Accounts in organisations.
CREATE TABLE memberships (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    -- Words with spaces between: `hr trainer`.
    roles TEXT NOT NULL,
    -- Whether HR may read names.
    names BOOLEAN NOT NULL,
    -- Who the account is in the roster.
    person_id BIGINT,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, account_id),
    UNIQUE (organisation_id, person_id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id)
);
CREATE INDEX memberships_account_id ON memberships (account_id);

-- Who teaches a cohort.
CREATE TABLE cohort_trainers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    cohort_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, cohort_id, account_id),
    FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES memberships (organisation_id, account_id)
);
CREATE INDEX cohort_trainers_account_id ON cohort_trainers (organisation_id, account_id);

-- Links by which somebody becomes a member, as SHA-256.
CREATE TABLE invitations (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    email TEXT NOT NULL,
    roles TEXT NOT NULL,
    names BOOLEAN NOT NULL,
    person_id BIGINT,
    -- BCP 47 tag of the language of the mail.
    language TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    -- The account that invited; absent where the command line did.
    invited_by BIGINT REFERENCES accounts (id),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    revoked_at TIMESTAMP,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, sha256),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id)
);
CREATE INDEX invitations_sha256 ON invitations (sha256);

-- Tokens for scripts, as SHA-256. The one token of the whole installation that there was before is no longer valid.
DROP TABLE api_tokens;
CREATE TABLE api_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    -- Permissions with spaces between: `cohort.read report.read`.
    scope TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, sha256),
    FOREIGN KEY (organisation_id, account_id) REFERENCES memberships (organisation_id, account_id)
);
CREATE INDEX api_tokens_sha256 ON api_tokens (sha256);
CREATE INDEX api_tokens_account_id ON api_tokens (organisation_id, account_id);

-- What follows from a write and is done after its commit. What it is about is sealed: a mail can hold a link that grants
-- something.
CREATE TABLE jobs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT REFERENCES organisations (id),
    kind TEXT NOT NULL,
    -- Makes a second try harmless.
    key TEXT NOT NULL,
    payload_sealed BLOB NOT NULL,
    key_id BIGINT NOT NULL REFERENCES keys (id),
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    run_at TIMESTAMP NOT NULL,
    -- Whoever works on it has it until then.
    leased_until TIMESTAMP,
    -- Who that is: a number drawn for each lease.
    lease BIGINT,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    UNIQUE (key),
    CHECK (state IN ('waiting', 'done', 'dead')),
    CHECK (attempts >= 0)
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';
