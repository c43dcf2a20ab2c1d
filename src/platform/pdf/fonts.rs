//! The faces, what they can draw, and their subsets: made once for each set of glyphs, kept compressed.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use flate2::{Compress, Compression, FlushCompress, Status};
use rustybuzz::ttf_parser::GlyphId;
use unicode_normalization::UnicodeNormalization;

use super::layout::{Face, PdfError};

/// The height of a line's upper part and the depth of its lower part, as shares of the size. The four faces agree.
pub const ASCENT: f32 = 0.894;
pub const DESCENT: f32 = 0.246;
/// Units of an em, in all four faces.
pub const UNITS: f32 = 1000.0;

/// What nearly every document uses. Subsets are widened to these, so that documents share them: making a subset takes
/// longer than drawing a page.
const EVERYDAY: &str = " &'(),-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\u{a0}ÇËçë–’";
/// Sequences that the faces draw as one glyph.
const LIGATURES: &[&str] = &["fi", "fl", "ff", "ffi", "ffl", "fj", "tt", "Th"];
/// As many subsets are kept; beyond that they are made anew.
const MOST_SUBSETS: usize = 96;

impl Face {
    pub const ALL: [Face; 4] = [Face::Regular, Face::Semibold, Face::Bold, Face::Italic];

    fn file_name(self) -> &'static str {
        match self {
            Face::Regular => "LibertinusSerif-Regular",
            Face::Semibold => "LibertinusSerif-Semibold",
            Face::Bold => "LibertinusSerif-Bold",
            Face::Italic => "LibertinusSerif-Italic",
        }
    }
}

/// A face, read.
pub struct LoadedFace {
    pub name: &'static str,
    pub shaper: rustybuzz::Face<'static>,
    bytes: &'static [u8],
    /// By glyph: the lowest character that it stands for.
    characters: Vec<Option<char>>,
    /// What [`EVERYDAY`] and [`LIGATURES`] need, with the text that each glyph stands for.
    everyday: BTreeMap<u16, String>,
}

static FACES: LazyLock<[LoadedFace; 4]> = LazyLock::new(|| Face::ALL.map(load));

/// The face's tables.
pub fn loaded(face: Face) -> &'static LoadedFace {
    let [regular, semibold, bold, italic] = &*FACES;
    match face {
        Face::Regular => regular,
        Face::Semibold => semibold,
        Face::Bold => bold,
        Face::Italic => italic,
    }
}

fn load(face: Face) -> LoadedFace {
    let name = face.file_name();
    let (bytes, shaper) = typst_assets::fonts()
        .filter_map(|bytes| Some((bytes, rustybuzz::Face::from_slice(bytes, 0)?)))
        .find(|(_, shaper)| post_script_name(shaper).as_deref() == Some(name))
        .expect("the fonts are compiled in");
    let mut characters = vec![None; usize::from(shaper.number_of_glyphs())];
    each_character(&shaper, |c, glyph| {
        if let Some(known) = characters.get_mut(usize::from(glyph.0)) {
            *known = Some(known.map_or(c, |known: char| known.min(c)));
        }
    });
    let mut loaded = LoadedFace { name, shaper, bytes, characters, everyday: BTreeMap::new() };
    let glyphs = EVERYDAY.chars().filter_map(|c| loaded.shaper.glyph_index(c));
    let mut everyday: BTreeMap<u16, String> =
        glyphs.map(|glyph| (glyph.0, loaded.text_of(glyph.0, ""))).collect();
    for ligature in LIGATURES {
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(ligature);
        if let [one] = rustybuzz::shape(&loaded.shaper, &[], buffer).glyph_infos() {
            everyday.insert(one.glyph_id as u16, (*ligature).to_owned());
        }
    }
    loaded.everyday = everyday;
    loaded
}

fn post_script_name(face: &rustybuzz::Face) -> Option<String> {
    face.names().into_iter().filter(|name| name.name_id == 6).find_map(|name| name.to_string())
}

fn each_character(face: &rustybuzz::Face, mut visit: impl FnMut(char, GlyphId)) {
    let tables = face.tables().cmap.iter().flat_map(|cmap| cmap.subtables);
    for table in tables.filter(|table| table.is_unicode()) {
        table.codepoints(|code| {
            if let (Some(c), Some(glyph)) = (char::from_u32(code), table.glyph_index(code)) {
                visit(c, glyph);
            }
        });
    }
}

impl LoadedFace {
    /// Whether every subset of the face has the glyph.
    pub fn is_everyday(&self, glyph: u16) -> bool {
        self.everyday.contains_key(&glyph)
    }

    /// The text that a glyph stands for: what the font says, else `seen`, the text for which it was first used.
    pub fn text_of(&self, glyph: u16, seen: &str) -> String {
        let known = self.characters.get(usize::from(glyph)).copied().flatten();
        match (self.everyday.get(&glyph), known) {
            (Some(text), _) => text.clone(),
            (None, Some(c)) => c.to_string(),
            (None, None) => seen.to_owned(),
        }
    }
}

/// Characters that are in every face, sorted.
static DRAWABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut drawable = Vec::new();
    each_character(&loaded(Face::Regular).shaper, |c, _| {
        if FACES.iter().all(|face| face.shaper.glyph_index(c).is_some_and(|glyph| glyph.0 != 0)) {
            drawable.push(c);
        }
    });
    drawable.sort_unstable();
    drawable.dedup();
    drawable
});

/// See [`super::layout::missing_glyphs`].
pub fn missing_glyphs(text: &str) -> Vec<char> {
    let mut missing = Vec::new();
    for c in text.nfc().filter(|c| !is_unseen(*c)) {
        // White space of every kind is drawn as a space.
        if !c.is_whitespace() && DRAWABLE.binary_search(&c).is_err() && !missing.contains(&c) {
            missing.push(c);
        }
    }
    missing
}

/// Characters that leave no mark on paper: controls, soft hyphens, zero-width and direction marks, byte-order marks.
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || (c.is_control() && !c.is_whitespace())
}

/// Glyphs of one face that a document uses beyond [`EVERYDAY`], with the text that each stands for.
pub type Extra = BTreeMap<u16, String>;

/// A part of a face as a file embeds it. Two documents that use the same glyphs hold the same bytes.
pub struct Subset {
    /// `ABCDEF+LibertinusSerif-Regular`
    pub name: String,
    /// The font program, compressed with deflate.
    pub program: Vec<u8>,
    /// The table from glyphs to text, compressed with deflate.
    pub to_unicode: Vec<u8>,
    /// By new glyph number, from 0, in thousandths of an em.
    pub widths: Vec<u16>,
    pub metrics: Metrics,
    numbers: HashMap<u16, (u16, String)>,
}

/// What a font descriptor says; in thousandths of an em.
pub struct Metrics {
    /// Left, bottom, right, top of all glyphs laid over one another.
    pub bounds: [i16; 4],
    /// In degrees, counted against the clock.
    pub italic_angle: i16,
    pub ascent: i16,
    pub descent: i16,
    pub capital_height: i16,
    /// The usual estimate from the weight; no table says it.
    pub stem: i16,
}

impl Subset {
    /// A glyph's number in the subset, and the text that a reader takes it for.
    pub fn glyph(&self, glyph: u16) -> Option<(u16, &str)> {
        self.numbers.get(&glyph).map(|(number, text)| (*number, text.as_str()))
    }
}

type Subsets = HashMap<(Face, Extra), Arc<Subset>>;
static SUBSETS: LazyLock<Mutex<Subsets>> = LazyLock::new(Mutex::default);

/// The subset of `face` with its everyday glyphs and `extra`.
pub fn subset(face: Face, mut extra: Extra) -> Result<Arc<Subset>, PdfError> {
    let everyday = &loaded(face).everyday;
    extra.retain(|glyph, _| *glyph != 0 && !everyday.contains_key(glyph));
    let key = (face, extra);
    if let Some(subset) = SUBSETS.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(Arc::clone(subset));
    }
    // Outside the lock: two threads may make the same one, which costs time once and changes nothing.
    let subset = Arc::new(make_subset(face, &key.1)?);
    let mut subsets = SUBSETS.lock().unwrap_or_else(PoisonError::into_inner);
    if subsets.len() >= MOST_SUBSETS {
        subsets.retain(|(_, extra), _| extra.is_empty());
    }
    subsets.insert(key, Arc::clone(&subset));
    Ok(subset)
}

fn make_subset(face: Face, extra: &Extra) -> Result<Subset, PdfError> {
    let loaded = loaded(face);
    let mut remapper = subsetter::GlyphRemapper::new();
    let mut widths = vec![loaded.shaper.glyph_hor_advance(GlyphId(0)).unwrap_or(0)];
    let mut numbers = HashMap::new();
    for (glyph, text) in loaded.everyday.iter().chain(extra) {
        let number = remapper.remap(*glyph);
        widths.push(loaded.shaper.glyph_hor_advance(GlyphId(*glyph)).unwrap_or(0));
        numbers.insert(*glyph, (number, text.clone()));
    }
    let whole =
        subsetter::subset(loaded.bytes, 0, &remapper).map_err(|error| PdfError::Write(error.to_string()))?;
    // The bare outlines suffice (PDF 32000-1, 9.9.1: CIDFontType0C); the other tables repeat what the document says.
    let program = rustybuzz::ttf_parser::RawFace::parse(&whole, 0)
        .ok()
        .and_then(|face| face.table(rustybuzz::ttf_parser::Tag::from_bytes(b"CFF ")))
        .unwrap_or(&whole);
    Ok(Subset {
        name: format!("{}+{}", tag(program), loaded.name),
        program: deflate(program, 9),
        to_unicode: deflate(to_unicode(&numbers).as_bytes(), 9),
        widths,
        metrics: metrics(&loaded.shaper),
        numbers,
    })
}

fn metrics(face: &rustybuzz::Face) -> Metrics {
    let bounds = face.global_bounding_box();
    let weight = f32::from(face.weight().to_number()) / 65.0;
    Metrics {
        bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max],
        italic_angle: face.italic_angle().round() as i16,
        ascent: face.ascender(),
        descent: face.descender(),
        capital_height: face.capital_height().unwrap_or(0),
        stem: 50 + (weight * weight).round() as i16,
    }
}

/// Six capital letters from what the subset holds (PDF 32000-1, 9.6.4).
fn tag(program: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(program).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// A CMap from glyph numbers to text (PDF 32000-1, 9.10.3).
fn to_unicode(numbers: &HashMap<u16, (u16, String)>) -> String {
    let by_number: BTreeMap<u16, &str> =
        numbers.values().map(|(number, text)| (*number, text.as_str())).collect();
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) \
         /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n",
    );
    // A section holds at most 100 entries.
    for section in by_number.iter().collect::<Vec<_>>().chunks(100) {
        map.push_str(&format!("{} beginbfchar\n", section.len()));
        for (number, text) in section {
            let units: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
            map.push_str(&format!("<{number:04x}> <{units}>\n"));
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}

thread_local! {
    /// A compressor's tables are larger than what it compresses here: each thread keeps one for each level.
    static COMPRESSORS: RefCell<BTreeMap<u32, Compress>> = const { RefCell::new(BTreeMap::new()) };
}

/// `bytes` compressed as a PDF's FlateDecode reads them.
pub fn deflate(bytes: &[u8], level: u32) -> Vec<u8> {
    COMPRESSORS.with_borrow_mut(|compressors| {
        let compressor =
            compressors.entry(level).or_insert_with(|| Compress::new(Compression::new(level), true));
        compressor.reset();
        let mut compressed = Vec::with_capacity(bytes.len() / 2 + 128);
        loop {
            let read = compressor.total_in() as usize;
            let rest = bytes.get(read..).unwrap_or_default();
            match compressor.compress_vec(rest, &mut compressed, FlushCompress::Finish) {
                Ok(Status::StreamEnd) | Err(_) => return compressed,
                Ok(_) => compressed.reserve(bytes.len() / 2 + 128),
            }
        }
    })
}
