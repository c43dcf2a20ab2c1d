//! From text to glyphs at their places: shaping, direction, lines.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustybuzz::{Direction, Feature, Script, ShapePlan, UnicodeBuffer};
use unicode_bidi::BidiInfo;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::fonts::{self, UNITS};
use super::layout::{Face, PdfError, Style, Text};

/// A drawn glyph; lengths in thousandths of an em.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    pub id: u16,
    /// How far the pen moves, kerning included.
    pub advance: i32,
    pub x_offset: i32,
    pub y_offset: i32,
    /// The bytes of [`Text::content`] that it stands for; glyphs of one cluster share them.
    pub cluster: Range<u32>,
}

/// One line, however long.
pub fn line(text: &str, style: &Style) -> Result<Text, PdfError> {
    shaped(clean(text).replace('\n', " "), style)
}

/// NFC, without what leaves no mark; white space but newlines as plain spaces or plain no-break spaces.
fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\n') {
        return Cow::Borrowed(text);
    }
    let normal: Cow<str> = if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) };
    let kept = normal.chars().filter(|c| !fonts::is_unseen(*c));
    let plain = |c: char| match c {
        '\n' => c,
        '\u{a0}' | '\u{2007}' | '\u{202f}' => '\u{a0}',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    Cow::Owned(kept.map(plain).collect())
}

type Shaped = HashMap<(Face, bool), HashMap<String, Arc<[Glyph]>>>;
thread_local! {
    /// Documents repeat themselves (titles, modules, dates), and a text that shrinks is shaped the same at each size.
    static SHAPED: RefCell<(usize, Shaped)> = RefCell::default();
}
/// As many texts of at most so many bytes are kept.
const MOST_SHAPED: usize = 1024;
const LONGEST_SHAPED: usize = 256;

fn shaped(content: String, style: &Style) -> Result<Text, PdfError> {
    let key = (style.face, style.letter_spacing != 0.0);
    let known = SHAPED.with_borrow(|(_, shaped)| Some(Arc::clone(shaped.get(&key)?.get(&content)?)));
    let glyphs = match known {
        Some(glyphs) => glyphs,
        None => shape(&content, style)?,
    };
    let width = content_width(&content, &glyphs, style);
    Ok(Text { style: *style, x: 0.0, baseline: 0.0, width, content, glyphs })
}

fn shape(content: &str, style: &Style) -> Result<Arc<[Glyph]>, PdfError> {
    let mut glyphs = Vec::with_capacity(content.len());
    for (range, direction) in runs(content) {
        shape_run(content, range, direction, style, &mut glyphs)?;
    }
    let glyphs: Arc<[Glyph]> = glyphs.into();
    if content.len() <= LONGEST_SHAPED {
        SHAPED.with_borrow_mut(|(count, shaped)| {
            if *count >= MOST_SHAPED {
                (*count, *shaped) = Default::default();
            }
            *count += 1;
            let key = (style.face, style.letter_spacing != 0.0);
            shaped.entry(key).or_default().insert(content.to_owned(), Arc::clone(&glyphs));
        });
    }
    Ok(glyphs)
}

/// Without the space at the end, which is there for those who copy the text, and without its letter spacing.
fn content_width(content: &str, glyphs: &[Glyph], style: &Style) -> f32 {
    let end = content.trim_end_matches(' ').len() as u32;
    let counted = glyphs.iter().filter(|glyph| glyph.cluster.start < end);
    let (units, count) = counted.fold((0, 0), |(units, count), glyph| (units + glyph.advance, count + 1));
    units as f32 / UNITS * style.size + style.letter_spacing * (count as f32 - 1.0).max(0.0)
}

/// Stretches of one direction, from left to right.
fn runs(content: &str) -> Vec<(Range<usize>, Direction)> {
    // Below Hebrew nothing runs from the right.
    if content.chars().all(|c| c < '\u{590}') {
        return vec![(0..content.len(), Direction::LeftToRight)];
    }
    let bidi = BidiInfo::new(content, None);
    let mut found = Vec::new();
    for paragraph in &bidi.paragraphs {
        let (levels, stretches) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for stretch in stretches {
            let right = levels.get(stretch.start).is_some_and(|level| level.is_rtl());
            found.push((stretch, if right { Direction::RightToLeft } else { Direction::LeftToRight }));
        }
    }
    found
}

fn shape_run(
    content: &str,
    range: Range<usize>,
    direction: Direction,
    style: &Style,
    glyphs: &mut Vec<Glyph>,
) -> Result<(), PdfError> {
    let text = content.get(range.clone()).unwrap_or_default();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(direction);
    let plan = plan(style.face, direction, buffer.script(), style.letter_spacing != 0.0);
    let out = rustybuzz::shape_with_plan(&fonts::loaded(style.face).shaper, &plan, buffer);
    let infos = out.glyph_infos();
    // Clusters run upwards or downwards with the direction; each ends where the next one in the text begins.
    let mut starts: Vec<u32> = infos.iter().map(|info| info.cluster).collect();
    starts.sort_unstable();
    starts.dedup();
    for (info, position) in infos.iter().zip(out.glyph_positions()) {
        let next = starts.partition_point(|start| *start <= info.cluster);
        let end = starts.get(next).copied().unwrap_or(text.len() as u32);
        if info.glyph_id == 0 {
            let character = text.get(info.cluster as usize..).and_then(|rest| rest.chars().next());
            let character =
                fonts::missing_glyphs(content).first().copied().or(character).unwrap_or('\u{fffd}');
            return Err(PdfError::MissingGlyph { character, text: content.to_owned() });
        }
        glyphs.push(Glyph {
            id: info.glyph_id as u16,
            advance: position.x_advance,
            x_offset: position.x_offset,
            y_offset: position.y_offset,
            cluster: range.start as u32 + info.cluster..range.start as u32 + end,
        });
    }
    Ok(())
}

type Plans = HashMap<(Face, bool, Option<[u8; 4]>, bool), Arc<ShapePlan>>;
/// Making a plan takes as long as shaping a page. There are no more of them than faces × scripts that the fonts know.
static PLANS: LazyLock<Mutex<Plans>> = LazyLock::new(Mutex::default);
const MOST_PLANS: usize = 256;

fn plan(face: Face, direction: Direction, script: Script, spaced: bool) -> Arc<ShapePlan> {
    let key = (face, direction == Direction::RightToLeft, Some(script.tag().to_bytes()), spaced);
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    if plans.len() >= MOST_PLANS {
        plans.clear();
    }
    let plan = plans.entry(key).or_insert_with(|| {
        let none = |tag: &[u8; 4]| Feature::new(rustybuzz::ttf_parser::Tag::from_bytes(tag), 0, ..);
        let features = if spaced { vec![none(b"liga"), none(b"clig"), none(b"dlig")] } else { Vec::new() };
        Arc::new(ShapePlan::new(&fonts::loaded(face).shaper, direction, Some(script), None, &features))
    });
    Arc::clone(plan)
}

/// See [`super::layout::wrap`].
pub fn wrap(text: &str, style: &Style, width: f32) -> Result<Vec<Text>, PdfError> {
    let text = clean(text);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let words: Vec<&str> = paragraph.split(' ').filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            continue;
        }
        let whole = shaped(words.join(" "), style)?;
        if whole.width <= width {
            lines.push(whole);
            continue;
        }
        break_lines(&whole, style, width, &mut lines)?;
    }
    Ok(lines)
}

/// Fills each line with as many words as fit. A part of a line is measured by the shaped whole and shaped again on
/// its own, which may differ by the kerning at its ends: where that is too wide, it gives a word back.
fn break_lines(whole: &Text, style: &Style, width: f32, lines: &mut Vec<Text>) -> Result<(), PdfError> {
    let content = whole.content.as_str();
    let advances = advances(whole);
    let mut start = 0;
    while start < content.len() {
        let mut end = furthest(content, &advances, start, style, width);
        loop {
            let piece = content.get(start..end).unwrap_or_default();
            // The next line's first word keeps its distance in a copied text.
            let kept = if end < content.len() && piece.ends_with(' ') { piece } else { piece.trim_end() };
            let line = shaped(kept.to_owned(), style)?;
            let shorter = shorter(content, start, end);
            if line.width > width && shorter > start {
                end = shorter;
                continue;
            }
            lines.push(line);
            break;
        }
        start = end;
    }
    Ok(())
}

/// What the pen moves for the cluster that begins at each byte, in points; nothing where none begins.
fn advances(whole: &Text) -> Vec<f32> {
    let mut advances = vec![0.0; whole.content.len() + 1];
    for glyph in whole.glyphs.iter() {
        if let Some(advance) = advances.get_mut(glyph.cluster.start as usize) {
            *advance += glyph.advance as f32 / UNITS * whole.style.size + whole.style.letter_spacing;
        }
    }
    advances
}

/// The end of the longest piece from `start` that fits and ends at a break; at least one character.
fn furthest(content: &str, advances: &[f32], start: usize, style: &Style, width: f32) -> usize {
    let mut pen = 0.0;
    let mut break_at = None;
    let mut letters_until = None;
    for (offset, c) in content.get(start..).unwrap_or_default().char_indices() {
        let at = start + offset;
        pen += advances.get(at).copied().unwrap_or(0.0);
        let visible = pen - style.letter_spacing;
        if c != ' ' && visible > width {
            return break_at.or(letters_until).unwrap_or(at.max(start + c.len_utf8()));
        }
        let after = at + c.len_utf8();
        if c == ' ' || (c == '-' && offset > 0) {
            break_at = Some(after);
        }
        // Only between clusters: a mark stays with its letter.
        if advances.get(after).is_some_and(|advance| *advance > 0.0) {
            letters_until = Some(after);
        }
    }
    content.len()
}

/// The break before `end`; `start` where there is none.
fn shorter(content: &str, start: usize, end: usize) -> usize {
    let piece = content.get(start..end).unwrap_or_default();
    let body = piece.trim_end_matches(' ');
    match body.rfind([' ', '-']) {
        Some(at) if at + 1 < body.len() => start + at + 1,
        _ => body.char_indices().next_back().map_or(start, |(at, _)| start + at),
    }
}
