//! Settings of the installation. What is given as a flag wins over the environment, the environment over the file,
//! and the file over the default.
//!
//! Every setting has one name: `data_dir` in the file, `--data-dir` as a flag, `RIGHTS_ACADEMY_DATA_DIR` in the
//! environment. Secrets have no flag, because everybody on a machine can read its command lines.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ipnet::IpNet;
use toml::de::{DeTable, DeValue};

use crate::platform::faults::{Fault, Faults};
use crate::platform::mail::{Mailbox, Route};

/// What an installation can be told. [`Settings::load`] makes it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server listens; port 0 is any free one.
    pub bind: SocketAddr,
    /// `sqlite://PATH` or `postgres://…`; may hold a password.
    pub database: Secret<String>,
    /// Holds the embedded database and the master key.
    pub data_dir: PathBuf,
    /// The address under which people reach this installation, without a trailing slash. QR codes are made from it.
    pub public_url: Option<String>,
    /// The proxies that say, in `X-Forwarded-For`, who asks; nobody else is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Seals the keys in the database; made at first start with SQLite where none is given.
    pub master_key: Option<Secret<[u8; 32]>>,
    /// How mails leave; may hold a password.
    pub mail: Route,
    /// The sender of mails that name no other.
    pub mail_from: Mailbox,
    pub limits: Limits,
    /// A folder that replaces the embedded modules and programmes.
    pub modules: Option<PathBuf>,
    /// A folder that replaces the embedded certificate templates.
    pub templates: Option<PathBuf>,
    /// A filter of the log: `info`, `warn,rights_academy=debug`.
    pub log: String,
    pub log_format: LogFormat,
}

/// [`Settings::public_url`], for handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(pub Option<String>);

/// The address under which this installation's own links lead back to it, without a slash at the end: the public URL,
/// or, where there is none, the address that it listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home(pub String);

impl Home {
    /// What stands before every path of a link on our own pages: nothing, or the path under which a proxy has the
    /// installation (`/training`).
    pub fn path(&self) -> &str {
        let host_on = self.0.find("://").map_or(0, |at| at + 3);
        self.0[host_on..].find('/').map_or("", |at| &self.0[host_on + at..])
    }
}

/// How much input is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of one file, in bytes.
    pub max_file_bytes: usize,
    /// The rows of one table.
    pub max_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_file_bytes: 64 * 1024 * 1024, max_rows: 500_000 }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    pub fn new(value: T) -> Self {
        Secret(value)
    }

    /// The value itself: for use, never for a message.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The settings that were given on the command line, as text.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub config: Option<String>,
    pub bind: Option<String>,
    pub database: Option<String>,
    pub data_dir: Option<String>,
    pub public_url: Option<String>,
    pub modules: Option<String>,
    pub templates: Option<String>,
    pub log: Option<String>,
    pub log_format: Option<String>,
}

/// The names of all settings, as the file has them.
const NAMES: [&str; 14] = [
    "bind",
    "database",
    "data_dir",
    "public_url",
    "trusted_proxies",
    "master_key",
    "mail",
    "mail_from",
    "limits.max_file_bytes",
    "limits.max_rows",
    "modules",
    "templates",
    "log",
    "log_format",
];

/// What clients send that is no HTTP is not our error, and the server says itself that it listens.
const DEFAULT_LOG: &str = "info,actix_http=off,actix_server=warn";

/// A file of settings over this many bytes is not one.
const MAX_CONFIG_BYTES: u64 = 1024 * 1024;

impl Settings {
    /// Brings the flags, the environment (`env` looks a variable up) and the file together, and checks them.
    ///
    /// # Errors
    /// Every fault of every setting at once. A secret value is in none of them.
    pub fn load(given: Given, env: impl Fn(&str) -> Option<String>) -> Result<Settings, Faults> {
        let env = |name: &str| env(&environment_name(name)).filter(|value| !value.is_empty());
        let mut layers = Layers::default();
        if let Some(file) = given.config.clone().or_else(|| env("config")) {
            layers.add_file(Path::new(&file));
        }
        for name in NAMES {
            if let Some(text) = env(name) {
                layers.put(name, text, Origin::Environment);
            }
        }
        for (name, text) in given.into_pairs() {
            layers.put(name, text, Origin::Flag);
        }
        layers.into_settings()
    }

    /// Where this installation's own links lead.
    pub fn home(&self) -> Home {
        Home(self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.bind)))
    }

    /// The URL of the embedded database in the data directory.
    pub fn embedded_database(data_dir: &Path) -> Secret<String> {
        Secret(format!("sqlite://{}", data_dir.join("rights-academy.sqlite3").display()))
    }
}

impl Given {
    fn into_pairs(self) -> impl Iterator<Item = (&'static str, String)> {
        [
            ("bind", self.bind),
            ("database", self.database),
            ("data_dir", self.data_dir),
            ("public_url", self.public_url),
            ("modules", self.modules),
            ("templates", self.templates),
            ("log", self.log),
            ("log_format", self.log_format),
        ]
        .into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
    }
}

/// `limits.max_rows` → `RIGHTS_ACADEMY_MAX_ROWS`
fn environment_name(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    format!("RIGHTS_ACADEMY_{}", last.to_ascii_uppercase())
}

/// Where a value came from, so that a fault can name it as its author wrote it.
enum Origin {
    Flag,
    Environment,
    File { file: String, line: u64 },
}

/// The values that win so far, and what was wrong on the way.
#[derive(Default)]
struct Layers {
    values: BTreeMap<&'static str, (String, Origin)>,
    faults: Faults,
}

impl Layers {
    fn put(&mut self, name: &'static str, text: String, origin: Origin) {
        self.values.insert(name, (text, origin));
    }

    fn add_file(&mut self, path: &Path) {
        let file = path.display().to_string();
        match read(path) {
            Ok(text) => self.add_toml(&file, &text),
            Err(message) => self.faults.push(Fault::new("unreadable-file", message).in_file(file)),
        }
    }

    fn add_toml(&mut self, file: &str, text: &str) {
        match DeTable::parse(text) {
            Ok(table) => self.add_table(file, text, "", table.get_ref()),
            Err(error) => {
                let (line, column) = place(text, error.span().map_or(0, |span| span.start));
                let fault = Fault::new("malformed-toml", error.message()).in_file(file).at_line(line);
                self.faults.push(fault.at_column(column));
            }
        }
    }

    fn add_table(&mut self, file: &str, text: &str, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let (line, _) = place(text, key.span().start);
            let name = format!("{prefix}{}", key.get_ref());
            let fault =
                |code, message: &str| Fault::new(code, message).in_file(file).at_line(line).in_field(&name);
            let known = NAMES.iter().copied().find(|known| *known == name);
            let value = match (known, value.get_ref()) {
                (None, DeValue::Table(inner)) if name == "limits" => {
                    self.add_table(file, text, "limits.", inner);
                    continue;
                }
                (None, _) => Err(fault("unknown-key", "there is no such setting")),
                (Some(known), DeValue::String(value)) => Ok((known, value.to_string())),
                (Some(known), DeValue::Integer(value)) if value.radix() == 10 => {
                    Ok((known, value.as_str().to_owned()))
                }
                (Some(_), _) => Err(fault("wrong-type", "write a text in quotes or a whole number")),
            };
            match value {
                Ok((known, value)) => self.put(known, value, Origin::File { file: file.to_owned(), line }),
                Err(fault) => self.faults.push(fault),
            }
        }
    }

    /// Takes the value of `name` and reads it; a fault is noted and names its origin.
    fn take<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, &'static str>) -> Option<T> {
        let (text, origin) = self.values.remove(name)?;
        match read(text.trim()) {
            Ok(value) => Some(value),
            Err(message) => {
                let fault = Fault::new("invalid-setting", message);
                self.faults.push(match origin {
                    Origin::Flag => fault.in_field(format!("--{}", name.replace('_', "-"))),
                    Origin::Environment => fault.in_field(environment_name(name)),
                    Origin::File { file, line } => fault.in_file(file).at_line(line).in_field(name),
                });
                None
            }
        }
    }

    fn into_settings(mut self) -> Result<Settings, Faults> {
        let default = Limits::default();
        let data_dir = self.take("data_dir", folder).unwrap_or_else(|| PathBuf::from("./data"));
        let settings = Settings {
            bind: self.take("bind", address).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            database: self
                .take("database", database_url)
                .unwrap_or_else(|| Settings::embedded_database(&data_dir)),
            public_url: self.take("public_url", public_url),
            trusted_proxies: self.take("trusted_proxies", networks).unwrap_or_default(),
            master_key: self.take("master_key", master_key),
            mail: self.take("mail", str::parse).unwrap_or_else(|| Route::Folder(data_dir.join("mail"))),
            mail_from: self.take("mail_from", mailbox).unwrap_or_else(Mailbox::local),
            limits: Limits {
                max_file_bytes: self.take("limits.max_file_bytes", count).unwrap_or(default.max_file_bytes),
                max_rows: self.take("limits.max_rows", count).unwrap_or(default.max_rows),
            },
            modules: self.take("modules", folder),
            templates: self.take("templates", folder),
            log: self.take("log", |text| Ok(text.to_owned())).unwrap_or_else(|| DEFAULT_LOG.to_owned()),
            log_format: self.take("log_format", log_format).unwrap_or_default(),
            data_dir,
        };
        self.faults.into_result(settings)
    }
}

fn read(path: &Path) -> Result<String, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut text = String::new();
    file.take(MAX_CONFIG_BYTES + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > MAX_CONFIG_BYTES {
        return Err("this is too long for a file of settings".to_owned());
    }
    Ok(text)
}

/// Line and column of a byte offset, both from 1.
fn place(text: &str, offset: usize) -> (u64, u64) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) as u64 + 1;
    (line, column)
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an IP address and a port, as in 127.0.0.1:8080 or [::1]:8080")
}

fn folder(text: &str) -> Result<PathBuf, &'static str> {
    if text.is_empty() || text.contains('\0') {
        Err("write the path of a folder")
    } else {
        Ok(PathBuf::from(text))
    }
}

fn count(text: &str) -> Result<usize, &'static str> {
    let digits = text.replace('_', "");
    match digits.parse::<u32>() {
        Ok(count) if count > 0 => Ok(count as usize),
        _ => Err("write a whole number from 1 to 4294967295"),
    }
}

fn database_url(text: &str) -> Result<Secret<String>, &'static str> {
    let named = |scheme: &str| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    if ["sqlite://", "postgres://", "postgresql://"].into_iter().any(named) && !text.contains('\0') {
        Ok(Secret(text.to_owned()))
    } else {
        Err("write sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME")
    }
}

/// Normalised: lower-case scheme and host, no default port, no trailing slash.
fn public_url(text: &str) -> Result<String, &'static str> {
    let url = url::Url::parse(text).map_err(|_| "write an address such as https://academy.example.org")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("the address begins with http:// or https://");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the address has no ? and no #");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address names no user");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Addresses and networks between commas; none is fine.
fn networks(text: &str) -> Result<Vec<IpNet>, &'static str> {
    let network = |part: &str| match part.trim().parse::<IpAddr>() {
        Ok(address) => Ok(address.to_canonical().into()),
        Err(_) => part
            .trim()
            .parse()
            .map_err(|_| "write addresses and networks with commas between: 127.0.0.1, 10.0.0.0/8, fd00::/8"),
    };
    let networks =
        text.split(',').filter(|_| !text.is_empty()).map(network).collect::<Result<Vec<IpNet>, _>>()?;
    if networks.iter().any(|network| network.prefix_len() == 0) {
        return Err("a network of all addresses would let everybody say who they are");
    }
    Ok(networks)
}

fn master_key(text: &str) -> Result<Secret<[u8; 32]>, &'static str> {
    let bytes = BASE64_STANDARD.decode(text).unwrap_or_default();
    bytes.try_into().map(Secret).map_err(|_| "write 32 bytes in base64 (openssl rand -base64 32)")
}

fn mailbox(text: &str) -> Result<Mailbox, &'static str> {
    text.parse().map_err(|_| "write Name <address> or an address")
}

fn log_format(text: &str) -> Result<LogFormat, &'static str> {
    match text {
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        _ => Err("write human or json"),
    }
}

#[cfg(test)]
mod tests;
