//! WeasyPrint (PyPI) making an equivalent certificate on one thread; `benches/setup` installs it.

use std::path::Path;
use std::process::Command;

/// How many it makes.
pub const CERTIFICATES: usize = 100;

/// Certificates a second and bytes for each, or why it could not be asked.
pub fn rate() -> Result<(f64, f64), String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fonts = project.join("target/bench-fonts");
    write_fonts(&fonts).map_err(|error| error.to_string())?;
    let output = Command::new(project.join("target/bench-venv/bin/python"))
        .arg(project.join("benches/weasyprint_certificate.py"))
        .arg(&fonts)
        .arg(CERTIFICATES.to_string())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let result: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let number = |key: &str| result[key].as_f64().ok_or_else(|| format!("no {key} in its answer"));
    Ok((CERTIFICATES as f64 / number("seconds")?, number("bytes")?))
}

/// The faces that we use, as files.
fn write_fonts(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let wanted = [("Regular", "regular"), ("Semibold", "semibold"), ("Italic", "italic")];
    for bytes in typst_assets::fonts() {
        let Some(face) = rustybuzz::Face::from_slice(bytes, 0) else { continue };
        let name =
            face.names().into_iter().filter(|name| name.name_id == 6).find_map(|name| name.to_string());
        for (style, file) in wanted {
            if name.as_deref() == Some(&format!("LibertinusSerif-{style}")) {
                std::fs::write(folder.join(file).with_extension("otf"), bytes)?;
            }
        }
    }
    Ok(())
}
