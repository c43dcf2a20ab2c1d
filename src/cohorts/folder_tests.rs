use super::*;

const PILOT: &str = "programme = \"digital-human-rights\"\n\
                     organisation = \"Municipality of Tirana\"\n\
                     cohort = \"Winter 2023\"\n\
                     locale = \"sq\"\n";

fn plan(text: &str) -> Result<(CohortPlan, Vec<Fault>), Faults> {
    read("cohort.toml", text.as_bytes(), &Catalogue::embedded().unwrap())
}

fn said(text: &str) -> String {
    plan(text).unwrap_err().to_string()
}

#[test]
fn the_pilots_plan_is_read_with_its_defaults() {
    let (plan, warnings) = plan(&format!("{PILOT}facilitators = [\"trainer@host.example\"]\n")).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(plan.organisation_code, "TIRANA");
    assert_eq!(plan.locale, "sq");
    assert_eq!(plan.threshold_percent, 75);
    assert_eq!(plan.facilitators, ["trainer@host.example"]);
    assert_eq!((plan.place.as_str(), plan.certificates), ("", None));
    assert!(plan.signatories.is_empty() && plan.logos.is_empty() && plan.directorates.is_empty());
}

#[test]
fn everything_else_a_trainer_may_say() {
    let text = format!(
        "{PILOT}threshold_percent = 60\norganisation_code = \"TIA\"\nplace = \"Tiranë\"\ncertificates = \"our-template\"\n\
         [[signatories]]\nname = \"Arta Hoxha\"\ntitle = \"Drejtore\"\n\
         [[logos]]\nfile = \"logo.png\"\nalt = \"Stema e bashkisë\"\n\
         [directorates]\n\"Legal  Affairs\" = \"General Directorate of Law\"\n"
    );
    let (plan, _) = plan(&text).unwrap();
    assert_eq!(
        (plan.threshold_percent, plan.organisation_code.as_str(), plan.place.as_str()),
        (60, "TIA", "Tiranë")
    );
    assert_eq!(plan.certificates.as_deref(), Some("our-template"));
    assert_eq!(plan.signatories, [Signatory { name: "Arta Hoxha".into(), title: "Drejtore".into() }]);
    assert_eq!(plan.logos, [LogoFile { file: "logo.png".into(), alt: "Stema e bashkisë".into() }]);
    assert_eq!(plan.directorates["Legal Affairs"], "General Directorate of Law");

    let departments = BTreeSet::from(["Legal Affair", "Parks"]);
    let warnings = unknown_directorates(&plan, &departments);
    assert_eq!(
        warnings[0].to_string(),
        "directorates: nobody on the roster belongs to “Legal Affairs”; did you mean “Legal Affair”?"
    );
    assert_eq!(unknown_directorates(&plan, &BTreeSet::from(["Legal Affairs"])), []);
}

#[test]
fn codes_are_made_from_names() {
    let cases = [
        ("Municipality of Tirana", Some("TIRANA")),
        ("Bashkia Tiranë", Some("TIRANE")),
        ("Dublin City Council", Some("DUBLIN")),
        ("Ville de Bruxelles", Some("BRUXELLES")),
        ("City of Łódź", Some("LODZ")),
        ("New York", Some("NEWYORK")),
        ("City Council", Some("CITYCOUNCIL")),
        ("The Most Serene Republic of Somewhere", Some("MOSTSERENEREPUBL")),
        ("Столична община", None),
        ("Å", None),
    ];
    for (name, code) in cases {
        assert_eq!(derive_code(name).as_deref(), code, "{name}");
    }
    let text = PILOT.replace("Municipality of Tirana", "Столична община");
    assert_eq!(
        said(&text),
        "cohort.toml: organisation_code: is missing, and cannot be made from the organisation's name"
    );
    assert_eq!(plan(&format!("{text}organisation_code = \"SOFIA\"")).unwrap().0.organisation_code, "SOFIA");
}

#[test]
fn an_unknown_locale_falls_back_to_english_with_a_warning() {
    for (locale, expected, warned) in
        [("sq-AL", "sq-AL", false), ("sq_AL", "sq-AL", false), ("bg", "en", true), ("klingon", "en", true)]
    {
        let (plan, warnings) = plan(&PILOT.replace("\"sq\"", &format!("\"{locale}\""))).unwrap();
        assert_eq!((plan.locale.as_str(), !warnings.is_empty()), (expected, warned), "{locale}");
    }
    let (_, warnings) = plan(&PILOT.replace("\"sq\"", "\"bg\"")).unwrap();
    assert_eq!(
        warnings[0].to_string(),
        "cohort.toml:4:10: locale: there are no documents in “bg” yet; English is used"
    );
    assert!(
        said(&PILOT.replace("\"sq\"", "\"Albanian, please\""))
            .contains("cohort.toml:4:10: locale: is not a language tag")
    );
}

#[test]
fn all_faults_come_at_once() {
    let text = "programme = \"digital-human-right\"\norganisation = \"\"\ncohrt = \"Winter\"\nlocale = 5\n\
                threshold_percent = 0\nfacilitators = \"trainer\"\norganisation_code = \"tirana\"\ncertificates = \"../x\"\n\
                [[signatories]]\nname = \"A\"\n[[logos]]\nfile = \"a/b.png\"\nalt = \"\"\n";
    assert_eq!(
        said(text),
        "cohort.toml: cohort: is missing; it is a text\n\
         cohort.toml:1:13: programme: there is no programme “digital-human-right”; did you mean “digital-human-rights”?\n\
         cohort.toml:2:16: organisation: is empty\n\
         cohort.toml:3:1: cohrt: no such key; did you mean “cohort”?\n\
         cohort.toml:4:10: locale: is a whole number; it must be a text\n\
         cohort.toml:5:21: threshold_percent: is 0; it must be from 1 to 100\n\
         cohort.toml:6:16: facilitators: is a text; it must be a list\n\
         cohort.toml:7:21: organisation_code: is not two to sixteen capital letters (A to Z) and digits\n\
         cohort.toml:8:16: certificates: is not the plain name of something in this folder\n\
         cohort.toml:9:1: signatories[0].title: is missing; it is a text\n\
         cohort.toml:12:8: logos[0].file: is not the plain name of something in this folder\n\
         cohort.toml:13:7: logos[0].alt: is empty"
    );
}

#[test]
fn numbers_and_lengths_are_bounded() {
    let many = format!("{PILOT}{}", "[[signatories]]\nname = \"A\"\ntitle = \"B\"\n".repeat(5));
    assert_eq!(said(&many), "cohort.toml: signatories: names 5; a certificate has room for 4");
    let long = PILOT.replace("Winter 2023", &"W".repeat(201));
    assert_eq!(said(&long), "cohort.toml:3:10: cohort: is longer than 200 characters");
    assert!(said(&format!("{PILOT}#{}", "x".repeat(200_000))).contains("at most 131072 are read"));
    assert_eq!(said(""), "cohort.toml: the file is empty");
    assert!(said("[[[").starts_with("cohort.toml:1:"));
    assert!(said("a = \"\0\"").starts_with("cohort.toml:1:6: a NUL byte"));
}

proptest::proptest! {
    #[test]
    fn no_text_trips_the_reader(text in "(programme|organisation|locale|logos|=|\\[|\\]|\"|\\.|\\{|\\}|\n|7|x|ë|'|,| ){0,60}") {
        _ = read("cohort.toml", text.as_bytes(), &Catalogue::default());
    }
}
