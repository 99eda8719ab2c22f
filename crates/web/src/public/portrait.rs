//! A doctor's picture: their photo, or the cell of a honeycomb with their initials.

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Portrait {
    /// The photo's address on this site.
    pub(super) photo: Option<String>,
    /// What the photo shows, in words.
    pub(super) alt: String,
    /// What stands in the cell where there is no photo.
    pub(super) initials: String,
}

impl Portrait {
    /// Of somebody with this name: «Пчёлкин Аркадий Савельевич», "Arkady Pchyolkin".
    pub(super) fn of(name: &str, photo: Option<String>) -> Self {
        Self {
            photo,
            alt: name.to_owned(),
            initials: initials(name),
        }
    }
}

/// The first letters of the first two words. A title before a name ends with a dot and is passed over.
fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter(|word| !word.ends_with('.'))
        .filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_of_any_name() {
        for (name, letters) in [
            ("Пчёлкин Аркадий Савельевич", "ПА"),
            ("Arkady Pchyolkin", "AP"),
            ("д. м. н. Ёлкин Иван", "ЁИ"),
            ("<b>Анна", "B"),
            ("", ""),
            ("  «Анна»  ", "А"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
