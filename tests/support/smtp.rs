//! Small mail servers on loopback that misbehave as a test wants them to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rights_academy::platform::mail::{Mailbox, Mailer, Route};

/// What a client has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Connected,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    /// It has sent the first line of the mail.
    HalfWay,
    /// It has sent the whole mail.
    Sent,
    Quit,
}

/// What a server does instead of a good answer.
#[derive(Clone, Debug)]
pub enum Manner {
    Well,
    /// Nothing, until the client goes or the server does.
    Hangs(Step),
    Drops(Step),
    Answers(Step, &'static str),
    /// A letter now and then, so that something always comes.
    Drips(Step),
    /// An answer of this line that does not end.
    Floods(Step, &'static str),
}

/// A mail server, which goes with this.
pub struct MailServer {
    pub address: SocketAddr,
    state: Arc<State>,
}

struct State {
    manner: Mutex<Manner>,
    /// The Message-IDs of mails that came whole, in their order.
    taken: Mutex<Vec<String>>,
    clients: Mutex<Vec<TcpStream>>,
}

impl MailServer {
    pub fn start(manner: Manner) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            manner: Mutex::new(manner),
            taken: Mutex::default(),
            clients: Mutex::default(),
        });
        let shared = Arc::downgrade(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Some(state), Ok(client)) = (shared.upgrade(), client) else { return };
                state.clients.lock().unwrap().push(client.try_clone().unwrap());
                let manner = state.manner.lock().unwrap().clone();
                // Either side may go at any moment.
                thread::spawn(move || drop(talk(client, &manner, &state.taken)));
            }
        });
        MailServer { address, state }
    }

    /// From the next client on.
    pub fn mend(&self) {
        *self.state.manner.lock().unwrap() = Manner::Well;
    }

    pub fn taken(&self) -> Vec<String> {
        self.state.taken.lock().unwrap().clone()
    }

    /// Closes all connections.
    pub fn hang_up(&self) {
        for client in self.state.clients.lock().unwrap().drain(..) {
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// What sends through it, and gives it up after `patience`.
    pub fn mailer(&self, patience: Duration) -> Mailer {
        mailer(self.address, patience)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.hang_up();
    }
}

/// What sends through a server at this address.
pub fn mailer(address: SocketAddr, patience: Duration) -> Mailer {
    let route: Route = format!("smtp://{address}?tls=none").parse().unwrap();
    let sender = Mailbox::new("Rights Academy", "academy@installation.example").unwrap();
    Mailer::open(&route, sender).unwrap().patient(patience)
}

fn talk(mut client: TcpStream, manner: &Manner, taken: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?);
    if !answer(&mut client, manner, Step::Connected, "220 mail.example")? {
        return Ok(());
    }
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let (step, good) = match line.get(..4).unwrap_or_default() {
            "EHLO" => (Step::Ehlo, "250 mail.example"),
            "MAIL" => (Step::Mail, "250 OK"),
            "RCPT" => (Step::Rcpt, "250 OK"),
            "DATA" => (Step::Data, "354 go on"),
            _ => (Step::Quit, "221 bye"),
        };
        if !answer(&mut client, manner, step, good)? || step == Step::Quit {
            return Ok(());
        }
        let refused = matches!(manner, Manner::Answers(Step::Data, _));
        if step == Step::Data && !refused {
            let mut id = String::new();
            let mut first = true;
            loop {
                line.clear();
                if lines.read_line(&mut line)? == 0 {
                    return Ok(());
                }
                if std::mem::take(&mut first) && !answer(&mut client, manner, Step::HalfWay, "")? {
                    return Ok(());
                }
                if let Some(told) = line.strip_prefix("Message-ID: ") {
                    id = told.trim().to_owned();
                }
                if line == ".\r\n" {
                    break;
                }
            }
            if !matches!(manner, Manner::Answers(Step::Sent, _)) {
                taken.lock().unwrap().push(id);
            }
            if !answer(&mut client, manner, Step::Sent, "250 taken")? {
                return Ok(());
            }
        }
    }
}

/// Whether the talk goes on.
fn answer(client: &mut TcpStream, manner: &Manner, step: Step, good: &str) -> std::io::Result<bool> {
    match manner {
        Manner::Hangs(at) if *at == step => {
            client.read_to_end(&mut Vec::new())?;
            Ok(false)
        }
        Manner::Drops(at) if *at == step => {
            client.shutdown(Shutdown::Both)?;
            Ok(false)
        }
        Manner::Drips(at) if *at == step => {
            client.set_read_timeout(Some(Duration::from_millis(20)))?;
            client.write_all(b"2")?;
            loop {
                client.write_all(b"5")?;
                // Nothing comes but the client's end.
                if client.read(&mut [0]).is_ok_and(|read| read == 0) {
                    return Ok(false);
                }
            }
        }
        Manner::Floods(at, line) if *at == step => loop {
            client.write_all(line.as_bytes())?;
        },
        Manner::Answers(at, text) if *at == step => {
            client.write_all(format!("{text}\r\n").as_bytes())?;
            Ok(true)
        }
        _ if good.is_empty() => Ok(true),
        _ => {
            client.write_all(format!("{good}\r\n").as_bytes())?;
            Ok(true)
        }
    }
}
