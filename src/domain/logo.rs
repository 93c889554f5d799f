//! The picture that stands on invoices: what it is, told by its bytes and never by its name. Pure; decodes nothing.

use super::error::{Error, Kind, Result};

/// 256 KiB.
pub const LOGO_BYTES_MAX: usize = 256 * 1024;
/// Pixels of a side.
pub const LOGO_SIDE_MAX: u32 = 2_000;
/// How a PNG begins (ISO/IEC 15948, 5.2).
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// How a JPEG begins (ITU-T T.81, B.1.1.3): its first marker, and the first byte of the next.
const JPEG: &[u8] = b"\xff\xd8\xff";

/// What browsers and printers both draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// PNG.
    Png,
    /// JPEG: baseline, extended or progressive.
    Jpeg,
}

impl LogoKind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            LogoKind::Png => "image/png",
            LogoKind::Jpeg => "image/jpeg",
        }
    }
}

/// What a logo's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logo {
    /// PNG or JPEG.
    pub kind: LogoKind,
    /// 1 to 2,000.
    pub width_pixels: u32,
    /// 1 to 2,000.
    pub height_pixels: u32,
}

impl Logo {
    /// Reads what a file is. The error says what to bring instead.
    pub fn read(bytes: &[u8]) -> Result<Logo> {
        if bytes.len() > LOGO_BYTES_MAX {
            let problem = "a logo has at most 256 KiB: save it smaller";
            return Err(Error::new(Kind::TooMuch, problem));
        }
        let (kind, sides) = if bytes.starts_with(PNG) {
            (LogoKind::Png, png_sides(bytes))
        } else if bytes.starts_with(JPEG) {
            (LogoKind::Jpeg, jpeg_sides(bytes))
        } else {
            return Err(Error::invalid(other(bytes)));
        };
        let Some((width_pixels, height_pixels)) = sides else {
            return Err(Error::invalid(
                "the picture is broken or not whole: save it again as a PNG or JPEG",
            ));
        };
        let right = 1..=LOGO_SIDE_MAX;
        if !right.contains(&width_pixels) || !right.contains(&height_pixels) {
            return Err(Error::invalid(format!(
                "the picture has {width_pixels} × {height_pixels} pixels; each side has 1 to {LOGO_SIDE_MAX}"
            )));
        }
        Ok(Logo {
            kind,
            width_pixels,
            height_pixels,
        })
    }
}

/// What is said of a file of another kind.
fn other(bytes: &[u8]) -> &'static str {
    let begin = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let begin = String::from_utf8_lossy(begin).to_ascii_lowercase();
    if begin.contains("<svg") || begin.contains("<?xml") {
        return "an SVG may hold scripts and is not taken: save it as a PNG";
    }
    "a logo is a PNG or a JPEG: save it as one"
}

/// The sides of a PNG that is whole: a header first, an end last, and chunks between them.
fn png_sides(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(PNG)?;
    let header = chunk(rest)?;
    let sides = match header {
        (b"IHDR", body) if body.len() == 13 => (number(body.get(..4)?)?, number(body.get(4..8)?)?),
        _ => return None,
    };
    // Each chunk is 12 bytes at least, so that this ends.
    while let Some((kind, body)) = chunk(rest) {
        if kind == b"IEND" {
            return Some(sides);
        }
        rest = rest.get(body.len() + 12..)?;
    }
    None
}

/// The first chunk: its kind, and what is in it. Its length stands before them, its checksum behind them.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::try_from(number(bytes.get(..4)?)?).ok()?;
    let end = length.checked_add(8)?;
    bytes.get(end..end.checked_add(4)?)?;
    Some((bytes.get(4..8)?, bytes.get(8..end)?))
}

/// The sides of a JPEG, from the frame header that stands before its first scan; behind that there is an end.
fn jpeg_sides(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut sides = None;
    loop {
        // A marker may have any number of bytes before it that fill.
        let at = rest.iter().position(|byte| *byte != 0xff)?;
        if at == 0 {
            return None;
        }
        let marker = *rest.get(at)?;
        let segment = rest.get(at + 1..)?;
        let length = usize::from(u16::from_be_bytes(segment.get(..2)?.try_into().ok()?));
        let body = segment.get(2..length)?;
        match marker {
            0xc0..=0xc2 if sides.is_none() => sides = Some(frame_sides(body)?),
            0xda => break,
            // Markers that stand alone, ends, and frames that browsers do not draw.
            0x01 | 0xd0..=0xd9 | 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return None;
            }
            _ => {}
        }
        rest = segment.get(length..)?;
    }
    let is_whole = rest.windows(2).any(|two| two == b"\xff\xd9");
    sides.filter(|_| is_whole)
}

/// Behind a byte for the precision: height, then width.
fn frame_sides(body: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| {
        Some(u32::from(u16::from_be_bytes(
            body.get(at..at + 2)?.try_into().ok()?,
        )))
    };
    Some((side(3)?, side(1)?))
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let chunk = |kind: &[u8], body: &[u8]| {
            let length = u32::try_from(body.len()).unwrap().to_be_bytes();
            [&length[..], kind, body, b"crc!"].concat()
        };
        let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let header = [sides, vec![8, 6, 0, 0, 0]].concat();
        let chunks = [
            chunk(b"IHDR", &header),
            chunk(b"IDAT", b"x"),
            chunk(b"IEND", b""),
        ];
        [PNG, &chunks.concat()].concat()
    }

    fn jpeg(frame: u8, width: u16, height: u16) -> Vec<u8> {
        let mut bytes =
            b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xff\xfe\x00\x04hi"
                .to_vec();
        bytes.extend([0xff, frame, 0, 11, 8]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(
            b"\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00pixels\xff\x00\xff\xd9",
        );
        bytes
    }

    #[test]
    fn a_logo_is_told_by_its_bytes() {
        let logo = |kind, width_pixels, height_pixels| Logo {
            kind,
            width_pixels,
            height_pixels,
        };
        assert_eq!(
            Logo::read(&png(300, 80)).unwrap(),
            logo(LogoKind::Png, 300, 80)
        );
        assert_eq!(
            Logo::read(&png(2_000, 1)).unwrap(),
            logo(LogoKind::Png, 2_000, 1)
        );
        for frame in [0xc0, 0xc1, 0xc2] {
            let read = Logo::read(&jpeg(frame, 640, 200)).unwrap();
            assert_eq!(read, logo(LogoKind::Jpeg, 640, 200));
        }
    }

    #[test]
    fn what_is_no_logo_is_refused_with_what_to_bring() {
        let mut large = png(10, 10);
        large.resize(LOGO_BYTES_MAX + 1, 0);
        for (bytes, words) in [
            (b"".to_vec(), "a PNG or a JPEG"),
            (b"GIF89a".to_vec(), "a PNG or a JPEG"),
            (b"<html><script>".to_vec(), "a PNG or a JPEG"),
            (
                b"\xef\xbb\xbf <svg onload=alert(1)>".to_vec(),
                "may hold scripts",
            ),
            (b"<?xml version=\"1.0\"?><SVG>".to_vec(), "may hold scripts"),
            (png(0, 10), "each side"),
            (png(10, 2_001), "each side"),
            (png(u32::MAX, u32::MAX), "each side"),
            (jpeg(0xc0, 0, 10), "each side"),
            (jpeg(0xc0, 10, 2_001), "each side"),
            // Arithmetic and lossless frames are drawn by no browser.
            (jpeg(0xc9, 10, 10), "not whole"),
            (jpeg(0xc3, 10, 10), "not whole"),
            (PNG.to_vec(), "not whole"),
            (JPEG.to_vec(), "not whole"),
            (large, "at most 256 KiB"),
        ] {
            let error = Logo::read(&bytes).unwrap_err();
            assert!(
                error.message.contains(words),
                "{:?}: {}",
                bytes.get(..20),
                error.message
            );
        }
    }

    #[test]
    fn a_picture_that_was_cut_anywhere_is_refused() {
        for whole in [png(30, 20), jpeg(0xc2, 30, 20)] {
            for end in 0..whole.len() {
                assert!(
                    Logo::read(&whole[..end]).is_err(),
                    "{end} of {}",
                    whole.len()
                );
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            begin in 0_usize..3,
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            at in 0_usize..60,
            other in any::<u8>(),
        ) {
            let begin = [b"".as_slice(), PNG, JPEG][begin];
            let mut changed = if begin == PNG { png(3, 4) } else { jpeg(0xc0, 3, 4) };
            if let Some(byte) = changed.get_mut(at) {
                *byte = other;
            }
            for bytes in [[begin, &bytes].concat(), changed] {
                if let Ok(logo) = Logo::read(&bytes) {
                    prop_assert!((1..=LOGO_SIDE_MAX).contains(&logo.width_pixels));
                    prop_assert!((1..=LOGO_SIDE_MAX).contains(&logo.height_pixels));
                }
            }
        }
    }
}
