pub const ASCENT: f32 = 0.76;
pub const DESCENT: f32 = 0.24;
pub fn missing_glyphs(_text: &str) -> Vec<char> {
    todo!()
}
