//! What every manifest must say. Invariant: a crate cannot leave the house's lints by forgetting a line.

use super::{Finding, Verdict, Weight};
use crate::house::{self, Package};
use crate::shell::Done;

/// Checks the manifests of all packages.
///
/// # Errors
/// A manifest could not be read.
pub fn verdict(packages: &[Package]) -> Done<Verdict> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = &package.manifest_path;
        let text = std::fs::read_to_string(manifest)
            .map_err(|e| format!("cannot read {}: {e}", manifest.display()))?;
        let place = manifest
            .strip_prefix(house::root())
            .unwrap_or(manifest)
            .display()
            .to_string();
        findings.extend(omissions(&text).into_iter().map(|what| Finding {
            place: place.clone(),
            what,
        }));
    }
    Ok(Verdict {
        rule: "every crate inherits the workspace's lints and edition, and is not published",
        reason: "a forgotten line would switch off the ban on unsafe code and on unwrap for a whole room",
        weight: Weight::Error,
        findings,
    })
}

fn omissions(manifest: &str) -> Vec<String> {
    let table: toml::Table = match manifest.parse() {
        Ok(table) => table,
        Err(e) => return vec![format!("is not TOML: {e}")],
    };
    let inherits = |path: &[&str]| {
        let found = path
            .iter()
            .try_fold(&toml::Value::Table(table.clone()), |value, key| {
                value.get(key)
            })
            .cloned();
        found == Some(toml::Value::Boolean(true))
    };
    let wanted: [(&[&str], &str); 3] = [
        (&["lints", "workspace"], "wants `[lints] workspace = true`"),
        (
            &["package", "edition", "workspace"],
            "wants `edition.workspace = true`",
        ),
        (
            &["package", "publish", "workspace"],
            "wants `publish.workspace = true`",
        ),
    ];
    wanted
        .iter()
        .filter(|(path, _)| !inherits(path))
        .map(|(_, what)| (*what).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_line_is_found() {
        let whole = "[package]\nname = \"x\"\nedition.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n";
        assert_eq!(omissions(whole), Vec::<String>::new());
        assert_eq!(
            omissions(&whole.replace("[lints]\nworkspace = true\n", "")),
            ["wants `[lints] workspace = true`"]
        );
        assert_eq!(
            omissions(&whole.replace("edition.workspace = true", "edition = \"2018\"")),
            ["wants `edition.workspace = true`"]
        );
        assert!(
            omissions("[package")
                .first()
                .unwrap()
                .starts_with("is not TOML")
        );
    }
}
