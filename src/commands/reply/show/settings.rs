//! What a member chose.

use crate::commands::command::Setting;
use crate::commands::outcome::actions::Settings;
use crate::commands::reply::{Block, Entry};

/// All settings with the lines that change them, or one before and after.
pub(super) fn settings(settings: &Settings) -> Vec<Block> {
    match settings {
        Settings::Shown(all) => {
            let entries = all.iter().map(|chosen| {
                let word = chosen.setting.word();
                let line = match chosen.setting {
                    Setting::Addresses => "changed at the page, under You".to_owned(),
                    setting => format!("my {word}: {}", example(setting)),
                };
                let said = [Some(chosen.value.clone()), chosen.note.clone(), Some(line)];
                Entry::marked(word, said.into_iter().flatten().collect())
            });
            vec![
                Block::Title("Your settings".to_owned()),
                Block::Numbered(entries.collect()),
            ]
        }
        Settings::Changed { before, after } => {
            let word = after.setting.word();
            let line = match before == after {
                true => format!("Your {word} is {} already.", after.value),
                false => format!(
                    "Your {word} is {} now; it was {}.",
                    after.value, before.value
                ),
            };
            let said = [Some(line), after.note.clone()];
            vec![Block::Lines(said.into_iter().flatten().collect())]
        }
    }
}

/// A value to copy.
fn example(setting: Setting) -> &'static str {
    match setting {
        Setting::All | Setting::Addresses => "",
        Setting::Name => "Grace Hopper",
        Setting::Zone => "Europe/Helsinki",
        Setting::Language => "suomi, or en, de, fr, es, sv",
        Setting::DateOrder => "day first, month first, or none",
        Setting::Clock => "12 hours, or 24 hours",
        Setting::DefaultTime => "09:00",
        Setting::Digest => "weekdays 07:30, daily 8:00, mon,thu 7:30, or never",
        Setting::Quiet => "on, or off",
        Setting::Hold => "60 seconds, or off",
        Setting::Notify => "mail, chat, or both",
        Setting::Preview => "on, or off",
        Setting::From => "your own address, or none",
        Setting::Signature => "Grace Hopper\\nStudio Hopper, or none",
    }
}
