//! Files with personal data or secrets: whatever the folder and the umask allow, they are their owner's only.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a new file that only its owner can read and write.
///
/// # Errors
/// `AlreadyExists` where the name is taken; what the file system says otherwise.
pub fn create_new(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Makes a folder that only its owner can look into, with the folders above it; an existing one is left as it is.
pub fn create_dir(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the renaming and linking of files in a file's folder durable.
pub fn sync_folder_of(file: &Path) -> io::Result<()> {
    // Other systems keep a folder's entries by themselves and let nobody open it.
    if cfg!(unix) {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
