//! Bar charts, drawn.

use super::flow::{ACCENT, FRAME, Flow, HAIRLINE, INK, PALE, QUIET, placed};
use crate::platform::pdf::{
    Align, Area, Block, Colour, Face, Item, PdfError, Rect, Role, Shape, Stroke, Style, Text,
};

const LABEL: Style = Style { face: Face::Regular, size: 9.5, colour: INK, letter_spacing: 0.0, leading: 1.2 };
const NUMBER: Style =
    Style { face: Face::Semibold, size: 9.5, colour: INK, letter_spacing: 0.0, leading: 1.2 };
const AXIS: Style =
    Style { face: Face::Regular, size: 8.5, colour: QUIET, letter_spacing: 0.0, leading: 1.2 };

const LABEL_WIDTH: f32 = 158.0;
/// Between the labels and the bars, and between a bar and its number.
const GAP: f32 = 10.0;
/// Behind the longest bar, for its number and word.
const NUMBER_WIDTH: f32 = 92.0;
const BAR: f32 = 13.0;
const BETWEEN_BARS: f32 = 3.0;
const BETWEEN_GROUPS: f32 = 12.0;
/// Above the first group: the title of the axis of names.
const HEAD: f32 = 18.0;
/// Below the last group: the scale and its title.
const FOOT: f32 = 34.0;

/// What the smallest chart takes, for the heading above it.
pub const LEAST_HEIGHT: f32 = HEAD + 2.0 * BAR + BETWEEN_BARS + BETWEEN_GROUPS + FOOT;

/// How a bar is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Solid,
    /// Pale, with an outline: it stays apart from a solid one without colours.
    Outlined,
}

/// A bar with what is printed at its end.
pub struct Bar {
    pub value: u32,
    pub says: String,
    pub look: Look,
}

/// The bars of one name.
pub struct Group {
    pub name: String,
    pub bars: Vec<Bar>,
    /// The group in words, for those who listen.
    pub alt: String,
}

/// A chart of horizontal bars: names, and a scale that begins at 0.
pub struct Chart {
    pub names: String,
    pub values: String,
    pub groups: Vec<Group>,
}

impl Chart {
    /// Draws it, as several charts of one scale where a page cannot hold it. `alt` makes the words that stand for a
    /// chart from the figures of its groups.
    pub fn draw(self, flow: &mut Flow, alt: impl Fn(&str) -> String) -> Result<(), PdfError> {
        let scale = Scale::new(self.groups.iter().flat_map(|group| &group.bars).map(|bar| bar.value).max());
        let mut waiting = Vec::with_capacity(self.groups.len());
        for group in self.groups {
            let lines = flow.fitted(&group.name, &LABEL, LABEL_WIDTH, 3)?;
            waiting.push((group, lines));
        }
        let mut waiting = waiting.into_iter().peekable();
        while let Some((first, lines)) = waiting.peek() {
            flow.room(HEAD + group_height(first, lines) + FOOT);
            let mut room = flow.left() - HEAD - FOOT;
            let mut part = Vec::new();
            while let Some(next) =
                waiting.next_if(|(group, lines)| part.is_empty() || group_height(group, lines) <= room)
            {
                room -= group_height(&next.0, &next.1);
                part.push(next);
            }
            let figures: Vec<&str> = part.iter().map(|(group, _)| group.alt.as_str()).collect();
            let mut figure = Block::new(Role::Figure { alt: alt(&figures.join("; ")) });
            draw_part(flow, &mut figure, &scale, (&self.names, &self.values), part)?;
            flow.put(figure);
        }
        Ok(())
    }
}

/// Its bars, or the lines of its name.
fn group_height(group: &Group, name: &[Text]) -> f32 {
    let bars = group.bars.len() as f32;
    (bars * (BAR + BETWEEN_BARS)).max(name.len() as f32 * LABEL.line_height()) + BETWEEN_GROUPS
}

fn draw_part(
    flow: &mut Flow,
    figure: &mut Block,
    scale: &Scale,
    (names, values): (&str, &str),
    part: Vec<(Group, Vec<Text>)>,
) -> Result<(), PdfError> {
    let top = flow.y + HEAD;
    let bottom = top + part.iter().map(|(group, lines)| group_height(group, lines)).sum::<f32>();
    let title = flow.fitted(names, &AXIS, LABEL_WIDTH, 1)?;
    figure.items.extend(placed(title, &AXIS, Area::new(FRAME.x, flow.y, LABEL_WIDTH), Align::Right));
    draw_scale(flow, figure, scale, values, (top, bottom))?;
    let mut y = top;
    for (group, lines) in part {
        let height = group_height(&group, &lines);
        let middle = y + height / 2.0;
        let label_top = middle - lines.len() as f32 * LABEL.line_height() / 2.0;
        figure.items.extend(placed(lines, &LABEL, Area::new(FRAME.x, label_top, LABEL_WIDTH), Align::Right));
        let bars = group.bars.len() as f32;
        let mut bar_top = middle - (bars * BAR + (bars - 1.0) * BETWEEN_BARS) / 2.0;
        for bar in group.bars {
            draw_bar(flow, figure, scale, &bar, bar_top)?;
            bar_top += BAR + BETWEEN_BARS;
        }
        y += height;
    }
    // The line that the bars stand on, over their ends.
    figure.items.push(Item::Shape(Shape::line((left(), top), (left(), bottom), QUIET, 1.0)));
    flow.y = bottom + FOOT;
    Ok(())
}

fn draw_scale(
    flow: &mut Flow,
    figure: &mut Block,
    scale: &Scale,
    title: &str,
    (top, bottom): (f32, f32),
) -> Result<(), PdfError> {
    for tick in scale.ticks() {
        let x = scale.x(tick);
        figure.items.push(Item::Shape(Shape::line((x, top), (x, bottom), HAIRLINE, 0.5)));
        let label = flow.fitted(&tick.to_string(), &AXIS, 60.0, 1)?;
        figure.items.extend(placed(label, &AXIS, Area::new(x - 30.0, bottom + 3.0, 60.0), Align::Centre));
    }
    let width = scale.x(scale.top) - left();
    let title = flow.fitted(title, &AXIS, width, 1)?;
    figure.items.extend(placed(title, &AXIS, Area::new(left(), bottom + 15.0, width), Align::Centre));
    Ok(())
}

fn draw_bar(flow: &mut Flow, figure: &mut Block, scale: &Scale, bar: &Bar, top: f32) -> Result<(), PdfError> {
    let end = scale.x(bar.value);
    if bar.value > 0 {
        let area = Rect { x: left(), y: top, width: end - left(), height: BAR };
        let shape = match bar.look {
            Look::Solid => Shape::filled(area, ACCENT),
            Look::Outlined => {
                Shape { stroke: Some(Stroke { colour: ACCENT, width: 0.75 }), ..Shape::filled(area, PALE) }
            }
        };
        figure.items.push(Item::Shape(shape));
    }
    let says = flow.fitted(&bar.says, &NUMBER, NUMBER_WIDTH - GAP, 1)?;
    let text_top = top + (BAR - NUMBER.line_height()) / 2.0;
    let area = Area::new(end + GAP / 2.0, text_top, NUMBER_WIDTH - GAP);
    // The lines of the scale stop before the words.
    let width = says.first().map_or(0.0, |text| text.width + GAP / 2.0);
    let ground = Rect { x: area.x - 2.0, y: top, width, height: BAR };
    figure.items.push(Item::Shape(Shape::filled(ground, Colour::WHITE)));
    figure.items.extend(placed(says, &NUMBER, area, Align::Left));
    Ok(())
}

/// Where the bars begin.
fn left() -> f32 {
    FRAME.x + LABEL_WIDTH + GAP
}

/// From 0 to a round number, in round steps.
struct Scale {
    step: u32,
    top: u32,
}

impl Scale {
    /// Steps of 1, 2 or 5 times a power of ten, at most six of them.
    fn new(largest: Option<u32>) -> Scale {
        let largest = largest.unwrap_or(0).max(1);
        let steps =
            (0..10).flat_map(|power| [1, 2, 5].map(|digit| 10u32.checked_pow(power)?.checked_mul(digit)));
        let step = steps.flatten().find(|step| largest.div_ceil(*step) <= 6).unwrap_or(largest);
        Scale { step, top: largest.div_ceil(step).saturating_mul(step) }
    }

    fn ticks(&self) -> impl Iterator<Item = u32> {
        (0..=self.top / self.step).map(|number| number * self.step)
    }

    fn x(&self, value: u32) -> f32 {
        let width = FRAME.right() - NUMBER_WIDTH - left();
        left() + width * (f64::from(value) / f64::from(self.top)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_few_round_steps_and_holds_the_largest_value() {
        for (largest, step, top) in [
            (0, 1, 1),
            (1, 1, 1),
            (6, 1, 6),
            (7, 2, 8),
            (32, 10, 40),
            (60, 10, 60),
            (61, 20, 80),
            (4_000_000_000, 1_000_000_000, 4_000_000_000),
        ] {
            let scale = Scale::new(Some(largest));
            assert_eq!((scale.step, scale.top), (step, top), "{largest}");
            assert!(scale.ticks().count() <= 7);
        }
        assert_eq!(Scale::new(Some(u32::MAX)).ticks().last(), Some(u32::MAX / 1_000_000_000 * 1_000_000_000));
    }
}
