//! Content is built into the program from these folders: a change of a file, or a new one, builds it again.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for folder in ["certificates", "migrations", "modules", "tests/data"] {
        // A folder that is not there would count as changed for ever.
        if std::path::Path::new(folder).exists() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
