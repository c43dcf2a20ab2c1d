//! What is an account's address, which roles can be given, and what a client is called: pure.

use crate::access::Role;
use crate::platform::faults::Fault;
use crate::platform::text::tidy;

/// Far more than a name needs.
const LONGEST_NAME: usize = 200;
/// The longest address that can be delivered to (RFC 5321, section 4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;

/// An account's address: as it was typed, and folded, which is unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub email: String,
    pub folded: String,
}

/// Reads the address of an account. It is ASCII: two addresses that look alike (`а` for `a`, the Kelvin sign for `k`)
/// or that some system folds into one must not become two accounts, or one. A domain with other letters has an ASCII
/// form.
///
/// # Errors
/// What is wrong, in the field `email`.
pub fn address(text: &str) -> Result<Address, Fault> {
    let wrong = |code, message: &str| Err(Fault::new(code, message).in_field("email"));
    // Not brought to a normal form first: it makes a K of the Kelvin sign.
    let email = text.trim().to_owned();
    if !email.is_ascii() {
        return wrong(
            "email-not-ascii",
            "An account's address has only the letters A–Z, digits and signs of ASCII.",
        );
    }
    let fits = |c: u8| c.is_ascii_graphic() && !b"@,;:<>()[]\\\"".contains(&c);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let deliverable = email.split_once('@').is_some_and(|(local, domain)| {
        let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        !local.is_empty()
            && local.len() <= 64
            && dots
            && local.bytes().all(fits)
            && domain.split('.').all(label)
    });
    if !deliverable || email.len() > LONGEST_EMAIL {
        return wrong("not-an-email", "This is not an e-mail address.");
    }
    let folded = email.to_ascii_lowercase();
    Ok(Address { email, folded })
}

/// A person's name, tidied.
///
/// # Errors
/// It is empty or too long.
pub fn name(text: &str) -> Result<String, Fault> {
    let name = tidy(text);
    match name.chars().count() {
        1..=LONGEST_NAME => Ok(name),
        0 => Err(Fault::new("missing-value", "Say your name.").in_field("name")),
        _ => {
            let message = format!("A name has at most {LONGEST_NAME} characters.");
            Err(Fault::new("too-long", message).in_field("name"))
        }
    }
}

/// Whether these roles can be given, with or without the permission `names`.
///
/// # Errors
/// There is none, or `names` stands without a role that it belongs to.
pub fn roles(roles: &[Role], names: bool) -> Result<(), Fault> {
    if roles.is_empty() {
        return Err(Fault::new("missing-value", "Give at least one role.").in_field("roles"));
    }
    if names && !roles.contains(&Role::Hr) {
        let message = "The permission `names` belongs to HR; the other roles see names, or never do.";
        return Err(Fault::new("names-without-hr", message).in_field("names"));
    }
    Ok(())
}

/// What somebody will recognise their browser or program by in a list: its family, nothing that tells one machine from
/// another.
pub fn client_name(user_agent: &str) -> &'static str {
    // Edge says that it is Chrome, and Chrome that it is Safari: the first that fits is meant.
    const KNOWN: [(&str, &str); 9] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
        ("python", "Python"),
        ("PowerShell", "PowerShell"),
        ("okhttp", "Android"),
    ];
    KNOWN.iter().find(|(sign, _)| user_agent.contains(sign)).map_or("Unknown", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_folded_and_kept_as_it_was_typed() {
        let read = address(" Arta.Hoxha@Tirana.Example ").unwrap();
        assert_eq!(
            (read.email.as_str(), read.folded.as_str()),
            ("Arta.Hoxha@Tirana.Example", "arta.hoxha@tirana.example")
        );
        for good in ["a@b", "o'neil+x@sub.city.example", "x@xn--tiran-gva.example"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a b@c",
            "a@b@c",
            "a@b..c",
            "a@-b",
            ".a@b",
            "a..b@c",
            "A <a@b>",
            "a@b\r\nBcc: c@d",
        ] {
            assert_eq!(address(bad).unwrap_err().code, "not-an-email", "{bad:?}");
        }
    }

    #[test]
    fn addresses_that_only_look_alike_are_refused() {
        // A Cyrillic a, the Kelvin sign, a dotless i, a full-width letter, a soft hyphen.
        for alike in [
            "\u{430}na@x.example",
            "\u{212a}ana@x.example",
            "m\u{131}ra@x.example",
            "\u{ff41}na@x.example",
            "an\u{ad}a@x.example",
        ] {
            assert_eq!(address(alike).unwrap_err().code, "email-not-ascii", "{alike}");
        }
    }

    proptest! {
        #[test]
        fn folding_is_settled_and_the_case_does_not_matter(text in "[ -~]{0,40}@[a-zA-Z0-9.-]{1,20}") {
            if let Ok(read) = address(&text) {
                prop_assert_eq!(&address(&read.folded).unwrap().folded, &read.folded);
                prop_assert_eq!(&address(&text.to_ascii_uppercase()).unwrap().folded, &read.folded);
            }
        }

        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = (address(&text), name(&text), client_name(&text));
        }
    }

    #[test]
    fn names_belong_to_hr() {
        assert_eq!(roles(&[], false).unwrap_err().code, "missing-value");
        assert_eq!(roles(&[Role::Adviser], true).unwrap_err().code, "names-without-hr");
        assert!(roles(&[Role::Hr, Role::Learner], true).is_ok());
    }

    #[test]
    fn clients_are_known_by_their_family() {
        let edge =
            "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0";
        assert_eq!(client_name(edge), "Edge");
        assert_eq!(client_name("curl/8.5.0"), "curl");
        assert_eq!(client_name(""), "Unknown");
    }
}
