//! A text that was refused, as it would be right: what its member sends again with one touch.

use super::Refused;
use crate::commands::parse::Line;
use crate::commands::problem::Candidate;

/// More than this is not sent again by a link.
const TEXT_BYTES_MAX: usize = 1_000;
/// More candidates than this are read, not touched.
const CANDIDATES_MAX: usize = 40;

/// What mends the one line that was refused: a label, and the whole text with it. Of several lines each mends only a part,
/// which [`all`] sends together.
pub fn links(refused: &Refused, refused_count: usize, lines: &[Line]) -> Vec<(String, String)> {
    if refused_count != 1 {
        return Vec::new();
    }
    if let Some(nearest) = &refused.problem.nearest {
        let mended = text(lines, |line| {
            (line.number == refused.number).then(|| nearest.clone())
        });
        let label = "Send it corrected".to_owned();
        return mended.map(|says| (label, says)).into_iter().collect();
    }
    let candidates = refused.problem.candidates.iter().take(CANDIDATES_MAX);
    candidates
        .filter_map(|candidate| {
            let right = replaced(&refused.text, candidate)?;
            let mended = text(lines, |line| {
                (line.number == refused.number).then(|| right.clone())
            });
            Some((candidate.shown.clone(), mended?))
        })
        .collect()
}

/// The whole text with the nearest right form of each line that was refused; absent where one has none.
pub fn all(refused: &[Refused], lines: &[Line]) -> Option<String> {
    if refused.iter().any(|r| r.problem.nearest.is_none()) {
        return None;
    }
    text(lines, |line| {
        let wrong = refused.iter().find(|r| r.number == line.number);
        wrong.and_then(|r| r.problem.nearest.clone())
    })
}

/// The lines as text, some of them replaced. Absent where a line has its subject from a line above, which is no command and
/// so is not here.
fn text(lines: &[Line], right: impl Fn(&Line) -> Option<String>) -> Option<String> {
    let stands_alone = |line: &Line| {
        let target = line.target.as_ref().map(|target| target.to_string());
        target.is_none_or(|target| {
            let target = target.trim_start_matches('@').to_lowercase();
            line.text.to_lowercase().contains(&target)
        })
    };
    if !lines.iter().all(stands_alone) {
        return None;
    }
    let said: Vec<String> = lines
        .iter()
        .map(|line| right(line).unwrap_or_else(|| line.text.clone()))
        .collect();
    let text = said.join("\n");
    (text.len() <= TEXT_BYTES_MAX).then_some(text)
}

/// The line with the record's number for its name: `next @ada: call` becomes `next #c12: call`.
fn replaced(line: &str, candidate: &Candidate) -> Option<String> {
    let number = candidate.record.to_string();
    let forms = [
        format!("@\"{}\"", candidate.written),
        format!("@{}", candidate.written),
        format!("\"{}\"", candidate.written),
        candidate.written.clone(),
    ];
    let form = forms.iter().find(|form| line.contains(form.as_str()))?;
    Some(line.replacen(form.as_str(), &number, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::command::Ref;
    use crate::commands::parse;
    use crate::commands::problem::Problem;
    use crate::commands::reply::Step;
    use crate::domain::language::Language;

    /// The links for a text of which these lines were refused, each for a problem.
    fn mended(source: &str, problems: &[(u32, Problem)]) -> Vec<(String, String)> {
        let lines = parse::lines(source, Language::English);
        let refused: Vec<Refused> = problems
            .iter()
            .map(|(number, problem)| Refused {
                number: *number,
                text: lines
                    .iter()
                    .find(|l| l.number == *number)
                    .map_or_else(String::new, |l| l.text.clone()),
                problem: problem.clone(),
                at: Step::Reading,
            })
            .collect();
        match refused.as_slice() {
            [one] => links(one, 1, &lines),
            several => all(several, &lines)
                .map(|says| ("all".to_owned(), says))
                .into_iter()
                .collect(),
        }
    }

    fn candidate(written: &str, id: i64, shown: &str) -> Candidate {
        Candidate {
            written: written.to_owned(),
            record: Ref::Contact(id),
            shown: shown.to_owned(),
        }
    }

    #[test]
    fn a_refused_text_is_offered_as_it_would_be_right() {
        let near = |nearest: &str| Problem::new("it was not understood").nearest(nearest);
        let mut ambiguous = Problem::new("@ada is 2 people");
        ambiguous.candidates = vec![
            candidate("ada", 12, "Ada Byron (Acme)"),
            candidate("ada", 77, "Ada Ray"),
        ];
        let cases = [
            (
                "note #c1: a\nnoet #c2: b\nlist",
                vec![(2, near("note #c2: b"))],
                vec!["note #c1: a\nnote #c2: b\nlist"],
            ),
            (
                "noet #c1: a\nlsit",
                vec![(1, near("note #c1: a")), (2, near("list"))],
                vec!["note #c1: a\nlist"],
            ),
            (
                "note #c1: x\nnote @ada: tea with ada",
                vec![(2, ambiguous.clone())],
                vec![
                    "note #c1: x\nnote #c12: tea with ada",
                    "note #c1: x\nnote #c77: tea with ada",
                ],
            ),
            // One of two has no nearest form; the subject of a line stands above it; nothing is near.
            (
                "noet #c1: a\nlsit",
                vec![(1, near("note #c1: a")), (2, Problem::new("no"))],
                vec![],
            ),
            ("@bob:\nnoet: a", vec![(2, near("note: a"))], vec![]),
            ("xyz", vec![(1, Problem::new("no"))], vec![]),
        ];
        for (source, problems, expected) in cases {
            let says: Vec<String> = mended(source, &problems)
                .into_iter()
                .map(|(_, says)| says)
                .collect();
            assert_eq!(says, expected, "{source}");
        }
    }
}
