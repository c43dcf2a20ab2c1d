//! "Did you mean …?" for words that a person typed.

/// The known word that is nearest to `word`, if it is near enough to be a slip of the hand.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let most = (word.chars().count() / 3).clamp(1, 3);
    // Comparing is quadratic in the length, and nobody slips on a word as long as this.
    if word.len() > 100 {
        return None;
    }
    known
        .into_iter()
        .map(|other| (strsim::osa_distance(&folded, &other.to_lowercase()), other))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, other)| other)
}

/// The end of a sentence about an unknown word: "; did you mean “zone”?", or else "; known are: module, zone".
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("; did you mean “{near}”?"),
        None => {
            let known: Vec<&str> = known.into_iter().collect();
            if known.is_empty() { String::new() } else { format!("; known are: {}", known.join(", ")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        assert_eq!(nearest("Europe/Tirana", ["Europe/Rome", "Europe/Tirane"]), Some("Europe/Tirane"));
        assert_eq!(nearest("treshold_percent", ["threshold_percent", "locale"]), Some("threshold_percent"));
        assert_eq!(nearest("weather", ["threshold_percent", "locale"]), None);
        assert_eq!(hint("weather", ["module", "zone"]), "; known are: module, zone");
        assert_eq!(hint("zoen", ["module", "zone"]), "; did you mean “zone”?");
    }
}
