//! How often somebody may try: a leaky bucket for each key (`governor`), on our clock.
//!
//! The buckets are a process's own: with several instances behind one address the limits add up.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};

use crate::platform::clock::Clock;
use crate::platform::http::problem::Problem;
use crate::platform::ids::AccountId;
use crate::platform::text::fold_address;

/// Some ten megabytes. Keys that are as good as new are forgotten before more come; where a flood keeps more than this
/// busy at once, everybody waits, as they would for the passwords that the flood has hashed.
const MOST_KEYS: usize = 100_000;

/// Going through all keys takes milliseconds, so a flood may cause it only this often.
const TIDY_AGAIN_MILLIS: i64 = 1000;

/// Not now: the seconds after which a try is worth it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub seconds: u32,
}

impl From<Wait> for Problem {
    fn from(wait: Wait) -> Self {
        Problem::too_many_requests(wait.seconds)
    }
}

/// Counts tries by key. Keeps keys until they are as good as new.
pub struct Limiter<K: Hash + Eq + Clone> {
    buckets: RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Nanos>>,
    clock: Ticks,
    /// How long it takes until there is one try more.
    refill: Duration,
    most_keys: usize,
    /// In milliseconds since 1970.
    tidied_at: AtomicI64,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// `at_once` tries at once, then one each `refill`, which is longer than nothing.
    pub fn new(clock: &Clock, at_once: NonZeroU32, refill: Duration) -> Self {
        Limiter::with_room(clock, at_once, refill, MOST_KEYS)
    }

    fn with_room(clock: &Clock, at_once: NonZeroU32, refill: Duration, most_keys: usize) -> Self {
        let quota = Quota::with_period(refill).unwrap_or(Quota::per_second(at_once)).allow_burst(at_once);
        let clock = Ticks(clock.clone());
        let buckets = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Limiter { buckets, clock, refill, most_keys, tidied_at: AtomicI64::new(i64::MIN) }
    }

    /// Counts a try, or says how long to wait; what is refused costs nothing.
    ///
    /// # Errors
    /// The key's tries are used up.
    pub fn admit(&self, key: &K) -> Result<(), Wait> {
        if self.buckets.len() >= self.most_keys && !self.tidy() {
            return Err(wait(self.refill));
        }
        self.buckets.check_key(key).map_err(|until| wait(until.wait_time_from(self.clock.now())))
    }

    /// Forgets the keys that are as good as new. Says whether there is room again.
    fn tidy(&self) -> bool {
        let now = self.clock.0.now().timestamp_millis();
        let last = self.tidied_at.load(Ordering::Relaxed);
        let due = now.saturating_sub(last) >= TIDY_AGAIN_MILLIS;
        if due && self.tidied_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.buckets.retain_recent();
            self.buckets.shrink_to_fit();
        }
        self.buckets.len() < self.most_keys
    }
}

/// Whole seconds, upwards: who comes back after them is let in.
fn wait(time: Duration) -> Wait {
    let seconds = u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
    Wait { seconds: seconds.max(1) }
}

/// Our clock as governor reads one, in nanoseconds since 1970.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = u64::try_from(self.0.now().timestamp_millis()).unwrap_or_default();
        Nanos::new(millis.saturating_mul(1_000_000))
    }
}

/// The limits of whoever tries to get in with a password or a link: for each account that is tried, whether there is
/// one or not, and for each network that tries come from.
///
/// Guessing at an account is held up where it comes from, so that whoever guesses keeps nobody out but themselves. Only
/// many networks together use up what an account has in all.
pub struct SignInLimits {
    near: Limiter<Near>,
    accounts: Limiter<Folded>,
    clients: Limiter<IpAddr>,
    resets: Limiter<Folded>,
    reset_clients: Limiter<IpAddr>,
    feeds: Limiter<IpAddr>,
}

/// The hash of a folded address, so that a key has one size whatever was typed.
type Folded = [u8; 32];

/// Who tries where.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Near {
    /// Somebody in a network, at an account.
    Address(Folded, IpAddr),
    /// Somebody who is signed in, at their own.
    Own(AccountId),
}

impl SignInLimits {
    const NEAR_AT_ONCE: NonZeroU32 = NonZeroU32::new(10).unwrap();
    const NEAR_REFILL: Duration = Duration::from_secs(60);
    const ACCOUNT_AT_ONCE: NonZeroU32 = NonZeroU32::new(100).unwrap();
    const ACCOUNT_REFILL: Duration = Duration::from_secs(6);
    /// An office behind one address begins its day at the same time.
    const CLIENT_AT_ONCE: NonZeroU32 = NonZeroU32::new(100).unwrap();
    const CLIENT_REFILL: Duration = Duration::from_secs(1);
    /// Each is a mail to somebody who may not have asked for it.
    const RESET_AT_ONCE: NonZeroU32 = NonZeroU32::new(3).unwrap();
    const RESET_REFILL: Duration = Duration::from_secs(600);
    /// The calendar programs of a whole city hall behind one address, or those that one service asks for.
    const FEED_AT_ONCE: NonZeroU32 = NonZeroU32::new(300).unwrap();
    const FEED_REFILL: Duration = Duration::from_millis(100);

    pub fn new(clock: &Clock) -> Self {
        SignInLimits {
            near: Limiter::new(clock, Self::NEAR_AT_ONCE, Self::NEAR_REFILL),
            accounts: Limiter::new(clock, Self::ACCOUNT_AT_ONCE, Self::ACCOUNT_REFILL),
            clients: Limiter::new(clock, Self::CLIENT_AT_ONCE, Self::CLIENT_REFILL),
            resets: Limiter::new(clock, Self::RESET_AT_ONCE, Self::RESET_REFILL),
            reset_clients: Limiter::new(clock, Self::CLIENT_AT_ONCE, Self::CLIENT_REFILL),
            feeds: Limiter::new(clock, Self::FEED_AT_ONCE, Self::FEED_REFILL),
        }
    }

    /// Counts a try from `client` at the password of the account with this e-mail address, as typed.
    ///
    /// # Errors
    /// The client, its network at this account, or the account from anywhere has used up its tries. Each is asked only
    /// where the one before lets through, so that one network alone does not use up an account.
    pub fn admit(&self, address: &str, client: IpAddr) -> Result<(), Wait> {
        self.admit_client(client)?;
        let account = folded(address);
        self.near.admit(&Near::Address(account, network(client)))?;
        self.accounts.admit(&account)
    }

    /// Counts a try of somebody who is signed in, such as at the password of their own account.
    ///
    /// # Errors
    /// The account has used up its tries.
    pub fn admit_account(&self, account: AccountId) -> Result<(), Wait> {
        self.near.admit(&Near::Own(account))
    }

    /// Counts a try that names no account, such as one with a link.
    ///
    /// # Errors
    /// The client has used up its tries.
    pub fn admit_client(&self, client: IpAddr) -> Result<(), Wait> {
        self.clients.admit(&network(client))
    }

    /// Counts asking for a calendar by its address, before it is looked up: a right guess of a client that must wait is
    /// answered as a wrong one. It uses up nothing that signing in needs.
    ///
    /// # Errors
    /// The client has used up its tries.
    pub fn admit_feed(&self, client: IpAddr) -> Result<(), Wait> {
        self.feeds.admit(&network(client))
    }

    /// Counts asking for a link that resets the password of the account with this address. It uses up nothing that
    /// signing in needs.
    ///
    /// # Errors
    /// The client has asked too often, or somebody has for this address.
    pub fn admit_reset(&self, address: &str, client: IpAddr) -> Result<(), Wait> {
        self.reset_clients.admit(&network(client))?;
        self.resets.admit(&folded(address))
    }
}

fn folded(address: &str) -> Folded {
    Sha256::digest(fold_address(address)).into()
}

/// A client's address; of IPv6 the first half, of which a household has the other half to itself.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn clock() -> Clock {
        Clock::fixed("2026-11-25T09:00:00Z".parse().unwrap())
    }

    fn limiter(clock: &Clock, room: usize) -> Limiter<u32> {
        Limiter::with_room(clock, NonZeroU32::new(3).unwrap(), Duration::from_secs(10), room)
    }

    fn client(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    #[test]
    fn tries_are_used_up_and_come_back() {
        let clock = clock();
        let limiter = limiter(&clock, 10);
        for _ in 0..3 {
            assert_eq!(limiter.admit(&1), Ok(()));
        }
        assert_eq!(limiter.admit(&1), Err(Wait { seconds: 10 }));
        assert_eq!(limiter.admit(&2), Ok(()), "another key");
        clock.advance(TimeDelta::milliseconds(9001));
        assert_eq!(limiter.admit(&1), Err(Wait { seconds: 1 }));
        clock.advance(TimeDelta::milliseconds(999));
        assert_eq!((limiter.admit(&1), limiter.admit(&1)), (Ok(()), Err(Wait { seconds: 10 })));
        clock.advance(TimeDelta::days(1));
        assert_eq!((0..9).filter(|_| limiter.admit(&1).is_ok()).count(), 3, "never more than at once");
    }

    /// How many of ten thousand tries at one account are admitted, each from the client that `from` says.
    fn tries_at_one(limits: &SignInLimits, from: impl Fn(u32) -> u32) -> usize {
        let spellings = ["arta@tirana.example", " Arta@Tirana.Example", "ARTA@TIRANA.EXAMPLE"];
        (0..10_000).filter(|n| limits.admit(spellings[*n as usize % 3], client(from(*n))).is_ok()).count()
    }

    #[test]
    fn ten_thousand_tries_from_anywhere_at_one_account_get_a_hundred_and_ten_a_minute() {
        let clock = clock();
        let limits = SignInLimits::new(&clock);
        assert_eq!(tries_at_one(&limits, |n| n), 100);
        clock.advance(TimeDelta::minutes(5));
        assert_eq!(tries_at_one(&limits, |n| 10_000 + n), 50);
        assert_eq!(limits.admit("elira@tirana.example", client(1)), Ok(()), "nobody else is kept out");
    }

    #[test]
    fn whoever_guesses_from_one_place_gets_ten_and_keeps_nobody_out() {
        let clock = clock();
        let limits = SignInLimits::new(&clock);
        // Slowly enough for the place itself.
        let guesses = (0..10_000).filter(|_| {
            clock.advance(TimeDelta::seconds(1));
            limits.admit("arta@tirana.example", client(1)).is_ok()
        });
        assert_eq!(guesses.count(), 10 + 10_000 / 60);
        assert_eq!(limits.admit("arta@tirana.example", client(2)), Ok(()));
    }

    #[test]
    fn what_is_tried_is_one_kind_of_thing() {
        let limits = SignInLimits::new(&clock());
        (0..10).for_each(|_| limits.admit("account 1", client(1)).unwrap());
        assert!(limits.admit("account 1", client(1)).is_err());
        (0..10).for_each(|_| limits.admit_account(AccountId(1)).unwrap());
        assert_eq!(limits.admit_account(AccountId(1)), Err(Wait { seconds: 60 }));
        assert_eq!(limits.admit("account 1", client(2)), Ok(()));
        assert_eq!(limits.admit_account(AccountId(2)), Ok(()));
    }

    #[test]
    fn asking_for_resets_and_signing_in_do_not_count_against_each_other() {
        let clock = clock();
        let limits = SignInLimits::new(&clock);
        let asks = |n| limits.admit_reset("Arta@tirana.example", client(n));
        let asked = (0..10_000).filter(|n| asks(*n).is_ok()).count();
        assert_eq!((asked, asks(1)), (3, Err(Wait { seconds: 600 })));
        (0..10).for_each(|_| limits.admit("arta@tirana.example", client(1)).unwrap());
        let from_here = (0..1000).filter(|n| limits.admit_reset(&n.to_string(), client(10_001)).is_ok());
        assert_eq!(from_here.count(), 100);
        assert_eq!(limits.admit("elira@tirana.example", client(10_001)), Ok(()));
        tries_at_one(&limits, |n| n);
        clock.advance(TimeDelta::minutes(10));
        assert_eq!(asks(1), Ok(()));
    }

    #[test]
    fn ten_thousand_tries_from_one_address_get_a_hundred_and_one_a_second() {
        let clock = clock();
        let limits = SignInLimits::new(&clock);
        let tries = |prefix: &str| {
            (0..10_000).filter(|n| limits.admit(&format!("{prefix}{n}"), client(1)).is_ok()).count()
        };
        assert_eq!(tries("a"), 100);
        assert_eq!(limits.admit("b", client(1)), Err(Wait { seconds: 1 }));
        clock.advance(TimeDelta::seconds(7));
        assert_eq!(tries("c"), 7);
        assert_eq!(limits.admit_client(client(1)), Err(Wait { seconds: 1 }));
        assert_eq!(limits.admit("a1", client(2)), Ok(()));
    }

    #[test]
    fn calendars_are_asked_for_by_many_and_guessed_at_by_nobody() {
        let clock = clock();
        let limits = SignInLimits::new(&clock);
        assert_eq!((0..10_000).filter(|_| limits.admit_feed(client(1)).is_ok()).count(), 300);
        assert_eq!(limits.admit_feed(client(1)), Err(Wait { seconds: 1 }));
        assert_eq!((limits.admit_feed(client(2)), limits.admit_client(client(1))), (Ok(()), Ok(())));
        clock.advance(TimeDelta::seconds(2));
        assert_eq!((0..100).filter(|_| limits.admit_feed(client(1)).is_ok()).count(), 20);
    }

    #[test]
    fn a_client_that_must_wait_does_not_use_up_an_account() {
        let limits = SignInLimits::new(&clock());
        (0..100).for_each(|n| limits.admit(&n.to_string(), client(1)).unwrap());
        (0..100).for_each(|_| assert!(limits.admit("arta", client(1)).is_err()));
        assert_eq!(limits.admit("arta", client(2)), Ok(()));
    }

    #[test]
    fn keys_that_are_as_good_as_new_are_forgotten_and_a_flood_waits() {
        let clock = clock();
        let limiter = limiter(&clock, 1000);
        let flood = |from: u32| (from..from + 5000).filter(|key| limiter.admit(key).is_ok()).count();
        assert_eq!(flood(0), 1000);
        assert_eq!(limiter.buckets.len(), 1000);
        assert_eq!(limiter.admit(&1), Err(Wait { seconds: 10 }));
        clock.advance(TimeDelta::seconds(21));
        assert_eq!(flood(5000), 1000, "the first were forgotten");
        assert_eq!(limiter.buckets.len(), 1000);
    }

    #[test]
    fn a_wait_is_a_problem_with_its_seconds() {
        let problem = Problem::from(Wait { seconds: 7 });
        let answer = actix_web::ResponseError::error_response(&problem);
        assert_eq!((answer.status().as_u16(), problem.code), (429, "too-many-requests"));
        assert_eq!(answer.headers().get("retry-after").unwrap(), "7");
    }

    proptest! {
        #[test]
        fn no_order_of_tries_gets_more_than_the_rate(steps in prop::collection::vec((0u32..4, 0i64..30_000), 1..200)) {
            let clock = clock();
            let limiter = limiter(&clock, 100);
            let (mut admitted, mut elapsed) = ([0i64; 4], 0);
            for (key, pause) in steps {
                clock.advance(TimeDelta::milliseconds(pause));
                elapsed += pause;
                match limiter.admit(&key) {
                    Ok(()) => admitted[key as usize] += 1,
                    Err(wait) => prop_assert!((1..=10).contains(&wait.seconds)),
                }
                prop_assert!(admitted[key as usize] <= 3 + elapsed / 10_000);
            }
        }

        #[test]
        fn one_household_is_one_client(half: u64, one: u64, other: u64, v4: u32) {
            let v6 = |half: u64, rest: u64| IpAddr::V6(Ipv6Addr::from_bits(u128::from(half | 1 << 63) << 64 | u128::from(rest)));
            prop_assert_eq!(network(v6(half, one)), network(v6(half, other)));
            prop_assert_ne!(network(v6(half, one)), network(v6(half ^ 1, one)));
            let v4 = Ipv4Addr::from(v4);
            prop_assert_eq!(network(v4.to_ipv6_mapped().into()), IpAddr::V4(v4));
        }
    }
}
