//! Replies as mail programs write them: each takes the lines that a member typed above what was quoted, and makes the text and
//! the page that this program would send.

/// What a member typed, and what is quoted below it.
pub struct Reply<'a> {
    /// Lines as typed; an empty one is an empty line.
    pub lines: &'a [String],
    /// The relayed mail as text.
    pub quoted_text: &'a str,
    /// The relayed mail as HTML.
    pub quoted_page: &'a str,
}

/// A mail program: its name, and its two forms of a reply. An empty form is not sent.
pub struct Client {
    pub name: &'static str,
    pub text: fn(&Reply<'_>) -> String,
    pub page: fn(&Reply<'_>) -> String,
}

pub const CLIENTS: &[Client] = &[
    Client {
        name: "Gmail web",
        text: gmail_text,
        page: gmail_web,
    },
    Client {
        name: "Gmail app",
        text: gmail_text,
        page: gmail_app,
    },
    Client {
        name: "Apple Mail",
        text: apple_text,
        page: apple_mac,
    },
    Client {
        name: "iPhone",
        text: iphone_text,
        page: iphone,
    },
    Client {
        name: "Outlook for Windows",
        text: outlook_text,
        page: outlook_word,
    },
    Client {
        name: "Outlook on the web",
        text: outlook_text,
        page: outlook_web,
    },
    Client {
        name: "Outlook for Mac",
        text: outlook_text,
        page: outlook_mac,
    },
    Client {
        name: "Outlook mobile",
        text: outlook_text,
        page: outlook_mobile,
    },
    Client {
        name: "Thunderbird",
        text: apple_text,
        page: thunderbird,
    },
    Client {
        name: "Thunderbird, lines",
        text: apple_text,
        page: thunderbird_lines,
    },
    Client {
        name: "Yahoo",
        text: yahoo_text,
        page: yahoo,
    },
    Client {
        name: "Proton",
        text: apple_text,
        page: proton,
    },
    Client {
        name: "Fastmail",
        text: apple_text,
        page: fastmail,
    },
    Client {
        name: "Samsung",
        text: samsung_text,
        page: samsung,
    },
    Client {
        name: "K-9",
        text: apple_text,
        page: k9,
    },
    Client {
        name: "text alone",
        text: apple_text,
        page: none,
    },
    Client {
        name: "Gmail, page alone",
        text: none,
        page: gmail_web,
    },
    Client {
        name: "Outlook, page alone",
        text: none,
        page: outlook_word,
    },
    Client {
        name: "spans and fonts",
        text: apple_text,
        page: spans,
    },
];

const CAPTURE: &str = "ada.7k3q9x@crm.example";
const WHO: &str = "Ada Byron (acme.example) via Rapport";

fn none(_: &Reply<'_>) -> String {
    String::new()
}

fn escaped(line: &str) -> String {
    let line = line
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    line.replace("  ", " &nbsp;")
}

/// What programs do with an address in a line.
fn linked(line: &str) -> String {
    let words = line
        .split(' ')
        .map(|word| match word.contains('@') && word.contains('.') {
            true => format!("<a href=\"mailto:{word}\">{}</a>", escaped(word)),
            false => escaped(word),
        });
    words.collect::<Vec<_>>().join(" ")
}

fn each(lines: &[String], full: fn(&str) -> String, empty: &str) -> String {
    let made = lines.iter().map(|line| match line.is_empty() {
        true => empty.to_owned(),
        false => full(line),
    });
    made.collect()
}

fn prefixed(text: &str, width: usize) -> String {
    let mut prefixed = String::new();
    for line in text.lines() {
        let mut current = String::from(">");
        for word in line.split(' ') {
            if current.len() + 1 + word.len() > width && current.len() > 1 {
                prefixed.push_str(&current);
                prefixed.push('\n');
                current = String::from(">");
            }
            current.push(' ');
            current.push_str(word);
        }
        prefixed.push_str(current.trim_end());
        prefixed.push('\n');
    }
    prefixed
}

fn typed(reply: &Reply<'_>) -> String {
    reply.lines.join("\n")
}

fn gmail_text(reply: &Reply<'_>) -> String {
    let quote = prefixed(reply.quoted_text, 76);
    format!(
        "{}\n\nOn Fri, Nov 20, 2026 at 9:12 AM {WHO} <\n{CAPTURE}> wrote:\n\n{quote}",
        typed(reply)
    )
}

fn apple_text(reply: &Reply<'_>) -> String {
    let quote = prefixed(reply.quoted_text, 400);
    format!(
        "{}\n\n> On 20 Nov 2026, at 9.12, {WHO} <{CAPTURE}> wrote:\n{quote}",
        typed(reply)
    )
}

fn iphone_text(reply: &Reply<'_>) -> String {
    let quote = prefixed(reply.quoted_text, 400);
    format!(
        "{}\n\nSent from my iPhone\n\n> On 20 Nov 2026, at 9.12, {WHO} <{CAPTURE}> wrote:\n> \n> \u{feff}{}",
        typed(reply),
        quote.trim_start_matches(['>', ' '])
    )
}

fn outlook_text(reply: &Reply<'_>) -> String {
    format!(
        "{}\n\nFrom: {WHO} <{CAPTURE}>\nSent: Friday, 20 November 2026 09:12\nTo: Mia Sund <mia@studio.example>\nSubject: Offer\n\n{}",
        typed(reply),
        reply.quoted_text
    )
}

fn yahoo_text(reply: &Reply<'_>) -> String {
    let quote: String = reply
        .quoted_text
        .lines()
        .map(|l| format!(" {l}\n"))
        .collect();
    format!(
        " {}\n\n    On Friday, November 20, 2026 at 09:12:00 AM GMT+2, {WHO} <{CAPTURE}> wrote:  \n \n{quote}",
        typed(reply)
    )
}

fn samsung_text(reply: &Reply<'_>) -> String {
    format!(
        "{}\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: {WHO} <{CAPTURE}>\nDate: 20/11/2026 09:12 (GMT+02:00)\nTo: Mia Sund <mia@studio.example>\nSubject: Offer\n\n{}",
        typed(reply),
        reply.quoted_text
    )
}

fn gmail_quote(reply: &Reply<'_>) -> String {
    format!(
        "<br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">On Fri, Nov 20, 2026 at 9:12\u{202f}AM {WHO} &lt;<a href=\"mailto:{CAPTURE}\">{CAPTURE}</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">{}</blockquote></div>\n",
        reply.quoted_page
    )
}

fn gmail_web(reply: &Reply<'_>) -> String {
    let first = linked(reply.lines.first().map_or("", String::as_str));
    let more = each(
        reply.lines.get(1..).unwrap_or_default(),
        |l| format!("<div>{}</div>", linked(l)),
        "<div><br></div>",
    );
    format!("<div dir=\"ltr\">{first}{more}</div>{}", gmail_quote(reply))
}

fn gmail_app(reply: &Reply<'_>) -> String {
    let first = linked(reply.lines.first().map_or("", String::as_str));
    let more = each(
        reply.lines.get(1..).unwrap_or_default(),
        |l| format!("<div dir=\"auto\">{}</div>", linked(l)),
        "<div dir=\"auto\"><br></div>",
    );
    format!(
        "<div dir=\"auto\">{first}{more}</div>{}",
        gmail_quote(reply)
    )
}

fn apple_mac(reply: &Reply<'_>) -> String {
    let first = linked(reply.lines.first().map_or("", String::as_str));
    let more = each(
        reply.lines.get(1..).unwrap_or_default(),
        |l| format!("<div>{}</div>", linked(l)),
        "<div><br></div>",
    );
    format!(
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head><body style=\"overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;\">{first}{more}<div><br id=\"lineBreakAtBeginningOfMessage\"><div><br><blockquote type=\"cite\"><div>On 20 Nov 2026, at 9.12, {WHO} &lt;{CAPTURE}&gt; wrote:</div><br class=\"Apple-interchange-newline\"><div>{}</div></blockquote></div><br></div></body></html>",
        reply.quoted_page
    )
}

fn iphone(reply: &Reply<'_>) -> String {
    let first = linked(reply.lines.first().map_or("", String::as_str));
    let more = each(
        reply.lines.get(1..).unwrap_or_default(),
        |l| format!("<div>{}</div>", linked(l)),
        "<div><br></div>",
    );
    format!(
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head><body dir=\"auto\">{first}{more}<br id=\"lineBreakAtBeginningOfSignature\"><div dir=\"ltr\">Sent from my iPhone</div><div dir=\"ltr\"><br><blockquote type=\"cite\">On 20 Nov 2026, at 9.12, {WHO} &lt;{CAPTURE}&gt; wrote:<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">\u{feff}{}</div></blockquote></body></html>",
        reply.quoted_page
    )
}

fn mso(line: &str) -> String {
    format!("<p class=MsoNormal>{}<o:p></o:p></p>\r\n\r\n", linked(line))
}

fn outlook_word(reply: &Reply<'_>) -> String {
    let lines = each(
        reply.lines,
        mso,
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p>\r\n\r\n",
    );
    format!(
        "<html xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\">\r\n<head>\r\n<meta http-equiv=Content-Type content=\"text/html; charset=utf-8\">\r\n<meta name=Generator content=\"Microsoft Word 15 (filtered medium)\">\r\n<style><!--\r\n/* Style Definitions */\r\np.MsoNormal, li.MsoNormal, div.MsoNormal\r\n\t{{margin:0in;\r\n\tfont-size:11.0pt;}}\r\n--></style><!--[if gte mso 9]><xml>\r\n<o:shapedefaults v:ext=\"edit\" spidmax=\"1026\" />\r\n</xml><![endif]-->\r\n</head>\r\n<body lang=EN-GB link=\"#0563C1\" vlink=\"#954F72\" style='word-wrap:break-word'>\r\n<div class=WordSection1>\r\n{lines}<div>\r\n<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>\r\n<p class=MsoNormal><b><span lang=EN-US>From:</span></b><span lang=EN-US> {WHO} &lt;{CAPTURE}&gt; <br>\r\n<b>Sent:</b> Friday, 20 November 2026 09:12<br>\r\n<b>To:</b> Mia Sund &lt;mia@studio.example&gt;<br>\r\n<b>Subject:</b> Offer<o:p></o:p></span></p>\r\n</div>\r\n</div>\r\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\r\n{}</div>\r\n</body>\r\n</html>\r\n",
        reply.quoted_page
    )
}

fn outlook_web(reply: &Reply<'_>) -> String {
    const STYLE: &str =
        "style=\"font-family: Aptos, Calibri, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);\"";
    let full = |l: &str| {
        format!(
            "<div class=\"elementToProof\" {STYLE}>\r\n{}</div>\r\n",
            linked(l)
        )
    };
    let lines = each(
        reply.lines,
        full,
        &format!("<div class=\"elementToProof\" {STYLE}>\r\n<br>\r\n</div>\r\n"),
    );
    format!(
        "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n<style type=\"text/css\" style=\"display:none;\"> P {{margin-top:0;margin-bottom:0;}} </style>\r\n</head>\r\n<body dir=\"ltr\">\r\n{lines}<div id=\"appendonsend\"></div>\r\n<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\r\n<div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri, sans-serif\" style=\"font-size:11pt\" color=\"#000000\"><b>From:</b> {WHO} &lt;{CAPTURE}&gt;<br>\r\n<b>Sent:</b> Friday, November 20, 2026 9:12 AM<br>\r\n<b>To:</b> Mia Sund &lt;mia@studio.example&gt;<br>\r\n<b>Subject:</b> Offer</font>\r\n<div>&nbsp;</div>\r\n</div>\r\n<div class=\"BodyFragment\">{}</div>\r\n</body>\r\n</html>\r\n",
        reply.quoted_page
    )
}

fn outlook_mac(reply: &Reply<'_>) -> String {
    let full = |l: &str| {
        format!(
            "<p class=\"MsoNormal\"><span style=\"font-size:11.0pt\">{}<o:p></o:p></span></p>\r\n",
            linked(l)
        )
    };
    let lines = each(
        reply.lines,
        full,
        "<p class=\"MsoNormal\"><span style=\"font-size:11.0pt\"><o:p>&nbsp;</o:p></span></p>\r\n",
    );
    format!(
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\">\r\n<head>\r\n<style><!--\r\np.MsoNormal {{margin:0cm;}}\r\n--></style>\r\n</head>\r\n<body lang=\"EN-GB\" style=\"word-wrap:break-word\">\r\n<div class=\"WordSection1\">\r\n{lines}<div id=\"mail-editor-reference-message-container\">\r\n<div>\r\n<div>\r\n<div style=\"border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm\">\r\n<p class=\"MsoNormal\" style=\"margin-bottom:12.0pt\"><b><span style=\"font-size:12.0pt;color:black\">From: </span></b><span style=\"font-size:12.0pt;color:black\">{WHO} &lt;{CAPTURE}&gt;<br>\r\n<b>Date: </b>Friday, 20. November 2026 at 9.12<br>\r\n<b>To: </b>Mia Sund &lt;mia@studio.example&gt;<br>\r\n<b>Subject: </b>Offer<o:p></o:p></span></p>\r\n</div>\r\n{}</div>\r\n</div>\r\n</div>\r\n</div>\r\n</body>\r\n</html>\r\n",
        reply.quoted_page
    )
}

fn outlook_mobile(reply: &Reply<'_>) -> String {
    const STYLE: &str =
        "style=\"font-family: Aptos, Calibri, Helvetica, sans-serif; font-size: 12pt;\"";
    let full = |l: &str| format!("<div dir=\"ltr\" {STYLE}>{}</div>\r\n", linked(l));
    let lines = each(
        reply.lines,
        full,
        &format!("<div dir=\"ltr\" {STYLE}><br>\r\n</div>\r\n"),
    );
    format!(
        "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n</head>\r\n<body>\r\n{lines}<div id=\"ms-outlook-mobile-signature\">\r\n<div {STYLE}>Get <a href=\"https://aka.example/ios\">Outlook for iOS</a></div>\r\n</div>\r\n<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\r\n<div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri, sans-serif\" style=\"font-size:11pt\" color=\"#000000\"><b>From:</b> {WHO} &lt;{CAPTURE}&gt;<br>\r\n<b>Sent:</b> Friday, November 20, 2026 9:12 AM<br>\r\n<b>To:</b> Mia Sund &lt;mia@studio.example&gt;<br>\r\n<b>Subject:</b> Offer</font>\r\n<div>&nbsp;</div>\r\n</div>\r\n{}</body>\r\n</html>\r\n",
        reply.quoted_page
    )
}

fn moz_quote(reply: &Reply<'_>) -> String {
    format!(
        "<div class=\"moz-cite-prefix\">On 20/11/2026 09:12, {WHO} wrote:<br>\n    </div>\n    <blockquote type=\"cite\" cite=\"mid:k.0123456789abcdef.a1b2c3d4e5f6@crm.example\">\n      {}\n    </blockquote>\n    <br>\n  </body>\n</html>\n",
        reply.quoted_page
    )
}

fn thunderbird(reply: &Reply<'_>) -> String {
    let full = |l: &str| format!("    <p>{}</p>\n", linked(l));
    let lines = each(reply.lines, full, "    <p><br>\n    </p>\n");
    format!(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">\n  </head>\n  <body>\n{lines}    {}",
        moz_quote(reply)
    )
}

fn thunderbird_lines(reply: &Reply<'_>) -> String {
    let full = |l: &str| format!("{}<br>\n    ", linked(l));
    let lines = each(reply.lines, full, "<br>\n    ");
    format!(
        "<html>\n  <head>\n    <meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">\n  </head>\n  <body text=\"#000000\" bgcolor=\"#FFFFFF\">\n    {lines}{}",
        moz_quote(reply)
    )
}

fn yahoo(reply: &Reply<'_>) -> String {
    let full = |l: &str| format!("<div dir=\"ltr\" data-setdir=\"false\">{}</div>", linked(l));
    let lines = each(
        reply.lines,
        full,
        "<div dir=\"ltr\" data-setdir=\"false\"><br></div>",
    );
    format!(
        "<html><head></head><body><div class=\"ydp1a2b3cyahoo-style-wrap\" style=\"font-family:Helvetica Neue, Helvetica, Arial, sans-serif;font-size:16px;\"><div></div>\n        {lines}<div><br></div>\n        \n        </div><div id=\"ydp9f8eyahoo_quoted_0123456789\" class=\"ydp9f8eyahoo_quoted\">\n            <div style=\"font-family:'Helvetica Neue', Helvetica, Arial, sans-serif;font-size:13px;color:#26282a;\">\n                \n                <div>\n                        On Friday, November 20, 2026 at 09:12:00 AM GMT+2, {WHO} &lt;{CAPTURE}&gt; wrote:\n                    </div>\n                    <div><br></div>\n                    <div><br></div>\n                <div>{}</div>\n            </div>\n        </div></body></html>",
        reply.quoted_page
    )
}

fn proton(reply: &Reply<'_>) -> String {
    const STYLE: &str = "style=\"font-family: Arial, sans-serif; font-size: 14px;\"";
    let full = |l: &str| format!("<div {STYLE}>{}</div>", linked(l));
    let lines = each(reply.lines, full, &format!("<div {STYLE}><br></div>"));
    format!(
        "{lines}\n<div class=\"protonmail_signature_block protonmail_signature_block-empty\" {STYLE}>\n    <div class=\"protonmail_signature_block-user protonmail_signature_block-empty\">\n    </div>\n</div>\n<div {STYLE}><br></div><div class=\"protonmail_quote\">\n        On Friday, November 20th, 2026 at 9:12 AM, {WHO} &lt;{CAPTURE}&gt; wrote:<br>\n        <blockquote class=\"protonmail_quote\" type=\"cite\">\n            {}\n        </blockquote><br>\n    </div>",
        reply.quoted_page
    )
}

fn fastmail(reply: &Reply<'_>) -> String {
    let full = |l: &str| format!("<div>{}<br></div>", linked(l));
    let lines = each(reply.lines, full, "<div><br></div>");
    format!(
        "<!DOCTYPE html><html><head><title></title></head><body>{lines}<div>On Fri, 20 Nov 2026, at 9:12 AM, {WHO} wrote:<br></div><blockquote type=\"cite\" id=\"qt\" style=\"\"><div>{}</div></blockquote><div><br></div></body></html>",
        reply.quoted_page
    )
}

fn samsung(reply: &Reply<'_>) -> String {
    let full = |l: &str| format!("<div dir=\"auto\">{}</div>", linked(l));
    let lines = each(reply.lines, full, "<div dir=\"auto\"><br></div>");
    format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\"></head><body dir=\"auto\">{lines}<div dir=\"auto\"><br></div><div dir=\"auto\"><br></div><div id=\"composer_signature\" dir=\"auto\"><div style=\"font-size:12px;color:#575757\" dir=\"auto\">Sent from my Galaxy</div></div><div dir=\"auto\"><br></div><div><br></div><div align=\"left\" dir=\"auto\" style=\"font-size:100%;color:#000000\"><div>-------- Original message --------</div><div>From: {WHO} &lt;{CAPTURE}&gt; </div><div>Date: 20/11/2026  09:12  (GMT+02:00) </div><div>To: Mia Sund &lt;mia@studio.example&gt; </div><div>Subject: Offer </div><div><br></div></div>{}</body></html>",
        reply.quoted_page
    )
}

fn k9(reply: &Reply<'_>) -> String {
    let full = |l: &str| format!("{}<br>\n", linked(l));
    let lines = each(reply.lines, full, "<br>\n");
    format!(
        "<!DOCTYPE html><html><body>{lines}<br><div class=\"gmail_quote\">On 20 November 2026 09:12:00 EET, {WHO} &lt;{CAPTURE}&gt; wrote:<blockquote class=\"gmail_quote\" style=\"margin: 0pt 0pt 0pt 0.8ex; border-left: 1px solid rgb(204, 204, 204); padding-left: 1ex;\">\n{}</blockquote></div></body></html>",
        reply.quoted_page
    )
}

/// What an editor leaves behind after a copy and a change of font.
fn spans(reply: &Reply<'_>) -> String {
    let full = |l: &str| {
        let styled: Vec<String> = linked(l)
            .split(": ")
            .map(|piece| format!("<span style=\"color:black\"><b></b>{piece}</span>"))
            .collect();
        format!(
            "<div><font face=\"Arial\" size=\"2\">{}&nbsp;</font></div>\n",
            styled.join("<span>:&nbsp;</span>")
        )
    };
    let lines = each(
        reply.lines,
        full,
        "<div><font face=\"Arial\">&nbsp;<br></font></div>\n",
    );
    format!(
        "<div>{lines}</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">On Fri, Nov 20, 2026 at 9:12 AM {WHO} &lt;{CAPTURE}&gt; wrote:<br></div><blockquote class=\"gmail_quote\">{}</blockquote></div>",
        reply.quoted_page
    )
}
