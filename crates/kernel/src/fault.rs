//! A refusal is an answer; a fault is ours to mend.

use std::error::Error;
use std::fmt;

/// What a fault means to the one who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Try again: the store was busy, full or gone; nothing was done. HTTP 503.
    Unavailable,
    /// A defect or a damaged store; nothing was done. HTTP 500.
    Broken,
}

/// Something went wrong that the one who asked could not have avoided. Its text is for the
/// operator's log and never holds a personal value.
pub struct Fault {
    kind: FaultKind,
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// The store or another part cannot serve now.
    pub fn unavailable(what: impl Into<String>) -> Self {
        Self {
            kind: FaultKind::Unavailable,
            what: what.into(),
            source: None,
        }
    }

    /// A defect, or data that is not what was written.
    pub fn broken(what: impl Into<String>) -> Self {
        Self {
            kind: FaultKind::Broken,
            what: what.into(),
            source: None,
        }
    }

    /// What it means to the one who asked.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// The same fault, told as one that passes: nothing was done, try again.
    #[must_use]
    pub fn passing(mut self) -> Self {
        self.kind = FaultKind::Unavailable;
        self
    }

    /// Says in front of it what was being done.
    #[must_use]
    pub fn during(mut self, what: &str) -> Self {
        self.what = format!("{what}: {}", self.what);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let mut source = self.source.as_ref().and_then(|error| error.source());
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({:?}: {self})", self.kind)
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Fault {
    fn from(error: E) -> Self {
        Self {
            kind: FaultKind::Broken,
            what: error.to_string(),
            source: Some(Box::new(error)),
        }
    }
}

/// Why a verb stopped: the answer is no, or something broke.
#[derive(Debug)]
pub enum Stop<R> {
    /// The answer is no, and the asker can do something about it.
    Refused(R),
    /// Something broke.
    Fault(Fault),
}

/// What a verb gives: a value, a refusal of its own kind, or a fault.
pub type Outcome<T, R> = Result<T, Stop<R>>;

impl<R> Stop<R> {
    /// Turns one room's refusal into another's.
    pub fn map_refusal<S>(self, to: impl FnOnce(R) -> S) -> Stop<S> {
        match self {
            Self::Refused(refusal) => Stop::Refused(to(refusal)),
            Self::Fault(fault) => Stop::Fault(fault),
        }
    }
}

impl<R> From<Fault> for Stop<R> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<R, E: Error + Send + Sync + 'static> From<E> for Stop<R> {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads() -> Result<(), Fault> {
        Err(std::io::Error::other("disk gone"))?;
        Ok(())
    }

    #[test]
    fn any_error_becomes_a_fault_that_keeps_its_words() {
        let fault = reads()
            .map_err(|fault| fault.during("reading"))
            .expect_err("the disk is gone");
        assert_eq!(
            (fault.kind(), fault.to_string()),
            (FaultKind::Broken, "reading: disk gone".into())
        );
        assert_eq!(fault.passing().kind(), FaultKind::Unavailable);
    }
}
