//! Bodies: JSON, zstd-compressed, capped in bytes on the way in.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// The `Content-Encoding` of every body.
pub const ENCODING: &str = "zstd";
/// Fast, and already a tenth of the size.
const LEVEL: i32 = 1;

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is larger than the cap, or claims to be.
    #[error("the body is larger than {max} bytes")]
    TooLarge {
        /// The cap.
        max: usize,
    },
    /// It is not zstd.
    #[error("the body is not compressed with zstd: {0}")]
    Compression(std::io::Error),
    /// It is not the JSON that was expected.
    #[error("the body is not what was expected: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes a body.
///
/// # Errors
/// Where `value` has no JSON form.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, BodyError> {
    let json = serde_json::to_vec(value)?;
    zstd::bulk::compress(&json, LEVEL).map_err(BodyError::Compression)
}

/// Reads a body of at most `max` bytes after decompression. A small body that unpacks to a huge one
/// is stopped at the cap.
///
/// # Errors
/// See [`BodyError`].
pub fn decode<T: DeserializeOwned>(body: &[u8], max: usize) -> Result<T, BodyError> {
    let mut json = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    zstd::stream::read::Decoder::new(body)
        .map_err(BodyError::Compression)?
        .take(limit)
        .read_to_end(&mut json)
        .map_err(BodyError::Compression)?;
    if json.len() > max {
        return Err(BodyError::TooLarge { max });
    }
    Ok(serde_json::from_slice(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_body_that_unpacks_to_a_huge_one_is_stopped() {
        let bomb = encode(&" ".repeat(50_000_000)).unwrap();
        assert!(bomb.len() < 10_000);
        assert!(matches!(decode::<String>(&bomb, 1_000_000), Err(BodyError::TooLarge { .. })));
        assert!(matches!(decode::<String>(b"{}", 100), Err(BodyError::Compression(_))));
        assert_eq!(decode::<u8>(&encode(&7).unwrap(), 100).unwrap(), 7);
    }
}
