//! `invite`: a link for somebody, on the word of whoever runs the installation.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Store;
use super::installation::{Outdated, open};
use crate::access::Role;
use crate::identity::mails::invitation_link;
use crate::identity::service::founding;
use crate::identity::service::invitations::{self, Invite as Invited};
use crate::platform::config::Settings;
use crate::platform::error::Result;

/// Invite somebody to an organisation, or one more operator
///
/// Prints the link once; whoever takes it within 14 days is a member. A mail with the same link goes out while `serve`
/// runs. An organisation that `process` made gets its first administrator in this way.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy invite arta@tirana.example --organisation TIRANA --role administrator --language sq
      the first administrator, who invites the others over the API
  rights-academy invite hr@tirana.example --organisation TIRANA --role hr --names
      somebody from HR who may read names
  rights-academy invite --operator
      the link of the first start once more: it makes an operator and another organisation")]
pub struct Invite {
    /// Whom to invite
    #[arg(required_unless_present = "operator")]
    pub email: Option<String>,
    /// The code of the organisation, which is there already
    #[arg(long, value_name = "CODE", required_unless_present = "operator")]
    pub organisation: Option<String>,
    /// What they shall be; give it again for several roles
    #[arg(long = "role", value_name = "ROLE", required_unless_present = "operator", value_parser = role())]
    pub roles: Vec<Role>,
    /// HR may read names
    #[arg(long)]
    pub names: bool,
    /// Who it is in the roster
    #[arg(long, value_name = "ID")]
    pub employee_id: Option<String>,
    /// The language of the mail
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub language: String,
    /// Print a link that makes an operator's account and a new organisation, instead
    #[arg(long, conflicts_with_all = ["email", "organisation", "roles", "names", "employee_id"])]
    pub operator: bool,
    #[command(flatten)]
    pub(super) store: Store,
    /// The address under which people reach this installation; the link leads there
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
}

fn role() -> impl TypedValueParser<Value = Role> {
    let known = |word: String| Role::parse(&word).ok_or("there is no such role");
    PossibleValuesParser::new(Role::ALL.map(Role::as_str)).try_map(known)
}

impl Invite {
    pub fn run(self, settings: Settings) -> Result<()> {
        let platform = open(&settings, Outdated::RefuseOnPostgres)?;
        let home = settings.home();
        let Invite { email, organisation, roles, names, employee_id, language, .. } = self;
        let (secret, what) = match (email, organisation) {
            (Some(email), Some(organisation)) => {
                let invite = Invited { email, roles, names, employee_id, language };
                let secret = invitations::invite_to(&platform, &home, &organisation, &invite)?;
                (secret, format!("it is for {}, who gets a mail too", invite.email))
            }
            _ => (founding::another(&platform)?, "it makes an operator and an organisation".to_owned()),
        };
        let link = invitation_link(&home, &secret);
        super::print(&format!("invitation {link} ({what}; it is shown this once)"))
    }
}
