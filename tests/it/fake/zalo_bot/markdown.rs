//! Zalo's markdown, read strictly: nobody has seen what the real service does with marks that do not match.

const TAGS: [&str; 6] = ["red", "orange", "yellow", "green", "big", "underline"];

/// What is wrong with a text's marks.
pub fn fault(text: &str) -> Option<&'static str> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mut length = character.len_utf8();
        match character {
            '\\' => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            '*' | '~' => {
                let mark = ["**", "~~", "*"].into_iter().find(|mark| rest.starts_with(mark));
                let Some(mark) = mark else {
                    rest = &rest[1..];
                    continue;
                };
                if open.last() == Some(&mark) {
                    open.pop();
                } else {
                    open.push(mark);
                }
                length = mark.len();
            }
            '{' => {
                let Some(end) = rest.find('}') else { return Some("a brace is never closed") };
                let name = &rest[1..end];
                match name.strip_prefix('/') {
                    Some(name) if open.last() == Some(&name) => drop(open.pop()),
                    None if TAGS.contains(&name) => open.push(name),
                    _ => return Some("an unknown tag"),
                }
                length = end + 1;
            }
            '}' => return Some("a brace closes nothing"),
            _ => {}
        }
        rest = &rest[length..];
    }
    (!open.is_empty()).then_some("a mark is never closed")
}
