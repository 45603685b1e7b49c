//! Company names as people write them: legal forms, channel affixes, addresses.

/// The words of a name: lower case, `&` as "and", everything else that is no letter or digit as a space.
pub fn words(name: &str) -> Vec<String> {
    let spelled: String = name
        .replace('&', " and ")
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '.'))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { fold(c) } else { ' ' })
        .collect();
    spelled.split_whitespace().map(str::to_owned).collect()
}

/// The commonest accented letters as their plain ones; names are typed without accents in channel names and addresses.
fn fold(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        _ => c,
    }
}
