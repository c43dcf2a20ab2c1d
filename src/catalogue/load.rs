//! The catalogue from its folder: the one built into the program, or another of the same form.
//!
//! `modules/README.md` tells the form to those who write it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::read::{self, Known};
use super::{Catalogue, Module};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/modules");

/// More bytes in one file are refused.
pub(super) const MOST_BYTES: usize = 1024 * 1024;

/// A folder with more files is not one of content.
const MOST_FILES: usize = 2_000;

/// How deep a folder of content goes: `data-protection/text/en.md`.
const DEPTH: usize = 3;

const AREAS: &str = "areas.toml";
const PROGRAMMES: &str = "programmes";

/// Path in the folder, with `/`, and contents.
type Files = BTreeMap<String, Vec<u8>>;

impl Catalogue {
    /// The catalogue that is built into the program.
    ///
    /// # Errors
    /// None in a program that passed its tests, which load it.
    pub fn embedded() -> Result<Catalogue, Faults> {
        let mut files = Files::new();
        collect_embedded(&EMBEDDED, &mut files);
        from_files(&files)
    }

    /// The catalogue in a folder of the form of `modules/`. Areas and mechanisms are the built-in ones where the folder
    /// names none.
    ///
    /// # Errors
    /// Everything that is wrong in any of its files, each with file, line and key.
    pub fn load(dir: &Path) -> Result<Catalogue, Faults> {
        let mut files = Files::new();
        let mut faults = Faults::default();
        collect(dir, "", DEPTH, &mut files, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        if !files.contains_key(AREAS)
            && let Some(areas) = EMBEDDED.get_file(AREAS)
        {
            files.insert(AREAS.into(), areas.contents().to_vec());
        }
        from_files(&files)
    }
}

fn collect_embedded(dir: &Dir<'_>, files: &mut Files) {
    for file in dir.files() {
        files.insert(file.path().to_string_lossy().replace('\\', "/"), file.contents().to_vec());
    }
    dir.dirs().for_each(|dir| collect_embedded(dir, files));
}

fn collect(dir: &Path, prefix: &str, depth: usize, files: &mut Files, faults: &mut Faults) {
    let shown = if prefix.is_empty() { dir.display().to_string() } else { prefix.to_string() };
    let unreadable =
        |path: &str, error: std::io::Error| Fault::new("unreadable", error.to_string()).in_file(path);
    let entries = std::fs::read_dir(dir).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => return faults.push(unreadable(&shown, error)),
    };
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if files.len() >= MOST_FILES {
            let message = format!("the folder holds more than {MOST_FILES} files; is it the right one?");
            return faults.push(Fault::new("too-many-files", message).in_file(shown));
        }
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            if depth > 1 {
                collect(&entry.path(), &format!("{path}/"), depth - 1, files, faults);
            }
            continue;
        }
        match read_bounded(&entry.path()) {
            Ok(bytes) => _ = files.insert(path, bytes),
            Err(error) => faults.push(unreadable(&path, error)),
        }
    }
}

/// At most one byte more than may be: enough to be refused by name later, and not enough to fill the memory.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Of any other file, its being there is all that matters.
    if !path.extension().is_some_and(|extension| extension == "toml" || extension == "md") {
        return Ok(bytes);
    }
    std::fs::File::open(path)?.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn from_files(files: &Files) -> Result<Catalogue, Faults> {
    let mut faults = Faults::default();
    let mut keep = |read: Result<(), Faults>| read.unwrap_or_else(|found| faults.extend(found));
    let mut catalogue = Catalogue::default();

    let areas = files.get(AREAS).map_or_else(
        || Err(Fault::new("missing-file", "the file is missing").in_file(AREAS).into()),
        |bytes| read::areas(AREAS, bytes),
    );
    let areas_known = areas.is_ok();
    keep(areas.map(|(areas, mechanisms)| {
        catalogue.areas = areas;
        catalogue.mechanisms = mechanisms;
    }));

    let folders = folders(files);
    let known = Known {
        areas: areas_known.then(|| catalogue.areas.keys().cloned().collect()),
        mechanisms: areas_known.then(|| catalogue.mechanisms.keys().copied().collect()),
        modules: folders.iter().cloned().collect(),
    };
    for folder in &folders {
        keep(
            module(files, folder, &known).map(|module| _ = catalogue.modules.insert(folder.clone(), module)),
        );
    }
    for (path, bytes) in under(files, PROGRAMMES) {
        let Some(code) = path.strip_prefix("programmes/").and_then(|name| name.strip_suffix(".toml")) else {
            keep(Err(Fault::new("unknown-file", "a programme is a file CODE.toml").in_file(path).into()));
            continue;
        };
        keep(read::programme(path, code, bytes, &known).map(|programme| {
            catalogue.programmes.insert(code.to_string(), programme);
        }));
    }
    if under(files, PROGRAMMES).next().is_none() {
        keep(Err(Fault::new("missing-file", "there is no programme").in_file(PROGRAMMES).into()));
    }
    faults.into_result(catalogue)
}

/// The files in a folder, and below it.
fn under<'f>(files: &'f Files, folder: &str) -> impl Iterator<Item = (&'f str, &'f [u8])> + use<'f> {
    let prefix = format!("{folder}/");
    files
        .range(prefix.clone()..)
        .take_while(move |(path, _)| path.starts_with(&prefix))
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
}

/// Every folder but that of the programmes is a module.
fn folders(files: &Files) -> BTreeSet<String> {
    let folder = |path: &String| path.split_once('/').map(|(folder, _)| folder.to_string());
    files.keys().filter_map(folder).filter(|folder| folder != PROGRAMMES).collect()
}

fn module(files: &Files, folder: &str, known: &Known) -> Result<Module, Faults> {
    let mut faults = Faults::default();
    let path = format!("{folder}/module.toml");
    let module = match files.get(&path) {
        Some(bytes) => read::module(&path, folder, bytes, known),
        None => Err(Fault::new("missing-file", "the file is missing").in_file(&path).into()),
    };
    let module = module.map_err(|found| faults.extend(found)).ok();

    let mut texts = BTreeMap::new();
    let text_folder = format!("{folder}/text");
    for (path, bytes) in under(files, &text_folder) {
        let name = path.strip_prefix(text_folder.as_str()).unwrap_or(path).trim_start_matches('/');
        let Some(language) = name.strip_suffix(".md").filter(|tag| languages::is_tag(tag)) else {
            let message = "a text is a file LANGUAGE.md, such as sq.md or pt-BR.md";
            faults.push(Fault::new("unknown-file", message).in_file(path));
            continue;
        };
        match read::text(path, language, bytes) {
            Ok(text) => _ = texts.insert(language.to_string(), text),
            Err(found) => faults.extend(found),
        }
    }
    let english = format!("{text_folder}/en.md");
    if !files.contains_key(&english) {
        faults.push(Fault::new("missing-english", "the English text is missing").in_file(english));
    }
    match module {
        Some(module) => faults.into_result(Module { texts, ..module }),
        None => Err(faults),
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
