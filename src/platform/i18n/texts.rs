//! Texts by language, from Fluent files.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

pub use fluent_bundle::FluentValue;

/// The files of a feature's texts by language. The first stands in for every other language.
pub type Files = [(&'static str, &'static str)];

/// A feature's texts in one language.
pub struct Texts {
    /// BCP 47 tag of the language that the texts are in.
    pub language: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The texts in `language` (a BCP 47 tag, of which the language itself decides: `sq-AL` is `sq`), or in the first.
    pub fn new(files: &Files, language: &str) -> Texts {
        let wanted = language.split(['-', '_']).next().unwrap_or_default();
        let known = files.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(wanted)).or(files.first());
        let (language, source) = known.copied().unwrap_or(("en", ""));
        let mut bundle = FluentBundle::new(language.parse().into_iter().collect());
        // What is shown needs no marks around what is filled in, and a copied text should not hold them.
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
        self.known(id, values).unwrap_or_else(|| format!("{{{id}}}"))
    }

    /// The text `id`, where there is one.
    pub fn known(&self, id: &str, values: &[(&str, FluentValue)]) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(*name, value.clone());
        }
        Some(self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned())
    }
}

/// Holds every file to be without a fault, and to have every text of the first with the same places.
#[cfg(test)]
pub fn assert_complete(files: &Files) {
    use std::collections::{BTreeMap, BTreeSet};

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
        // "people" and "attended" have one form in some languages and two in others.
        found.values_mut().for_each(|places| places.retain(|place| place != "n"));
        found
    }

    let first = places(files[0].1);
    for (language, source) in files {
        assert_eq!(places(source), first, "{language}");
    }
}
