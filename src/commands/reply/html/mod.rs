//! Blocks as a page of HTML for a letter: it looks the same in every mail program, is small, and loads nothing.
//!
//! Tables lay it out, since Outlook's engine is Word's; every style stands on its element, since some programs drop the style
//! sheet, which only adds dark mode. Ordinary text has no colour of its own and nothing has a background: what a program does
//! to colours in the dark cannot make it unreadable. All that is said is escaped.

mod mailto;
#[cfg(test)]
mod tests;

pub use mailto::mailto;

use super::text::plain;
use super::{Block, Entry, Link, Reply, Row, Table, Verdict, line_mark};

/// What a letter has around its answers.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The title of the page; some programs show it.
    pub title: &'a str,
    /// Where answers go.
    pub answer_to: &'a str,
    /// The subject of an answer.
    pub answer_subject: &'a str,
    /// How what is numbered is answered.
    pub note: Option<&'a str>,
    /// What may be answered to the letter as a whole.
    pub hints: &'a [Hint],
}

/// What may be answered, and what it does: `"undo" to take this back`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The answer.
    pub says: &'static str,
    /// What it does, after the answer: `to take this back`.
    pub does: &'static str,
}

/// Links beside one thing: of more choices the rest is read in the text.
const LINKS_MAX: usize = 6;
const HEAD: &str = concat!(
    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">",
    "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">",
    "<meta name=\"format-detection\" content=\"telephone=no,date=no,address=no\">",
    "<meta name=\"x-apple-disable-message-reformatting\"><style>",
    ":root{color-scheme:light dark;supported-color-schemes:light dark}",
    "@media (prefers-color-scheme:dark){.m{color:#a2a8ae!important}.a{color:#7cc9c3!important}.w{color:#e2b36a!important}",
    ".l{border-color:#45494d!important}}",
    "[data-ogsc] .m{color:#a2a8ae!important}[data-ogsc] .a{color:#7cc9c3!important}[data-ogsc] .w{color:#e2b36a!important}",
    "</style><!--[if mso]><style>td,p,h2,a{font-family:'Segoe UI',Arial,sans-serif!important}</style><![endif]--><title>",
);
const BODY: &str = concat!(
    "</title></head><body style=\"margin:0;padding:0\">",
    "<!--[if mso]><table role=\"presentation\" width=\"600\"><tr><td><![endif]-->",
    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"max-width:600px\"><tr>",
    "<td style=\"padding:12px 16px 20px;font:15px/22px -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;",
    "word-break:break-word;overflow-wrap:anywhere\">",
);
const END: &str = "</td></tr></table><!--[if mso]></td></tr></table><![endif]--></body></html>\n";
const TABLE: &str =
    "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">";
const MUTED: &str = "class=\"m\" style=\"color:#666b70;font-size:13px;line-height:19px\"";

/// A whole page.
pub fn page(replies: &[Reply], frame: &Frame<'_>) -> String {
    let mut page = Page {
        html: String::with_capacity(8 * 1024),
        frame,
        next: 1,
    };
    page.put(&[HEAD, &escaped(frame.title), BODY]);
    for (at, reply) in replies.iter().enumerate() {
        page.reply(reply, at);
    }
    page.footer();
    page.put(&[END]);
    page.html
}

struct Page<'a> {
    html: String,
    frame: &'a Frame<'a>,
    next: u32,
}

impl Page<'_> {
    fn put(&mut self, pieces: &[&str]) {
        self.html.extend(pieces.iter().copied());
    }

    fn reply(&mut self, reply: &Reply, at: usize) {
        let gap = if at == 0 { "0" } else { "10px" };
        let Some(mark) = line_mark(reply) else {
            self.put(&["<div style=\"padding-top:", gap, "\">"]);
            self.blocks(reply);
            return self.put(&["</div>"]);
        };
        let colour = match reply.verdict {
            Verdict::Done => "class=\"a\" style=\"color:#0f6168;",
            Verdict::Told | Verdict::Refused => "class=\"w\" style=\"color:#8a5300;",
        };
        self.put(&[TABLE, "<tr><td width=\"40\" valign=\"top\" ", colour]);
        self.put(&[
            "padding-top:",
            gap,
            ";white-space:nowrap\">",
            &escaped(&mark),
        ]);
        self.put(&["</td><td valign=\"top\" style=\"padding-top:", gap, "\">"]);
        self.blocks(reply);
        self.put(&["</td></tr></table>"]);
    }

    fn blocks(&mut self, reply: &Reply) {
        for (at, block) in reply.blocks.iter().enumerate() {
            let top = if at == 0 { "0" } else { "20px" };
            match block {
                Block::Title(title) => {
                    let style = ";font-size:17px;line-height:24px;font-weight:600\">";
                    self.put(&["<h2 style=\"margin:", top, " 0 6px", style]);
                    self.put(&[&escaped(title), "</h2>"]);
                }
                Block::Lines(lines) => self.lines(lines, at, reply.verdict),
                Block::Card(fields) => self.card(fields),
                Block::Table(table) => self.table(table),
                Block::Numbered(entries) => self.entries(entries, reply.verdict),
                Block::Quote(quote) => self.quote(quote),
                // Its numbers stand beside it.
                Block::Chart(_) => {}
            }
        }
    }

    fn lines(&mut self, lines: &[String], at: usize, verdict: Verdict) {
        for (line, said) in lines.iter().enumerate() {
            let top = if at > 0 && line == 0 { "10px" } else { "0" };
            // What was refused says so first.
            let weight = match (verdict, line) {
                (Verdict::Refused, 0) => ";font-weight:600",
                _ => "",
            };
            self.put(&["<p style=\"margin:", top, " 0 6px", weight, "\">"]);
            self.put(&[&escaped(said), "</p>"]);
        }
    }

    fn card(&mut self, fields: &[(String, String)]) {
        self.put(&[TABLE]);
        for (name, value) in fields {
            self.put(&["<tr><td width=\"104\" valign=\"top\" class=\"m\" style=\"color:#666b70;padding:3px 12px 3px 0\">"]);
            self.put(&[
                &escaped(name),
                "</td><td valign=\"top\" style=\"padding:3px 0\">",
            ]);
            self.put(&[&broken(value), "</td></tr>"]);
        }
        self.put(&["</table>"]);
    }

    fn table(&mut self, table: &Table) {
        let is_numbered = table.rows.iter().any(|row| row.item.is_some());
        self.put(&[TABLE]);
        for (at, row) in table.rows.iter().enumerate() {
            let edge = edge(at);
            self.put(&["<tr>"]);
            if is_numbered {
                let number = self.number(row.item.is_some());
                self.mark(&number, edge, "class=\"a l\" style=\"color:#0f6168;");
            }
            self.row(table.strong, row, edge);
            self.put(&["</tr>"]);
        }
        self.put(&["</table>"]);
    }

    /// A row that says what is strong becomes two lines, for a table of many columns fits no phone.
    fn row(&mut self, strong: Option<usize>, row: &Row, edge: &str) {
        if strong.is_none() && row.cells.len() > 1 {
            return self.cells(row, edge);
        }
        let (strong, others) = row.two_lines(strong);
        self.put(&[
            "<td valign=\"top\" class=\"l\" style=\"",
            edge,
            "padding:9px 0\">",
        ]);
        self.put(&["<b style=\"font-weight:600\">", &escaped(&strong), "</b>"]);
        let others = (!others.is_empty()).then(|| others.join(" · "));
        for below in others.iter().chain(&row.below) {
            self.put(&["<br><span ", MUTED, ">", &escaped(below), "</span>"]);
        }
        self.put(&["</td>"]);
    }

    fn cells(&mut self, row: &Row, edge: &str) {
        for (at, cell) in row.cells.iter().enumerate() {
            let (class, colour) = match at {
                0 => ("m l", "color:#666b70;white-space:nowrap;"),
                _ => ("l", ""),
            };
            self.put(&[
                "<td valign=\"top\" class=\"",
                class,
                "\" style=\"",
                colour,
                edge,
            ]);
            self.put(&["padding:7px 12px 7px 0\">", &escaped(cell), "</td>"]);
        }
    }

    fn entries(&mut self, entries: &[Entry], verdict: Verdict) {
        let is_marked = entries
            .iter()
            .any(|e| e.item.is_some() || !e.mark.trim().is_empty());
        self.put(&[TABLE]);
        for (at, entry) in entries.iter().enumerate() {
            let edge = edge(at);
            let number = entry.item.as_ref().map(|_| self.number(true));
            self.put(&["<tr>"]);
            match (&number, verdict) {
                _ if !is_marked => {}
                (Some(number), _) => {
                    self.mark(number, edge, "class=\"a l\" style=\"color:#0f6168;")
                }
                (None, Verdict::Refused) => {
                    self.mark(&entry.mark, edge, "class=\"w l\" style=\"color:#8a5300;");
                }
                (None, _) => self.mark(&entry.mark, edge, "class=\"m l\" style=\"color:#666b70;"),
            }
            self.put(&["<td valign=\"top\" class=\"l\" style=\"", edge]);
            self.entry(entry, number.as_deref(), verdict);
        }
        self.put(&["</table>"]);
    }

    fn entry(&mut self, entry: &Entry, number: Option<&str>, verdict: Verdict) {
        let padding = match entry.links.as_slice() {
            [] => "9px 0",
            _ => "9px 0 0",
        };
        self.put(&["padding:", padding, "\">"]);
        for (at, line) in entry.lines.iter().enumerate() {
            match (at, verdict) {
                (0, _) => self.put(&[&escaped(line)]),
                // What is wrong is what matters.
                (_, Verdict::Refused) => self.put(&["<br>", &escaped(line)]),
                _ => self.put(&["<br><span ", MUTED, ">", &escaped(line), "</span>"]),
            }
        }
        self.links(&entry.links, number);
        self.put(&["</td></tr>"]);
    }

    /// An answer to one of many things is a quiet word, the one answer that is asked for is a button; both as high as a finger.
    fn links(&mut self, links: &[Link], number: Option<&str>) {
        if links.is_empty() {
            return;
        }
        let style = match number {
            Some(_) => "padding:12px 12px 10px 0",
            None => {
                "border:1px solid #0f6168;border-radius:8px;padding:10px 18px;margin:10px 4px 6px 0"
            }
        };
        self.put(&["<br>"]);
        for link in links.iter().take(LINKS_MAX) {
            let says = match number {
                Some(number) => format!("{number} {}", link.says),
                None => link.says.clone(),
            };
            let address = self.answer(&says);
            self.put(&[
                "<a href=\"",
                &address,
                "\" class=\"a\" style=\"display:inline-block;",
            ]);
            self.put(&[style, ";color:#0f6168;text-decoration:none\">"]);
            // Word knows no padding here: the space stands for it.
            self.put(&[&escaped(&link.label), "</a>&nbsp; "]);
        }
    }

    fn quote(&mut self, quote: &str) {
        self.put(&[
            "<div dir=\"auto\" class=\"l\" style=\"margin:10px 0 6px;padding:2px 0 2px 14px;",
        ]);
        self.put(&[
            "border-left:3px solid #d4d6d3\">",
            &broken(quote.trim()),
            "</div>",
        ]);
    }

    fn footer(&mut self) {
        self.put(&[
            "<div class=\"m l\" style=\"margin-top:22px;padding-top:10px;border-top:1px solid #e2e3e0;",
            "color:#666b70;font-size:13px;line-height:20px\">",
        ]);
        match self.frame.note {
            Some(note) => self.put(&["Reply ", &escaped(note), ",<br>or "]),
            None => self.put(&["Reply "]),
        }
        for (at, hint) in self.frame.hints.iter().enumerate() {
            let between = if at == 0 { "" } else { " · " };
            let address = self.answer(hint.says);
            self.put(&[between, "<a href=\"", &address, "\" class=\"a\" style=\""]);
            self.put(&[
                "display:inline-block;padding:12px 0;color:#0f6168;text-decoration:none\">",
            ]);
            self.put(&[&escaped(hint.says), "</a> ", &escaped(hint.does)]);
        }
        self.put(&["</div>"]);
    }

    fn mark(&mut self, mark: &str, edge: &str, colour: &str) {
        self.put(&["<td width=\"24\" valign=\"top\" ", colour, edge]);
        self.put(&[
            "padding:9px 10px 9px 0;white-space:nowrap\">",
            &escaped(mark),
            "</td>",
        ]);
    }

    /// The number that comes next, where there is something to number.
    fn number(&mut self, is_item: bool) -> String {
        if !is_item {
            return String::new();
        }
        self.next += 1;
        (self.next - 1).to_string()
    }

    fn answer(&self, says: &str) -> String {
        escaped(&mailto(
            self.frame.answer_to,
            self.frame.answer_subject,
            says,
        ))
    }
}

/// A hairline between two rows.
fn edge(at: usize) -> &'static str {
    match at {
        0 => "",
        _ => "border-top:1px solid #e2e3e0;",
    }
}

/// Several lines.
fn broken(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    lines.join("<br>")
}

/// Text that opens no tag, ends no attribute, and turns no direction of writing.
/// Text as it may stand in HTML, in an element or an attribute.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    for c in plain(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}
