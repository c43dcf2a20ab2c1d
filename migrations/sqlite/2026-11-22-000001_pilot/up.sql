-- City administrations: the tenants.
CREATE TABLE organisations (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (code)
);

-- Keys of the installation, sealed under the master key.
CREATE TABLE keys (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- Bearer tokens of the API, as SHA-256.
CREATE TABLE api_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (name)
);

-- Units of an organisation; a parent is a directorate.
CREATE TABLE departments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    parent_id BIGINT,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, name),
    -- A restore may bring a unit back before its directorate.
    FOREIGN KEY (organisation_id, parent_id) REFERENCES departments (organisation_id, id) DEFERRABLE INITIALLY IMMEDIATE
);

-- The roster.
CREATE TABLE people (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    employee_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    department_id BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, employee_id),
    UNIQUE (organisation_id, email_folded),
    FOREIGN KEY (organisation_id, department_id) REFERENCES departments (organisation_id, id)
);
CREATE INDEX people_department_id ON people (organisation_id, department_id);

-- Deliveries of a programme to a group. `programme` is frozen when the cohort opens (JSON); `settings` is what its documents say (JSON).
CREATE TABLE cohorts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    programme_code TEXT NOT NULL,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    state TEXT NOT NULL,
    threshold_percent INTEGER NOT NULL,
    programme TEXT,
    settings TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, programme_code, name),
    CHECK (state IN ('draft', 'open', 'running', 'closed', 'archived')),
    CHECK (threshold_percent BETWEEN 1 AND 100)
);

-- Logos, each once, by the SHA-256 of its bytes (hexadecimal).
CREATE TABLE images (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    sha256 TEXT NOT NULL,
    bytes BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, sha256)
);

-- Scheduled meetings of a module in a cohort: UTC, and the local time of their zone.
CREATE TABLE sessions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    cohort_id BIGINT NOT NULL,
    module_code TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    zone TEXT NOT NULL,
    starts_local TIMESTAMP NOT NULL,
    ends_local TIMESTAMP NOT NULL,
    mode TEXT NOT NULL,
    capacity INTEGER,
    cancelled_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, cohort_id, module_code, starts_at),
    FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id),
    CHECK (mode IN ('online', 'in-person', 'hybrid')),
    CHECK (starts_at < ends_at),
    CHECK (capacity > 0)
);

-- People in cohorts.
CREATE TABLE enrolments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    cohort_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, cohort_id, person_id),
    FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    CHECK (state IN ('requested', 'offered', 'enrolled', 'waitlisted', 'declined', 'withdrawn'))
);
CREATE INDEX enrolments_person_id ON enrolments (organisation_id, person_id);

-- Names in a file that a trainer confirmed to be a person.
CREATE TABLE aliases (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    cohort_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Of which of the rows of that name; empty for any.
    email TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    confirmed_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, cohort_id, file_name, name, email),
    FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id)
);
CREATE INDEX aliases_person_id ON aliases (organisation_id, person_id);

-- Readings of attendance files; the current one of a session and file is the one not superseded.
CREATE TABLE attendance_imports (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    session_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    format TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT,
    imported_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id)
);
CREATE INDEX attendance_imports_session_id ON attendance_imports (organisation_id, session_id);
CREATE UNIQUE INDEX attendance_imports_current ON attendance_imports (organisation_id, session_id, file_name) WHERE superseded_at IS NULL;

-- What the rows of a file said.
CREATE TABLE attendance_rows (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    import_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    upn TEXT,
    employee_id TEXT,
    kind TEXT NOT NULL,
    from_at TIMESTAMP,
    to_at TIMESTAMP,
    seconds INTEGER,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, import_id) REFERENCES attendance_imports (organisation_id, id),
    CHECK (kind IN ('interval', 'total', 'present', 'partial', 'absent', 'excused', 'waiting', 'unknown'))
);
CREATE INDEX attendance_rows_import_id ON attendance_rows (organisation_id, import_id);

-- What a person did in a session. Never overwritten: a correction is a new row, the earlier one is superseded and stays.
CREATE TABLE attendance (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    session_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    present_seconds INTEGER NOT NULL,
    source TEXT NOT NULL,
    matched_by TEXT,
    flags TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT,
    recorded_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    CHECK (status IN ('present', 'partial', 'absent', 'excused')),
    CHECK (present_seconds >= 0)
);
CREATE INDEX attendance_person_id ON attendance (organisation_id, person_id);
CREATE UNIQUE INDEX attendance_current ON attendance (organisation_id, session_id, person_id) WHERE superseded_at IS NULL;

-- Documents of record. `record` is what the document says, frozen at issue (JSON).
CREATE TABLE certificates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    cohort_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    level TEXT NOT NULL,
    edition INTEGER NOT NULL,
    serial TEXT NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT,
    status_changed_at TIMESTAMP,
    record TEXT NOT NULL,
    code_sha256 BLOB NOT NULL,
    code_sealed BLOB NOT NULL,
    key_id BIGINT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, cohort_id, person_id, level, edition),
    UNIQUE (organisation_id, serial),
    FOREIGN KEY (organisation_id, cohort_id) REFERENCES cohorts (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES people (organisation_id, id),
    FOREIGN KEY (key_id) REFERENCES keys (id),
    CHECK (level IN ('completion', 'attendance')),
    CHECK (status IN ('valid', 'superseded', 'revoked')),
    CHECK (edition >= 1)
);
CREATE INDEX certificates_person_id ON certificates (organisation_id, person_id);
CREATE INDEX certificates_code_sha256 ON certificates (code_sha256);

-- The bytes of a certificate in one language, made once.
CREATE TABLE renditions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    certificate_id BIGINT NOT NULL,
    language TEXT NOT NULL,
    pdf BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, certificate_id, language),
    FOREIGN KEY (organisation_id, certificate_id) REFERENCES certificates (organisation_id, id)
);
