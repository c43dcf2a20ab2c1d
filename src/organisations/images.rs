//! Files of logos: PNG or JPEG, small enough to print on every certificate.

use crate::platform::faults::Fault;

/// The kinds of image that a certificate can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    Png,
    Jpeg,
}

impl ImageKind {
    /// Of the file.
    pub fn media_type(self) -> &'static str {
        match self {
            ImageKind::Png => "image/png",
            ImageKind::Jpeg => "image/jpeg",
        }
    }
}

/// More bytes in one logo are refused.
pub const MOST_BYTES: usize = 512 * 1024;
/// More pixels in width or height are refused, before anything unpacks them.
pub const MOST_PIXELS: u32 = 4_000;

/// Checks an image by its first bytes and its declared size.
///
/// # Errors
/// It is too large, in bytes or pixels, or of another kind.
pub fn check(file: &str, bytes: &[u8]) -> Result<ImageKind, Fault> {
    let refuse = |code, message: String| Err(Fault::new(code, message).in_file(file));
    if bytes.len() > MOST_BYTES {
        return refuse(
            "too-large",
            format!("the logo has {} bytes; at most {MOST_BYTES} are used", bytes.len()),
        );
    }
    let Some((kind, width, height)) = measured(bytes) else {
        return refuse("not-an-image", "the logo is neither a PNG nor a JPEG image".into());
    };
    if width == 0 || height == 0 || width > MOST_PIXELS || height > MOST_PIXELS {
        let message =
            format!("the logo measures {width} by {height} pixels; at most {MOST_PIXELS} each way are used");
        return refuse("too-large", message);
    }
    Ok(kind)
}

/// The kind of an image, told by its first bytes.
pub fn kind(bytes: &[u8]) -> Option<ImageKind> {
    measured(bytes).map(|(kind, ..)| kind)
}

/// The kind, width and height of an image.
fn measured(bytes: &[u8]) -> Option<(ImageKind, u32, u32)> {
    png(bytes).or_else(|| jpeg(bytes))
}

/// PNG, section 11.2.1: the header chunk comes first, with width and height.
fn png(bytes: &[u8]) -> Option<(ImageKind, u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..)?.strip_prefix(b"IHDR")?;
    let (width, rest) = header.split_first_chunk()?;
    let (height, _) = rest.split_first_chunk()?;
    Some((ImageKind::Png, u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

/// JPEG, ITU-T T.81, annex B: segments up to the start of the frame, which has height and width.
fn jpeg(bytes: &[u8]) -> Option<(ImageKind, u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let ([0xff, marker], after) = rest.split_first_chunk()? else { return None };
        // A marker may be preceded by any number of fill bytes.
        if *marker == 0xff {
            rest = rest.get(1..)?;
            continue;
        }
        let (length, _) = after.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let &[_, _, _, h1, h2, w1, w2] = after.first_chunk()?;
            return Some((
                ImageKind::Jpeg,
                u16::from_be_bytes([w1, w2]).into(),
                u16::from_be_bytes([h1, h2]).into(),
            ));
        }
        rest = after.get(length.max(2)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn both_kinds_are_known_by_their_bytes() {
        assert_eq!(check("l.png", &png_of(300, 200)), Ok(ImageKind::Png));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08\0\x64\0\xc8\x03";
        assert_eq!(check("l.jpg", jpeg), Ok(ImageKind::Jpeg));
        assert_eq!(super::jpeg(jpeg), Some((ImageKind::Jpeg, 200, 100)));
    }

    #[test]
    fn what_is_too_large_or_no_image_is_refused() {
        let code = |bytes: &[u8]| check("logo", bytes).unwrap_err().code;
        assert_eq!(code(&png_of(4_001, 10)), "too-large");
        assert_eq!(code(&png_of(0, 10)), "too-large");
        assert_eq!(code(&vec![0; MOST_BYTES + 1]), "too-large");
        for other in [
            &b""[..],
            b"<svg/>",
            b"\xff\xd8",
            b"\xff\xd8\xff\xc0\0\x11\x08",
            b"\xff\xd8\xff\xe0\0\0",
            b"GIF89a",
        ] {
            assert_eq!(code(other), "not-an-image", "{other:?}");
        }
        assert_eq!(code(&png_of(1, 1)[..20]), "not-an-image");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_trip_the_check(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100)) {
            _ = check("logo", &[b"\xff\xd8\xff".as_slice(), &bytes].concat());
            _ = check("logo", &[b"\x89PNG\r\n\x1a\n".as_slice(), &bytes].concat());
        }
    }
}
