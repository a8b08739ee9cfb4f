//! Device tokens: 32 random bytes. Headquarters keeps only the hash; finding a device by the hash of
//! what was sent takes the same time however much of a guess is right.

use rand::RngCore;
use sha2::{Digest, Sha256};

/// A new token, and its hash.
pub(super) fn new() -> (String, Vec<u8>) {
    let mut secret = [0_u8; 32];
    rand::rng().fill_bytes(&mut secret);
    let token = hex::encode(secret);
    let hash = hash(&token);
    (token, hash)
}

/// The hash by which a token is known.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
