//! No secret is anywhere but where it is handed out: everything that can be done with a password, a token and a link is
//! done with marked ones against the built program, and its log, its answers, its mails and its database are searched.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use rights_academy::platform::clock::Clock;
use rights_academy::platform::db::schema::{OF_ORGANISATIONS, OF_THE_INSTALLATION};
use rights_academy::platform::db::{DbConn, Scope};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::databases::{TestDb, master_key, unguarded};
use crate::support::files::tree;
use crate::support::program::{Served, program};
use crate::support::wait_until;

const FIRST: &str = "marked-first-password-qX7";
const WRONG: &str = "marked-wrong-password-zK3";
const SECOND: &str = "marked-second-password-wB9";
const GUESTS: &str = "marked-guests-password-hR5";
const RESET: &str = "marked-reset-password-yT1";
/// No token at all, in the places where one stands.
const STRAY: &str = "rr_marked-stray-token-vN8AAAAAAAAAAAAAAAAAAAAAAAAA";

/// What came back.
struct Said {
    status: u16,
    body: Value,
    /// `NAME=SECRET`, where one is set.
    cookie: Option<String>,
}

/// `serve`, with everything that it says kept.
struct Story {
    served: Served,
    dir: TempDir,
    /// What answers said, with the secrets that they are there to hand out.
    answers: RefCell<Vec<(String, Vec<String>)>>,
    secrets: RefCell<Vec<String>>,
    db: TestDb,
}

impl Story {
    fn begin(db: TestDb, format: &str) -> Story {
        let dir = TempDir::new().unwrap();
        let url = if db.is_postgres() { db.url_of_service() } else { db.url().to_owned() };
        let mut command = program(dir.path());
        command
            .args(["serve", "--bind", "127.0.0.1:0", "--data-dir", "data", "--database", &url])
            .env("RIGHTS_ACADEMY_MASTER_KEY", master_key().to_base64())
            .env("RIGHTS_ACADEMY_LOG", "debug,rights_academy=trace")
            .env("RIGHTS_ACADEMY_LOG_FORMAT", format);
        let served = Served::start(&mut command);
        let mut secrets = [FIRST, WRONG, SECOND, GUESTS, RESET, STRAY].map(str::to_owned).to_vec();
        secrets.push(master_key().to_base64());
        Story { served, dir, answers: RefCell::default(), secrets: RefCell::new(secrets), db }
    }

    fn keep(&self, secret: &str) -> String {
        self.secrets.borrow_mut().push(secret.to_owned());
        secret.to_owned()
    }

    /// Asks, and keeps what is answered. `headers` and the body are sent as they are.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Said {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.served.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = agent().run(request.body(body.to_owned()).unwrap()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        // The page of a link names it as the place where its form goes, and so does the page to sign in that leads back.
        let (page, query) = path.split_once('?').unwrap_or((path, ""));
        let page = query.strip_prefix("to=").unwrap_or(page);
        let own = ["/invitations/", "/password-resets/", "/enrol/"]
            .into_iter()
            .filter_map(|start| page.strip_prefix(start));
        let own = own.map(str::to_owned).collect();
        self.answers.borrow_mut().push((format!("{:?}\n{text}", answer.headers()), own));
        let cookie = answer.headers().get("set-cookie").map(|cookie| cookie.to_str().unwrap());
        let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        Said {
            status: answer.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or_default(),
            cookie,
        }
    }

    /// Sends a form of one of the pages; gives the cookie that is set.
    fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)], status: u16) -> String {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", cookie),
        ];
        let said = self.ask("POST", path, &headers, &body);
        assert_eq!(said.status, status, "{path}: {:?}", self.answers.borrow().last());
        let cookie = said.cookie.unwrap_or_default();
        if let Some((_, secret)) = cookie.split_once('=').filter(|(_, secret)| !secret.is_empty()) {
            self.handed_out(&json!(secret));
        }
        cookie
    }

    /// Sends JSON, with a token.
    fn send(&self, method: &str, path: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("content-type", "application/json"), ("user-agent", "curl/8")];
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        // Another for each request: every answer that may be kept is.
        let key = self.answers.borrow().len().to_string();
        headers.extend((method == "POST").then_some(("idempotency-key", key.as_str())));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let said = self.ask(method, path, &headers, &body);
        (said.status, said.body)
    }

    /// What the last answer is there to hand out.
    fn handed_out(&self, secret: &Value) -> String {
        let secret = secret.as_str().unwrap().to_owned();
        self.answers.borrow_mut().last_mut().unwrap().1.push(secret.clone());
        self.keep(&secret)
    }

    fn sign_in(&self, email: &str, password: &str) -> (String, String) {
        let (status, tokens) =
            self.send("POST", "/api/v1/sign-ins", None, &json!({ "email": email, "password": password }));
        assert_eq!(status, 201, "{tokens}");
        (self.handed_out(&tokens["access_token"]), self.handed_out(&tokens["refresh_token"]))
    }

    fn mails(&self) -> Vec<PathBuf> {
        let Ok(folder) = std::fs::read_dir(self.dir.path().join("data/mail")) else { return Vec::new() };
        let mails = folder.map(|entry| entry.unwrap().path());
        mails.filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
    }

    /// The secret of the link in the mail that comes next.
    fn mailed(&self, before: &[PathBuf], page: &str) -> String {
        wait_until("the mail is there", || self.mails().len() > before.len());
        let new = self.mails().into_iter().find(|mail| !before.contains(mail)).unwrap();
        let text = readable(&std::fs::read(new).unwrap());
        let (_, rest) = text.split_once(&format!("/{page}/")).unwrap_or_else(|| panic!("no link: {text}"));
        self.keep(rest.split(['"', '<', ' ', '\r', '\n']).next().unwrap())
    }

    /// The first link is taken, by an operator with the first password.
    fn found(&self) {
        let line = self.served.printed.iter().find_map(|line| line.strip_prefix("invitation ")).unwrap();
        let link = line.split(' ').next().unwrap();
        let page = format!("/invitations/{}", self.keep(link.rsplit('/').next().unwrap()));
        self.ask("GET", &page, &[], "");
        let founder = |password| {
            [
                ("email", "arta@tirana.example"),
                ("name", "Arta"),
                ("password", password),
                ("organisation", "Municipality of Tirana"),
                ("code", "TIRANA"),
                ("language", "sq"),
            ]
        };
        self.form(&page, "", &founder("short"), 422);
        self.form(&page, "", &founder(FIRST), 303);
        self.form(&page, "", &founder(FIRST), 404);
    }

    /// A guest is invited, comes in, forgets the password and chooses another.
    fn guest(&self, access: &str) {
        let before = self.mails();
        let invite = json!({ "email": "bora@tirana.example", "roles": ["adviser"], "language": "sq" });
        let path = "/api/v1/organisations/TIRANA/invitations";
        assert_eq!(self.send("POST", path, Some(access), &invite).0, 201);
        let page = format!("/invitations/{}", self.mailed(&before, "invitations"));
        self.ask("GET", &format!("{page}?again={GUESTS}"), &[], "");
        self.form(&page, "", &[("name", ""), ("password", GUESTS)], 422);
        self.form(&page, "", &[("name", "Bora"), ("password", GUESTS), (GUESTS, "1")], 303);
        self.sign_in("bora@tirana.example", GUESTS);

        let before = self.mails();
        self.form("/password-reset", "", &[("email", "bora@tirana.example")], 303);
        let page = format!("/password-resets/{}", self.mailed(&before, "password-resets"));
        self.ask("GET", &format!("{page}?again={RESET}"), &[], "");
        self.form(&page, "", &[("password", RESET)], 303);
        self.form(&page, "", &[("password", RESET)], 404);
        self.sign_in("bora@tirana.example", RESET);
    }

    /// A browser signs in, looks at the account, fails to change the password, and signs out.
    fn browse(&self) {
        let typed = |password| [("email", "arta@tirana.example"), ("password", password)];
        self.form("/sign-in", "", &typed(WRONG), 422);
        let cookie = self.form("/sign-in", "", &typed(FIRST), 303);
        assert_eq!(self.ask("GET", "/account", &[("cookie", &cookie)], "").status, 200);
        self.form("/account/password", &cookie, &[("current", WRONG), ("new", SECOND)], 422);
        self.ask("POST", "/account/password", &[("cookie", &cookie)], SECOND);
        self.ask("GET", "/api/v1/account", &[("cookie", &cookie)], "");
        self.form("/sign-out", &cookie, &[], 303);
        self.ask("GET", "/account", &[("cookie", &cookie)], "");
    }

    /// What goes well: every secret is made and used.
    fn use_them(&self) -> (String, String) {
        let (_, first) = self.sign_in("arta@tirana.example", FIRST);
        let (status, next) =
            self.send("POST", "/api/v1/sign-ins/refresh", None, &json!({ "refresh_token": first }));
        assert_eq!(status, 200);
        let (access, refresh) =
            (self.handed_out(&next["access_token"]), self.handed_out(&next["refresh_token"]));
        self.guest(&access);
        self.browse();
        let expires_at = Clock::System.now() + chrono::Duration::days(1);
        let new = json!({ "name": "Nightly", "scope": ["organisation.read"], "expires_at": expires_at });
        let (status, made) =
            self.send("POST", "/api/v1/organisations/TIRANA/api-tokens", Some(&access), &new);
        assert_eq!(status, 201);
        let script = self.handed_out(&made["token"]);
        assert_eq!(self.send("GET", "/api/v1/organisations/TIRANA", Some(&script), &Value::Null).0, 200);
        assert_eq!(self.send("GET", "/api/v1/programmes", Some(&script), &Value::Null).0, 403);
        self.subscribe(&access);
        self.enrol(&access);
        let change = |current: &str, new: &str| {
            let body = json!({ "current": current, "new": new });
            self.send("PUT", "/api/v1/account/password", Some(&access), &body).0
        };
        assert_eq!((change(WRONG, SECOND), change(FIRST, SECOND)), (422, 204));
        assert_eq!(
            self.send("POST", "/api/v1/sign-ins/refresh", None, &json!({ "refresh_token": first })).0,
            401
        );
        self.send("POST", "/api/v1/sign-ins/refresh", None, &json!({ "refresh_token": refresh }));
        self.send("GET", "/api/v1/account", Some(&access), &Value::Null);
        (self.sign_in("arta@tirana.example", SECOND).0, script)
    }

    /// A calendar program reads a feed, before and after a new one ends it, and asks for it in ways that are wrong.
    fn subscribe(&self, access: &str) {
        let path = "/api/v1/organisations/TIRANA/calendar-feed";
        let make = || {
            let (status, made) = self.send("POST", path, Some(access), &Value::Null);
            assert_eq!(status, 201);
            let (_, secret) = made["address"].as_str().unwrap().split_once("/calendar/").unwrap();
            self.handed_out(&json!(secret.strip_suffix(".ics").unwrap()))
        };
        let secret = make();
        let calendar = format!("/calendar/{secret}.ics");
        let answer = self.ask("GET", &calendar, &[("referer", &calendar), ("user-agent", &secret)], "");
        assert_eq!(answer.status, 200);
        assert_eq!(self.ask("HEAD", &calendar, &[], "").status, 200);
        self.ask("GET", &calendar, &[("if-none-match", &format!("\"{secret}\""))], "");
        for wrong in [
            format!("/calendar/{secret}"),
            format!("/calendar/{secret}x.ics"),
            format!("/calendar/{secret}.ics/"),
            format!("/calendar/{secret}.ics?{secret}={secret}"),
            format!("/api/v1/calendar/{secret}.ics"),
            format!("{path}?{secret}"),
            format!("{path}/{secret}"),
        ] {
            self.ask("GET", &wrong, &[], "");
            self.ask("POST", &wrong, &[("accept", "text/html"), ("referer", &calendar)], &secret);
        }
        make();
        assert_eq!(self.ask("GET", &calendar, &[], "").status, 404);
        assert_eq!(self.send("GET", path, Some(access), &Value::Null).0, 200);
    }

    /// Somebody is invited to enrol, and an account that is on no roster follows the link.
    fn enrol(&self, access: &str) {
        let cohort = |name: &str| {
            let new = json!({ "programme": "digital-human-rights", "name": name, "locale": "en" });
            let path = "/api/v1/organisations/TIRANA/cohorts";
            let (status, made) = self.send("POST", path, Some(access), &new);
            assert_eq!(status, 201, "{made}");
            let path = format!("{path}/{}", made["id"]);
            let open = json!({ "state": "open" });
            assert_eq!(self.send("POST", &format!("{path}/state"), Some(access), &open).0, 200);
            path
        };
        let bearer = format!("Bearer {access}");
        let roster = "employee_id,name,email,department\r\n1,Dea Leka,dea@tirana.example,Legal Affairs\r\n";
        let part = "Content-Disposition: form-data; name=\"file\"; filename=\"roster.csv\"\r\n\r\n";
        let form = [
            ("content-type", "multipart/form-data; boundary=b"),
            ("authorization", bearer.as_str()),
            ("if-match", "*"),
        ];
        let body = format!("--b\r\n{part}{roster}\r\n--b--\r\n");
        assert_eq!(self.ask("PUT", &format!("{}/roster", cohort("Winter")), &form, &body).status, 200);

        let (before, cohort) = (self.mails(), cohort("Spring"));
        let invite = json!({ "employee_ids": ["1"] });
        assert_eq!(self.send("POST", &format!("{cohort}/invitations"), Some(access), &invite).0, 200);
        let mailed = self.mailed(&before, "enrol");
        let (status, made) = self.send("POST", &format!("{cohort}/links"), Some(access), &json!({}));
        assert_eq!(status, 201);
        let (_, secret) = made["link"].as_str().unwrap().split_once("/enrol/").unwrap();
        let made = self.handed_out(&json!(secret));
        for secret in [mailed, made] {
            let page = format!("/enrol/{secret}");
            assert_eq!(
                self.ask("GET", &page, &[("referer", &page), ("user-agent", &secret)], "").status,
                200
            );
            self.ask("HEAD", &format!("{page}?{secret}"), &[], "");
            self.form(&page, "", &[(secret.as_str(), "1")], 303);
            let way = format!("/sign-in?to={page}");
            assert_eq!(self.ask("GET", &way, &[], "").status, 200);
            let typed = |password| [("email", "arta@tirana.example"), ("password", password)];
            self.form(&way, "", &typed(WRONG), 422);
            let cookie = self.form(&way, "", &typed(FIRST), 303);
            assert_eq!(self.ask("GET", &page, &[("cookie", &cookie)], "").status, 200);
            self.form(&page, &cookie, &[], 303);
            for wrong in [format!("{page}x"), format!("{page}/"), format!("/o/TIRANA/training/{secret}")] {
                self.ask("GET", &wrong, &[("cookie", &cookie), ("accept", "text/html")], "");
            }
        }
    }

    /// What goes wrong, with a secret in every place where one can stand by mistake.
    fn misuse(&self, access: &str, script: &str) {
        let json = ("content-type", "application/json");
        let bearer = format!("Bearer {access}");
        let authorized = ("authorization", bearer.as_str());
        for body in [
            format!(r#"{{"email":"arta@tirana.example","password":"{WRONG}"}}"#),
            format!(r#"{{"email":"arta@tirana.example","password":"{WRONG}""#),
            format!(r#"{{"email":"arta@tirana.example","password":["{WRONG}"]}}"#),
            format!(r#"{{"email":"arta@tirana.example","{WRONG}":1}}"#),
            format!(r#"{{"email":["{WRONG}"],"password":"{WRONG}"}}"#),
            format!(r#""{WRONG}""#),
            format!(r#""{WRONG}, expected {WRONG}""#),
            WRONG.to_owned(),
            format!(r#"{{"refresh_token":"{STRAY}","{STRAY}":0}}"#),
        ] {
            for path in ["/api/v1/sign-ins", "/api/v1/sign-ins/refresh"] {
                self.ask("POST", path, &[json], &body);
                self.ask("POST", path, &[("content-type", "text/plain")], &body);
            }
            for path in
                ["/api/v1/account/password", "/api/v1/account", "/api/v1/organisations/TIRANA/members/1"]
            {
                self.ask("PUT", path, &[json, authorized, ("if-match", "*")], &body);
            }
            for path in ["cohorts", "invitations", "api-tokens"] {
                let key = ("idempotency-key", path);
                let path = format!("/api/v1/organisations/TIRANA/{path}");
                self.ask("POST", &path, &[json, authorized], &body);
                self.ask("POST", &path, &[json, authorized, key], &body);
            }
        }
        for body in [
            json!({ "email": WRONG, "roles": [WRONG], "language": WRONG, "employee_id": WRONG }),
            json!({ "email": WRONG, "roles": ["hr"], "language": WRONG, "employee_id": WRONG }),
            json!({ "name": "x", "scope": [WRONG], "expires_at": "2020-01-01T00:00:00Z" }),
            json!({ "name": "x", "scope": [], "expires_at": WRONG }),
        ] {
            for path in ["invitations", "api-tokens"] {
                self.ask(
                    "POST",
                    &format!("/api/v1/organisations/TIRANA/{path}"),
                    &[json, authorized],
                    &body.to_string(),
                );
            }
        }
        for secret in [access, script, STRAY] {
            for path in [
                format!("/{secret}"),
                format!("/api/v1/invitations/{secret}"),
                format!("/api/v1/account/sign-ins/{secret}"),
                format!("/api/v1/organisations/{secret}/members"),
                format!("/api/v1/organisations/TIRANA/cohorts/{secret}"),
                format!("/api/v1/programmes/{secret}"),
                format!("/api/v1/docs/{secret}"),
                format!("/calendar/{secret}.ics"),
                format!("/api/v1/organisations/TIRANA/members?cursor={secret}"),
                format!("/api/v1/organisations/TIRANA/members?limit={secret}"),
                format!("/api/v1/organisations/TIRANA/members?{secret}=1"),
                format!("/api/v1/programmes?access_token={secret}"),
            ] {
                self.ask("GET", &path, &[authorized], "");
                self.ask("DELETE", &path, &[authorized], "");
            }
            for value in [
                format!("Bearer {secret}x"),
                format!("Bearer  {secret} {secret}"),
                format!("Basic {secret}"),
                secret.to_owned(),
            ] {
                self.ask("GET", "/api/v1/account", &[("authorization", &value)], "");
            }
            for header in [
                "x-request-id",
                "origin",
                "accept",
                "content-type",
                "user-agent",
                "x-forwarded-for",
                "cookie",
                "if-match",
                "idempotency-key",
            ] {
                let value = if header == "accept" { format!("text/{secret}") } else { secret.to_owned() };
                self.ask("POST", "/api/v1/sign-ins", &[(header, &value)], "{}");
                self.ask("GET", "/api/v1/organisations/TIRANA/members", &[(header, &value), authorized], "");
                let given = [json, authorized, (header, value.as_str())];
                self.ask("POST", "/api/v1/organisations/TIRANA/departments", &given, "{}");
                self.ask("PUT", "/api/v1/organisations/TIRANA", &given, "{}");
            }
            self.garbage(&format!("GET /{secret} HTTP/1.1\r\nHost: x\r\n{secret}\r\n\r\n"));
            self.garbage(&format!("{secret}\r\n\r\n"));
            self.garbage(&format!("GET /\u{1}{secret} HTTP/1.1\r\nAuthorization: {secret}\r\n\r\n"));
        }
        self.broken(access);
    }

    /// What is no HTTP.
    fn garbage(&self, bytes: &str) {
        let mut stream = TcpStream::connect(self.served.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // It may be cut off without an answer.
        let _ = stream.read_to_end(&mut answer);
        self.answers.borrow_mut().push((String::from_utf8_lossy(&answer).into_owned(), Vec::new()));
    }

    /// The database refuses to write what is kept of secrets: an error of ours, which the log tells of.
    fn broken(&self, access: &str) {
        if self.db.is_postgres() {
            self.db.sql(
                "ALTER TABLE accounts ADD CHECK (length(password_hash) < 9) NOT VALID; \
                         ALTER TABLE refresh_tokens ADD CHECK (length(sha256) < 9) NOT VALID",
            );
        } else {
            self.db.sql("CREATE TRIGGER broken BEFORE UPDATE ON accounts BEGIN SELECT RAISE(ABORT, 'broken'); END; \
                         CREATE TRIGGER broken_too BEFORE INSERT ON refresh_tokens BEGIN SELECT RAISE(ABORT, 'broken'); END");
        }
        let change = json!({ "current": SECOND, "new": GUESTS });
        assert_eq!(self.send("PUT", "/api/v1/account/password", Some(access), &change).0, 500);
        let credentials = json!({ "email": "arta@tirana.example", "password": SECOND });
        assert_eq!(self.send("POST", "/api/v1/sign-ins", None, &credentials).0, 500);
    }

    /// Stops the server and searches everything that it left.
    fn search(self) {
        let mails = self.mails();
        let (dump, dir) = (dump(&self.db), self.dir);
        self.served.terminate();
        // What is printed after the address, and the log.
        let (_, log) = self.served.wait();
        assert!(log.lines().count() > 200, "the log says little: {log}");
        assert_eq!(line_with(&log, "$argon2"), None, "the hash of a password");

        let secrets = self.secrets.into_inner();
        assert!(secrets.len() > 15);
        let mut leaks = BTreeSet::new();
        for secret in &secrets {
            for form in forms(secret) {
                for (what, text) in [("the log", &log), ("the database", &dump)] {
                    leaks.extend(line_with(text, &form).map(|line| format!("{secret} is in {what}: {line}")));
                }
                for (answer, handed_out) in self.answers.borrow().iter() {
                    let line = line_with(answer, &form).filter(|_| !handed_out.contains(secret));
                    leaks.extend(line.map(|line| format!("{secret} is in an answer: {line}")));
                }
                let told =
                    mails.iter().filter(|mail| readable(&std::fs::read(mail).unwrap()).contains(&form));
                let links = usize::from(["ri_", "rp_", "re_"].iter().any(|kind| secret.starts_with(kind)));
                leaks.extend((told.count() > links).then(|| format!("{secret} is in a mail")));
            }
            for (file, bytes) in tree(dir.path()) {
                let is_mail = file.components().any(|part| part.as_os_str() == "mail");
                let found = !is_mail && holds(&bytes, secret);
                leaks.extend(found.then(|| format!("{secret} is in {}", file.display())));
            }
        }
        // Also what SQLite has written and thrown away.
        if let Some(file) = self.db.url().strip_prefix("sqlite://") {
            for end in ["", "-wal"] {
                let bytes = std::fs::read(format!("{file}{end}")).unwrap_or_default();
                let found = secrets.iter().filter(|secret| holds(&bytes, secret));
                leaks.extend(found.map(|secret| format!("{secret} is in the database's file{end}")));
            }
        }
        let leaks: Vec<String> = leaks.into_iter().collect();
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    }
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

/// Every column of every row, as text; what is binary in hexadecimal digits, small ones.
fn dump(db: &TestDb) -> String {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Nullable<Text>)]
        text: Option<String>,
    }
    let lines = |conn: &mut DbConn, query: String| -> Vec<String> {
        let rows: Vec<Line> = diesel::sql_query(query).load(conn).unwrap();
        rows.into_iter().filter_map(|row| row.text).collect()
    };
    let all = |conn: &mut DbConn| {
        let mut dump = Vec::new();
        for table in OF_THE_INSTALLATION.iter().chain(&OF_ORGANISATIONS) {
            if matches!(conn, DbConn::Postgres(_)) {
                dump.extend(lines(conn, format!("SELECT t::text AS text FROM {table} t")));
                continue;
            }
            for column in lines(conn, format!("SELECT name AS text FROM pragma_table_info('{table}')")) {
                let shown = format!(
                    "CASE typeof({column}) WHEN 'blob' THEN lower(hex({column})) ELSE CAST({column} AS TEXT) END"
                );
                dump.extend(lines(conn, format!("SELECT {shown} AS text FROM {table}")));
            }
        }
        Ok(dump.join("\n"))
    };
    let dump = unguarded(&db.db).read(Scope::Installation, all).unwrap();
    assert!(dump.contains("arta@tirana.example") && dump.contains("$argon2id$"), "the dump is not whole");
    dump
}

/// A mail without the breaks that quoted-printable makes in long lines.
fn readable(mail: &[u8]) -> String {
    String::from_utf8_lossy(mail).replace("=\r\n", "").replace("=3D", "=")
}

/// A secret as it may be written: as it is, in hexadecimal digits, in base64 wherever it begins in a longer text; the
/// random bytes of one of ours, too.
fn forms(secret: &str) -> Vec<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut forms = vec![secret.to_owned(), hex(secret.as_bytes()), hex(secret.as_bytes()).to_uppercase()];
    for shift in 0..3 {
        let shifted = [vec![b' '; shift], secret.as_bytes().to_vec()].concat();
        for text in [BASE64_STANDARD_NO_PAD.encode(&shifted), BASE64_URL_SAFE_NO_PAD.encode(&shifted)] {
            // The letters at either end also depend on what stands beside the secret.
            forms.push(text[4..text.len() - 4].to_owned());
        }
    }
    let random = secret.split_once('_').and_then(|(_, random)| BASE64_URL_SAFE_NO_PAD.decode(random).ok());
    // An access token can have a `_`, too, and what follows can be a single byte, which is anywhere.
    forms.extend(random.iter().filter(|bytes| bytes.len() == 32).map(|bytes| hex(bytes)));
    // The signature of an access token is what makes it one.
    forms.extend(secret.starts_with("ey").then(|| secret.rsplit('.').next().unwrap().to_owned()));
    forms
}

/// The line in which something is found.
fn line_with<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    if text.contains(wanted) { text.lines().find(|line| line.contains(wanted)) } else { None }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}

fn nothing_is_told(db: TestDb, format: &str) {
    let story = Story::begin(db, format);
    story.found();
    let (access, script) = story.use_them();
    story.misuse(&access, &script);
    story.search();
}

#[test]
fn no_secret_is_told_on_sqlite_with_a_log_for_people() {
    nothing_is_told(TestDb::sqlite(), "human");
}

#[test]
fn no_secret_is_told_on_sqlite_with_a_log_for_programs() {
    nothing_is_told(TestDb::sqlite(), "json");
}

#[test]
fn no_secret_is_told_on_postgres_with_a_log_for_people() {
    nothing_is_told(TestDb::postgres(), "human");
}

#[test]
fn no_secret_is_told_on_postgres_with_a_log_for_programs() {
    nothing_is_told(TestDb::postgres(), "json");
}
