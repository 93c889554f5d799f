//! The stages that a deal goes through, in order, each with the chance that a deal which stands there is won. Knows no deals. Pure.
//!
//! `Lead 10%, Qualified, Proposal 50%`: a stage whose chance is not said gets one by its place, evenly between those beside it that
//! are said, with 0% before the first and 100% behind the last: 30% here. It is kept, so that everybody sees it.

use super::chosen_text::{one_line, shown};
use super::error::{Error, Result};
use super::fold;
use std::fmt;

/// Stages of one pipeline.
pub const STAGES_MAX: usize = 12;
/// Letters of a stage's name.
pub const STAGE_CHARS_MAX: usize = 40;
/// What is certain, in percent.
const CERTAIN: u8 = 100;
/// What is said where a chance is none.
const CHANCE: &str = "a chance is a whole number from 0% to 100%, behind a space: Lead 10%";

/// The words that end a deal, in every language that commands are spoken in: a stage of that name could not be told from them.
const ENDS: [&str; 28] = [
    "won",
    "lost",
    "closed",
    "voitettu",
    "voitto",
    "hävitty",
    "häviö",
    "menetetty",
    "gewonnen",
    "verloren",
    "gagné",
    "gagnée",
    "perdu",
    "perdue",
    "ganado",
    "ganada",
    "ganó",
    "perdido",
    "perdida",
    "vunnen",
    "vunnet",
    "vann",
    "förlorad",
    "förlorat",
    "closed won",
    "closed lost",
    "deal won",
    "deal lost",
];

/// Where a deal may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// As it was written, 1 to 40 letters; unique in its pipeline, as [`fold::key`] compares.
    pub name: String,
    /// How likely a deal that stands here is won: 0 to 100.
    pub chance_percent: u8,
}

/// The stages of a workspace, in order: 1 to 12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    stages: Vec<Stage>,
}

/// What holds where nothing was chosen: `Lead 10%, Qualified 25%, Proposal 50%, Negotiation 75%`.
impl Default for Pipeline {
    fn default() -> Pipeline {
        let stages = [
            ("Lead", 10),
            ("Qualified", 25),
            ("Proposal", 50),
            ("Negotiation", 75),
        ];
        let stage = |(name, chance_percent): (&str, u8)| Stage {
            name: name.to_owned(),
            chance_percent,
        };
        Pipeline {
            stages: stages.map(stage).to_vec(),
        }
    }
}

/// As it is kept; [`Pipeline::read`] reads it back as the same.
impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, stage) in self.stages.iter().enumerate() {
            let between = if at == 0 { "" } else { ", " };
            write!(f, "{between}{} {}%", stage.name, stage.chance_percent)?;
        }
        Ok(())
    }
}

impl Pipeline {
    /// Reads stages as people write them, commas between them. The error says what to write.
    pub fn read(text: &str) -> Result<Pipeline> {
        let pieces: Vec<&str> = text
            .split([',', ';', '，'])
            .map(str::trim)
            .filter(|piece| !piece.is_empty())
            .take(STAGES_MAX + 1)
            .collect();
        match pieces.len() {
            0 => {
                return Err(Error::invalid(
                    "name at least one stage: Lead 10%, Proposal 50%",
                ));
            }
            1..=STAGES_MAX => {}
            _ => {
                let problem = format!("a pipeline has at most {STAGES_MAX} stages");
                return Err(Error::invalid(problem));
            }
        }
        let mut names: Vec<(String, String)> = Vec::new();
        let mut chances = Vec::new();
        for piece in pieces {
            let (name, chance) = split(piece)?;
            let name = one_line("the name of a stage", name, STAGE_CHARS_MAX)?;
            let key = key_of(&name)?;
            if names.iter().any(|(_, other)| *other == key) {
                return Err(Error::invalid(format!(
                    "two stages are called {}",
                    shown(&name)
                )));
            }
            names.push((name, key));
            chances.push(chance);
        }
        let stages = names.into_iter().zip(spread(&chances));
        let stages = stages.map(|((name, _), chance_percent)| Stage {
            name,
            chance_percent,
        });
        Ok(Pipeline {
            stages: stages.collect(),
        })
    }

    /// The stages, in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The stage that somebody names, whatever its case and marks.
    pub fn stage(&self, said: &str) -> Option<&Stage> {
        let key = fold::key(said);
        self.stages
            .iter()
            .find(|stage| fold::key(&stage.name) == key)
    }
}

/// The name of a stage, and its chance where one is said.
fn split(piece: &str) -> Result<(&str, Option<u8>)> {
    let Some(before) = piece.strip_suffix('%') else {
        return match piece.contains('%') {
            true => Err(Error::invalid(CHANCE)),
            false => Ok((piece, None)),
        };
    };
    let wrong = || Error::invalid(CHANCE);
    let (name, chance) = before
        .trim_end()
        .rsplit_once(char::is_whitespace)
        .ok_or_else(wrong)?;
    let is_written = !chance.is_empty() && chance.bytes().all(|b| b.is_ascii_digit());
    let percent = chance
        .parse::<u8>()
        .ok()
        .filter(|percent| *percent <= CERTAIN);
    match percent {
        Some(percent) if is_written && !name.contains('%') => Ok((name, Some(percent))),
        _ => Err(wrong()),
    }
}

/// What a stage compares by.
fn key_of(name: &str) -> Result<String> {
    let key = fold::key(name);
    if key.is_empty() {
        return Err(Error::invalid(
            "the name of a stage has at least one letter",
        ));
    }
    if ENDS.iter().any(|end| fold::key(end) == key) {
        return Err(Error::invalid(format!(
            "\"{}\" ends a deal and is no stage; leave it out",
            shown(name)
        )));
    }
    Ok(key)
}

/// The chances of stages, those that are not said evenly between those that are.
fn spread(said: &[Option<u8>]) -> Vec<u8> {
    let last = said.len() + 1;
    let known = |at: usize| match at {
        0 => Some(0),
        at if at == last => Some(CERTAIN),
        at => said.get(at - 1).copied().flatten(),
    };
    let between = |at: usize| {
        let (low, from) = (0..at).rev().find_map(|low| Some((low, known(low)?)))?;
        let (high, to) = (at + 1..=last).find_map(|high| Some((high, known(high)?)))?;
        let weighed = usize::from(from) * (high - at) + usize::from(to) * (at - low);
        u8::try_from((weighed + (high - low) / 2) / (high - low)).ok()
    };
    (1..last)
        .map(|at| known(at).or_else(|| between(at)).unwrap_or(CERTAIN))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, String> {
        Pipeline::read(text)
            .map(|pipeline| pipeline.to_string())
            .map_err(|error| error.message)
    }

    #[test]
    fn stages_are_read_as_people_write_them() {
        for (text, kept) in [
            ("Lead 10%, Qualified 25%", "Lead 10%, Qualified 25%"),
            ("Lead 10 %;Qualified  25%, ", "Lead 10%, Qualified 25%"),
            ("Lead", "Lead 50%"),
            (
                "Lead, Proposal, Contract",
                "Lead 25%, Proposal 50%, Contract 75%",
            ),
            ("a, b", "a 33%, b 67%"),
            (
                "Lead 10%, Qualified, Proposal 50%",
                "Lead 10%, Qualified 30%, Proposal 50%",
            ),
            (
                "Lead 90%, Qualified, Proposal",
                "Lead 90%, Qualified 93%, Proposal 97%",
            ),
            ("Lead 0%, Signed 100%", "Lead 0%, Signed 100%"),
            (
                "Lead 100%, Open, Signed 0%",
                "Lead 100%, Open 50%, Signed 0%",
            ),
            ("Phase 2, Q1 10%", "Phase 2 5%, Q1 10%"),
            (
                "Yhteydenotto 10%, Tarjous 50%",
                "Yhteydenotto 10%, Tarjous 50%",
            ),
            ("见面 10%，报价 50%", "见面 10%, 报价 50%"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(kept), "{text}");
        }
        let most: Vec<String> = (1..=STAGES_MAX).map(|n| format!("s{n}")).collect();
        assert!(read(&most.join(",")).is_ok());
        assert!(read(&"x".repeat(STAGE_CHARS_MAX)).is_ok());
    }

    #[test]
    fn what_is_no_pipeline_is_refused_with_what_to_write() {
        for (text, words) in [
            ("", "name at least one stage"),
            (" , ;", "name at least one stage"),
            ("10%", "a chance is"),
            ("Lead10%", "a chance is"),
            ("Lead -5%", "a chance is"),
            ("Lead +5%", "a chance is"),
            ("Lead 101%", "a chance is"),
            ("Lead 999999999999%", "a chance is"),
            ("Lead 12.5%", "a chance is"),
            ("Lead 12,5%", "a chance is"),
            ("Lead 5% off", "a chance is"),
            ("Lead 5% 5%", "a chance is"),
            ("Lead, LEAD 20%", "two stages are called LEAD"),
            ("Entrée, entree", "two stages are called entree"),
            ("***", "at least one letter"),
            ("Lead, Won 100%", "\"Won\" ends a deal"),
            ("lost", "ends a deal"),
            ("Gagne", "ends a deal"),
            ("HÄVITTY", "ends a deal"),
            ("a\u{1}b", "that are seen"),
            ("a\u{202e}b", "that are seen"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(words), "{text}: {said}");
        }
        let many: Vec<String> = (0..=STAGES_MAX).map(|n| format!("s{n}")).collect();
        assert!(read(&many.join(",")).is_err());
        assert!(read(&"x".repeat(STAGE_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn the_default_reads_back_and_a_stage_is_found_by_what_it_is_called() {
        let pipeline = Pipeline::default();
        let kept = "Lead 10%, Qualified 25%, Proposal 50%, Negotiation 75%";
        assert_eq!(pipeline.to_string(), kept);
        assert_eq!(Pipeline::read(kept).unwrap(), pipeline);
        let found = pipeline
            .stage(" négotiation ")
            .map(|stage| stage.chance_percent);
        assert_eq!(found, Some(75));
        for said in ["", "won", "Lead 10%", "negotiations"] {
            assert_eq!(pipeline.stage(said), None, "{said}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_kept_and_read_back(text in "([a-zäÅß0-9é.:/ \u{202e}-]{0,12}( [0-9]{1,3}%)?[,;]){0,14}|\\PC{0,60}") {
            if let Ok(pipeline) = Pipeline::read(&text) {
                let kept = pipeline.to_string();
                prop_assert_eq!(Pipeline::read(&kept).unwrap(), pipeline.clone());
                prop_assert!((1..=STAGES_MAX).contains(&pipeline.stages().len()));
                for stage in pipeline.stages() {
                    prop_assert!(stage.chance_percent <= 100);
                    prop_assert_eq!(pipeline.stage(&stage.name), Some(stage));
                }
            }
        }
    }
}
