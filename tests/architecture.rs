//! Holds the code to the map of `docs/architecture.md`: features depend one way, each room uses what it may, and time
//! and drawing each have one door. The checker is a function over sources, so that each rule is tested with a violation.

use std::fs;
use std::path::{Path, PathBuf};

/// The features in the order in which they may know each other: each only those before it.
const FEATURES: [&str; 11] = [
    "access",
    "organisations",
    "identity",
    "catalogue",
    "cohorts",
    "enrolment",
    "attendance",
    "certification",
    "certificates",
    "reports",
    "cli",
];

/// The one file that may ask what time it is.
const CLOCK: &str = "src/platform/clock.rs";

/// The one file that may use the drawing library.
const DRAW: &str = "src/platform/pdf/draw.rs";

/// The folder that may hold a connection outside a transaction, which says nothing of whose rows it is about.
const DATABASE: &str = "src/platform/db/";

/// Who may begin a transaction that is of no organisation, or of more than one: what begins so is in these files.
const WITHOUT_ORGANISATION: [&str; 7] = [
    "src/platform/",
    // Accounts are the installation's; a membership and a secret lead to an organisation.
    "src/identity/",
    // The list of organisations, and making one.
    "src/organisations/service.rs",
    // Jobs are in a table of the installation, whosever they are.
    "src/organisations/jobs.rs",
    // Reminders are looked for in all organisations, one after the other.
    "src/enrolment/notices/reminders.rs",
    // A folder says which organisation it is of, and that there is one.
    "src/reports/processing.rs",
    "src/cli/",
];

/// Files that may measure how long something takes, which decides nothing about anybody.
const STOPWATCHES: [&str; 0] = [];

/// One source file: its path from the top of the project, and its text.
type Source = (String, String);

/// Every violation, as `path:line: what is wrong`.
fn violations(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources {
        let tokens = tokens(text);
        for (line, _) in tokens.windows(3).filter(|w| is_raw_connection(w)).map(|w| &w[0]) {
            if !path.starts_with(DATABASE) {
                found.push(format!("{path}:{line}: a connection outside {DATABASE}: use read or write_tx"));
            }
        }
        let uses = paths(&tokens, &module_of(path));
        for (line, used) in &uses {
            let used: Vec<&str> = used.iter().map(String::as_str).collect();
            for fault in faults(path, &used) {
                found.push(format!("{path}:{line}: {fault}"));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What is wrong with one use of the path `used` in the file `path`.
fn faults(path: &str, used: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let file = path.rsplit('/').next().unwrap_or_default();
    let here = path.strip_prefix("src/").and_then(|inner| inner.split('/').next()).unwrap_or_default();
    let rank = |name: &str| FEATURES.iter().position(|feature| *feature == name);
    if let ["crate" | "rights_academy", there, room @ ..] = used {
        let later = match (here, rank(here), rank(there)) {
            ("platform", _, Some(_)) => true,
            (_, Some(here), Some(there)) => there > here,
            _ => false,
        };
        if later {
            faults.push(format!("{here} must not know {there}"));
        }
        // A feature with many handlers has a folder of them.
        let handles = ["api", "pages"]
            .iter()
            .any(|room| file == format!("{room}.rs") || path.contains(&format!("/{room}/")));
        if handles && rank(there).is_some() && room.first() == Some(&"store") {
            faults.push(format!("an api.rs must not use a store ({there}::store)"));
        }
    }
    let first = used.first().copied().unwrap_or_default();
    if file == "rules.rs" && (first.starts_with("diesel") || first.starts_with("actix")) {
        faults.push(format!("a rules.rs must not use {first}"));
    }
    for pair in used.windows(2) {
        match pair {
            ["Utc" | "Local" | "SystemTime", "now"] if path != CLOCK => {
                faults.push(format!("{}::now outside {CLOCK}: take the clock as a parameter", pair[0]));
            }
            ["Instant", "now"] if path != CLOCK && !STOPWATCHES.contains(&path) => {
                faults.push("Instant::now in a file that is not listed in tests/architecture.rs".to_owned());
            }
            ["Scope", wide @ ("Installation" | "Account" | "Secret")]
                if !WITHOUT_ORGANISATION.iter().any(|allowed| path.starts_with(allowed)) =>
            {
                faults.push(format!("Scope::{wide} in a file that is not listed in tests/architecture.rs"));
            }
            ["DbConn" | "PgConnection" | "SqliteConnection", "establish"] if !path.starts_with(DATABASE) => {
                faults.push(format!("a connection outside {DATABASE}: use read or write_tx"));
            }
            _ => {}
        }
    }
    if first == "printpdf" && path != DRAW {
        faults.push(format!("printpdf outside {DRAW}"));
    }
    faults
}

/// `.connection(`
fn is_raw_connection(tokens: &[(usize, String)]) -> bool {
    tokens.iter().map(|token| token.1.as_str()).eq([".", "connection", "("])
}

/// The module that a file is: `src/cohorts/store.rs` is `crate::cohorts::store`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module = vec!["crate".to_owned()];
    module
        .extend(inner.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).map(str::to_owned));
    module
}

/// The words and signs of a source with the lines that they stand in, without comments, strings and characters.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut tokens, mut i, mut line) = (Vec::new(), 0, 1);
    while i < chars.len() {
        let start = i;
        match at(i) {
            '/' if at(i + 1) == '/' => i += chars[i..].iter().take_while(|c| **c != '\n').count(),
            '/' if at(i + 1) == '*' => i = end_of_comment(&chars, i),
            '"' => i = end_of_string(&chars, i),
            'r' if raw_hashes(&chars, i + 1).is_some() => i = end_of_raw(&chars, i + 1),
            'b' if at(i + 1) == 'r' && raw_hashes(&chars, i + 2).is_some() => i = end_of_raw(&chars, i + 2),
            // A character, as opposed to a lifetime.
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                i += chars[i.min(chars.len())..].iter().take_while(|c| **c != '\'').count() + 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            ':' if at(i + 1) == ':' => {
                tokens.push((line, "::".to_owned()));
                i += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                i += chars[i..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
                tokens.push((line, chars[start..i].iter().collect()));
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push((line, c.to_string()));
                }
                i += 1;
            }
        }
        line += chars[start..i.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// Where the comment that begins at `i` ends; comments nest.
fn end_of_comment(chars: &[char], mut i: usize) -> usize {
    let mut depth = 0;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

/// Where the string whose opening quote is at `i` ends.
fn end_of_string(chars: &[char], mut i: usize) -> usize {
    i += 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// The number of `#` before the opening quote of a raw string, if one begins at `i`.
fn raw_hashes(chars: &[char], i: usize) -> Option<usize> {
    let hashes = chars.get(i..)?.iter().take_while(|c| **c == '#').count();
    (chars.get(i + hashes) == Some(&'"')).then_some(hashes)
}

/// Where the raw string whose hashes begin at `i` ends.
fn end_of_raw(chars: &[char], i: usize) -> usize {
    let hashes = raw_hashes(chars, i).unwrap_or_default();
    let mut i = i + hashes + 1;
    while i < chars.len() {
        let closes = chars[i] == '"' && chars[i + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
        i += 1;
        if closes {
            return i + hashes;
        }
    }
    i
}

/// Every path of two or more parts that a file of `module` names, `use` trees taken apart and made absolute.
fn paths(tokens: &[(usize, String)], module: &[String]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let follows = i > 0 && tokens[i - 1].1 == "::";
        if is_word(&tokens[i].1) && !follows {
            i = tree(tokens, i, &[], &mut found);
        } else {
            i += 1;
        }
    }
    for (_, path) in &mut found {
        let parents = path.iter().take_while(|part| *part == "super").count();
        if parents > 0 {
            // In a test module inside the file the path is one shorter than written; both name the same feature.
            let kept = module.len().saturating_sub(parents).max(1);
            *path = module[..kept].iter().chain(&path[parents..]).cloned().collect();
        } else if path[0] == "self" {
            *path = module.iter().chain(&path[1..]).cloned().collect();
        }
    }
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Follows one path, and every branch of its braces, from token `i`; gives the token after it.
fn tree(
    tokens: &[(usize, String)],
    mut i: usize,
    before: &[String],
    found: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    let sign = |i: usize| tokens.get(i).map_or("", |token| token.1.as_str());
    let mut path = before.to_vec();
    let line = tokens.get(i).map_or(0, |token| token.0);
    while is_word(sign(i)) {
        path.push(sign(i).to_owned());
        i += 1;
        if sign(i) != "::" {
            break;
        }
        i += 1;
        if sign(i) == "{" {
            i += 1;
            while !matches!(sign(i), "}" | "") {
                i = match sign(i) {
                    word if is_word(word) => tree(tokens, i, &path, found),
                    _ => i + 1,
                };
            }
            return i + 1;
        }
    }
    if path.len() > 1 {
        found.push((line, path));
    }
    i
}

/// Every source file under `folder`, its path written from `root`.
fn read(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).expect("the source folder is readable");
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("it is under the root").display().to_string();
            sources.push((name, fs::read_to_string(&path).expect("a source is text")));
        }
    }
}

#[test]
fn the_code_keeps_to_the_map() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    read(root, &root.join("src"), &mut sources);
    assert!(sources.iter().any(|(path, _)| path == CLOCK), "the sources were not found");
    let found = violations(&sources);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_of_src_is_on_the_map() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).expect("src is readable") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let known = name == "platform" || FEATURES.contains(&name.as_str());
        assert!(!path.is_dir() || known, "src/{name} is not in the order of the features");
    }
}

/// What the checker says of one file.
fn check(path: &str, text: &str) -> Vec<String> {
    violations(&[(path.to_owned(), text.to_owned())])
}

#[track_caller]
fn refused(path: &str, text: &str, fault: &str) {
    let found = check(path, text);
    assert!(found.len() == 1 && found[0].contains(fault), "{path}: {text}\n{found:?}");
}

#[track_caller]
fn accepted(path: &str, text: &str) {
    let found = check(path, text);
    assert!(found.is_empty(), "{path}: {text}\n{found:?}");
}

#[test]
fn a_backward_dependency_is_refused() {
    let fault = "cohorts must not know reports";
    refused("src/cohorts/mod.rs", "use crate::reports::Report;", fault);
    refused("src/cohorts/service.rs", "use crate::{platform::ids, reports::{self, store}};", fault);
    refused("src/cohorts/service.rs", "fn f() { crate::reports::service::make() }", fault);
    refused("src/cohorts/service.rs", "use super::super::reports::service;", fault);
    refused("src/cohorts/service.rs", "pub(crate) use crate::reports as r;", fault);
    refused("src/cohorts/a/b.rs", "use\n    crate::\n    reports;", fault);
    refused("src/organisations/mod.rs", "use crate::identity::Account;", "must not know identity");
    refused("src/certification/rules.rs", "use crate::certificates::Level;", "must not know certificates");
    refused("src/reports/api.rs", "use crate::cli::run;", "reports must not know cli");
}

#[test]
fn a_forward_dependency_is_accepted() {
    accepted("src/reports/service.rs", "use crate::{cohorts::store, certificates::service};");
    accepted("src/catalogue/service.rs", "use crate::identity::Role; use crate::platform::text::fold;");
    accepted("src/cohorts/service.rs", "use super::store; use self::rules::x; use crate::cohorts::Cohort;");
    accepted("src/cli/serve.rs", "use crate::reports::api;");
    accepted("src/lib.rs", "pub mod reports; use crate::reports::api;");
}

#[test]
fn a_platform_that_knows_a_feature_is_refused() {
    refused("src/platform/http/server.rs", "use crate::cohorts::api;", "platform must not know cohorts");
    refused("src/platform/http/bearer.rs", "use crate::access::Caller;", "platform must not know access");
    refused("src/access/mod.rs", "use crate::identity::Account;", "access must not know identity");
    accepted("src/organisations/api.rs", "use crate::access::{Allowed, may};");
    refused(
        "src/platform/db/mod.rs",
        "fn f(_: crate::identity::Account) {}",
        "platform must not know identity",
    );
}

#[test]
fn input_and_output_in_rules_are_refused() {
    refused("src/certification/rules.rs", "use diesel::prelude::*;", "must not use diesel");
    refused("src/certification/rules.rs", "fn f() -> actix_web::HttpResponse {}", "must not use actix_web");
    accepted("src/certification/store.rs", "use diesel::prelude::*;");
}

#[test]
fn a_store_in_an_api_is_refused() {
    refused("src/cohorts/api.rs", "use super::store;", "must not use a store");
    refused("src/cohorts/api.rs", "use crate::organisations::store::find;", "must not use a store");
    refused("src/cohorts/api.rs", "use crate::cohorts::{service, store as db};", "must not use a store");
    refused("src/cohorts/api/sessions.rs", "use crate::cohorts::store;", "must not use a store");
    refused("src/identity/pages/sign_in.rs", "use super::super::store::accounts;", "must not use a store");
    accepted("src/cohorts/api.rs", "use super::service;");
    accepted("src/cohorts/service.rs", "use super::store;");
}

#[test]
fn a_clock_read_is_refused() {
    refused("src/cohorts/service.rs", "fn f() { let t = Utc::now(); }", "Utc::now outside");
    refused("src/cohorts/service.rs", "fn f() { let t = chrono::Local::now(); }", "Local::now outside");
    refused(
        "src/cohorts/service.rs",
        "fn f() { std::time::SystemTime :: now(); }",
        "SystemTime::now outside",
    );
    refused("src/cohorts/service.rs", "fn f() { Instant::now(); }", "Instant::now in a file");
    accepted(CLOCK, "fn f() { Utc::now(); }");
    accepted("src/cohorts/service.rs", "fn f(clock: &Clock) { clock.now(); }");
}

#[test]
fn drawing_elsewhere_is_refused() {
    refused("src/platform/pdf/finish.rs", "use printpdf::PdfDocument;", "printpdf outside");
    accepted(DRAW, "use printpdf::PdfDocument;");
}

#[test]
fn a_transaction_of_no_organisation_is_refused_where_it_is_not_expected() {
    let fault = "in a file that is not listed";
    for scope in ["Installation", "Account(id)", "Secret(&sha256)"] {
        let text = format!("fn f(db: &Db) {{ db.read(Scope::{scope}, |conn| all(conn)) }}");
        refused("src/cohorts/service.rs", &text, fault);
        refused("src/organisations/store.rs", &text, fault);
        refused("src/reports/api.rs", &text.replace("Scope::", "crate::platform::db::Scope::"), fault);
        accepted("src/identity/sign_ins/service.rs", &text);
        accepted("src/organisations/service.rs", &text);
    }
    refused("src/cohorts/service.rs", "use crate::platform::db::Scope::{self, Secret};", fault);
    accepted(
        "src/cohorts/service.rs",
        "fn f(db: &Db) { db.read(Scope::Organisation(id), |conn| all(conn)) }",
    );
    accepted("src/certificates/page.rs", "fn f() -> Role { Role::HeaderCell(Scope::Row) }");
}

#[test]
fn a_connection_without_a_transaction_is_refused() {
    let fault = "a connection outside";
    refused("src/cohorts/store.rs", "fn f(db: &Db) { let conn = db.connection()?; }", fault);
    refused(
        "src/cli/serve.rs",
        "fn f(db: &Db) { db\n.connection ( )?; }",
        "serve.rs:2: a connection outside",
    );
    refused("src/identity/service.rs", "fn f() { PgConnection::establish(url)?; }", fault);
    accepted("src/platform/db/pool.rs", "fn f(&self) { self.connection()?; }");
    accepted("src/platform/http/edge.rs", "fn f(r: &HttpRequest) { r.connection_info(); }");
}

#[test]
fn comments_and_strings_are_not_code() {
    accepted(
        "src/cohorts/rules.rs",
        "// use crate::reports::Report;\n/// See [`crate::reports::Report`].\nfn f() {}",
    );
    accepted("src/cohorts/rules.rs", "/* use diesel::x; /* Utc::now() */ crate::reports::x */ fn f() {}");
    accepted(
        "src/cohorts/rules.rs",
        r##"const A: &str = "\"crate::reports::x"; const B: &str = r#"Utc::now("#;"##,
    );
    refused(
        "src/cohorts/rules.rs",
        "const Q: char = '\"'; fn f() { Utc::now(); } // \"",
        "rules.rs:1: Utc::now",
    );
    refused("src/cohorts/mod.rs", "fn f<'a>(_: &'a str) {}\n\nfn g() { Utc::now(); }", "mod.rs:3: Utc::now");
}
