//! What `template.toml` holds, and what its values may be.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::platform::faults::{Fault, Faults};
use crate::platform::pdf::{Align, Colour, Face, Rect, Size, Style};

/// A certificate's page.
pub const PAGE: Size = Size::A4_LANDSCAPE;

/// What stands where. Lengths in points from the page's top left corner.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    pub page: PageDesign,
    /// Names for colours, `#rrggbb`.
    #[serde(default)]
    pub colours: BTreeMap<String, String>,
    #[serde(default)]
    pub frames: Vec<FrameDesign>,
    #[serde(default)]
    pub logos: Vec<LogoDesign>,
    pub organisation: OrganisationDesign,
    pub title: AreaDesign,
    pub ornament: Option<OrnamentDesign>,
    pub body: BodyDesign,
    pub signatories: SignatoriesDesign,
    pub issued: LabelledDesign,
    pub verification: LabelledDesign,
    pub qr: QrDesign,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageDesign {
    pub margin: f32,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameDesign {
    pub inset: f32,
    pub width: f32,
    pub colour: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogoDesign {
    pub file: String,
    pub alt: String,
}

/// How a text looks: face, size, colour (a name of `colours` or `#rrggbb`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextDesign {
    pub face: FaceName,
    pub size: f32,
    pub colour: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaceName {
    Regular,
    Semibold,
    Bold,
    Italic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlignName {
    Left,
    #[default]
    Centre,
    Right,
}

/// x, y, width, height.
pub type Place = [f32; 4];

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationDesign {
    pub area: Place,
    pub face: FaceName,
    pub size: f32,
    pub colour: String,
    #[serde(default)]
    pub spacing: f32,
    #[serde(default)]
    pub align: AlignName,
    pub logo_gap: f32,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaDesign {
    pub area: Place,
    pub face: FaceName,
    pub size: f32,
    pub colour: String,
    #[serde(default)]
    pub spacing: f32,
    #[serde(default)]
    pub align: AlignName,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrnamentDesign {
    pub y: f32,
    pub width: f32,
    pub thickness: f32,
    pub colour: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyDesign {
    pub area: Place,
    /// Which blocks, from top to bottom.
    pub blocks: Vec<BodyBlock>,
    pub certifies: FlowDesign,
    pub name: FlowDesign,
    pub attended: FlowDesign,
    pub programme: FlowDesign,
    pub modules: ModulesDesign,
    pub confirmation: FlowDesign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyBlock {
    Certifies,
    Name,
    Attended,
    Programme,
    Modules,
    Confirmation,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowDesign {
    pub face: FaceName,
    pub size: f32,
    pub colour: String,
    /// The space above.
    pub before: f32,
    /// The text shrinks to keep within this.
    pub height: Option<f32>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModulesDesign {
    pub face: FaceName,
    pub size: f32,
    pub colour: String,
    pub before: f32,
    pub leading: f32,
    /// The colour of the lines above and below.
    pub rule: String,
    /// The most modules that stand in one column.
    pub one_column: u32,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatoriesDesign {
    pub area: Place,
    /// From the top of the area to the line to sign on.
    pub line: f32,
    /// The longest line.
    pub widest: f32,
    pub gap: f32,
    pub name: TextDesign,
    pub title: TextDesign,
    pub rule: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelledDesign {
    pub area: Place,
    /// The area where there is no QR code beside it.
    pub alone: Option<Place>,
    pub face: FaceName,
    pub size: f32,
    pub colour: String,
    pub label: TextDesign,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QrDesign {
    pub x: f32,
    pub y: f32,
    pub size: f32,
    pub colour: String,
}

impl From<FaceName> for Face {
    fn from(name: FaceName) -> Face {
        match name {
            FaceName::Regular => Face::Regular,
            FaceName::Semibold => Face::Semibold,
            FaceName::Bold => Face::Bold,
            FaceName::Italic => Face::Italic,
        }
    }
}

impl From<AlignName> for Align {
    fn from(name: AlignName) -> Align {
        match name {
            AlignName::Left => Align::Left,
            AlignName::Centre => Align::Centre,
            AlignName::Right => Align::Right,
        }
    }
}

/// The rectangle of x, y, width, height.
pub fn rect([x, y, width, height]: Place) -> Rect {
    Rect { x, y, width, height }
}

impl Design {
    /// Reads and checks a `template.toml`; `file` is its name in faults.
    pub fn read(text: &str, file: &str) -> Result<Design, Faults> {
        let design: Design = toml::from_str(text).map_err(|error| {
            let mut fault = Fault::new("bad-template", error.message()).in_file(file);
            if let Some(span) = error.span() {
                let before = text.get(..span.start).unwrap_or_default();
                fault = fault.at_line(1 + before.matches('\n').count() as u64);
                fault = fault.at_column(1 + before.chars().rev().take_while(|c| *c != '\n').count() as u64);
            }
            fault
        })?;
        let mut checks = Checks { design: &design, file, faults: Faults::default() };
        checks.everything();
        let faults = checks.faults;
        faults.into_result(design)
    }

    /// A colour by its name or as `#rrggbb`; checked when the template was read.
    pub fn colour(&self, name: &str) -> Colour {
        self.known_colour(name).unwrap_or(Colour::BLACK)
    }

    fn known_colour(&self, name: &str) -> Option<Colour> {
        hexadecimal(name).or_else(|| hexadecimal(self.colours.get(name)?))
    }

    /// A text's style.
    pub fn style(&self, face: FaceName, size: f32, colour: &str) -> Style {
        Style::new(face.into(), size, self.colour(colour))
    }
}

fn hexadecimal(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some(Colour(red, green, blue))
}

const SIZES: RangeInclusive<f32> = 4.0..=120.0;
const GAPS: RangeInclusive<f32> = 0.0..=200.0;
const WIDTHS: RangeInclusive<f32> = 0.05..=20.0;

struct Checks<'a> {
    design: &'a Design,
    file: &'a str,
    faults: Faults,
}

impl Checks<'_> {
    fn fault(&mut self, field: &str, code: &'static str, message: String) {
        self.faults.push(Fault::new(code, message).in_file(self.file).in_field(field));
    }

    fn number(&mut self, field: &str, value: f32, range: RangeInclusive<f32>) {
        if !range.contains(&value) {
            let message = format!("{value} is not between {} and {}", range.start(), range.end());
            self.fault(field, "number-out-of-range", message);
        }
    }

    fn colour(&mut self, field: &str, name: &str) {
        if self.design.known_colour(name).is_none() {
            let message = format!("{name:?} is neither #rrggbb nor a name from [colours]");
            self.fault(field, "unknown-colour", message);
        }
    }

    fn text(&mut self, field: &str, size: f32, colour: &str) {
        self.number(&format!("{field}.size"), size, SIZES);
        self.colour(&format!("{field}.colour"), colour);
    }

    fn everything(&mut self) {
        let design = self.design;
        self.number("page.margin", design.page.margin, 0.0..=150.0);
        for (name, value) in &design.colours {
            if hexadecimal(value).is_none() {
                self.fault(&format!("colours.{name}"), "unknown-colour", format!("{value:?} is not #rrggbb"));
            }
        }
        for (number, frame) in design.frames.iter().enumerate() {
            let field = format!("frames[{number}]");
            self.number(&format!("{field}.inset"), frame.inset, 0.0..=200.0);
            self.number(&format!("{field}.width"), frame.width, WIDTHS);
            self.colour(&format!("{field}.colour"), &frame.colour);
        }
        if design.frames.len() > 10 || design.logos.len() > 6 {
            self.fault("frames", "too-many", "at most 10 frames and 6 logos".into());
        }
        self.text("organisation", design.organisation.size, &design.organisation.colour);
        self.number("organisation.spacing", design.organisation.spacing, 0.0..=5.0);
        self.number("organisation.logo_gap", design.organisation.logo_gap, GAPS);
        self.text("title", design.title.size, &design.title.colour);
        self.number("title.spacing", design.title.spacing, 0.0..=5.0);
        if let Some(ornament) = &design.ornament {
            self.number("ornament.y", ornament.y, 0.0..=PAGE.height);
            self.number("ornament.width", ornament.width, 0.0..=PAGE.width);
            self.number("ornament.thickness", ornament.thickness, WIDTHS);
            self.colour("ornament.colour", &ornament.colour);
        }
        self.body();
        self.foot();
        self.places();
    }

    fn body(&mut self) {
        let body = &self.design.body;
        for block in [BodyBlock::Name, BodyBlock::Programme, BodyBlock::Modules, BodyBlock::Attended] {
            if !body.blocks.contains(&block) {
                self.fault("body.blocks", "missing-block", format!("{block:?} is needed").to_lowercase());
            }
        }
        let doubled = body
            .blocks
            .iter()
            .enumerate()
            .find(|(at, block)| body.blocks.iter().take(*at).any(|b| b == *block));
        if let Some((_, block)) = doubled {
            self.fault(
                "body.blocks",
                "doubled-block",
                format!("{block:?} stands there twice").to_lowercase(),
            );
        }
        let flows = [
            ("certifies", &body.certifies),
            ("name", &body.name),
            ("attended", &body.attended),
            ("programme", &body.programme),
            ("confirmation", &body.confirmation),
        ];
        for (name, flow) in flows {
            let field = format!("body.{name}");
            self.text(&field, flow.size, &flow.colour);
            self.number(&format!("{field}.before"), flow.before, GAPS);
            if let Some(height) = flow.height {
                self.number(&format!("{field}.height"), height, 10.0..=PAGE.height);
            }
        }
        self.text("body.modules", body.modules.size, &body.modules.colour);
        self.number("body.modules.before", body.modules.before, GAPS);
        self.number("body.modules.leading", body.modules.leading, 1.15..=3.0);
        self.number("body.modules.one_column", body.modules.one_column as f32, 1.0..=100.0);
        self.colour("body.modules.rule", &body.modules.rule);
    }

    fn foot(&mut self) {
        let design = self.design;
        self.number("signatories.line", design.signatories.line, GAPS);
        self.number("signatories.widest", design.signatories.widest, 40.0..=PAGE.width);
        self.number("signatories.gap", design.signatories.gap, GAPS);
        self.text("signatories.name", design.signatories.name.size, &design.signatories.name.colour);
        self.text("signatories.title", design.signatories.title.size, &design.signatories.title.colour);
        self.colour("signatories.rule", &design.signatories.rule);
        for (name, labelled) in [("issued", &design.issued), ("verification", &design.verification)] {
            self.text(name, labelled.size, &labelled.colour);
            self.text(&format!("{name}.label"), labelled.label.size, &labelled.label.colour);
        }
        self.number("qr.size", design.qr.size, 40.0..=200.0);
        self.colour("qr.colour", &design.qr.colour);
    }

    /// Every area stands within the margin, and none on another: whatever text comes, nothing overlaps.
    fn places(&mut self) {
        let design = self.design;
        let qr = [design.qr.x, design.qr.y, design.qr.size, design.qr.size];
        let areas = [
            ("organisation.area", design.organisation.area),
            ("title.area", design.title.area),
            ("body.area", design.body.area),
            ("signatories.area", design.signatories.area),
            ("issued.area", design.issued.area),
            ("verification.area", design.verification.area),
            ("qr", qr),
        ];
        let alone = design.verification.alone.map(|area| ("verification.alone", area));
        for (name, area) in areas.into_iter().chain(alone) {
            let (area, margin) = (rect(area), design.page.margin);
            let inside = area.x >= margin
                && area.y >= margin
                && area.right() <= PAGE.width - margin
                && area.bottom() <= PAGE.height - margin;
            if !inside || area.width < 20.0 || area.height < 8.0 {
                let message = "must lie within the page's margin and be at least 20 × 8 points".to_owned();
                self.fault(name, "area-out-of-page", message);
            }
        }
        for (at, (name, area)) in areas.iter().enumerate() {
            for (other, second) in areas.iter().take(at) {
                if overlap(&rect(*area), &rect(*second)) {
                    self.fault(name, "areas-overlap", format!("overlaps {other}"));
                }
            }
        }
        if let Some((name, area)) = alone {
            for (other, second) in
                areas.iter().take(5).filter(|(_, second)| overlap(&rect(area), &rect(*second)))
            {
                let _ = second;
                self.fault(name, "areas-overlap", format!("overlaps {other}"));
            }
        }
    }
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}
