//! The pilot's folder, copies of it to be changed, and what it must lead to.

use std::path::{Path, PathBuf};

use rights_academy::attendance::imports::Limits;
use rights_academy::catalogue::Catalogue;
use rights_academy::platform::Platform;
use rights_academy::platform::error::Result;
use rights_academy::reports::folder::{self, Folder, Source};
use rights_academy::reports::processing::{self, Options, Processed};
use tempfile::TempDir;

/// The pilot's folder as it stands in the project.
pub fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tirana")
}

/// `expected.json`: what the pilot's totals are and who the people are.
pub fn expected() -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(dir().join("expected.json")).unwrap()).unwrap()
}

pub fn catalogue() -> Catalogue {
    Catalogue::embedded().unwrap()
}

/// Reads a folder that has no fault.
pub fn read(dir: &Path) -> Folder {
    folder::read(&Source::Disk(dir.to_owned()), &catalogue(), &Limits::default()).unwrap()
}

/// Processes a folder without the program around it.
pub fn process(platform: &Platform, dir: &Path) -> Result<Processed> {
    processing::process(platform, &catalogue(), &read(dir), &Options::default())
}

/// A copy of the pilot's folder, to be changed.
pub struct Copy(TempDir);

impl Copy {
    pub fn new() -> Copy {
        let copy = TempDir::new().unwrap();
        for entry in std::fs::read_dir(dir()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        Copy(copy)
    }

    /// The same course in another city.
    pub fn of(organisation: &str) -> Copy {
        let copy = Copy::new();
        copy.edit("cohort.toml", |text| text.replace("Municipality of Tirana", organisation));
        copy
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(file), bytes).unwrap();
    }

    pub fn remove(&self, file: &str) {
        std::fs::remove_file(self.path().join(file)).unwrap();
    }

    /// The text of a file, whether it is UTF-8 or UTF-16.
    pub fn text(&self, file: &str) -> String {
        let bytes = std::fs::read(self.path().join(file)).unwrap();
        match bytes.strip_prefix(b"\xff\xfe") {
            Some(units) => String::from_utf16(
                &units.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect::<Vec<_>>(),
            )
            .unwrap(),
            None => String::from_utf8(bytes).unwrap(),
        }
    }

    /// Changes the text of a file and keeps its encoding.
    pub fn edit(&self, file: &str, change: impl FnOnce(&str) -> String) {
        let before = self.text(file);
        let after = change(&before);
        assert_ne!(before, after, "the change of {file} changes nothing");
        let utf16 = std::fs::read(self.path().join(file)).unwrap().starts_with(b"\xff\xfe");
        if utf16 {
            let units = std::iter::once(0xfeff).chain(after.encode_utf16());
            self.write(file, units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
        } else {
            self.write(file, after);
        }
    }
}
