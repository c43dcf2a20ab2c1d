use super::*;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    file
}

fn load(given: Given, env: &[(&str, &str)]) -> Result<Settings, Faults> {
    let env: BTreeMap<_, _> = env.iter().copied().collect();
    Settings::load(given, |name| env.get(name).map(|value| value.to_string()))
}

#[test]
fn without_anything_the_defaults_hold() {
    let settings = load(Given::default(), &[("RIGHTS_ACADEMY_PUBLIC_URL", "")]).expect("no fault");
    assert_eq!(settings.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database.expose(), "sqlite://./data/rights-academy.sqlite3");
    assert_eq!(settings.limits, Limits { max_file_bytes: 67_108_864, max_rows: 500_000 });
    assert_eq!((settings.public_url, settings.log.as_str()), (None, DEFAULT_LOG));
    assert_eq!(settings.mail, Route::Folder("./data/mail".into()));
    assert_eq!(settings.mail_from.to_string(), "rights-academy@localhost");
}

#[test]
fn a_flag_wins_over_the_environment_and_the_environment_over_the_file() {
    let file =
        file("bind = \"127.0.0.1:1\"\ndata_dir = \"one\"\nlog = \"warn\"\n[limits]\nmax_rows = 1_000\n");
    let path = file.path().display().to_string();
    let env = [
        ("RIGHTS_ACADEMY_CONFIG", path.as_str()),
        ("RIGHTS_ACADEMY_BIND", "127.0.0.1:2"),
        ("RIGHTS_ACADEMY_DATA_DIR", "two"),
        ("RIGHTS_ACADEMY_MAX_FILE_BYTES", "5"),
    ];
    let given = Given { bind: Some("127.0.0.1:3".into()), ..Given::default() };
    let settings = load(given, &env).expect("no fault");
    assert_eq!(settings.bind.port(), 3);
    assert_eq!(settings.data_dir, Path::new("two"));
    assert_eq!(settings.database.expose(), "sqlite://two/rights-academy.sqlite3");
    assert_eq!(settings.log, "warn");
    assert_eq!(settings.limits, Limits { max_file_bytes: 5, max_rows: 1000 });
}

#[test]
fn every_fault_is_told_with_its_place() {
    let file = file("bind = \"here\"\ncolour = 1\n\n[limits]\nmax_cells = 3\nmax_rows = 1.5\n");
    let path = file.path().display().to_string();
    let given = Given { config: Some(path.clone()), public_url: Some("ftp://x".into()), ..Given::default() };
    let env = [
        ("RIGHTS_ACADEMY_MAX_FILE_BYTES", "0"),
        ("RIGHTS_ACADEMY_MAIL", "smtp://mail.example?tls=maybe"),
        ("RIGHTS_ACADEMY_MAIL_FROM", "Academy <academy>"),
    ];
    let faults = load(given, &env).expect_err("faults").to_string();
    for expected in [
        format!("{path}:1: bind: write an IP"),
        format!("{path}:2: colour: there is no such setting"),
        format!("{path}:5: limits.max_cells: there"),
        format!("{path}:6: limits.max_rows: write"),
        "--public-url: the address begins".to_owned(),
        "RIGHTS_ACADEMY_MAX_FILE_BYTES: write a whole".to_owned(),
        "RIGHTS_ACADEMY_MAIL: the only option".to_owned(),
        "RIGHTS_ACADEMY_MAIL_FROM: write Name <address>".to_owned(),
    ] {
        assert!(faults.contains(&expected), "{expected} is not in:\n{faults}");
    }
}

#[test]
fn a_file_that_is_no_toml_or_is_missing_is_a_fault() {
    let file = file("bind = \"127.0.0.1:1\"\n  = 3\n");
    let given = Given { config: Some(file.path().display().to_string()), ..Given::default() };
    assert_eq!(load(given, &[]).expect_err("faults").0[0].line, Some(2));
    let given = Given { config: Some("/nowhere.toml".into()), ..Given::default() };
    assert_eq!(load(given, &[]).expect_err("faults").0[0].code, "unreadable-file");
}

#[test]
fn secrets_are_read_and_never_shown() {
    let database = "postgres://ra:hunter2@db/ra";
    let env = [
        ("RIGHTS_ACADEMY_MASTER_KEY", KEY),
        ("RIGHTS_ACADEMY_DATABASE", database),
        ("RIGHTS_ACADEMY_MAIL", "smtps://ra:hunter2@mail.example"),
    ];
    let settings = load(Given::default(), &env).expect("no fault");
    assert_eq!(settings.master_key.as_ref().expect("given").expose()[31], 31);
    let shown = format!("{settings:?}");
    for secret in [KEY, "hunter2", "[0, 1, 2"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let env = [
        ("RIGHTS_ACADEMY_MASTER_KEY", "hunter2"),
        ("RIGHTS_ACADEMY_DATABASE", "mysql://ra:hunter2@db/ra"),
        ("RIGHTS_ACADEMY_MAIL", "smtp://ra:hunter2@mail.example?tls=none"),
    ];
    let faults = load(Given::default(), &env).expect_err("faults");
    assert_eq!(faults.0.len(), 3);
    assert!(!faults.to_string().contains("hunter2"), "{faults}");
}

#[test]
fn a_public_url_is_normalised() {
    assert_eq!(public_url("HTTPS://Academy.Example.org:443/").as_deref(), Ok("https://academy.example.org"));
    assert_eq!(public_url("http://x:8080/a/").as_deref(), Ok("http://x:8080/a"));
    for wrong in ["", "academy", "https://x/?a", "https://x/#a", "https://u:p@x/", "mailto:x", "https://"] {
        assert!(public_url(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn trusted_proxies_are_addresses_and_networks() {
    let read = |text: &str| networks(text).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(read(""), Ok(vec![]));
    assert_eq!(
        read("127.0.0.1, ::1,10.0.0.0/8 ,fd00::/8, ::ffff:192.0.2.1"),
        Ok(["127.0.0.1/32", "::1/128", "10.0.0.0/8", "fd00::/8", "192.0.2.1/32"].map(str::to_owned).to_vec())
    );
    for wrong in [
        ",",
        "127.0.0.1,",
        "localhost",
        "10.0.0.0/33",
        "10.0/8",
        "0.0.0.0/0",
        "::/0",
        "127.0.0.1:80",
        "10.0.0.0/8 ::1",
    ] {
        assert!(networks(wrong).is_err(), "{wrong}");
    }
    let file = file("trusted_proxies = \"10.0.0.1\"\n");
    let config = || Given { config: Some(file.path().display().to_string()), ..Given::default() };
    assert_eq!(
        load(config(), &[]).expect("no fault").trusted_proxies,
        ["10.0.0.1/32".parse().expect("a network")]
    );
    let faults =
        load(config(), &[("RIGHTS_ACADEMY_TRUSTED_PROXIES", "proxy")]).expect_err("faults").to_string();
    assert!(faults.starts_with("RIGHTS_ACADEMY_TRUSTED_PROXIES: write addresses"), "{faults}");
}
