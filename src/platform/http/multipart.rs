//! One uploaded file, from `multipart/form-data`.

use std::collections::BTreeMap;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use utoipa::ToSchema;

use crate::platform::config::Limits;
use crate::platform::faults::Fault;
use crate::platform::http::extract;
use crate::platform::http::problem::{Problem, code};
use crate::platform::text::tidy;

/// The name of the field that holds the file.
const FILE: &str = "file";
/// Text fields beside the file: so many, of so many bytes each.
const MAX_FIELDS: usize = 16;
const MAX_FIELD_BYTES: usize = 16 * 1024;
const MAX_NAME_CHARS: usize = 200;

/// An uploaded file and the text fields that came with it. An extractor; its limit is [`Limits::max_file_bytes`].
#[derive(Debug)]
pub struct Upload {
    /// As the client named it, without folders; for messages, never a path to write to.
    pub file_name: String,
    pub bytes: Vec<u8>,
    pub fields: BTreeMap<String, String>,
}

/// The form of an upload, for the API description: `request_body(content = UploadForm, content_type = "multipart/form-data")`.
#[derive(ToSchema)]
pub struct UploadForm {
    /// The file, byte for byte as it was exported.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limits = request.app_data::<web::Data<Limits>>().map(|limits| ***limits).unwrap_or_default();
        let is_form =
            request.headers().get("content-type").and_then(|value| value.to_str().ok()).is_some_and(
                |value| value.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"),
            );
        let parts = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            if !is_form {
                return Err(Problem::unsupported(
                    "Send the file as multipart/form-data, in the field `file`.",
                ));
            }
            read(parts, limits.max_file_bytes).await
        })
    }
}

async fn read(mut parts: Multipart, max_file_bytes: usize) -> Result<Upload, Problem> {
    let mut file = None;
    let mut fields = BTreeMap::new();
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| refused(&error))?;
        let name = part.name().unwrap_or_default().to_owned();
        if file.is_some() && name == FILE || fields.contains_key(&name) {
            return Err(fault("repeated-field", &name, "send this field once"));
        }
        if name == FILE {
            let file_name = file_name(&part);
            file = Some((file_name, collect(&mut part, FILE, max_file_bytes).await?));
        } else if fields.len() == MAX_FIELDS {
            return Err(Problem::too_large(format!(
                "A form has at most {MAX_FIELDS} fields beside the file."
            )));
        } else {
            let bytes = collect(&mut part, &name, MAX_FIELD_BYTES).await?;
            let text =
                String::from_utf8(bytes).map_err(|_| fault("not-utf-8", &name, "send text as UTF-8"))?;
            fields.insert(name, text);
        }
    }
    let Some((file_name, bytes)) = file else {
        return Err(fault("missing-field", FILE, "send the file in the field `file`"));
    };
    Ok(Upload { file_name, bytes, fields })
}

/// Stops at the first byte over the limit.
async fn collect(part: &mut Field, name: &str, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| refused(&error))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Problem::too_large(format!("The field `{name}` has at most {limit} bytes.")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn file_name(part: &Field) -> String {
    let disposition = part.content_disposition();
    let sent = disposition.and_then(|it| it.get_filename()).unwrap_or_default();
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = tidy(last).chars().take(MAX_NAME_CHARS).collect();
    if name.is_empty() { "upload".to_owned() } else { name }
}

fn fault(fault_code: &'static str, field: &str, message: &str) -> Problem {
    Problem::of_faults(Fault::new(fault_code, message).in_field(field).into())
}

fn refused(error: &MultipartError) -> Problem {
    match error {
        MultipartError::ContentTypeIncompatible | MultipartError::ContentTypeMissing => {
            Problem::unsupported("Send the file as multipart/form-data, in the field `file`.")
        }
        MultipartError::Payload(error) => extract::payload(error),
        other => Problem::bad_request(code::MALFORMED_REQUEST, format!("The form cannot be read: {other}.")),
    }
}
