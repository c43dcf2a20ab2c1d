//! Who a mail is from or to.

use std::fmt;
use std::str::FromStr;

use lettre::Address;
use serde::{Deserialize, Serialize};

use crate::platform::faults::Fault;
use crate::platform::text;

/// A longer address is none (RFC 5321, section 4.5.3.1.3: a path has at most 256 characters, two of them brackets).
const MAX_ADDRESS: usize = 254;

/// A name, which may be empty, and an address that a mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    name: String,
    address: Address,
}

impl Mailbox {
    /// Brings the name to one line, and the domain to the form that mail servers know (`xn--…`).
    ///
    /// # Errors
    /// The address is none.
    pub fn new(name: &str, address: &str) -> Result<Mailbox, Fault> {
        let address = read(address).ok_or_else(|| {
            let message = format!("“{}” is not an e-mail address", text::excerpt(address));
            Fault::new("not-an-email", message)
        })?;
        Ok(Mailbox { name: text::tidy(name), address })
    }

    /// The sender of an installation that was told none; mail servers of others will not take it.
    pub fn local() -> Mailbox {
        Mailbox { name: String::new(), address: Address::new_dangerous("rights-academy", "localhost") }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn address(&self) -> &str {
        self.address.as_ref()
    }

    pub fn domain(&self) -> &str {
        self.address.domain()
    }

    pub(super) fn to_lettre(&self) -> lettre::message::Mailbox {
        let name = Some(self.name.clone()).filter(|name| !name.is_empty());
        lettre::message::Mailbox::new(name, self.address.clone())
    }
}

fn read(address: &str) -> Option<Address> {
    let address = address.trim();
    // A quoted local part could hold either.
    if address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (local, domain) = address.rsplit_once('@')?;
    let domain =
        if domain.is_ascii() { domain.to_owned() } else { url::Host::parse(domain).ok()?.to_string() };
    Address::new(local, domain).ok().filter(|address| AsRef::<str>::as_ref(address).len() <= MAX_ADDRESS)
}

/// `Name <address>` or the address alone.
impl FromStr for Mailbox {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Mailbox, Fault> {
        match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => Mailbox::new(name.trim().trim_matches('"'), address),
            None => Mailbox::new("", text),
        }
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            write!(f, "{}", self.address)
        } else {
            write!(f, "{} <{}>", self.name, self.address)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_address_are_read() {
        for (text, name, address) in [
            ("Bashkia e Tiranës <academy@tirana.example>", "Bashkia e Tiranës", "academy@tirana.example"),
            ("\"City, of <Tirana>\" <a@x.example>", "City, of <Tirana>", "a@x.example"),
            (" a@x.example ", "", "a@x.example"),
            ("rights-academy@localhost", "", "rights-academy@localhost"),
            ("<o'neill+x@x.example>", "", "o'neill+x@x.example"),
            ("Zoë <zoe@bücher.example>", "Zoë", "zoe@xn--bcher-kva.example"),
        ] {
            let mailbox: Mailbox = text.parse().expect(text);
            assert_eq!((mailbox.name(), mailbox.address()), (name, address), "{text}");
            assert_eq!(mailbox.to_string().parse(), Ok(mailbox));
        }
    }

    #[test]
    fn what_is_no_address_is_a_fault() {
        let long = format!("{}@x.example", "a".repeat(300));
        for wrong in [
            "",
            "a",
            "@x.example",
            "a@",
            "a@x.example, b@x.example",
            "a@x.example\r\nBcc: b@x.example",
            "\"a\r\nBcc: b\"@x.example",
            "a@x.example>",
            "a b@x.example",
            "a@x_y.example/",
            "a@x.example\0",
            long.as_str(),
        ] {
            let fault = Mailbox::new("", wrong).expect_err(wrong);
            assert_eq!(fault.code, "not-an-email");
        }
    }
}
