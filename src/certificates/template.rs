//! Certificate templates: a folder with `template.toml` (what stands where, in which colours) and `text/LANGUAGE.ftl`
//! (what it says). One is compiled in; an organisation's own folder with the same files replaces it, without a rebuild.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use include_dir::{Dir, include_dir};
use unic_langid::LanguageIdentifier;

use super::design::Design;
use crate::platform::faults::{Fault, Faults};
use crate::platform::pdf::Image;

static DEFAULT: Dir = include_dir!("$CARGO_MANIFEST_DIR/certificates/default");

/// A text file of a template may be this large, in bytes.
const MOST_TEXT: u64 = 64 * 1024;
/// And there may be this many languages.
const MOST_LANGUAGES: usize = 100;

/// Every message that a certificate needs.
const MESSAGES: [&str; 11] = [
    "title-completion",
    "title-attendance",
    "certifies",
    "attended",
    "confirmation",
    "issued",
    "issued-without-place",
    "serial",
    "verify-at",
    "verification-code",
    "duration",
];
/// And those that may be left out of a translation because nobody sees them.
const OPTIONAL_MESSAGES: [&str; 1] = ["qr-alt"];

/// A template, read and checked: what it says cannot fail later.
pub struct Template {
    pub(super) design: Design,
    pub(super) logos: Vec<(Arc<Image>, String)>,
    texts: BTreeMap<String, Texts>,
}

/// One language's messages.
pub(super) struct Texts {
    /// BCP 47 tag.
    pub language: String,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template")
            .field("languages", &self.languages().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Template {
    /// The template that is compiled in.
    pub fn embedded() -> &'static Template {
        static EMBEDDED: LazyLock<Template> = LazyLock::new(|| {
            read(&Embedded)
                .unwrap_or_else(|faults| panic!("the embedded template is checked by a test: {faults}"))
        });
        &EMBEDDED
    }

    /// Reads an organisation's folder. Every fault names the file, and its line or key.
    pub fn load(dir: &Path) -> Result<Template, Faults> {
        read(&Folder(dir))
    }

    /// The tags of the languages that it has text in.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The text in `language`, in that language without its region or script, or in English.
    pub(super) fn texts(&self, language: &str) -> Option<&Texts> {
        let plain = language.split(['-', '_']).next().unwrap_or_default();
        [language, plain, "en"].into_iter().find_map(|tag| self.texts.get(tag))
    }
}

impl Texts {
    /// A message that has no fields.
    pub fn get(&self, message: &str) -> String {
        self.format(message, None)
    }

    /// A message with its fields.
    pub fn with(&self, message: &str, fields: &[(&'static str, Field)]) -> String {
        let mut arguments = FluentArgs::with_capacity(fields.len());
        for (name, field) in fields {
            match field {
                Field::Text(text) => arguments.set(*name, text.as_str()),
                Field::Number(number) => arguments.set(*name, *number),
            }
        }
        self.format(message, Some(&arguments))
    }

    fn format(&self, message: &str, arguments: Option<&FluentArgs>) -> String {
        let pattern = self.bundle.get_message(message).and_then(|message| message.value());
        let mut errors = Vec::new();
        pattern.map_or_else(String::new, |found| {
            self.bundle.format_pattern(found, arguments, &mut errors).into_owned()
        })
    }
}

/// What a message is filled with.
pub(super) enum Field {
    Text(String),
    Number(u32),
}

/// Where a template's files come from.
trait Files {
    /// The file's name for people.
    fn named(&self, path: &str) -> String;
    /// The file, if it is there; a fault if it cannot be read or is larger than `most` bytes.
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Fault>;
    /// Names of the files in `text/`, sorted.
    fn texts(&self) -> Result<Vec<String>, Fault>;
}

struct Embedded;

impl Files for Embedded {
    fn named(&self, path: &str) -> String {
        format!("certificates/default/{path}")
    }

    fn read(&self, path: &str, _most: u64) -> Result<Option<Vec<u8>>, Fault> {
        Ok(DEFAULT.get_file(path).map(|file| file.contents().to_vec()))
    }

    fn texts(&self) -> Result<Vec<String>, Fault> {
        let files = DEFAULT.get_dir("text").into_iter().flat_map(Dir::files);
        let mut names: Vec<String> =
            files.filter_map(|file| Some(file.path().file_name()?.to_str()?.to_owned())).collect();
        names.sort();
        Ok(names)
    }
}

struct Folder<'a>(&'a Path);

impl Folder<'_> {
    fn unreadable(&self, path: &str, error: &std::io::Error) -> Fault {
        Fault::new("unreadable-file", format!("cannot be read: {error}")).in_file(self.named(path))
    }
}

impl Files for Folder<'_> {
    fn named(&self, path: &str) -> String {
        self.0.join(path).display().to_string()
    }

    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, Fault> {
        use std::io::Read;
        let file = match std::fs::File::open(self.0.join(path)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unreadable(path, &error)),
        };
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes).map_err(|error| self.unreadable(path, &error))?;
        if bytes.len() as u64 > most {
            let fault = Fault::new("file-too-large", format!("larger than {most} bytes"));
            return Err(fault.in_file(self.named(path)));
        }
        Ok(Some(bytes))
    }

    fn texts(&self) -> Result<Vec<String>, Fault> {
        let unreadable = |error| self.unreadable("text", &error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.0.join("text")).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            if let Some(name) = name.to_str().filter(|name| name.ends_with(".ftl")) {
                names.push(name.to_owned());
            }
            if names.len() > MOST_LANGUAGES {
                let fault = Fault::new("too-many-files", format!("more than {MOST_LANGUAGES} languages"));
                return Err(fault.in_file(self.named("text")));
            }
        }
        names.sort();
        Ok(names)
    }
}

fn read(files: &impl Files) -> Result<Template, Faults> {
    let mut faults = Faults::default();
    let design = text(files, "template.toml").map_err(Faults::from);
    let design = design.and_then(|text| Design::read(&text, &files.named("template.toml")));
    let design = design.map_err(|found| faults.extend(found)).ok();
    let mut texts = BTreeMap::new();
    match files.texts() {
        Ok(names) => {
            for name in names {
                match read_texts(files, &name) {
                    Ok(read) => drop(texts.insert(read.language.clone(), read)),
                    Err(found) => faults.extend(found),
                }
            }
            if !texts.contains_key("en") && faults.is_empty() {
                let fault =
                    Fault::new("missing-file", "English is needed: every other language falls back to it");
                faults.push(fault.in_file(files.named("text/en.ftl")));
            }
        }
        Err(fault) => faults.push(fault),
    }
    let logos = design.as_ref().map_or_else(Vec::new, |design| read_logos(files, design, &mut faults));
    match design {
        Some(design) => faults.into_result(Template { design, logos, texts }),
        None => Err(faults),
    }
}

fn text(files: &impl Files, path: &str) -> Result<String, Fault> {
    let missing = || Fault::new("missing-file", "is missing").in_file(files.named(path));
    let bytes = files.read(path, MOST_TEXT)?.ok_or_else(missing)?;
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        Fault::new("not-utf8", "is not UTF-8 text").in_file(files.named(path)).at_line(line)
    })
}

fn read_logos(files: &impl Files, design: &Design, faults: &mut Faults) -> Vec<(Arc<Image>, String)> {
    let mut logos = Vec::new();
    for (number, logo) in design.logos.iter().enumerate() {
        let field = format!("logos[{number}].file");
        // A name, not a path: a template reads nothing outside its folder.
        if Path::new(&logo.file).file_name().is_none_or(|name| name.to_str() != Some(&logo.file)) {
            let fault = Fault::new(
                "not-a-file-name",
                format!("{:?} is not the name of a file in the folder", logo.file),
            );
            faults.push(fault.in_file(files.named("template.toml")).in_field(field));
            continue;
        }
        let read = files.read(&logo.file, Image::MOST_BYTES as u64).and_then(|bytes| {
            let missing = Fault::new("missing-file", format!("{} is missing", logo.file));
            let bytes = bytes.ok_or_else(|| missing.in_file(files.named("template.toml")).in_field(field))?;
            Image::read(&bytes).map_err(|error| {
                Fault::new("bad-picture", error.to_string()).in_file(files.named(&logo.file))
            })
        });
        match read {
            Ok(image) => logos.push((Arc::new(image), logo.alt.clone())),
            Err(fault) => faults.push(fault),
        }
    }
    logos
}

fn read_texts(files: &impl Files, name: &str) -> Result<Texts, Faults> {
    let path = format!("text/{name}");
    let fault = |code, message: String| Fault::new(code, message).in_file(files.named(&path));
    let language = name.trim_end_matches(".ftl").to_owned();
    let tag: LanguageIdentifier = language
        .parse()
        .map_err(|_| fault("unknown-language", format!("{language:?} is not a language tag")))?;
    let source = text(files, &path)?;
    let mut faults = Faults::default();
    let resource = FluentResource::try_new(source.clone()).unwrap_or_else(|(resource, errors)| {
        for error in errors {
            let before = source.get(..error.pos.start).unwrap_or(&source);
            let line = 1 + before.matches('\n').count() as u64;
            faults.push(fault("bad-message", format!("cannot be understood: {}", error.kind)).at_line(line));
        }
        resource
    });
    let mut seen = Vec::new();
    for (line, id) in message_ids(&source) {
        if !MESSAGES.contains(&id) && !OPTIONAL_MESSAGES.contains(&id) {
            faults
                .push(fault("unknown-message", "no certificate says this".into()).at_line(line).in_field(id));
        }
        seen.push(id);
    }
    for message in MESSAGES.iter().filter(|message| !seen.contains(message)) {
        faults.push(fault("missing-message", "is missing".into()).in_field(*message));
    }
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    if bundle.add_resource(resource).is_err() {
        faults.push(fault("doubled-message", "a message stands there twice".into()));
    }
    let texts = Texts { language, bundle };
    if faults.is_empty() {
        try_out(&texts, &mut |message, problem| faults.push(fault("bad-message", problem).in_field(message)));
    }
    faults.into_result(texts)
}

/// Each message's line and name: they begin a line, and nothing else that begins with a letter does.
fn message_ids(source: &str) -> impl Iterator<Item = (u64, &str)> {
    source.lines().enumerate().filter_map(|(number, line)| {
        let id = line.split([' ', '=']).next()?;
        id.starts_with(|c: char| c.is_ascii_alphabetic()).then_some((number as u64 + 1, id))
    })
}

/// Fills every message once, so that a field that no certificate has is found when the template is read.
fn try_out(texts: &Texts, complain: &mut dyn FnMut(&str, String)) {
    let mut arguments = FluentArgs::new();
    for (name, number) in [("attended", 3), ("total", 4), ("hours", 1), ("minutes", 30)] {
        arguments.set(name, number);
    }
    for name in ["place", "date"] {
        arguments.set(name, "x");
    }
    for message in MESSAGES.iter().chain(&OPTIONAL_MESSAGES) {
        let Some(found) = texts.bundle.get_message(message) else { continue };
        let Some(pattern) = found.value() else {
            complain(message, "says nothing".into());
            continue;
        };
        let mut errors = Vec::new();
        texts.bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        for error in errors {
            complain(message, error.to_string());
        }
    }
}
