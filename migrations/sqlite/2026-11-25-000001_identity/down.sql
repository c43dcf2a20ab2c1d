DROP TABLE jobs;
DROP TABLE api_tokens;
DROP TABLE invitations;
DROP TABLE cohort_trainers;
DROP TABLE memberships;
DROP TABLE founding_invitations;
DROP TABLE password_resets;
DROP TABLE refresh_tokens;
DROP TABLE sign_ins;
DROP TABLE accounts;
CREATE TABLE api_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (name)
);
ALTER TABLE organisations DROP COLUMN settings;
