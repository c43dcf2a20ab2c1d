//! The words of the report, by language.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

/// The report's languages, English first: it stands in for every other.
const LANGUAGES: [(&str, &str); 2] =
    [("en", include_str!("text/en.ftl")), ("sq", include_str!("text/sq.ftl"))];

/// The words in one language.
pub struct Texts {
    /// BCP 47 tag of the language that the words are in.
    pub language: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The words in `language` (a BCP 47 tag, of which the language itself decides: `sq-AL` is `sq`), or in English.
    pub fn new(language: &str) -> Texts {
        let wanted = language.split(['-', '_']).next().unwrap_or_default();
        let known = LANGUAGES.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(wanted));
        let (language, source) = *known.unwrap_or(&LANGUAGES[0]);
        let tag = language.parse().expect("the languages above are written as tags");
        let mut bundle = FluentBundle::new(vec![tag]);
        // What is printed needs no marks around what is filled in, and a copied text should not hold them.
        bundle.set_use_isolating(false);
        // A test reads each file without a fault.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
        Texts { language, bundle }
    }

    /// The text `id`, with nothing to fill in.
    pub fn say(&self, id: &str) -> String {
        self.fill(id, &[])
    }

    /// The text `id` about the number `n`.
    pub fn count(&self, id: &str, n: u32) -> String {
        self.fill(id, &[("n", n.into())])
    }

    /// The text `id` with its places filled. What is missing shows in braces, text or place; tests look for them.
    pub fn fill(&self, id: &str, values: &[(&str, FluentValue)]) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return format!("{{{id}}}");
        };
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(*name, value.clone());
        }
        self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Each text's id and the places in it, from the file itself.
    fn places(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        assert!(FluentResource::try_new(source.to_owned()).is_ok());
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut id = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                id = name.to_owned();
                assert!(found.insert(id.clone(), BTreeSet::new()).is_none(), "{id} twice");
            }
            let names = line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
            found.entry(id.clone()).or_default().extend(names.flatten().map(str::to_owned));
        }
        found.retain(|id, _| !id.is_empty());
        found
    }

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        let mut english = places(LANGUAGES[0].1);
        for (language, source) in LANGUAGES {
            let mut own = places(source);
            // "people" and "attended" have one form in some languages and two in others.
            for texts in [&mut english, &mut own] {
                texts.values_mut().for_each(|places| places.retain(|place| place != "n"));
            }
            assert_eq!(own, english, "{language}");
        }
    }

    #[test]
    fn numbers_have_their_forms_and_nothing_invisible_is_filled_in() {
        let albanian = Texts::new("sq-AL");
        assert_eq!(albanian.language, "sq");
        assert_eq!(albanian.count("module-present", 1), "1 i pranishëm");
        assert_eq!(albanian.count("module-present", 32), "32 të pranishëm");
        assert_eq!(
            albanian.fill("title", &[("cohort", "Dimër 2023".into())]),
            "Raporti i grupit: Dimër 2023"
        );
        let unknown = Texts::new("xx");
        assert_eq!((unknown.language, unknown.say("total")), ("en", "Total".to_owned()));
    }
}
