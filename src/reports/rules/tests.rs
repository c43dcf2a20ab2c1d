use proptest::prelude::*;

use super::*;

fn department(name: &str, directorate: &str, figures: (u32, u32, u32)) -> DepartmentFigures {
    let directorate = Some(directorate).filter(|name| !name.is_empty()).map(str::to_owned);
    let (enrolled, attended, certificates) = figures;
    DepartmentFigures { name: name.into(), directorate, enrolled, attended, certificates }
}

/// Each row in short: `name*merged enrolled/attended/certificates`.
fn told(table: &DepartmentTable) -> Vec<String> {
    let row = |row: &ReportedDepartment| {
        let unit = match &row.unit {
            ReportedUnit::Department { name } => name.clone(),
            ReportedUnit::Directorate { name, merged } => format!("{name}*{merged}"),
            ReportedUnit::Others { merged } => format!("others*{merged}"),
        };
        format!("{unit} {}/{}/{}", row.enrolled, row.attended, row.certificates)
    };
    table.rows.iter().map(row).collect()
}

#[test]
fn large_departments_stand_alone_in_the_order_of_their_names() {
    let table = merge_small(
        &[
            department("Çështje Ligjore", "", (40, 30, 20)),
            department("Arkiva", "", (12, 10, 0)),
            department("Dega", "", (10, 10, 10)),
        ],
        10,
    );
    assert_eq!(told(&table), ["Arkiva 12/10/0", "Çështje Ligjore 40/30/20", "Dega 10/10/10"]);
    assert_eq!((table.smallest, table.departments), (10, 3));
}

#[test]
fn small_departments_go_into_their_directorate_and_what_is_left_into_the_others() {
    let table = merge_small(
        &[
            department("Roads", "Works", (6, 6, 5)),
            department("Lighting", "Works", (7, 6, 5)),
            department("Water", "Works", (50, 40, 30)),
            department("Museum", "Culture", (4, 4, 4)),
            department("Archive", "", (9, 9, 9)),
        ],
        10,
    );
    assert_eq!(told(&table), ["Water 50/40/30", "Works*2 13/12/10", "others*2 13/13/13"]);
}

#[test]
fn others_that_are_too_small_take_in_the_smallest_row() {
    let table = merge_small(
        &[
            department("A", "", (20, 20, 20)),
            department("B", "", (15, 12, 10)),
            department("C", "", (3, 2, 0)),
        ],
        10,
    );
    assert_eq!(told(&table), ["A 20/20/20", "others*2 18/14/10"]);
}

#[test]
fn few_attendees_hide_a_department_even_where_many_are_enrolled() {
    let table = merge_small(&[department("A", "", (100, 3, 0)), department("B", "", (50, 40, 30))], 10);
    assert_eq!(told(&table), ["others*2 150/43/30"]);
}

#[test]
fn nobody_is_told_of_a_large_department_only() {
    let table = merge_small(&[department("A", "", (30, 0, 0)), department("B", "", (20, 20, 10))], 10);
    assert_eq!(told(&table), ["A 30/0/0", "B 20/20/10"]);
    let table = merge_small(&[department("A", "", (9, 0, 0)), department("B", "", (20, 20, 10))], 10);
    assert_eq!(told(&table), ["others*2 29/20/10"]);
}

#[test]
fn too_few_people_altogether_give_no_rows() {
    let table = merge_small(&[department("A", "", (4, 4, 4)), department("B", "", (5, 5, 5))], 10);
    assert_eq!(told(&table), Vec::<String>::new());
    assert_eq!(table.departments, 2);
}

#[test]
fn a_department_without_enrolled_people_is_not_counted() {
    let table = merge_small(&[department("A", "", (0, 0, 0)), department("B", "", (20, 20, 10))], 10);
    assert_eq!(told(&table), ["B 20/20/10"]);
    assert_eq!(table.departments, 1);
}

#[test]
fn a_smallest_count_below_five_is_raised_to_five() {
    let table = merge_small(&[department("A", "", (4, 4, 4)), department("B", "", (6, 6, 5))], 1);
    assert_eq!(told(&table), ["others*2 10/10/9"]);
    assert_eq!(table.smallest, 5);
}

fn departments() -> impl Strategy<Value = Vec<DepartmentFigures>> {
    let figures = (0..40u32).prop_flat_map(|enrolled| {
        (Just(enrolled), 0..=enrolled)
            .prop_flat_map(|(enrolled, attended)| (Just(enrolled), Just(attended), 0..=attended))
    });
    let directorate = prop_oneof![Just(""), Just("North"), Just("South"), Just("West")];
    prop::collection::vec((figures, directorate), 0..40).prop_map(|found| {
        let named = |(number, (figures, directorate)): (usize, _)| {
            department(&format!("D{number}"), directorate, figures)
        };
        found.into_iter().enumerate().map(named).collect()
    })
}

fn sums<'a>(figures: impl Iterator<Item = (&'a u32, &'a u32, &'a u32)>) -> (u32, u32, u32) {
    figures.fold((0, 0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1, sum.2 + next.2))
}

proptest! {
    #[test]
    fn no_small_count_is_shown_and_none_is_lost(departments in departments(), k in 5..25u32) {
        let table = merge_small(&departments, k);
        for row in &table.rows {
            prop_assert!(row.enrolled >= k, "{row:?}");
            for count in [row.attended, row.certificates] {
                prop_assert!(count == 0 || count >= k, "{row:?}");
            }
        }
        let whole = sums(departments.iter().map(|d| (&d.enrolled, &d.attended, &d.certificates)));
        let shown = sums(table.rows.iter().map(|r| (&r.enrolled, &r.attended, &r.certificates)));
        let total = ReportedDepartment {
            unit: ReportedUnit::Others { merged: 0 }, enrolled: whole.0, attended: whole.1, certificates: whole.2,
        };
        if table.rows.is_empty() {
            prop_assert!(!may_be_seen(&total, k), "{total:?} could have been shown");
        } else {
            prop_assert_eq!(shown, whole);
        }
    }

    #[test]
    fn a_row_under_a_name_is_that_department_and_every_other_row_holds_several(departments in departments(), k in 5..25u32) {
        let table = merge_small(&departments, k);
        let mut held = 0;
        for row in &table.rows {
            if let ReportedUnit::Department { name } = &row.unit {
                let own = departments.iter().find(|d| d.name == *name).map(alone);
                prop_assert_eq!(own.as_ref(), Some(row));
            } else {
                prop_assert!(merged_in(row) >= 2, "{row:?}");
            }
            held += merged_in(row);
        }
        prop_assert!(table.rows.is_empty() || held == table.departments);
    }

    #[test]
    fn the_order_of_the_departments_does_not_matter(
        (departments, shuffled) in departments().prop_flat_map(|d| (Just(d.clone()), Just(d).prop_shuffle())),
        k in 5..25u32,
    ) {
        prop_assert_eq!(merge_small(&departments, k), merge_small(&shuffled, k));
    }
}
