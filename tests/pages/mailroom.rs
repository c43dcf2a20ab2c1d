//! What workers do with what pages leave for them, and the mails that come of it.

use rights_academy::catalogue::Catalogue;
use rights_academy::enrolment::notices::{self, Composer};
use rights_academy::identity::service::resets;
use rights_academy::platform::Platform;
use rights_academy::platform::config::Home;
use rights_academy::platform::jobs::Worker;
use rights_academy::platform::mail::{self, Mail, Mailbox, Mailer, Outbox};

use crate::support::accounts::HOME;

pub struct Mailroom {
    worker: Worker,
    outbox: Outbox,
}

impl Mailroom {
    pub fn of(platform: &Platform) -> Mailroom {
        let sender = Mailbox::new("", "academy@academy.example").unwrap();
        let (mailer, outbox) = Mailer::memory(sender.clone());
        let resetting = platform.clone();
        let composer = Composer {
            platform: platform.clone(),
            catalogue: Catalogue::embedded().unwrap(),
            home: Home(HOME.into()),
            sender: sender.clone(),
        };
        let worker = Worker::new(platform.clone())
            .handling(mail::KIND, move |job| mailer.handle(job))
            .handling(notices::KIND, move |job| composer.handle(job))
            .handling(resets::KIND, move |job| resets::handle(&resetting, &Home(HOME.into()), job));
        Mailroom { worker, outbox }
    }

    /// Does all that is due; the mails that went out.
    pub fn mails(&self) -> Vec<Mail> {
        let tally = self.worker.run_due().unwrap();
        assert_eq!((tally.postponed, tally.dead), (0, 0));
        self.outbox.lock().unwrap().drain(..).map(|sent| sent.mail).collect()
    }

    /// The path of the link in the one mail that went out, which is to this address.
    #[track_caller]
    pub fn link(&self, to: &str) -> String {
        let mails = self.mails();
        let [mail] = &mails[..] else { panic!("{} mails", mails.len()) };
        assert_eq!(mail.to.address(), to);
        let link = mail.text.split_whitespace().find_map(|word| word.strip_prefix(HOME)).unwrap();
        assert!(mail.html.contains(link));
        link.to_owned()
    }
}
