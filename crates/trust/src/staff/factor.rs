//! What proves an employee: a password, one-time codes (RFC 6238), recovery codes. Pure but for the hash's own time.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kernel::{Fault, Moment, Personal, entropy};
use tokio::sync::Semaphore;
use totp_rs::{Builder, Secret, Totp};

/// Characters of a password at least: a second factor stands beside it (NIST SP 800-63B §3.1.1.2 asks for fifteen where none
/// does, and eight where one does).
const SHORTEST: usize = 10;
/// Characters at most, so that nobody has the house hash a book.
const LONGEST: usize = 128;
/// Recovery codes of a set.
const RECOVERY: usize = 10;
/// Steps of half a minute by which a code may be off.
const SKEW: u16 = 1;

/// Passwords that are hashed at the same time: each takes 19 MiB and a core.
static HASHING: Semaphore = Semaphore::const_new(2);

/// What is hashed for a login that does not exist, so that known and unknown ones take the same time.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| hash(&hex::encode(entropy::bytes::<16>())).unwrap_or_default());

/// A kind of factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// Something known.
    Password,
    /// A device that shows codes.
    Totp,
    /// A key of the device (WebAuthn).
    Passkey,
    /// Codes on paper.
    Recovery,
}

impl FactorKind {
    /// The word in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::Recovery => "recovery",
        }
    }
}

/// Which factors an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// A password.
    pub password: bool,
    /// One-time codes.
    pub totp: bool,
    /// How many passkeys.
    pub passkeys: usize,
    /// Recovery codes.
    pub recovery: bool,
}

impl Factors {
    /// Whether its holder can sign in.
    #[must_use]
    pub const fn are_enough(self) -> bool {
        self.passkeys > 0 || (self.password && self.totp)
    }
}

/// Why a password will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer than ten characters.
    Short,
    /// More than 128 characters.
    Long,
    /// It holds the login, or is one character or a row of digits over and over.
    Guessable,
}

/// Whether a password will do. Length is what counts; nothing is asked of its letters.
///
/// # Errors
/// [`WeakPassword`].
pub(super) fn check_password(login: &str, password: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(WeakPassword::Short);
    }
    if length > LONGEST {
        return Err(WeakPassword::Long);
    }
    let different: BTreeSet<char> = password.chars().collect();
    let digits = password.chars().all(|letter| letter.is_ascii_digit());
    if different.len() < 5
        || (digits && length < 14)
        || password.to_lowercase().contains(&login.to_lowercase())
    {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

fn hash(password: &str) -> Result<String, Fault> {
    let salt = entropy::bytes::<16>();
    let hashed = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| Fault::broken(format!("hashing a password: {error}")))?;
    Ok(hashed.to_string())
}

fn fits(password: &str, hashed: &str) -> bool {
    PasswordHash::new(hashed).is_ok_and(|hashed| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hashed)
            .is_ok()
    })
}

/// Hashes a password: Argon2id with 19 MiB, two passes (RFC 9106; OWASP). Never inside an act.
pub(super) async fn hash_password(password: Personal<String>) -> Result<Personal<String>, Fault> {
    let _turn = HASHING.acquire().await?;
    let hashed = tokio::task::spawn_blocking(move || hash(password.reveal())).await??;
    Ok(Personal::new(hashed))
}

/// Whether a password is the hashed one. Takes as long where there is none to compare with.
pub(super) async fn verify_password(
    password: Personal<String>,
    hashed: Option<Personal<String>>,
) -> Result<bool, Fault> {
    let _turn = HASHING.acquire().await?;
    Ok(tokio::task::spawn_blocking(move || match &hashed {
        Some(hashed) => fits(password.reveal(), hashed.reveal()),
        None => {
            let _ = fits(password.reveal(), &NOBODYS);
            false
        }
    })
    .await?)
}

/// The secret that a device makes one-time codes of (RFC 6238: SHA-1, six digits, half a minute).
#[derive(Clone)]
pub struct SecondFactor(Totp);

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

impl SecondFactor {
    /// A new one for this login of this clinic.
    ///
    /// # Errors
    /// The library refuses what it is given.
    pub fn random(clinic: &str, login: &str) -> Result<Self, Fault> {
        Self::of(Secret::new_stack(entropy::bytes()), clinic, login)
    }

    /// Reads a secret; `None` if it is not one.
    #[must_use]
    pub fn parse(base32: &str, clinic: &str, login: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(base32.trim()).ok()?;
        (secret.as_bytes().len() == 20)
            .then(|| Self::of(secret, clinic, login).ok())
            .flatten()
    }

    fn of(secret: Secret, clinic: &str, login: &str) -> Result<Self, Fault> {
        let issuer = clinic.replace(':', " ");
        let totp = Builder::new()
            .with_secret(secret)
            .with_skew(SKEW)
            .with_issuer(Some(issuer))
            .with_account_name(login.to_owned())
            .build()
            .map_err(|error| Fault::broken(format!("one-time codes: {error}")))?;
        Ok(Self(totp))
    }

    /// The secret, to be typed where no picture can be read: base32.
    #[must_use]
    pub fn base32(&self) -> Personal<String> {
        Personal::new(self.0.secret().to_base32())
    }

    /// The address that an application takes over (Key URI format).
    ///
    /// # Errors
    /// The library refuses what it was given.
    pub fn address(&self) -> Result<Personal<String>, Fault> {
        let address = self
            .0
            .to_url()
            .map_err(|error| Fault::broken(format!("one-time codes: {error}")))?;
        Ok(Personal::new(address))
    }

    /// The step whose code this is, if it is one of now.
    #[must_use]
    pub fn step(&self, code: &str, now: Moment) -> Option<i64> {
        let digits: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let step = self.0.check(&digits, seconds(now))?;
        i64::try_from(step).ok()
    }

    /// The code of now, for tests and demonstrations that hold the device.
    #[must_use]
    pub fn code(&self, now: Moment) -> String {
        self.0.generate(seconds(now)).to_string()
    }
}

fn seconds(now: Moment) -> u64 {
    u64::try_from(now.micros().div_euclid(1_000_000)).unwrap_or_default()
}

/// Codes on paper for whoever has lost the device. Each works once.
#[derive(Clone)]
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    /// A new set: ten codes of fifty bits in letters that are not taken for one another (Crockford's base 32).
    #[must_use]
    pub fn random() -> Self {
        const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let code = || {
            let letters =
                entropy::bytes::<10>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
            let (one, other) = letters.split_at(5);
            format!(
                "{}-{}",
                one.iter().collect::<String>(),
                other.iter().collect::<String>()
            )
        };
        Self((0..RECOVERY).map(|_| code()).collect())
    }

    /// The codes as they are printed, once.
    #[must_use]
    pub fn printed(&self) -> &[String] {
        &self.0
    }

    /// What is kept of them, sealed: hashes, separated by blanks.
    pub(super) fn kept(&self) -> String {
        let hashes: Vec<String> = self.0.iter().map(|code| Self::hash(code)).collect();
        hashes.join(" ")
    }

    /// What is kept after one was used; `None` if it is none of them.
    pub(super) fn without(kept: &str, code: &str) -> Option<String> {
        let used = Self::hash(code);
        let left: Vec<&str> = kept.split(' ').filter(|hash| *hash != used).collect();
        (left.len() < kept.split(' ').count()).then(|| {
            let left = left.join(" ");
            // An empty secret would be one that was taken away.
            if left.is_empty() {
                "-".to_owned()
            } else {
                left
            }
        })
    }

    /// Letters as they are read, whatever was typed for them.
    fn hash(code: &str) -> String {
        use sha2::{Digest, Sha256};
        let plain: String = code
            .chars()
            .filter(|sign| sign.is_ascii_alphanumeric())
            .map(|sign| match sign.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        hex::encode(Sha256::digest(plain.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_counts_by_its_length() {
        let check = |password: &str| check_password("sokolova", password);
        assert_eq!(check("пять слов"), Err(WeakPassword::Short));
        assert_eq!(check(&"ab".repeat(100)), Err(WeakPassword::Long));
        for guessable in [
            "aaaaaaaaaaaa",
            "1234567890123",
            "Sokolova-2026",
            "абабабабабаб",
        ] {
            assert_eq!(
                check(guessable),
                Err(WeakPassword::Guessable),
                "{guessable}"
            );
        }
        for good in ["лошадь верно скрепка", "k7-пчела-соты", "31415926535897932"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[tokio::test]
    async fn a_hash_fits_its_own_password_alone() {
        let of = |text: &str| Personal::new(text.to_owned());
        let hashed = hash_password(of("лошадь верно скрепка")).await.unwrap();
        assert!(
            hashed
                .reveal()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        let fits = |text: &str| verify_password(of(text), Some(hashed.clone()));
        assert!(fits("лошадь верно скрепка").await.unwrap());
        assert!(!fits("лошадь верно скрепки").await.unwrap());
        assert!(
            !verify_password(of("лошадь верно скрепка"), None)
                .await
                .unwrap()
        );
        assert!(!verify_password(of("x"), Some(of("no hash"))).await.unwrap());
    }

    /// RFC 6238, appendix B, SHA-1, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let factor =
            SecondFactor::parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "Клиника: МЕДОК", "anna")
                .unwrap();
        for (seconds, code) in [
            (59_i64, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            let now = Moment::from_micros(seconds * 1_000_000);
            assert_eq!(factor.code(now), code);
            assert_eq!(factor.step(code, now), Some(seconds / 30));
            assert_eq!(
                factor.step(
                    &format!(" {} {}", &code[..3], &code[3..]),
                    now.plus_seconds(30)
                ),
                Some(seconds / 30)
            );
            assert_eq!(factor.step(code, now.plus_seconds(90)), None);
        }
        let address = factor.address().unwrap();
        assert!(
            address.reveal().starts_with("otpauth://totp/"),
            "{}",
            address.reveal()
        );
        assert_eq!(format!("{factor:?}"), "[sealed]");
        assert!(SecondFactor::parse("GEZDGNBV", "a", "b").is_none());
        assert_eq!(factor.step("28708", Moment::from_micros(59_000_000)), None);
        assert_eq!(factor.step("28708a", Moment::from_micros(59_000_000)), None);
    }

    #[test]
    fn a_recovery_code_works_once_however_it_is_typed() {
        let codes = RecoveryCodes::random();
        let different: BTreeSet<&String> = codes.printed().iter().collect();
        assert_eq!(different.len(), RECOVERY);
        let typed = codes.printed()[3].to_lowercase().replace('-', " ");
        let left = RecoveryCodes::without(&codes.kept(), &typed).expect("one of them");
        assert_eq!(RecoveryCodes::without(&left, &typed), None);
        assert_eq!(RecoveryCodes::without(&left, "AAAAA-AAAAA"), None);
        let all = codes.printed().iter().fold(codes.kept(), |kept, code| {
            RecoveryCodes::without(&kept, code).expect("unused")
        });
        assert_eq!(all, "-");
        assert_eq!(RecoveryCodes::without(&all, ""), None);
    }
}
