//! The server put together: every request passes `edge`; what the features bring stands behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Responder, get};
use futures_util::future::select;
use serde::Serialize;
use tracing_actix_web::TracingLogger;
use utoipa::ToSchema;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::platform::config::{Limits, PublicUrl};
use crate::platform::error::{Error, Result};
use crate::platform::http::address::TrustedProxies;
use crate::platform::http::cookies::SignInCookie;
use crate::platform::http::edge::{Edge, RequestSpan};
use crate::platform::http::openapi::{self, Routes};
use crate::platform::http::problem::Problem;
use crate::platform::http::{blocking, extract, idempotency};

/// The prefix of the JSON API.
pub const API: &str = "/api/v1";

/// Requests wait for the database on threads of their own, so few workers are enough.
const WORKERS: usize = 2;
const BLOCKING_THREADS: usize = 16;
const MAX_CONNECTIONS: usize = 1024;
/// A request's head must have arrived within this time.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long what is under way may take after SIGTERM.
const SHUTDOWN_SECONDS: u64 = 30;
/// A body is a file and the form around it.
pub(super) const FORM_BYTES: usize = 1024 * 1024;

/// Says whether requests can be served (the database answers). May block.
pub type Readiness = Arc<dyn Fn() -> Result<()> + Send + Sync>;

/// What the server needs beside the features' handlers.
#[derive(Clone)]
pub struct Server {
    /// Port 0 is any free one.
    pub bind: SocketAddr,
    pub limits: Limits,
    pub public_url: PublicUrl,
    pub trusted_proxies: TrustedProxies,
    pub ready: Readiness,
}

/// What the features bring to the server.
#[derive(Clone)]
pub struct Features {
    /// Handlers under the API's prefix.
    pub api: fn(&mut ServiceConfig),
    /// Handlers outside of it that are described with the API.
    pub root: fn(&mut ServiceConfig),
    /// Pages for people, which are not described.
    pub pages: fn(&mut web::ServiceConfig),
    /// The page that says to people that nothing is served at a path; none for programs, which get a problem.
    pub missed: fn(&HttpRequest) -> Option<HttpResponse>,
    /// What handlers take as `Data`.
    pub data: Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>,
}

#[cfg(test)]
impl Features {
    /// A server without any.
    pub fn none() -> Features {
        Features { api: |_| {}, root: |_| {}, pages: |_| {}, missed: |_| None, data: Arc::new(|_| {}) }
    }
}

/// Serves until SIGTERM or SIGINT, then finishes what is under way. Does `once_bound` when nothing can go wrong any more
/// that the settings may be to blame for, and then prints `listening on http://ADDRESS`: clients can connect.
///
/// # Errors
/// The address cannot be bound, or what `once_bound` has.
pub fn run(server: Server, features: Features, once_bound: impl FnOnce() -> Result<()>) -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        let stop = Stop::listen()?;
        let bound = |addresses: &[SocketAddr]| {
            once_bound()?;
            addresses.iter().for_each(|address| announce(&format!("listening on http://{address}")));
            Ok(())
        };
        serve(server, features, stop.asked(), bound).await
    })
}

/// Waits for SIGTERM or SIGINT, for what serves no clients.
pub fn wait_for_stop() -> Result<()> {
    actix_web::rt::System::new().block_on(async {
        Stop::listen()?.asked().await;
        Ok(())
    })
}

/// Serves until `stop` is there, and tells `bound` the addresses once clients can connect to them.
async fn serve(
    server: Server,
    features: Features,
    stop: impl Future<Output = ()> + Send + 'static,
    bound: impl FnOnce(&[SocketAddr]) -> Result<()>,
) -> Result<()> {
    let bind = server.bind;
    let description = Description::of(&features)?;
    let listener = HttpServer::new(move || app(&server, &description, &features))
        .workers(WORKERS)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .max_connections(MAX_CONNECTIONS)
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .shutdown_signal(stop)
        .bind(bind)
        .map_err(|error| Error::internal(format!("cannot listen on {bind}: {error}")))?;
    bound(&listener.addrs())?;
    listener.run().await.map_err(Error::internal)
}

/// Whoever started us may have closed its end; that is no reason to stop serving.
fn announce(line: &str) {
    use std::io::Write;
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// The signals that end a server. Listened to before the address is announced, so that none is missed.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> Result<Self> {
        let on = |kind| signal(kind).map_err(Error::internal);
        Ok(Stop { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    async fn asked(mut self) {
        let Stop { terminate, interrupt } = &mut self;
        select(std::pin::pin!(terminate.recv()), std::pin::pin!(interrupt.recv())).await;
        tracing::info!("finishing what is under way");
    }
}

/// The API's description, made once and shared by the workers.
#[derive(Clone)]
pub struct Description {
    json: Bytes,
    routes: Arc<Routes>,
}

impl Description {
    pub fn of(features: &Features) -> Result<Self> {
        let document = openapi::document(features.api, features.root);
        let json = document.to_json().map_err(Error::internal)?;
        Ok(Description { json: json.into(), routes: Arc::new(Routes::of(&document)) })
    }
}

/// One worker's application; tests call it without a socket.
pub fn app(
    server: &Server,
    description: &Description,
    features: &Features,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let (limits, features) = (server.limits, features.clone());
    let public_url = server.public_url.0.as_deref();
    let edge = Edge::new((limits.max_file_bytes + FORM_BYTES) as u64, public_url);
    let cookie = SignInCookie::of(public_url, server.bind);
    let Description { json, routes } = description.clone();
    let outside = routes.clone();
    let api = utoipa_actix_web::scope(API)
        .configure(features.api)
        .default_service(web::to(move |request| std::future::ready(miss(&routes, &request))))
        .wrap(from_fn(idempotency::keep));
    App::new()
        .app_data(web::Data::new(limits))
        .app_data(web::Data::new(server.public_url.clone()))
        .app_data(web::Data::new(server.trusted_proxies.clone()))
        .app_data(web::Data::new(cookie))
        .app_data(web::Data::new(server.ready.clone()))
        .configure(extract::configure)
        .configure(|config| (features.data)(config))
        .configure(|config| openapi::serve(config, json))
        .configure(features.pages)
        .into_utoipa_app()
        .configure(probes)
        .configure(features.root)
        .service(api)
        .into_app()
        .default_service(web::to(move |request| {
            let answer = miss(&outside, &request);
            let page =
                if answer.status() == StatusCode::NOT_FOUND { (features.missed)(&request) } else { None };
            std::future::ready(page.unwrap_or(answer))
        }))
        .wrap(from_fn(move |request, next| edge.pass(request, next)))
        .wrap(TracingLogger::<RequestSpan>::new())
}

fn miss(routes: &Routes, request: &HttpRequest) -> HttpResponse {
    HttpResponse::from_error(routes.miss(request.path()))
}

/// Registers `/health` and `/ready`.
pub fn probes(config: &mut ServiceConfig) {
    config.service(health).service(ready);
}

/// The answer of a probe.
#[derive(Serialize, ToSchema)]
struct Probe {
    /// `ok`
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process is alive; asks nothing of the database.
#[utoipa::path(tag = "operation", security(()), responses((status = 200, description = "Alive.", body = Probe)))]
#[get("/health")]
async fn health() -> impl Responder {
    web::Json(Probe { status: "ok" })
}

/// Whether requests can be served.
#[utoipa::path(
    tag = "operation",
    security(()),
    responses(
        (status = 200, description = "Ready.", body = Probe),
    )
)]
#[get("/ready")]
async fn ready(readiness: web::Data<Readiness>) -> Result<impl Responder, Problem> {
    let readiness = Readiness::clone(&readiness);
    // Whatever the reason, a load balancer is told to come back later.
    match blocking(move || readiness()).await {
        Ok(()) => Ok(web::Json(Probe { status: "ok" })),
        Err(_) => Err(Problem::unavailable(2)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::sync::mpsc;
    use std::thread;

    use futures_util::FutureExt;
    use futures_util::future::{abortable, pending};

    use super::*;

    #[test]
    fn what_is_under_way_is_finished_before_the_server_stops() {
        let (bound, address) = mpsc::channel();
        let (entered, is_entered) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = std::sync::Mutex::new(released);
        let (stop, asked) = abortable(pending::<()>());
        let server = Server {
            bind: ([127, 0, 0, 1], 0).into(),
            limits: Limits::default(),
            public_url: PublicUrl(None),
            trusted_proxies: TrustedProxies::default(),
            // The one handler at hand that waits: it says that it was entered, and answers when it is released.
            ready: Arc::new(move || {
                entered.send(()).map_err(Error::internal)?;
                let released = released.lock().map_err(|_| Error::internal("poisoned"))?;
                released.recv().map_err(Error::internal)
            }),
        };
        let serving = thread::spawn(move || {
            let bound = move |addresses: &[SocketAddr]| bound.send(addresses[0]).map_err(Error::internal);
            actix_web::rt::System::new().block_on(serve(server, Features::none(), stop.map(drop), bound))
        });
        let address = address.recv().expect("bound");
        let request = |path: &str| {
            let mut stream = TcpStream::connect(address).expect("connected");
            write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
            stream
        };
        let idle = request("/health");
        let mut under_way = request("/ready");
        is_entered.recv().expect("entered");
        asked.abort();
        // From here on nobody new is served, and the answer is still owed.
        while TcpStream::connect(address).is_ok() {
            thread::yield_now();
        }
        release.send(()).expect("released");
        let mut answer = String::new();
        under_way.read_to_string(&mut answer).expect("an answer, and then the end");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        serving.join().expect("no panic").expect("no error");
        drop(idle);
    }

    #[test]
    fn an_address_that_is_taken_is_an_error_that_names_it() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
        let bind = taken.local_addr().expect("an address");
        let server = Server {
            bind,
            limits: Limits::default(),
            public_url: PublicUrl(None),
            trusted_proxies: TrustedProxies::default(),
            ready: Arc::new(|| Ok(())),
        };
        let error = run(server, Features::none(), || panic!("it is not bound")).expect_err("taken");
        assert!(error.to_string().contains(&bind.to_string()), "{error}");
    }
}
