//! Which room alone may name which library. Invariant: a library that no wall mentions is free for all.

use super::crates::{Dependency, listed};
use super::{Finding, Verdict, Weight};

/// Every wall with who broke through it.
pub fn verdicts(dependencies: &[Dependency]) -> Vec<Verdict> {
    let judged = |wall: &Wall| Verdict {
        rule: wall.rule,
        reason: wall.reason,
        weight: Weight::Error,
        findings: breaches(wall, dependencies),
    };
    WALLS.iter().map(judged).collect()
}

/// Libraries that only some rooms name.
struct Wall {
    rule: &'static str,
    reason: &'static str,
    /// Names of packages; one that ends in `*` covers all that begin so.
    libraries: &'static [&'static str],
    rooms: &'static [&'static str],
    /// Whether it holds for dev-dependencies too.
    tests_too: bool,
}

const WALLS: &[Wall] = &[
    Wall {
        rule: "only trust names a cipher, a keyed or plain hash, a signature, an access policy or the journal's formats",
        reason: "one room to read for whoever asks what protects the data; and a plain hash of a phone is the phone, \
                 found by counting through all phones",
        libraries: &[
            "aead",
            "aes*",
            "age",
            "argon2",
            "blake2",
            "blake3",
            "cedar-policy*",
            "chacha20*",
            "cryptoki",
            "ed25519*",
            "hkdf",
            "hmac",
            "kuznyechik",
            "mgm",
            "openssl",
            "orion",
            "p256",
            "pbkdf2",
            "ring",
            "rsa",
            "scrypt",
            "sha1",
            "sha2",
            "sha3",
            "signature",
            "signed_note",
            "sodiumoxide",
            "streebog",
            "tlog_tiles",
            "totp-rs",
            "x25519*",
            "xsalsa20poly1305",
        ],
        // The journeys hold the attacker and the independent reader of the journal.
        rooms: &["trust", "journeys"],
        tests_too: false,
    },
    Wall {
        rule: "only web names the HTTP server and its pages",
        reason: "handlers translate and verbs decide: a verb that cannot name a request cannot depend on one",
        libraries: &[
            "askama*",
            "axum*",
            "hyper*",
            "tower",
            "tower-*",
            "tower_governor",
            "utoipa*",
        ],
        rooms: &["web", "journeys"],
        tests_too: false,
    },
    Wall {
        rule: "only platform, trust, clinic and migrations name sea-orm",
        reason: "a door that cannot name a query holds no SQL; rows are read where the right to them is checked",
        libraries: &["sea-orm", "sea-query*"],
        rooms: &["platform", "trust", "clinic", "migrations", "journeys"],
        tests_too: false,
    },
    Wall {
        rule: "only migrations names sea-orm-migration",
        reason: "the shape of the store changes in one ordered list",
        libraries: &["sea-orm-migration", "sea-orm-cli", "sea-schema"],
        rooms: &["migrations"],
        tests_too: true,
    },
    Wall {
        rule: "only platform names the databases' driver",
        reason: "what differs between SQLite and PostgreSQL is in one dialect file",
        libraries: &["sqlx*", "tokio-postgres"],
        rooms: &["platform", "journeys"],
        tests_too: false,
    },
    Wall {
        rule: "only journeys (and xtask's tests) name rusqlite",
        reason: "two SQLite drivers in the product are two writers; the bare one measures and attacks, no more",
        libraries: &["rusqlite"],
        rooms: &["journeys"],
        tests_too: true,
    },
    Wall {
        rule: "kernel, calendar and migrations name no runtime",
        reason: "rules take values, not services: they are tested without one",
        libraries: &[
            "async-std",
            "futures*",
            "reqwest",
            "smol",
            "tokio",
            "tokio-*",
        ],
        // `documents` waits for the process that typesets.
        rooms: &[
            "platform",
            "documents",
            "trust",
            "clinic",
            "web",
            "medok",
            "journeys",
        ],
        tests_too: false,
    },
    Wall {
        rule: "only platform names the provider of identities and the client that asks it",
        reason: "what leaves the house for another host is in one file, with its patience and its limits",
        libraries: &["oauth2", "openidconnect", "reqwest"],
        rooms: &["platform"],
        tests_too: false,
    },
    Wall {
        rule: "only documents names typst",
        reason: "it is a third of the build and runs in a child process without keys, files or network",
        libraries: &["typst*"],
        rooms: &["documents"],
        tests_too: true,
    },
];

fn breaches(wall: &Wall, dependencies: &[Dependency]) -> Vec<Finding> {
    let meant = |name: &str| {
        let name = name.replace('_', "-");
        wall.libraries.iter().any(|library| {
            let library = library.replace('_', "-");
            library
                .strip_suffix('*')
                .map_or(library == name, |start| name.starts_with(start))
        })
    };
    let breach = |dependency: &&Dependency| {
        let exempt = dependency.dev && (!wall.tests_too || dependency.from == "xtask");
        !dependency.ours
            && meant(&dependency.to)
            && !exempt
            && !wall.rooms.contains(&dependency.from.as_str())
    };
    let told = |dependency: &Dependency| Finding {
        place: dependency.from.clone(),
        what: format!("names {}; {} may", dependency.to, listed(wall.rooms)),
    };
    dependencies.iter().filter(breach).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::super::crates::tests::declared;
    use super::*;

    #[test]
    fn each_wall_can_be_breached() {
        let check = |line: &str, walls: usize| {
            let dependencies = declared(&[line]);
            let broken = WALLS
                .iter()
                .filter(|wall| !breaches(wall, &dependencies).is_empty())
                .count();
            assert_eq!(broken, walls, "{line}");
        };
        for line in [
            "clinic -> chacha20poly1305 !",
            "platform -> sha2 !",
            "web -> hmac !",
            "medok -> age !",
            "clinic -> cedar-policy-core !",
            "platform -> signed-note !",
            "clinic -> axum !",
            "medok -> tower-http !",
            "trust -> askama !",
            "clinic -> utoipa-axum !",
            "web -> sea-orm !",
            "medok -> sea-orm !",
            "trust -> sea-orm-migration !",
            "trust -> sea-orm-migration ! dev",
            "clinic -> sqlx !",
            "web -> openidconnect !",
            "trust -> reqwest !",
            "web -> sqlx-core !",
            "platform -> rusqlite !",
            "platform -> rusqlite ! dev",
            "kernel -> tokio !",
            "calendar -> futures-util !",
            "clinic -> typst-pdf !",
        ] {
            check(line, 1);
        }
        for line in [
            "trust -> chacha20poly1305 !",
            "trust -> cedar-policy !",
            "journeys -> ed25519-dalek ! dev",
            "journeys -> sha2 ! dev",
            "web -> axum-extra !",
            "journeys -> axum !",
            "clinic -> sea-orm !",
            "migrations -> sea-orm-migration !",
            "platform -> sqlx !",
            "platform -> openidconnect !",
            "journeys -> rusqlite ! dev",
            "xtask -> rusqlite ! dev",
            "medok -> tokio !",
            "clinic -> tokio !",
            "kernel -> tokio ! dev",
            "clinic -> serde !",
            "documents -> typst !",
            "kernel -> agent !",
        ] {
            check(line, 0);
        }
    }
}
