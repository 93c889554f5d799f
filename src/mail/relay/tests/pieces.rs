//! The cuts by themselves: our line wherever it stands, and heads in all their forms.

use super::letters::HeadLine;
use super::*;

#[test]
fn our_line_is_found_however_it_was_wrapped_and_marked() {
    let line = "— Reply goes to Ada Byron. Lines such as \"next action: call Friday\" on top stay with you. —";
    for (text, expected) in [
        (format!("> Hei\n> \n> {line}\n> x\n"), "> Hei\n> \n> x\n"),
        (format!("{line}\n"), ""),
        (line.to_owned(), ""),
        (format!("a {line} b\n"), "ab\n"),
        (
            "> Hei\n>> — Reply goes to Ada Byron. Lines such as “next action: call\n>> Friday” on top stay with\n>> you. —\n> x\n".to_owned(),
            "> Hei\n> x\n",
        ),
        (
            "> — Reply goes to Ada Byron. Lines such as \"next action: call Friday\" on top stay with you.\n> —\nx\n".to_owned(),
            "x\n",
        ),
        (format!("| *{line}*\nx"), "x"),
        ("A reply goes to you. Lines such as these stay.\n".to_owned(), "A reply goes to you. Lines such as these stay.\n"),
        ("Reply goes to nobody\n".to_owned(), "Reply goes to nobody\n"),
    ] {
        assert_eq!(footer::without_in_text(&text), expected, "{text}");
    }
    for (page, expected) in [
        (format!("<p>x</p><div>{line}</div><p>y</p>"), "<p>x</p><div></div><p>y</p>"),
        (
            "<p>x</p><div data-rapport=\"footer\">&mdash; Reply goes to <b>Ada</b> &amp;&nbsp;Co. Lines such as &quot;next action:\n call Friday&quot; on top stay with you. &#8212;</div>y".to_owned(),
            "<p>x</p><div data-rapport=\"footer\"><b></b></div>y",
        ),
        ("<p>Reply goes to nobody</p>".to_owned(), "<p>Reply goes to nobody</p>"),
    ] {
        assert_eq!(footer::without_in_page(&page), expected);
    }
}

#[test]
fn our_line_with_any_name_is_found_again() {
    for name in [
        "Ada",
        "Ada—Byron",
        "日本 太郎",
        "\"Q\" <x>",
        "O'Neil & Sons - GmbH.",
        "Reply goes to Lines such as",
    ] {
        let footer = Footer::naming(name);
        assert_eq!(
            footer::without_in_text(&footer.below_text("Hei")).trim(),
            "Hei",
            "{name}"
        );
        let page = footer::without_in_page(&footer.below_page("<p>Hei</p>"));
        assert_eq!(crate::mail::html::to_text(&page), "Hei", "{name}: {page}");
    }
}

#[test]
fn a_head_is_cut_out_of_a_page() {
    let head = HeadLine::all(&lines("tag: vip\ndone"));
    for (page, expected) in [
        ("tag: vip<br>done<br><br>Hei", "Hei"),
        (
            "<div>tag: vip</div><div>done</div><div>Hei</div>",
            "<div>Hei</div>",
        ),
        (
            "<div>tag: vip<div>done</div><div><br></div><div>Hei</div></div>",
            "<div><div>Hei</div></div>",
        ),
        ("<p>tag: vip<br>done</p><p>Hei</p>", "<p>Hei</p>"),
        ("<p>tag: vip<br>done<br>Hei</p>", "<p>Hei</p>"),
        ("<p>tag: vip<p>done<p>Hei", "<p><p><p>Hei"),
        ("<ul><li>tag: vip</li><li>done</li></ul>Hei", "Hei"),
        ("<b>tag:</b> <i>v</i>ip<br><span>done</span><br/>Hei", "Hei"),
        ("<span>tag: vip<br>done<br>Hei</span>", "<span>Hei</span>"),
        ("<pre>tag: vip\ndone\n\nHei\n</pre>", "<pre>Hei\n</pre>"),
        (
            "<p>&nbsp;</p><p>tag:&nbsp;vip</p><p>&#160;</p><p>done</p><hr>Hei",
            "<p>&nbsp;</p><hr>Hei",
        ),
        (
            "<div>tag: vip</div><div>done <img alt=\"\u{1f600}\" src=\"x\"></div>Hei",
            "Hei",
        ),
        ("<div>tag: vip</div><div>done</div>\u{1f600}", "\u{1f600}"),
        (
            "<div>tag: vip</div><div>done</div><img src=\"cid:x\">",
            "<img src=\"cid:x\">",
        ),
        (
            "<body><style>x</style><div>tag: vip</div>done</body>",
            "<body><style>x</style></body>",
        ),
    ] {
        let (cut, found) = cut_html::cut(page, &head, 0).unwrap();
        assert_eq!((cut.as_str(), found), (expected, 2), "{page}");
    }
    for page in [
        "tag: vip done<br>Hei",
        "Hei<br>tag: vip<br>done",
        "tag: vip<br>Hei<br>done",
        "done<br>tag: vip",
        "tag: vip, berlin<br>done",
        "<img src=\"x\"><br>tag: vip<br>done",
    ] {
        assert!(cut_html::cut(page, &head, 0).is_err(), "{page}");
    }
    assert_eq!(
        cut_html::cut("<p>tag: vip</p>", &head, 0).unwrap(),
        (String::new(), 1)
    );
    assert_eq!(cut_html::cut("<p> </p>", &head, 0).unwrap().1, 0);
}

#[test]
fn a_head_is_cut_out_of_a_text() {
    let head = HeadLine::all(&lines("tag: vip\nset email: ada@new.example"));
    for (text, expected) in [
        ("tag: vip\nset email: ada@new.example\n\nHei\n", "Hei\n"),
        (
            "\n\ntag: vip\n\n\nset email: ada@new.example\nHei\n",
            "Hei\n",
        ),
        (
            "*tag:* vip\nset email: ada@new.example <mailto:ada@new.example>\n\nHei\n",
            "Hei\n",
        ),
        ("tag: vip\nset email: \nada@new.example\n\nHei\n", "Hei\n"),
        (
            "\u{feff}tag:\u{a0}vip\r\nset email: ada@new.example\r\n  Hei",
            "  Hei",
        ),
    ] {
        let cut = cut_text::cut(text, &head, 0).unwrap();
        assert_eq!((cut.text.as_str(), cut.found), (expected, 2), "{text}");
    }
    for text in [
        "Hei\ntag: vip\nset email: ada@new.example",
        "tag: vip set email: ada@new.example",
        "tag: vip\nHei",
    ] {
        assert!(cut_text::cut(text, &head, 0).is_err(), "{text}");
    }
    assert_eq!(cut_text::cut("tag: vip\n\n", &head, 0).unwrap().found, 1);
}

#[test]
fn a_head_is_what_stands_above_its_note() {
    for (opening, note, expected) in [
        ("tag: vip\n\nHei\nMia", "Hei\nMia", "tag: vip"),
        ("tag: vip\n# x\n\ndone\n", "", "tag: vip\n# x\ndone"),
        ("Hei", "Hei", ""),
        ("@ada: Hei", "Hei", "@ada: "),
    ] {
        let expected: Vec<String> = expected.lines().map(str::to_owned).collect();
        assert_eq!(head_lines(opening, note), expected);
    }
}
