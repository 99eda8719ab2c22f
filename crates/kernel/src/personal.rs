//! Personal data that cannot print.

use std::fmt;

use zeroize::Zeroize;

/// A value about a person. It has no `Display` and no `Serialize`; its `Debug` writes
/// `[sealed]`; its memory is wiped when dropped. Reading it is a visible word, [`reveal`](Self::reveal).
#[derive(Clone, PartialEq, Eq)]
pub struct Personal<T: Zeroize>(T);

impl<T: Zeroize> Personal<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself: for sealing it, comparing it or showing it to those entitled.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

impl<T: Zeroize> Drop for Personal<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_value_does_not_print() {
        let name = Personal::new(String::from("Пчёлкина"));
        assert_eq!(
            format!("{name:?} {:#?}", Some(&name)),
            "[sealed] Some(\n    [sealed],\n)"
        );
        assert_eq!(name.reveal(), "Пчёлкина");
    }
}
