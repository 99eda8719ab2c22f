//! Reading what an operator names. Invariant: the server reads no more than it wants, waits for no pipe, and goes on
//! serving meanwhile.

use std::io::Read;
use std::path::Path;

use kernel::Fault;

/// The bytes of a file of at most `most` bytes.
///
/// # Errors
/// It is not there, is no plain file, or is larger; the words name it.
pub(super) async fn read(file: &Path, most: usize) -> Result<Vec<u8>, Fault> {
    let path = file.to_owned();
    let read = tokio::task::spawn_blocking(move || read_now(&path, most)).await?;
    read.map_err(|words| Fault::broken(format!("{}: {words}", file.display())))
}

fn read_now(file: &Path, most: usize) -> Result<Vec<u8>, String> {
    // Asked before it is opened: opening a pipe would wait for its writer.
    let kind =
        std::fs::metadata(file).map_err(|error| format!("name a file that is there ({error})"))?;
    if !kind.is_file() {
        return Err("this is no plain file; name a file with the text itself".into());
    }
    let larger = || format!("larger than {} MB", most / 1024 / 1024);
    if kind.len() > most as u64 {
        return Err(larger());
    }
    let opened = std::fs::File::open(file).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    opened
        .take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() > most {
        return Err(larger());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_plain_files_of_a_fitting_size_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("text");
        std::fs::write(&file, b"1234").expect("a file");
        assert_eq!(read(&file, 4).await.expect("it fits"), b"1234");
        let words =
            async |file: &Path, most| read(file, most).await.expect_err("refused").to_string();
        assert!(words(&file, 3).await.contains("larger"));
        assert!(words(folder.path(), 9).await.contains("no plain file"));
        assert!(
            words(&folder.path().join("absent"), 9)
                .await
                .contains("absent")
        );
        assert!(
            words(Path::new("/dev/zero"), 9)
                .await
                .contains("no plain file")
        );
    }
}
