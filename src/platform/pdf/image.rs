//! Pictures: PNG is decoded and compressed anew, JPEG is embedded as it is. Everything is bounded before it is read.

use std::io::Cursor;

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::finish::compressed_stream;
use super::fonts::deflate;
use super::layout::{Image, PdfError};

/// A picture as a PDF holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// The file, and how many colour components it has.
    Jpeg { file: Vec<u8>, components: u8 },
    /// Rows of pixels, compressed: grey or red, green, blue; and the opacity of each pixel, where it is not full.
    Pixels { colours: Vec<u8>, components: u8, opacity: Option<Vec<u8>> },
}

fn refused(why: impl Into<String>) -> PdfError {
    PdfError::Image(why.into())
}

/// See [`Image::read`].
pub fn read(file: &[u8]) -> Result<Image, PdfError> {
    if file.len() > Image::MOST_BYTES {
        return Err(refused(format!("{} bytes, at most {} are taken", file.len(), Image::MOST_BYTES)));
    }
    if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(file)
    } else if file.starts_with(&[0xff, 0xd8]) {
        jpeg(file)
    } else {
        Err(refused("it is neither a PNG nor a JPEG file"))
    }
}

fn check_size(width: u32, height: u32) -> Result<(), PdfError> {
    let most = Image::MOST_PIXELS;
    if width == 0 || height == 0 || width > most || height > most {
        return Err(refused(format!("{width} × {height} pixels, at most {most} × {most} are taken")));
    }
    Ok(())
}

fn png(file: &[u8]) -> Result<Image, PdfError> {
    let broken = |error: png::DecodingError| refused(format!("the PNG file cannot be read: {error}"));
    let limits = png::Limits { bytes: 64 * 1024 * 1024 };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = (reader.info().width, reader.info().height);
    check_size(width, height)?;
    let size = reader.output_buffer_size().ok_or_else(|| refused("the PNG file is too large"))?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    pixels.truncate(frame.buffer_size());
    let (components, with_opacity) = match frame.color_type {
        png::ColorType::Grayscale => (1, false),
        png::ColorType::GrayscaleAlpha => (1, true),
        png::ColorType::Rgb => (3, false),
        png::ColorType::Rgba => (3, true),
        png::ColorType::Indexed => return Err(refused("the PNG file's palette cannot be read")),
    };
    let (colours, opacity) = if with_opacity { split(&pixels, components) } else { (pixels, Vec::new()) };
    let opacity = opacity.iter().any(|opacity| *opacity != 255).then(|| deflate(&opacity, 9));
    let data = Data::Pixels { colours: deflate(&colours, 9), components: components as u8, opacity };
    Ok(Image { width, height, data })
}

/// Takes the last byte of each pixel out.
fn split(pixels: &[u8], components: usize) -> (Vec<u8>, Vec<u8>) {
    let mut colours = Vec::with_capacity(pixels.len());
    let mut opacity = Vec::with_capacity(pixels.len() / (components + 1));
    for pixel in pixels.chunks_exact(components + 1) {
        if let Some((last, colour)) = pixel.split_last() {
            colours.extend_from_slice(colour);
            opacity.push(*last);
        }
    }
    (colours, opacity)
}

/// Reads the size from the frame header (ITU-T T.81, B.2.2); the rest is the reader's.
fn jpeg(file: &[u8]) -> Result<Image, PdfError> {
    let broken = || refused("the JPEG file cannot be read");
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = *file.get(at..at + 4).ok_or_else(broken)? else {
            return Err(broken());
        };
        // Frame headers are C0 to CF, but for the tables C4, C8 and CC.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let header = file.get(at + 4..at + 10).ok_or_else(broken)?;
            let [bits, y1, y0, x1, x0, components] = *header else { return Err(broken()) };
            let (width, height) =
                (u32::from(u16::from_be_bytes([x1, x0])), u32::from(u16::from_be_bytes([y1, y0])));
            check_size(width, height)?;
            if bits != 8 || !matches!(components, 1 | 3) {
                return Err(refused(
                    "only JPEG files in grey or in red, green and blue with 8 bits are taken",
                ));
            }
            return Ok(Image { width, height, data: Data::Jpeg { file: file.to_vec(), components } });
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

/// What tells one picture from another.
pub fn bytes(image: &Image) -> &[u8] {
    match &image.data {
        Data::Jpeg { file, .. } => file,
        Data::Pixels { colours, .. } => colours,
    }
}

/// Adds the picture to a file.
pub fn add(pdf: &mut lopdf::Document, image: &Image) -> ObjectId {
    match &image.data {
        Data::Jpeg { file, components } => {
            let mut dictionary = description(image, *components);
            dictionary.set("Filter", "DCTDecode");
            pdf.add_object(Stream::new(dictionary, file.clone()).with_compression(false))
        }
        Data::Pixels { colours, components, opacity } => {
            let mut dictionary = description(image, *components);
            if let Some(opacity) = opacity {
                let mask = compressed_stream(description(image, 1), opacity.clone());
                dictionary.set("SMask", Object::Reference(pdf.add_object(mask)));
            }
            pdf.add_object(compressed_stream(dictionary, colours.clone()))
        }
    }
}

fn description(image: &Image, components: u8) -> Dictionary {
    dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(image.width),
        "Height" => i64::from(image.height),
        "ColorSpace" => if components == 1 { "DeviceGray" } else { "DeviceRGB" },
        "BitsPerComponent" => 8,
    }
}
