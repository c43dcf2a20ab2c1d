//! What every answer carries, and what no request gets past.

use super::*;

#[actix_web::test]
async fn every_answer_has_the_security_headers_and_an_id() {
    let mut ids = std::collections::BTreeSet::new();
    for path in [
        "/health",
        "/api/v1/things/1",
        "/api/v1/things/2",
        "/api/v1/things/5",
        "/nothing",
        "/api/v1/openapi.json",
        "/api/v1/docs/",
    ] {
        let answer = send(get(path)).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        for (name, value) in [
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", ""),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        let policy = answer.header("permissions-policy");
        assert!(
            policy.split(", ").all(|feature| feature.ends_with("=()")) && policy.contains("camera"),
            "{policy}"
        );
        assert_eq!(answer.header("cache-control"), if path.ends_with('/') { "no-cache" } else { "no-store" });
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert!(ids.insert(answer.header("x-request-id").to_owned()) && !ids.contains(""), "{path}");
    }
}

#[actix_web::test]
async fn browsers_insist_on_https_where_the_public_url_has_it() {
    for (public_url, expected) in [
        ("https://academy.example", "max-age=31536000"),
        ("http://127.0.0.1:8080", ""),
        ("http://academy", ""),
    ] {
        for path in ["/health", "/nothing", "/api/v1/things/5"] {
            let request = get(path);
            let answer = send_to(server(Some(public_url), Arc::new(|| Ok(()))), request).await;
            assert_eq!(answer.header("strict-transport-security"), expected, "{public_url} {path}");
        }
    }
}

#[actix_web::test]
async fn other_sites_are_told_nothing() {
    let options = |path: &str| TestRequest::default().method(actix_web::http::Method::OPTIONS).uri(path);
    let cors =
        |answer: &Answer| answer.headers.keys().any(|name| name.as_str().starts_with("access-control"));
    for path in ["/api/v1/things/1", "/api/v1/things", "/api/v1/files", "/health"] {
        let preflight = options(path)
            .insert_header(("Origin", "https://evil.example"))
            .insert_header(("Access-Control-Request-Method", "POST"))
            .insert_header(("Access-Control-Request-Headers", "authorization"));
        assert!(!cors(&send(preflight).await.expect_problem(405, "method-not-allowed")), "{path}");
        assert!(!cors(&send(get(path).insert_header(("Origin", "https://evil.example"))).await), "{path}");
    }
}

#[actix_web::test]
async fn a_head_has_at_most_16_kilobytes() {
    let padded = |bytes: usize| get("/health").insert_header(("X-Padding", "x".repeat(bytes)));
    assert_eq!(send(padded(16_000)).await.status, 200);
    send(padded(16 * 1024)).await.expect_problem(431, "head-too-large");
    let many = (0..90).fold(get("/health"), |it, n| it.append_header((format!("x-{n}"), "x".repeat(180))));
    send(many).await.expect_problem(431, "head-too-large");
    send(get(&format!("/health?{}", "x".repeat(16 * 1024)))).await.expect_problem(431, "head-too-large");
}
