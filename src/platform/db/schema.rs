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
        email_bounced_at -> Nullable<Timestamp>,
        email_bounce -> Nullable<Text>,
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
        terms -> Text,
        first_day -> Nullable<Date>,
        last_day -> Nullable<Date>,
        reminders -> Text,
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
        uid -> Text,
        sequence -> Integer,
        changed_at -> Timestamp,
        online_capacity -> Nullable<Integer>,
        link -> Text,
        place -> Text,
        room -> Text,
        directions -> Text,
        accessibility -> Text,
        language -> Text,
        interpretation -> Text,
        head_count_only -> Bool,
        head_count -> Nullable<Integer>,
        cancel_reason -> Nullable<Text>,
        clash_override -> Nullable<Text>,
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
        turn -> Nullable<BigInt>,
        line_length -> Nullable<BigInt>,
        offer_until -> Nullable<Timestamp>,
        enrolled_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Text>,
        why -> Nullable<Text>,
        needs -> Nullable<Text>,
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
    /// Those who can sign in. An account may belong to several organisations.
    accounts (id) {
        id -> BigInt,
        email -> Text,
        email_folded -> Text,
        name -> Text,
        language -> Text,
        password_hash -> Nullable<Text>,
        operator -> Bool,
        disabled_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    /// Signed-in browsers and programs.
    sign_ins (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> Text,
        client -> Text,
        secret_sha256 -> Nullable<Binary>,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
    }
}

diesel::table! {
    /// Refresh tokens, as SHA-256. Those of one sign-in are a family, of which one is unused.
    refresh_tokens (id) {
        id -> BigInt,
        sign_in_id -> BigInt,
        sha256 -> Binary,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Links by which somebody chooses a new password, as SHA-256.
    password_resets (id) {
        id -> BigInt,
        account_id -> BigInt,
        sha256 -> Binary,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Links by which an operator's account and an organisation are made, as SHA-256.
    founding_invitations (id) {
        id -> BigInt,
        sha256 -> Binary,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Accounts in organisations.
    memberships (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        account_id -> BigInt,
        roles -> Text,
        names -> Bool,
        person_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    /// Who teaches a cohort.
    cohort_trainers (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        cohort_id -> BigInt,
        account_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Links by which somebody becomes a member, as SHA-256.
    invitations (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        email -> Text,
        roles -> Text,
        names -> Bool,
        person_id -> Nullable<BigInt>,
        language -> Text,
        sha256 -> Binary,
        invited_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Tokens for scripts, as SHA-256.
    api_tokens (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        sha256 -> Binary,
        scope -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// What follows from a write and is done after its commit. What it is about is sealed.
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
        begun_at -> Nullable<Timestamp>,
        steps_done -> Nullable<Integer>,
        steps -> Nullable<Integer>,
        result -> Nullable<Text>,
    }
}

diesel::table! {
    /// Who gives a session, and who learns to.
    session_trainers (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        session_id -> BigInt,
        account_id -> BigInt,
        part -> Text,
        note -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// What belongs to a session: slides, videos, links.
    materials (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        session_id -> BigInt,
        kind -> Text,
        title -> Text,
        url -> Text,
        language -> Text,
        available -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Links by which people enrol, as SHA-256.
    enrolment_links (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        cohort_id -> BigInt,
        sha256 -> Binary,
        made_by -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// Places of enrolled people in one of a module's sessions.
    bookings (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        cohort_id -> BigInt,
        module_code -> Text,
        person_id -> BigInt,
        session_id -> BigInt,
        mode -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Addresses at which an account's calendar programs read its sessions, as SHA-256.
    calendar_feeds (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        account_id -> BigInt,
        sha256 -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    /// Modules that an organisation has translated and adapted.
    adopted_modules (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        code -> Text,
        source_version -> Integer,
        texts -> Text,
        adopted_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    /// Answers to requests with an Idempotency-Key, kept for a day.
    idempotency_keys (id) {
        id -> BigInt,
        account_id -> BigInt,
        key -> Text,
        request_sha256 -> Binary,
        status -> Nullable<Integer>,
        answer_sealed -> Nullable<Binary>,
        key_id -> Nullable<BigInt>,
        created_at -> Timestamp,
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
    api_tokens,
    session_trainers,
    materials,
    enrolment_links,
    bookings,
    calendar_feeds,
    adopted_modules,
    idempotency_keys
);

/// Tables of the installation, each after those that it refers to. They know no row security.
pub const OF_THE_INSTALLATION: [&str; 9] = [
    "organisations",
    "keys",
    "accounts",
    "sign_ins",
    "refresh_tokens",
    "password_resets",
    "founding_invitations",
    "jobs",
    "idempotency_keys",
];

/// Tables of organisations, each after those that it refers to. Each has `organisation_id`.
pub const OF_ORGANISATIONS: [&str; 22] = [
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
    "session_trainers",
    "materials",
    "enrolment_links",
    "bookings",
    "calendar_feeds",
    "adopted_modules",
];
