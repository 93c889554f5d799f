//! Charts as PNG: drawn on an opaque ground that reads well in a light and in a dark chat, large enough for a phone.
//!
//! Telegram tells no bot which theme a person uses, so there is one picture for both. Letters that the embedded font lacks are
//! shown as the number of their bar, which the text beside the picture names.

use crate::domain::chat::{Chart, ChartForm};
use crate::domain::{Error, Kind, Result};
use charts_rs::{
    Align, BarChart, Box as Margin, ChartBase, Color, DEFAULT_FONT_DATA, DEFAULT_FONT_FAMILY,
    HorizontalBarChart, Position, Series, YAxisConfig,
};
use resvg::{tiny_skia, usvg};
use std::sync::{Arc, LazyLock};

/// Points of the picture's width; it is drawn twice as fine.
const WIDTH: f32 = 600.0;
const SCALE: f32 = 2.0;
/// Bars of one picture; the rest are one more.
const BARS_MAX: usize = 15;
/// Letters of a label.
const LABEL_CHARS_MAX: usize = 18;

static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(DEFAULT_FONT_DATA.to_vec());
    fonts.set_sans_serif_family(DEFAULT_FONT_FAMILY);
    Arc::new(fonts)
});

/// Draws a chart. `Kind::Corrupt` where the drawing itself fails, which is a fault of this program.
pub fn png(chart: &Chart) -> Result<Vec<u8>> {
    let svg = svg(&bounded(chart))?;
    let options = usvg::Options {
        font_family: DEFAULT_FONT_FAMILY.to_owned(),
        fontdb: FONTS.clone(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(&svg, &options).map_err(faulty)?;
    let size = tree.size();
    let side = |length: f32| (length * SCALE).ceil() as u32;
    let mut map = tiny_skia::Pixmap::new(side(size.width()), side(size.height()))
        .ok_or_else(|| Error::new(Kind::Corrupt, "the picture has no size"))?;
    map.fill(tiny_skia::Color::WHITE);
    let scale = tiny_skia::Transform::from_scale(SCALE, SCALE);
    resvg::render(&tree, scale, &mut map.as_mut());
    map.encode_png().map_err(faulty)
}

fn faulty(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Kind::Corrupt, "the picture cannot be drawn").because(error)
}

/// So many bars that a phone shows them, each with a label that the font has.
fn bounded(chart: &Chart) -> Chart {
    let mut chart = chart.clone();
    let count = chart.labels.len().max(1);
    chart.labels.resize(count, String::new());
    for (_, values) in &mut chart.series {
        values.resize(count, 0);
    }
    if chart.series.is_empty() {
        chart.series.push((String::new(), vec![0; count]));
    }
    if count > BARS_MAX && chart.form == ChartForm::Bars {
        chart.labels.truncate(BARS_MAX);
        chart.labels.push("others".to_owned());
        for (_, values) in &mut chart.series {
            let rest = values.split_off(BARS_MAX);
            values.push(rest.into_iter().fold(0, i64::saturating_add));
        }
    }
    for (at, label) in chart.labels.iter_mut().enumerate() {
        *label = drawable(label, at);
    }
    for (at, (name, _)) in chart.series.iter_mut().enumerate() {
        *name = drawable(name, at);
    }
    chart.title = title(&chart.title);
    chart
}

/// Whether the embedded font has a letter: Latin, Greek, Cyrillic and their punctuation.
fn is_drawable(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{a0}'..='\u{24f}' | '\u{370}'..='\u{52f}' | '\u{2010}'..='\u{2026}' | '€')
}

/// A label as it can be drawn: cut, or the number of its bar where its letters are not in the font.
fn drawable(label: &str, at: usize) -> String {
    let letters: Vec<char> = label.trim().chars().collect();
    if letters.iter().any(|letter| !is_drawable(*letter)) {
        return format!("no. {}", at + 1);
    }
    match letters.len() > LABEL_CHARS_MAX {
        false => letters.into_iter().collect(),
        true => letters
            .into_iter()
            .take(LABEL_CHARS_MAX - 1)
            .chain(['…'])
            .collect(),
    }
}

fn title(title: &str) -> String {
    title
        .chars()
        .filter(|letter| is_drawable(*letter))
        .take(48)
        .collect()
}

/// Values as the chart takes them; huge ones keep their order, which is all that a bar shows of them.
fn series(chart: &Chart) -> Vec<Series> {
    let all = chart.series.iter().enumerate();
    all.map(|(at, (name, values))| {
        let mut series = Series::new(name.clone(), values.iter().map(|v| *v as f32).collect());
        series.label_show = chart.form == ChartForm::Bars;
        series.index = Some(at);
        series.stack = (chart.form == ChartForm::Columns).then(|| "all".to_owned());
        series
    })
    .collect()
}

fn ink() -> Color {
    Color::from("#1d2a33")
}

fn colours() -> Vec<Color> {
    ["#0f6168", "#d9822b", "#6a51a3", "#2b7a3e"]
        .map(Color::from)
        .to_vec()
}

fn svg(chart: &Chart) -> Result<String> {
    let bars = chart.labels.len() as f32;
    match chart.form {
        ChartForm::Bars => {
            // It draws from the bottom up.
            let mut chart = chart.clone();
            chart.labels.reverse();
            chart
                .series
                .iter_mut()
                .for_each(|(_, values)| values.reverse());
            let mut drawn = HorizontalBarChart::new(series(&chart), chart.labels);
            drawn.height = 110.0 + 40.0 * bars;
            dress(&mut drawn.base, &chart.title);
            drawn.base.legend.show = Some(false);
            drawn.base.x_axis.hidden = true;
            axes(&mut drawn.y_axis_configs);
            drawn.svg().map_err(faulty)
        }
        ChartForm::Columns => {
            let mut drawn = BarChart::new(series(chart), chart.labels.clone());
            drawn.height = 400.0;
            dress(&mut drawn.base, &chart.title);
            axes(&mut drawn.y_axis_configs);
            drawn.svg().map_err(faulty)
        }
    }
}

/// What both forms have in common: large dark letters on white.
fn dress(base: &mut ChartBase, title: &str) {
    base.width = WIDTH;
    base.margin = Margin::from((14.0, 18.0, 14.0, 14.0));
    base.background_color = Color::white();
    base.title.text = title.to_owned();
    base.title.font.size = 22.0;
    base.title.font.color = ink();
    base.title.align = Align::Left;
    base.title.height = 44.0;
    base.legend.font.size = 18.0;
    base.legend.font.color = ink();
    base.legend.position = Some(Position::Bottom);
    base.x_axis.font.size = 16.0;
    base.x_axis.font.color = ink();
    base.series.colors = colours();
    base.series.label.font.size = 17.0;
    base.series.label.font.color = ink();
}

fn axes(configs: &mut [YAxisConfig]) {
    for axis in configs {
        axis.font.size = 17.0;
        axis.font.color = ink();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chart(form: ChartForm, bars: &[(&str, i64)]) -> Chart {
        Chart {
            title: "Contacts by status".to_owned(),
            form,
            labels: bars.iter().map(|(label, _)| (*label).to_owned()).collect(),
            series: vec![(
                "contacts".to_owned(),
                bars.iter().map(|(_, v)| *v).collect(),
            )],
            ..Chart::default()
        }
    }

    #[test]
    fn a_chart_is_a_png_of_a_phone_s_width() {
        let bars = [
            ("qualified", 12),
            ("proposal sent to the board", 7),
            ("新しい", 3),
            ("won", 0),
        ];
        for form in [ChartForm::Bars, ChartForm::Columns] {
            let png = png(&chart(form, &bars)).unwrap();
            assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
            assert_eq!(&png[16..20], &1200_u32.to_be_bytes());
            if let Some(folder) = std::env::var_os("RAPPORT_PICTURES") {
                std::fs::write(
                    std::path::Path::new(&folder).join(format!("{form:?}.png")),
                    png,
                )
                .unwrap();
            }
        }
    }

    #[test]
    fn more_bars_than_a_phone_shows_are_summed_and_letters_without_a_shape_are_numbers() {
        let many: Vec<(String, i64)> = (0..40).map(|n| (format!("stage {n}"), 1)).collect();
        let bars: Vec<(&str, i64)> = many.iter().map(|(l, v)| (l.as_str(), *v)).collect();
        let bounded = bounded(&chart(ChartForm::Bars, &bars));
        assert_eq!(bounded.labels.last().map(String::as_str), Some("others"));
        assert_eq!(bounded.series[0].1.last(), Some(&25));
        assert_eq!(drawable("新しい", 2), "no. 3");
        assert_eq!(
            drawable("proposal sent to the board", 0),
            "proposal sent to …"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_numbers_and_any_words_are_drawn(
            bars in proptest::collection::vec(("\\PC{0,40}", any::<i64>()), 0..30),
            is_columns in any::<bool>(),
        ) {
            let bars: Vec<(&str, i64)> = bars.iter().map(|(l, v)| (l.as_str(), *v)).collect();
            let form = if is_columns { ChartForm::Columns } else { ChartForm::Bars };
            prop_assert!(png(&chart(form, &bars)).is_ok());
        }
    }
}
