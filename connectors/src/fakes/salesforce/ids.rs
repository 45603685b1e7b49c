//! Record ids: 15 characters that tell upper from lower case, and 3 that make them safe where case is lost.

/// A record's 18-character id: the object's prefix, the pod, and a number in base 62.
pub(super) fn new(prefix: &str, number: u64) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 7];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    let short = format!("{prefix}5g000{}", String::from_utf8_lossy(&digits));
    format!("{short}{}", suffix(&short))
}

/// The id with its suffix, from either form; `None` when it is no id.
pub(super) fn long(id: &str) -> Option<String> {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric());
    match id.len() {
        15 if plain => Some(format!("{id}{}", suffix(id))),
        18 if plain => Some(id.to_owned()),
        _ => None,
    }
}

/// Each of the three characters tells which of five letters are capitals.
fn suffix(short: &str) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let capitals = |chunk: &[u8]| {
        chunk
            .iter()
            .enumerate()
            .map(|(bit, b)| usize::from(b.is_ascii_uppercase()) << bit)
            .sum::<usize>()
    };
    short
        .as_bytes()
        .chunks(5)
        .map(|chunk| DIGITS[capitals(chunk)] as char)
        .collect()
}

/// The user whose authorization we have: the first one planted.
pub(super) fn first_user() -> String {
    new("005", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_is_the_one_salesforce_makes() {
        // The id that Salesforce's REST API documentation uses in its examples.
        assert_eq!(long("001D000000IRFma").as_deref(), Some("001D000000IRFmaIAH"));
        assert_eq!(new("00T", 62), "00T5g0000000010EAA");
        assert_eq!(long("not an id"), None);
    }
}
