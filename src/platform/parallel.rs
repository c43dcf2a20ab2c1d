//! The same work on many things, on all processors.

use std::num::NonZero;

use crate::platform::error::{Error, Result};

/// Does `work` on each item and returns the results in the order of the items; the first error ends it.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(threads).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let workers: Vec<_> = items
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Result<Vec<R>>>()))
            .collect();
        let mut results = Vec::with_capacity(items.len());
        for worker in workers {
            results.extend(worker.join().map_err(|_| Error::internal("a worker stopped unexpectedly"))??);
        }
        Ok(results)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_and_errors_come_out() {
        let items: Vec<u32> = (0..100).collect();
        assert_eq!(map(&items, |n| Ok(n * 2)).unwrap(), (0..100).map(|n| n * 2).collect::<Vec<_>>());
        assert!(map(&items, |n| if *n == 70 { Err(Error::internal("seventy")) } else { Ok(()) }).is_err());
        assert_eq!(map(&[], |n: &u32| Ok(*n)).unwrap(), Vec::<u32>::new());
    }
}
