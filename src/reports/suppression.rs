//! Which figures of a cohort's report statistics may show: pure.
//!
//! A count from 1 to k − 1 speaks about few enough people to be recognised. None is shown, and none follows from what is
//! shown: the figures are nested (who holds a certificate attended, who attended was enrolled), so the difference of a
//! figure to each that holds it is a count, too. A table that would show such a count, or such a difference, is withheld
//! as a whole.

use super::rules::LEAST_SMALLEST_COUNT;
use super::{CohortReport, SuppressedModule, SuppressedReport};

/// The report with what may be shown of it; a smaller `k` than five is raised to it.
pub fn suppressed(report: &CohortReport, k: u32) -> SuppressedReport {
    let k = k.max(LEAST_SMALLEST_COUNT);
    let harmless = |count: u32| count == 0 || count >= k;
    // Somebody who left can hold a certificate: then the smaller figure is not within the larger, and differs all the same.
    let apart = |count: u32, base: u32| harmless(count) && harmless(base.abs_diff(count));
    let (enrolled, attended) = (report.enrolled, report.attended);
    let may_tell_enrolled = enrolled >= k;
    let may_tell_attended = may_tell_enrolled && apart(attended, enrolled);
    let within = |count: u32| may_tell_attended && apart(count, attended) && apart(count, enrolled);
    let certificates = &report.certificates;
    let levels = [certificates.completion, certificates.attendance, certificates.total];
    let module = |module: &super::ReportedModule| SuppressedModule {
        module: module.module.clone(),
        attended: module.attended,
    };
    SuppressedReport {
        cohort: report.cohort.clone(),
        smallest: k,
        enrolled: may_tell_enrolled.then_some(enrolled),
        attended: may_tell_attended.then_some(attended),
        modules: report
            .modules
            .iter()
            .all(|module| within(module.attended))
            .then(|| report.modules.iter().map(module).collect()),
        certificates: levels.into_iter().all(within).then(|| certificates.clone()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::{ReportedCertificates, ReportedModule, samples};

    #[test]
    fn the_pilot_may_be_shown() {
        let report = suppressed(&samples::pilot().0, 10);
        assert_eq!((report.enrolled, report.attended), (Some(60), Some(47)));
        let modules: Vec<u32> = report.modules.unwrap().into_iter().map(|module| module.attended).collect();
        assert_eq!(modules, [27, 23, 17, 22]);
        assert_eq!(report.certificates.unwrap().total, 23);
    }

    #[test]
    fn few_people_are_withheld_and_so_is_what_would_give_them_away() {
        let mut report = samples::pilot().0;
        report.certificates = ReportedCertificates { completion: 14, attendance: 9, total: 23 };
        assert_eq!(suppressed(&report, 10).certificates, None);
        // All but three of those who attended.
        report.modules[0].attended = 44;
        assert_eq!(suppressed(&report, 10).modules, None);
        report.attended = 58;
        let two_stayed_away = suppressed(&report, 10);
        assert_eq!((two_stayed_away.enrolled, two_stayed_away.attended), (Some(60), None));
        report.enrolled = 9;
        assert_eq!(suppressed(&report, 10).enrolled, None);
        assert_eq!(suppressed(&report, 1).smallest, 5);
    }

    proptest! {
        #[test]
        fn no_figure_and_no_difference_of_nested_figures_is_small(
            enrolled in 0u32..60,
            attended in 0u32..60,
            modules in proptest::collection::vec(0u32..60, 0..5),
            (completion, attendance) in (0u32..40, 0u32..40),
            k in 5u32..15,
        ) {
            let attended = attended.min(enrolled);
            let mut report = samples::pilot().0;
            (report.enrolled, report.attended) = (enrolled, attended);
            let module = |attended: u32| ReportedModule { module: "m".into(), present: attended, attended };
            report.modules = modules.into_iter().map(|n| module(n.min(attended))).collect();
            let total = completion + attendance;
            report.certificates = ReportedCertificates { completion, attendance, total };
            let shown = suppressed(&report, k);
            let mut inner: Vec<u32> = shown.modules.iter().flatten().map(|module| module.attended).collect();
            inner.extend(shown.certificates.iter().flat_map(|c| [c.completion, c.attendance, c.total]));
            let outer: Vec<u32> = [shown.attended, shown.enrolled].into_iter().flatten().collect();
            let small = |n: u32| (1..k).contains(&n);
            for (i, figure) in outer.iter().enumerate() {
                prop_assert!(!small(*figure));
                prop_assert!(outer[i..].iter().all(|base| !small(base.abs_diff(*figure))));
                prop_assert!(inner.iter().all(|n| !small(*n) && !small(figure.abs_diff(*n))));
            }
            prop_assert!(shown.attended.is_some() || inner.is_empty());
        }
    }
}
