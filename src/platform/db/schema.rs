//! The tables in the types that both backends share. Kept by hand; `tests/stores/schema.rs` holds it to both migrations.

diesel::table! {
    /// City administrations: the tenants.
    organisations (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        created_at -> Timestamp,
        settings -> Text,
    }
}

diesel::table! {
    /// Keys of the installation, sealed under the master key.
    keys (id) {
        id -> BigInt,
        purpose -> Text,
        sealed -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Units of an organisation; a parent is a directorate.
    departments (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        name -> Text,
        parent_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// The roster.
    people (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        employee_id -> Text,
        name -> Text,
        email -> Text,
        email_folded -> Text,
        department_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Deliveries of a programme to a group. `programme` is frozen when the cohort opens (JSON); `settings` is what its documents say (JSON).
    cohorts (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        programme_code -> Text,
        name -> Text,
        locale -> Text,
        state -> Text,
        threshold_percent -> Integer,
        programme -> Nullable<Text>,
        settings -> Text,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    /// Logos, each once, by the SHA-256 of its bytes (hexadecimal).
    images (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        sha256 -> Text,
        bytes -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Scheduled meetings of a module in a cohort: UTC, and the local time of their zone.
    sessions (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        cohort_id -> BigInt,
        module_code -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        zone -> Text,
        starts_local -> Timestamp,
        ends_local -> Timestamp,
        mode -> Text,
        capacity -> Nullable<Integer>,
        cancelled_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// People in cohorts.
    enrolments (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        cohort_id -> BigInt,
        person_id -> BigInt,
        state -> Text,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    /// Names in a file that a trainer confirmed to be a person.
    aliases (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        cohort_id -> BigInt,
        file_name -> Text,
        name -> Text,
        email -> Text,
        person_id -> BigInt,
        confirmed_at -> Timestamp,
    }
}

diesel::table! {
    /// Readings of attendance files; the current one of a session and file is the one not superseded.
    attendance_imports (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        session_id -> BigInt,
        file_name -> Text,
        sha256 -> Binary,
        format -> Text,
        author -> Text,
        reason -> Nullable<Text>,
        imported_at -> Timestamp,
        superseded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// What the rows of a file said.
    attendance_rows (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        import_id -> BigInt,
        line -> BigInt,
        name -> Text,
        email -> Nullable<Text>,
        upn -> Nullable<Text>,
        employee_id -> Nullable<Text>,
        kind -> Text,
        from_at -> Nullable<Timestamp>,
        to_at -> Nullable<Timestamp>,
        seconds -> Nullable<Integer>,
    }
}

diesel::table! {
    /// What a person did in a session. Never overwritten: a correction is a new row, the earlier one is superseded and stays.
    attendance (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        status -> Text,
        present_seconds -> Integer,
        source -> Text,
        matched_by -> Nullable<Text>,
        flags -> Text,
        author -> Text,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        superseded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Documents of record. `record` is what the document says, frozen at issue (JSON).
    certificates (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        cohort_id -> BigInt,
        person_id -> BigInt,
        level -> Text,
        edition -> Integer,
        serial -> Text,
        status -> Text,
        status_reason -> Nullable<Text>,
        status_changed_at -> Nullable<Timestamp>,
        record -> Text,
        code_sha256 -> Binary,
        code_sealed -> Binary,
        key_id -> BigInt,
        issued_at -> Timestamp,
    }
}

diesel::table! {
    /// The bytes of a certificate in one language, made once.
    renditions (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        certificate_id -> BigInt,
        language -> Text,
        pdf -> Binary,
        sha256 -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// What an organisation has settled for itself (JSON): languages, time zone, sender, logos, retention, who is answerable. ER TABLE organisations ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';  Those who can sign in. An account may belong to several organisations. ATE TABLE accounts (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  email TEXT NOT NULL,  email_folded TEXT NOT NULL,  name TEXT NOT NULL,  -- BCP 47 tag of the language of pages and mails.  language TEXT NOT NULL,  -- Argon2id, as a PHC string; absent until a password was chosen.  password_hash TEXT,  -- Looks after the installation.  operator BOOLEAN NOT NULL,  disabled_at TIMESTAMP,  created_at TIMESTAMP NOT NULL,  changed_at TIMESTAMP NOT NULL,  PRIMARY KEY (id),  UNIQUE (email_folded)   Signed-in browsers and programs. ATE TABLE sign_ins (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  account_id BIGINT NOT NULL REFERENCES accounts (id),  -- A browser has a cookie, a program has tokens.  kind TEXT NOT NULL,  -- What the client is, in a word: Firefox.  client TEXT NOT NULL,  -- Of a browser's cookie.  secret_sha256 BYTEA,  created_at TIMESTAMP NOT NULL,  last_used_at TIMESTAMP NOT NULL,  expires_at TIMESTAMP NOT NULL,  ended_at TIMESTAMP,  ended_by TEXT,  PRIMARY KEY (id),  UNIQUE (secret_sha256),  CHECK (kind IN ('browser', 'program')),  CHECK (ended_by IN ('sign-out', 'ended', 'replayed-token', 'password', 'disabled'))  ATE INDEX sign_ins_account_id ON sign_ins (account_id);  Refresh tokens, as SHA-256. Those of one sign-in are a family, of which one is unused. ATE TABLE refresh_tokens (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  sign_in_id BIGINT NOT NULL REFERENCES sign_ins (id),  sha256 BYTEA NOT NULL,  created_at TIMESTAMP NOT NULL,  expires_at TIMESTAMP NOT NULL,  used_at TIMESTAMP,  PRIMARY KEY (id),  UNIQUE (sha256)  ATE INDEX refresh_tokens_sign_in_id ON refresh_tokens (sign_in_id);  Links by which somebody chooses a new password, as SHA-256. ATE TABLE password_resets (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  account_id BIGINT NOT NULL REFERENCES accounts (id),  sha256 BYTEA NOT NULL,  created_at TIMESTAMP NOT NULL,  expires_at TIMESTAMP NOT NULL,  used_at TIMESTAMP,  PRIMARY KEY (id),  UNIQUE (sha256)  ATE INDEX password_resets_account_id ON password_resets (account_id);  Links by which an operator's account and an organisation are made, as SHA-256. ATE TABLE founding_invitations (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  sha256 BYTEA NOT NULL,  created_at TIMESTAMP NOT NULL,  expires_at TIMESTAMP NOT NULL,  used_at TIMESTAMP,  PRIMARY KEY (id),  UNIQUE (sha256)   Accounts in organisations. ATE TABLE memberships (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  organisation_id BIGINT NOT NULL REFERENCES organisations (id),  account_id BIGINT NOT NULL REFERENCES accounts (id),  -- Words with spaces between: `hr trainer`.  roles TEXT NOT NULL,  -- Whether HR may read names.  names BOOLEAN NOT NULL,  -- Who the account is in the roster.  person_id BIGINT,  created_at TIMESTAMP NOT NULL,  changed_at TIMESTAMP NOT NULL,  PRIMARY KEY (organisation_id, id),  UNIQUE (organisation_id, account_id),  UNIQUE (organisation_id, person_id),  FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id)  ATE INDEX memberships_account_id ON memberships (account_id);  Who teaches a cohort. ATE TABLE cohort_trainers (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  organisation_id BIGINT NOT NULL REFERENCES organisations (id),  cohort_id BIGINT NOT NULL,  account_id BIGINT NOT NULL,  created_at TIMESTAMP NOT NULL,  PRIMARY KEY (organisation_id, id),  UNIQUE (organisation_id, cohort_id, account_id),  FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id),  FOREIGN KEY (organisation_id, account_id) REFERENCES memberships (organisation_id, account_id)  ATE INDEX cohort_trainers_account_id ON cohort_trainers (organisation_id, account_id);  Links by which somebody becomes a member, as SHA-256. ATE TABLE invitations (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  organisation_id BIGINT NOT NULL REFERENCES organisations (id),  email TEXT NOT NULL,  roles TEXT NOT NULL,  names BOOLEAN NOT NULL,  person_id BIGINT,  -- BCP 47 tag of the language of the mail.  language TEXT NOT NULL,  sha256 BYTEA NOT NULL,  -- The account that invited; absent where the command line did.  invited_by BIGINT REFERENCES accounts (id),  created_at TIMESTAMP NOT NULL,  expires_at TIMESTAMP NOT NULL,  used_at TIMESTAMP,  revoked_at TIMESTAMP,  PRIMARY KEY (organisation_id, id),  UNIQUE (organisation_id, sha256),  FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id)  ATE INDEX invitations_sha256 ON invitations (sha256);  Tokens for scripts, as SHA-256. The one token of the whole installation that there was before is no longer valid. P TABLE api_tokens; ATE TABLE api_tokens (  id BIGINT GENERATED BY DEFAULT AS IDENTITY,  organisation_id BIGINT NOT NULL REFERENCES organisations (id),  account_id BIGINT NOT NULL,  name TEXT NOT NULL,  sha256 BYTEA NOT NULL,  -- Permissions with spaces between: `cohort.read report.read`.  scope TEXT NOT NULL,  created_at TIMESTAMP NOT NULL,  expires_at TIMESTAMP NOT NULL,  revoked_at TIMESTAMP,  PRIMARY KEY (organisation_id, id),  UNIQUE (organisation_id, sha256),  FOREIGN KEY (organisation_id, account_id) REFERENCES memberships (organisation_id, account_id)  ATE INDEX api_tokens_sha256 ON api_tokens (sha256); ATE INDEX api_tokens_account_id ON api_tokens (organisation_id, account_id);  What follows from a write and is done after its commit. What it is about is sealed: a mail can hold a link that grants something.
    jobs (id) {
        id -> BigInt,
        organisation_id -> Nullable<BigInt>,
        kind -> Text,
        key -> Text,
        payload_sealed -> Binary,
        key_id -> BigInt,
        state -> Text,
        attempts -> Integer,
        run_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        lease -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organisations,
    keys,
    accounts,
    sign_ins,
    refresh_tokens,
    password_resets,
    founding_invitations,
    jobs,
    departments,
    people,
    cohorts,
    images,
    sessions,
    enrolments,
    aliases,
    attendance_imports,
    attendance_rows,
    attendance,
    certificates,
    renditions,
    memberships,
    cohort_trainers,
    invitations,
    api_tokens
);

/// Tables of the installation, each after those that it refers to. They know no row security.
pub const OF_THE_INSTALLATION: [&str; 8] = [
    "organisations",
    "keys",
    "accounts",
    "sign_ins",
    "refresh_tokens",
    "password_resets",
    "founding_invitations",
    "jobs",
];

/// Tables of organisations, each after those that it refers to. Each has `organisation_id`.
pub const OF_ORGANISATIONS: [&str; 16] = [
    "departments",
    "people",
    "cohorts",
    "images",
    "sessions",
    "enrolments",
    "aliases",
    "attendance_imports",
    "attendance_rows",
    "attendance",
    "certificates",
    "renditions",
    "memberships",
    "cohort_trainers",
    "invitations",
    "api_tokens",
];
