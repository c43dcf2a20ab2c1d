use proptest::prelude::*;

use super::*;

#[test]
fn a_key_is_read_with_and_without_quotation_marks() {
    for (sent, read) in [
        ("8e03978e-40d5", Some("8e03978e-40d5")),
        ("\"8e03978e-40d5\"", Some("8e03978e-40d5")),
        (" a\t", Some("a")),
        (r#""a\"b\\c""#, Some(r#"a"b\c"#)),
        (r#"a"b\c"#, Some(r#"a"b\c"#)),
        ("", None),
        ("\"", None),
        ("\"\"", None),
        (r#""a"b""#, None),
        (r#""a\""#, None),
        (r#""a\b""#, None),
        ("\"a b\"", None),
        ("\"a\";x=1", None),
        ("é", None),
    ] {
        assert_eq!(parse(sent.as_bytes()).as_deref(), read, "{sent}");
    }
    assert!(parse(&[b'x'; MOST_KEY_CHARS]).is_some() && parse(&[b'x'; MOST_KEY_CHARS + 1]).is_none());
    assert!(parse(b"\xff").is_none());
}

#[test]
fn an_answer_that_another_try_may_change_does_not_stay() {
    let stays = |status: u16| stays(StatusCode::from_u16(status).expect("a status"));
    assert!([200, 201, 204, 400, 404, 409, 412, 413, 415, 422].into_iter().all(stays));
    assert!(![401, 403, 408, 429, 500, 503].into_iter().any(stays));
}

#[test]
fn a_request_is_told_from_any_other() {
    let head = |parts: [&str; 3]| parts.map(|part| part.as_bytes().to_vec()).to_vec();
    let one = print(&head(["/a", "b=1", "application/json"]), b"{}", None);
    for (parts, body) in [
        (["/b", "b=1", "application/json"], "{}"),
        (["/a", "b=2", "application/json"], "{}"),
        (["/a", "b=1", "text/plain"], "{}"),
        (["/a", "b=1", "application/json"], "[]"),
        (["/ab", "=1", "application/json"], "{}"),
    ] {
        assert_ne!(print(&head(parts), body.as_bytes(), None), one, "{parts:?} {body}");
    }
}

proptest! {
    #[test]
    fn every_visible_text_is_a_key_however_it_is_written(key in "[!-~]{1,255}") {
        let quoted = format!("\"{}\"", key.replace('\\', r"\\").replace('"', r#"\""#));
        prop_assert_eq!(parse(quoted.as_bytes()), Some(key.clone()));
        if !key.starts_with('"') {
            prop_assert_eq!(parse(key.as_bytes()), Some(key));
        }
    }

    #[test]
    fn whatever_is_sent_is_a_key_or_refused(sent in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Some(key) = parse(&sent) {
            prop_assert!((1..=MOST_KEY_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn a_form_is_its_parts_whatever_stands_between(
        parts in prop::collection::vec("[a-z]{0,9}", 1..5),
        other in prop::collection::vec("[a-z]{0,9}", 1..5),
    ) {
        let printed = |parts: &[String], between: &str| print(&[], parts.join(between).as_bytes(), Some(between));
        prop_assert_eq!(printed(&parts, "--1"), printed(&parts, "--22"));
        prop_assert_eq!(printed(&parts, "--1") == printed(&other, "--1"), parts == other);
    }

    #[test]
    fn what_is_kept_is_what_was_answered(
        headers in prop::collection::vec((".*", ".*"), 0..4),
        body in prop::collection::vec(any::<u8>(), 0..99),
    ) {
        let kept = Kept { headers, body };
        prop_assert_eq!(Kept::from_bytes(&kept.to_bytes().expect("JSON")), Some(kept));
    }
}
