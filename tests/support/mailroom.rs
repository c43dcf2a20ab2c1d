//! What workers do with what requests leave for them, and the mails that come of it.

use rights_academy::catalogue::Catalogue;
use rights_academy::platform::Platform;
use rights_academy::platform::config::Home;
use rights_academy::platform::jobs::Worker;
use rights_academy::platform::mail::{Mail, Mailbox, Mailer, Outbox};

use super::accounts::HOME;

pub struct Mailroom {
    worker: Worker,
    outbox: Outbox,
}

impl Mailroom {
    pub fn of(platform: &Platform) -> Mailroom {
        let sender = Mailbox::new("", "academy@academy.example").unwrap();
        let (mailer, outbox) = Mailer::memory(sender);
        let catalogue = Catalogue::embedded().unwrap();
        Mailroom { worker: rights_academy::worker(platform, &Home(HOME.into()), catalogue, mailer), outbox }
    }

    /// Does all that is due, and what becomes due by it; the mails that went out.
    #[track_caller]
    pub fn mails(&self) -> Vec<Mail> {
        loop {
            let tally = self.worker.run_due().unwrap();
            assert_eq!((tally.postponed, tally.dead), (0, 0));
            if tally.done == 0 {
                return self.outbox.lock().unwrap().drain(..).map(|sent| sent.mail).collect();
            }
        }
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
