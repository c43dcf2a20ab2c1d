//! Which form of an answer a client wants (RFC 9110, 12.5.1).

use actix_web::http::StatusCode;
use actix_web::http::header::{Accept, Header, Quality, QualityItem, VARY};
use actix_web::mime::{self, Mime};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use crate::platform::http::problem::{Problem, code};

/// A form that an answer can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Json,
    Csv,
    Pdf,
}

impl Media {
    pub fn content_type(self) -> &'static str {
        match self {
            Media::Json => "application/json",
            Media::Csv => "text/csv; charset=utf-8",
            Media::Pdf => "application/pdf",
        }
    }

    /// Begins a 200 answer of this form, which caches keep apart from the others.
    pub fn answer(self) -> HttpResponseBuilder {
        let mut response = HttpResponse::Ok();
        response.content_type(self.content_type()).insert_header((VARY, "Accept"));
        response
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Media::Json => ("application", "json"),
            Media::Csv => ("text", "csv"),
            Media::Pdf => ("application", "pdf"),
        }
    }

    /// How closely a range names this form: `text/csv` before `text/*` before `*/*`.
    fn closeness(self, range: &Mime) -> Option<u8> {
        let (kind, subtype) = self.names();
        match (range.type_(), range.subtype()) {
            (mime::STAR, mime::STAR) => Some(0),
            (a, mime::STAR) if a == kind => Some(1),
            (a, b) if a == kind && b == subtype => Some(2),
            _ => None,
        }
    }

    /// What the client thinks of this form: the quality of the range that names it most closely.
    fn quality(self, ranges: &[QualityItem<Mime>]) -> Quality {
        ranges
            .iter()
            .filter_map(|range| Some((self.closeness(&range.item)?, range.quality)))
            .max()
            .map_or(Quality::ZERO, |(_, quality)| quality)
    }
}

/// The offered form that the client likes best; the earlier one if it likes several equally.
///
/// # Errors
/// 406 if the client accepts none of them.
pub fn choose(request: &HttpRequest, offered: &[Media]) -> Result<Media, Problem> {
    // No header, and one that cannot be read, say nothing: everything is welcome.
    let ranges = Accept::parse(request).map(|accept| accept.0).unwrap_or_default();
    let ranges = if ranges.is_empty() { vec![QualityItem::max(mime::STAR_STAR)] } else { ranges };
    let liked = offered.iter().map(|media| (media.quality(&ranges), *media));
    // `max_by` gives the last of equals, so the offer is read backwards.
    match liked.rev().max_by(|(a, _), (b, _)| a.cmp(b)) {
        Some((quality, media)) if quality > Quality::ZERO => Ok(media),
        _ => Err(nothing_acceptable(offered)),
    }
}

fn nothing_acceptable(offered: &[Media]) -> Problem {
    let names: Vec<_> = offered.iter().map(|media| media.content_type()).collect();
    let detail = format!("This is on offer as {}.", names.join(", "));
    Problem::new(StatusCode::NOT_ACCEPTABLE, code::NOT_ACCEPTABLE, detail)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const ALL: [Media; 3] = [Media::Json, Media::Csv, Media::Pdf];

    fn chosen(accept: &str) -> Option<Media> {
        let request = TestRequest::default().insert_header(("Accept", accept)).to_http_request();
        choose(&request, &ALL).ok()
    }

    #[test]
    fn the_form_that_the_client_likes_best_is_chosen() {
        for (accept, expected) in [
            ("application/pdf", Some(Media::Pdf)),
            ("*/*", Some(Media::Json)),
            ("text/*", Some(Media::Csv)),
            ("text/csv;q=0.5, application/pdf;q=0.9", Some(Media::Pdf)),
            ("application/*;q=0.1, application/pdf", Some(Media::Pdf)),
            ("application/json;q=0, */*;q=0.1", Some(Media::Csv)),
            ("text/csv;q=0.2, */*;q=0.5", Some(Media::Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("?!", Some(Media::Json)),
            ("", Some(Media::Json)),
        ] {
            assert_eq!(chosen(accept), expected, "{accept}");
        }
    }

    #[test]
    fn without_a_header_everything_is_welcome() {
        let request = TestRequest::default().to_http_request();
        assert_eq!(choose(&request, &ALL).ok(), Some(Media::Json));
    }

    #[test]
    fn nothing_acceptable_is_a_406_that_names_the_offer() {
        let request = TestRequest::default().insert_header(("Accept", "image/png")).to_http_request();
        let problem = choose(&request, &ALL).expect_err("nothing fits");
        assert_eq!(problem.status, StatusCode::NOT_ACCEPTABLE);
        assert!(problem.detail.contains("application/pdf"));
    }
}
