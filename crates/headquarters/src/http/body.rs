//! Bodies in and out: capped, zstd or plain JSON in, zstd out.

use super::Refused;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use holdfast_protocol::body::{self, BodyError, ENCODING};
use holdfast_protocol::{BODY_BYTES_MAX, PROTOCOL, Problem, ProblemCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How much of a too large body is read and thrown away: a client that is cut off in the middle of
/// sending may never see the answer.
const DISCARDED_MAX: usize = 16 * BODY_BYTES_MAX;
/// The first bytes of every zstd frame.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Only the version of a body whose rest may be of another one.
#[derive(serde::Deserialize)]
struct Versioned {
    protocol: u32,
}

/// Reads a request's body.
pub(super) async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Refused> {
    let bytes = collect(body.into_data_stream()).await?;
    decode(headers, &bytes).or_else(|error| {
        let version: Result<Versioned, _> = decode(headers, &bytes);
        version.map_or(Ok(()), |version| check_protocol(version.protocol))?;
        Err(problem(&error).into())
    })
}

/// Headquarters serves its own protocol and the one before.
pub(super) fn check_protocol(protocol: u32) -> Result<(), Problem> {
    if protocol > PROTOCOL {
        return Err(Problem::new(
            ProblemCode::UpgradeHq,
            "This device is newer than headquarters. It goes on working; what it did waits until \
             headquarters is upgraded.",
        ));
    }
    if protocol + 1 < PROTOCOL {
        return Err(Problem::new(
            ProblemCode::UpgradeDevice,
            "This program is too old for headquarters. Install the newest version; nothing that \
             waits is lost.",
        ));
    }
    Ok(())
}

async fn collect(mut stream: BodyDataStream) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::new(ProblemCode::BadRequest, format!("The body broke off: {error}."))
        })?;
        length += chunk.len();
        if length <= BODY_BYTES_MAX {
            bytes.extend_from_slice(&chunk);
        } else if length > DISCARDED_MAX {
            break;
        }
    }
    if length > BODY_BYTES_MAX {
        return Err(problem(&BodyError::TooLarge { max: BODY_BYTES_MAX }).into());
    }
    Ok(bytes)
}

fn decode<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, BodyError> {
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|it| it != "identity");
    if encoded || bytes.starts_with(&ZSTD_MAGIC) {
        body::decode(bytes, BODY_BYTES_MAX)
    } else {
        Ok(serde_json::from_slice(bytes)?)
    }
}

fn problem(error: &BodyError) -> Problem {
    match error {
        BodyError::TooLarge { max } => {
            let message = format!("The body is larger than {max} bytes. Send fewer operations.");
            Problem::new(ProblemCode::BodyTooLarge, message)
        }
        BodyError::Compression(_) | BodyError::Json(_) => {
            Problem::new(ProblemCode::BadRequest, format!("The body cannot be read: {error}."))
        }
    }
}

/// A 200 whose body is compressed.
pub(super) fn reply<T: Serialize>(value: &T) -> Result<Response, Refused> {
    let bytes = body::encode(value).map_err(|error| crate::Failure::Bug(error.to_string()))?;
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, ENCODING)];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_compressed_json_are_read_and_anything_else_is_a_bad_request() {
        let none = HeaderMap::new();
        assert_eq!(decode::<u8>(&none, b"7").unwrap(), 7);
        assert_eq!(decode::<u8>(&none, &body::encode(&7).unwrap()).unwrap(), 7);
        let mut gzip = HeaderMap::new();
        gzip.insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
        let error = decode::<u8>(&gzip, b"7").unwrap_err();
        assert_eq!(problem(&error).code, ProblemCode::BadRequest);
    }

    #[test]
    fn the_protocol_before_is_served_and_a_newer_one_is_not() {
        assert!(check_protocol(PROTOCOL).is_ok() && check_protocol(PROTOCOL - 1).is_ok());
        assert_eq!(check_protocol(PROTOCOL + 1).unwrap_err().code, ProblemCode::UpgradeHq);
    }
}
