//! Small pictures beside this file, 12 by 8 pixels each: `bare` without metadata, `told` with an owner and a place,
//! `turned` upright only by its metadata.

use proptest::prelude::*;

use super::*;

const BARE: [(&[u8], PictureKind); 7] = [
    (include_bytes!("bare.jpeg"), PictureKind::Jpeg),
    (include_bytes!("progressive.jpeg"), PictureKind::Jpeg),
    (include_bytes!("bare.png"), PictureKind::Png),
    (include_bytes!("bare.webp"), PictureKind::Webp),
    (include_bytes!("lossless.webp"), PictureKind::Webp),
    (include_bytes!("alpha.webp"), PictureKind::Webp),
    (include_bytes!("bare.avif"), PictureKind::Avif),
];

/// With an owner in EXIF.
const TOLD: [&[u8]; 3] = [
    include_bytes!("told.jpeg"),
    include_bytes!("told.png"),
    include_bytes!("told.webp"),
];

const TURNED: [&[u8]; 3] = [
    include_bytes!("turned.jpeg"),
    include_bytes!("turned.png"),
    include_bytes!("turned.webp"),
];

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn a_picture_without_metadata_is_kept_byte_for_byte() {
    for (bytes, kind) in BARE {
        let picture = Picture::read(bytes).unwrap();
        assert_eq!(
            (picture.kind, picture.width, picture.height),
            (kind, 12, 8),
            "{kind:?}"
        );
        assert_eq!(picture.bytes, bytes, "{kind:?}");
    }
}

#[test]
fn owner_place_and_comments_are_left_behind() {
    for bytes in TOLD {
        assert!(holds(bytes, b"secret-owner"));
        let picture = Picture::read(bytes).unwrap();
        for word in [&b"secret-owner"[..], b"Exif", b"eXIf", b"EXIF", b"GPS"] {
            assert!(!holds(&picture.bytes, word), "{:?}", picture.kind);
        }
        // What is left is the same picture.
        let bare = BARE.iter().find(|(_, kind)| *kind == picture.kind).unwrap();
        assert_eq!((picture.width, picture.height), (12, 8));
        assert!(
            picture.bytes.len() <= bare.0.len() + 18,
            "{:?}",
            picture.kind
        );
        assert_eq!(Picture::read(&picture.bytes), Ok(picture));
    }
    assert_eq!(
        Picture::read(include_bytes!("told.avif")),
        Err(Flaw::Metadata)
    );

    // A comment and a small copy of an uncropped picture before the frame; another picture after the end.
    let (jpeg, _) = BARE[0];
    let mut told = jpeg[..2].to_vec();
    told.extend(b"\xff\xfe\x00\x0esecret-owner");
    told.extend(b"\xff\xe0\x00\x14JFXX\0\x10secret-owner");
    told.extend(&jpeg[2..]);
    told.extend(TOLD[0]);
    assert_eq!(Picture::read(&told).unwrap().bytes, jpeg);
    let (png, _) = BARE[2];
    let mut told = png.to_vec();
    told.splice(33..33, *b"\0\0\0\x0ctEXtsecret-ownercrc!");
    told.extend(b"secret-owner");
    assert_eq!(Picture::read(&told).unwrap().bytes, png);
    let (webp, _) = BARE[3];
    let told = [webp, b"secret-owner"].concat();
    assert_eq!(Picture::read(&told).unwrap().bytes, webp);
}

#[test]
fn what_stands_upright_only_by_its_metadata_is_refused() {
    for bytes in TURNED {
        assert_eq!(Picture::read(bytes), Err(Flaw::Turned));
    }
}

#[test]
fn what_is_no_still_picture_is_refused() {
    let moving_png = {
        let mut bytes = BARE[2].0.to_vec();
        bytes.splice(33..33, *b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0crc!");
        bytes
    };
    let moving_webp = {
        let mut bytes = BARE[5].0.to_vec();
        assert_eq!(bytes[12..16], *b"VP8X");
        bytes[20] |= 2;
        bytes
    };
    let moving_avif = {
        let mut bytes = BARE[6].0.to_vec();
        bytes[8..12].copy_from_slice(b"avis");
        bytes
    };
    let huge = {
        let mut bytes = BARE[2].0.to_vec();
        bytes[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        bytes
    };
    let heic = {
        let mut bytes = BARE[6].0.to_vec();
        bytes[8..28].copy_from_slice(b"heic\0\0\0\0mif1heicmiaf");
        bytes
    };
    for (bytes, flaw) in [
        (&b""[..], Flaw::Unknown),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            Flaw::Unknown,
        ),
        (b"GIF89a\x0c\0\x08\0", Flaw::Unknown),
        (b"<!doctype html><script>alert(1)</script>", Flaw::Unknown),
        (b"%PDF-1.7", Flaw::Unknown),
        (&heic, Flaw::Unknown),
        (&moving_png, Flaw::Moving),
        (&moving_webp, Flaw::Moving),
        (&moving_avif, Flaw::Moving),
        (&huge, Flaw::Size),
        (b"\xff\xd8\xff\xd9", Flaw::Torn),
        (png::SIGNATURE, Flaw::Torn),
        (b"RIFF\x04\0\0\0WEBP", Flaw::Torn),
    ] {
        assert_eq!(Picture::read(bytes), Err(flaw), "{bytes:?}");
    }
}

#[test]
fn a_picture_that_ends_early_is_refused_wherever_it_ends() {
    for (bytes, kind) in BARE {
        for end in 0..bytes.len() {
            assert!(Picture::read(&bytes[..end]).is_err(), "{kind:?} {end}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_reading(
        picture in 0..BARE.len(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..6),
        tail in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = BARE[picture].0.to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.extend(tail);
        if let Ok(picture) = Picture::read(&bytes) {
            prop_assert_eq!(Picture::read(&picture.bytes), Ok(picture));
        }
    }

    #[test]
    fn no_metadata_break_the_reading(tiff: Vec<u8>) {
        orientation::turns(&tiff);
        orientation::turns(&[b"II*\0", &tiff[..]].concat());
    }
}

#[test]
fn a_folder_is_read_and_every_wrong_file_told() {
    assert_eq!(
        Photos::read(Path::new("/nowhere/at/all")).codes().count(),
        0
    );

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("anna.jpg", TOLD[0]);
    // The bytes count, not the ending.
    write("boris.jpeg", BARE[2].0);
    write("пчёлкин.WEBP", BARE[3].0);
    write(".hidden", b"x");
    write("vera.png", b"<svg onload=alert(1)>");
    write("anna.png", BARE[2].0);
    write("big.jpg", &vec![0xff; 300 * 1024 + 1]);
    write("two words.jpg", BARE[0].0);
    write("notes.txt", b"x");
    std::fs::create_dir(folder.path().join("folder.jpg")).unwrap();

    let photos = Photos::read(folder.path());
    assert_eq!(
        photos.codes().collect::<Vec<_>>(),
        ["anna", "boris", "пчёлкин"]
    );
    let anna = photos.of("anna").unwrap();
    assert!(!holds(&anna.bytes, b"secret-owner"));
    assert_eq!(photos.named(&anna.name), Some(anna));
    assert_eq!(anna.address(), format!("/photos/{}", anna.name));
    assert!(anna.name.starts_with("anna.") && anna.name.ends_with(".jpg"));
    assert_eq!(anna.name.len(), "anna..jpg".len() + 16);
    assert_eq!(photos.of("boris").unwrap().kind, PictureKind::Png);
    let address = photos.of("пчёлкин").unwrap().address();
    assert!(
        address.is_ascii() && address.starts_with("/photos/%D0%BF"),
        "{address}"
    );
    for other in [
        "anna",
        "anna.jpg",
        "anna.0000000000000000.jpg",
        "",
        ".",
        "../anna.jpg",
    ] {
        assert_eq!(photos.named(other), None, "{other}");
    }

    let told: Vec<String> = photos.problems().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 6, "{told:#?}");
    for (name, what) in [
        ("anna.png", "anna has a photo already; keep one"),
        ("big.jpg", "is larger than 300 KB; make it smaller"),
        ("folder.jpg", "is not a file; put pictures"),
        ("notes.txt", "is not named as a photo is; call it"),
        ("two words.jpg", "is not named as a photo is; call it"),
        ("vera.png", "is not a JPEG, PNG, WebP or AVIF picture; save"),
    ] {
        let file = folder.path().join(name);
        let start = format!("{}: {what}", file.display());
        assert!(
            told.iter().any(|one| one.starts_with(&start)),
            "{start}: {told:#?}"
        );
    }
}
