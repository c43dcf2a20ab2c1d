//! Who gets a certificate, and which of those held need a second look.

use crate::catalogue::Level;
use crate::platform::ids::CertificateId;

use super::Status;

/// A certificate that a person holds in the cohort, as far as the decision needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub id: CertificateId,
    pub level: Level,
    pub status: Status,
}

/// What follows for one person from what they hold and what they earned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// A level to issue, edition 1.
    pub issue: Option<Level>,
    /// Valid ones of a lower level, superseded by the one issued.
    pub supersede: Vec<CertificateId>,
    /// Valid ones of a level that the facts no longer earn. Nothing is taken away by itself.
    pub review: Vec<CertificateId>,
}

/// A level is issued once: never again after a revocation, and never a lower one than is held. A higher one supersedes.
pub fn plan(held: &[Held], earned: Option<Level>) -> Plan {
    let valid = || held.iter().filter(|certificate| certificate.status == Status::Valid);
    let review = valid().filter(|c| Some(c.level) > earned).map(|c| c.id).collect();
    let issue = earned
        .filter(|level| held.iter().all(|c| c.level != *level))
        .filter(|level| valid().all(|c| c.level < *level));
    let supersede = match issue {
        Some(level) => valid().filter(|c| c.level < level).map(|c| c.id).collect(),
        None => Vec::new(),
    };
    Plan { issue, supersede, review }
}

/// Consonants only, so that no word appears and nothing is mistaken for a digit: a code has no digits, and what looks like
/// one (8, 5, 2, 6) is read as its letter. No L: a small one looks like a capital I and a 1.
pub const CODE_ALPHABET: &[u8] = b"BCDFGHJKMNPQRSTVWXYZ";

/// 30 letters of 20 are 129 random bits: at least 128.
pub const CODE_LETTERS: usize = 30;

/// The code as it is printed: groups of five letters.
pub fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What somebody typed, brought to the form that is hashed: capital letters only.
pub fn normal_code(typed: &str) -> String {
    let letter = |c: char| match c {
        '8' => Some('B'),
        '6' => Some('G'),
        '5' => Some('S'),
        '2' => Some('Z'),
        c => c.is_ascii_alphabetic().then(|| c.to_ascii_uppercase()),
    };
    typed.chars().filter_map(letter).collect()
}

/// Digits and capital letters without I, L, O and U (Crockford's base 32), for serials.
pub const SERIAL_ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn held(id: i64, level: Level, status: Status) -> Held {
        Held { id: CertificateId(id), level, status }
    }

    #[test]
    fn a_first_certificate_is_issued_and_a_second_try_issues_nothing() {
        assert_eq!(plan(&[], Some(Level::Attendance)).issue, Some(Level::Attendance));
        let there = [held(1, Level::Attendance, Status::Valid)];
        assert_eq!(plan(&there, Some(Level::Attendance)), Plan::default());
        assert_eq!(plan(&[], None), Plan::default());
    }

    #[test]
    fn a_higher_level_supersedes_the_lower() {
        let there = [held(1, Level::Attendance, Status::Valid)];
        let plan = plan(&there, Some(Level::Completion));
        assert_eq!((plan.issue, plan.supersede), (Some(Level::Completion), vec![CertificateId(1)]));
    }

    #[test]
    fn a_level_no_longer_earned_is_looked_at_and_nothing_lower_is_issued() {
        let there =
            [held(1, Level::Attendance, Status::Superseded), held(2, Level::Completion, Status::Valid)];
        for earned in [None, Some(Level::Attendance)] {
            let plan = plan(&there, earned);
            assert_eq!((plan.issue, plan.review), (None, vec![CertificateId(2)]));
        }
    }

    #[test]
    fn a_revoked_level_is_never_issued_again() {
        let there = [held(1, Level::Completion, Status::Revoked)];
        assert_eq!(plan(&there, Some(Level::Completion)), Plan::default());
        // A correction that now says attendance is another level, which the person never held.
        assert_eq!(plan(&there, Some(Level::Attendance)).issue, Some(Level::Attendance));
    }

    #[test]
    fn a_code_has_128_bits_and_survives_being_typed() {
        assert!((CODE_ALPHABET.len() as f64).log2() * CODE_LETTERS as f64 >= 128.0);
        assert_eq!(grouped("CDFHJKMNPR"), "CDFHJ-KMNPR");
        assert_eq!(normal_code(" cdfhj kmnpr-8652"), "CDFHJKMNPRBGSZ");
    }

    proptest! {
        #[test]
        fn issuing_twice_issues_once(statuses in proptest::collection::vec((0..2, 0..3), 0..4), earned in 0..3) {
            let level = |n| if n == 0 { Level::Attendance } else { Level::Completion };
            let status = |n| [Status::Valid, Status::Superseded, Status::Revoked][n as usize];
            let mut there: Vec<Held> =
                statuses.iter().enumerate().map(|(i, (l, s))| held(i as i64, level(*l), status(*s))).collect();
            let earned = (earned > 0).then(|| level(earned - 1));
            let first = plan(&there, earned);
            for certificate in &mut there {
                if first.supersede.contains(&certificate.id) {
                    certificate.status = Status::Superseded;
                }
            }
            there.extend(first.issue.map(|l| held(99, l, Status::Valid)));
            let second = plan(&there, earned);
            prop_assert_eq!(second.issue, None);
            prop_assert_eq!(second.supersede, vec![]);
            prop_assert_eq!(second.review, first.review);
        }
    }
}
