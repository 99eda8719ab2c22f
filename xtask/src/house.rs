//! Where the house stands and what it is made of, as `cargo metadata` tells it.
//! Invariant: paths given out are relative to the root, with forward slashes.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::shell::{self, Done};

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(1)
        .expect("xtask lies in the root")
        .into()
}

/// One package of the workspace.
#[derive(Deserialize)]
pub struct Package {
    /// Its name: `kernel`, `web`, …
    pub name: String,
    /// Its `Cargo.toml`, absolute.
    pub manifest_path: PathBuf,
    /// What it declares to depend on, of every kind.
    pub dependencies: Vec<Dependency>,
}

/// One declared dependency.
#[derive(Deserialize)]
pub struct Dependency {
    /// The package's real name, whatever it was renamed to.
    pub name: String,
    /// `None` for a normal one, `dev` or `build` otherwise.
    pub kind: Option<String>,
    /// The registry or repository; `None` for a crate of our own.
    pub source: Option<String>,
}

/// All packages of the workspace with their declared dependencies.
///
/// # Errors
/// What `cargo metadata` printed when it failed.
pub fn packages() -> Done<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let answer =
        shell::read(shell::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    serde_json::from_str::<Metadata>(&answer)
        .map(|metadata| metadata.packages)
        .map_err(|e| format!("cargo metadata answered in a shape not known here: {e}"))
}

/// A text file of the house.
pub struct SourceFile {
    /// Its path from the root: `crates/trust/src/lib.rs`.
    pub path: String,
    /// All of its text.
    pub text: String,
}

/// Every text file of the house, in order of path: what belongs to the project, not what it produces.
///
/// # Errors
/// A folder or file that could not be read.
pub fn files() -> Done<Vec<SourceFile>> {
    let root = root();
    let mut found = Vec::new();
    collect(&root, &root, &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) -> Done<()> {
    let unreadable =
        |path: &Path, e: std::io::Error| format!("cannot read {}: {e}", path.display());
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))? {
        let entry = entry.map_err(|e| unreadable(folder, e))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(|e| unreadable(&path, e))?;
        if kind.is_dir() {
            if !is_product(&name, folder == root) {
                collect(root, &path, found)?;
            }
        } else if kind.is_file() {
            let bytes = match std::fs::read(&path) {
                Ok(bytes) => bytes,
                // An editor's or a neighbour's temporary file may go between listing and reading.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                Err(e) => return Err(unreadable(&path, e)),
            };
            if let Ok(text) = String::from_utf8(bytes) {
                found.push(SourceFile {
                    path: from_root(root, &path),
                    text,
                });
            }
        }
    }
    Ok(())
}

/// Folders of things made, fetched or kept by tools.
fn is_product(name: &str, at_root: bool) -> bool {
    let hidden = name.starts_with('.') && !matches!(name, ".ci" | ".cargo" | ".github");
    hidden
        || matches!(name, "target" | "node_modules")
        || (at_root && matches!(name, "data" | "data.keys"))
}

fn from_root(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).expect("collected below the root");
    relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_knows_itself() {
        let names: Vec<String> = packages()
            .unwrap()
            .into_iter()
            .map(|package| package.name)
            .collect();
        assert!(
            names.contains(&"xtask".to_owned()) && names.contains(&"kernel".to_owned()),
            "{names:?}"
        );
        let paths: Vec<String> = files().unwrap().into_iter().map(|file| file.path).collect();
        assert!(paths.contains(&"xtask/src/house.rs".to_owned()));
        assert!(paths.contains(&".cargo/config.toml".to_owned()));
        assert!(
            !paths
                .iter()
                .any(|path| path.starts_with(".git/") || path.starts_with("target/"))
        );
    }

    #[test]
    fn products_are_not_sources() {
        assert!(
            is_product(".git", true) && is_product("target", false) && is_product("data", true)
        );
        assert!(
            !is_product("data", false) && !is_product(".ci", true) && !is_product("crates", true)
        );
    }
}
