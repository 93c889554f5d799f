//! Forwards in HTML.

use super::super::super::message::Message;
use super::super::super::mime::Body;
use super::super::{Found, find};
use super::{show, squeezed};

fn read_html(html: &str, subject: Option<&str>) -> Found {
    let body = Body {
        html: Some(html.to_owned()),
        ..Body::default()
    };
    find(
        &body,
        &Message {
            subject: subject.map(str::to_owned),
            ..Message::default()
        },
    )
}

const HTML: &[(&str, &str, &str)] = &[
    (
        "Gmail",
        "",
        r#"<div dir="ltr">See below.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong class="gmail_sendername" dir="auto">Jane Roe</strong> <span dir="auto">&lt;<a href="mailto:jane@acme.example">jane@acme.example</a>&gt;</span><br>Date: Wed, Mar 6, 2024 at 9:31 AM<br>Subject: Offer 12<br>To:  &lt;<a href="mailto:ada@example.com">ada@example.com</a>&gt;<br></div><br><br><div>Could we meet?</div><div>Jane</div></div></div>"#,
    ),
    (
        "Outlook web",
        "Fw: Offer 12",
        r#"<html><head><style>p {margin:0}</style></head><body dir="ltr"><div class="elementToProof">See below.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri" color="black"><b>From:</b> Jane Roe &lt;jane@acme.example&gt;<br><b>Sent:</b> Wednesday, March 6, 2024 9:31 AM<br><b>To:</b> ada@example.com &lt;ada@example.com&gt;<br><b>Subject:</b> Offer 12</font><div>&nbsp;</div></div><p>Could we meet?</p><p>Jane</p></body></html>"#,
    ),
    (
        "Outlook desktop",
        "TR: Offer 12",
        r#"<p class=MsoNormal>See below.<o:p></o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b><span>De&nbsp;:</span></b><span> Jane Roe &lt;jane@acme.example&gt; <br><b>Envoy&eacute;&nbsp;:</b> mercredi 6 mars 2024 09:31<br><b>&Agrave;&nbsp;:</b> ada@example.com<br><b>Objet&nbsp;:</b> Offer 12<o:p></o:p></span></p></div></div><p class=MsoNormal>Could we meet?<o:p></o:p></p><p class=MsoNormal>Jane</p>"#,
    ),
    (
        "Outlook Mac",
        "FW: Offer 12",
        r#"<div>See below.</div><span id="OLK_SRC_BODY_SECTION"><div style="border-top:#b5c4df 1pt solid"><span style="font-weight:bold">From: </span> Jane Roe &lt;<a href="mailto:jane@acme.example">jane@acme.example</a>&gt;<br><span style="font-weight:bold">Date: </span> Wednesday, March 6, 2024 at 9:31 AM<br><span>To: </span> &lt;ada@example.com&gt;<br><span>Subject: </span> Offer 12<br></div><div><br></div><div>Could we meet?</div><div>Jane</div></span>"#,
    ),
    (
        "Thunderbird",
        "",
        "<p>See below.</p><div class=\"moz-forward-container\"><br><br>-------- Forwarded Message --------\n<table class=\"moz-email-headers-table\"><tbody><tr><th valign=\"BASELINE\" nowrap>Subject: </th><td>Offer 12</td></tr>\n<tr><th>Date: </th><td>Wed, 6 Mar 2024 09:31:30 +0100</td></tr><tr><th>From: </th>\n<td>Jane Roe <a class=\"moz-txt-link-rfc2396E\" href=\"mailto:jane@acme.example\">&lt;jane@acme.example&gt;</a></td></tr><tr><th>To: </th><td>ada@example.com</td></tr></tbody></table><br><br>Could we meet?<br>Jane</div>",
    ),
    (
        "Apple",
        "",
        r#"<div>See below.<br><div><br><blockquote type="cite"><div>Begin forwarded message:</div><br class="Apple-interchange-newline"><div style="margin: 0"><span><b>From: </b></span><span>Jane Roe &lt;<a href="mailto:jane@acme.example">jane@acme.example</a>&gt;<br></span></div><div><span><b>Subject: </b></span><span><b>Offer 12</b><br></span></div><div><b>Date: </b>6 March 2024 at 09:31:35 CET<br></div><div><b>To: </b>ada@example.com<br></div><br><div>Could we meet?<br>Jane</div></blockquote></div></div>"#,
    ),
    (
        "Yahoo",
        "",
        r#"<div>See below.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div style="font-size:10px;color:#26282a;"><div>----- Forwarded Message -----</div><div><b>From:</b> Jane Roe &lt;jane@acme.example&gt;</div><div><b>To:</b> ada@example.com &lt;ada@example.com&gt;</div><div><b>Sent:</b> Wednesday, March 6, 2024 at 09:31:20 AM GMT+1</div><div><b>Subject:</b> Offer 12</div><div><br></div><div>Could we meet?<br>Jane</div></div></div>"#,
    ),
    (
        "Proton",
        "",
        r#"<div>See below.</div><div class="protonmail_quote">------- Forwarded Message -------<br>From: Jane Roe &lt;jane@acme.example&gt;<br>Date: On Wednesday, March 6th, 2024 at 9:31 AM<br>Subject: Offer 12<br>To: ada@example.com<br><br><blockquote class="protonmail_quote" type="cite"><div>Could we meet?<br>Jane</div></blockquote></div>"#,
    ),
    (
        "a linked name",
        "FW: Offer 12",
        r#"<p>See below.</p><p><b>From:</b> <a href="mailto:jane@acme.example">Jane Roe</a><br><b>Sent:</b> March 6, 2024<br><b>To:</b> ada@example.com<br><b>Subject:</b> Offer 12</p><p>Could we meet?<br>Jane</p>"#,
    ),
    (
        "fields in paragraphs",
        "FW: Offer 12",
        r#"<p>See below.</p><p>From: Jane Roe &lt;jane@acme.example&gt;</p><p>Sent: March 6, 2024</p><p>To: ada@example.com</p><p>Subject: Offer 12</p><p>Could we meet?</p><p>Jane</p>"#,
    ),
    (
        "NetEase",
        "",
        r#"<div>See below.</div><div>---- 转发的邮件 ----</div><table><tr><td>发件人</td><td>Jane Roe&lt;jane@acme.example&gt;</td></tr><tr><td>日期</td><td>2024年03月06日</td></tr><tr><td>收件人</td><td>ada@example.com</td></tr><tr><td>主题</td><td>Offer 12</td></tr></table><div>Could we meet?<br>Jane</div>"#,
    ),
];

#[test]
fn html_alone_is_read() {
    for (client, subject, html) in HTML {
        let subject = Some(*subject).filter(|subject| !subject.is_empty());
        let found = read_html(html, subject);
        let letter = found
            .forwards
            .first()
            .unwrap_or_else(|| panic!("{client}: no letter"));
        assert_eq!(
            show(letter.from.as_ref()),
            "Jane Roe <jane@acme.example>",
            "{client}"
        );
        assert_eq!(
            letter.to.first().and_then(|to| to.address.as_deref()),
            Some("ada@example.com"),
            "{client}"
        );
        assert_eq!(letter.subject.as_deref(), Some("Offer 12"), "{client}");
        assert!(
            letter
                .date
                .as_ref()
                .is_some_and(|date| date.contains("2024")),
            "{client}"
        );
        assert_eq!(squeezed(&letter.body), "Couldwemeet?Jane", "{client}");
        let above = found.above.html.unwrap_or_default();
        assert!(
            above.contains("See below.")
                && !above.contains("jane@acme.example")
                && !above.contains("Forwarded"),
            "{client}: {above}"
        );
    }
}

#[test]
fn both_forms_lose_the_letter() {
    let (_, _, html) = HTML[0];
    let plain = "See below.\n\n---------- Forwarded message ---------\nFrom: Jane Roe <jane@acme.example>\nDate: Wed, Mar 6, 2024 at 9:31 AM\nSubject: Offer 12\nTo: <ada@example.com>\n\n\nCould we meet?\nJane\n";
    let body = Body {
        plain: Some(plain.to_owned()),
        html: Some(html.to_owned()),
        letters: Vec::new(),
    };
    let found = find(
        &body,
        &Message {
            subject: Some("Fwd: Offer 12".to_owned()),
            ..Message::default()
        },
    );
    assert_eq!(found.forwards.len(), 1);
    assert_eq!(found.above.plain.as_deref(), Some("See below."));
    assert!(
        !found
            .above
            .html
            .unwrap_or_default()
            .contains("jane@acme.example")
    );
}

#[test]
fn a_marker_in_html_counts_where_the_plain_part_is_a_stub() {
    let (_, _, html) = HTML[0];
    let body = Body {
        plain: Some("Your program shows no HTML.".to_owned()),
        html: Some(html.to_owned()),
        letters: Vec::new(),
    };
    let found = find(&body, &Message::default());
    assert_eq!(found.forwards.len(), 1);
    assert_eq!(found.above.plain, None);
}

#[test]
fn a_reply_s_html_quote_is_not_claimed() {
    let html = r#"<div>Yes.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Jane Roe &lt;jane@acme.example&gt;<br><b>Sent:</b> March 6, 2024<br><b>To:</b> ada@example.com<br><b>Subject:</b> Offer 12</div><p>Hello</p>"#;
    assert!(read_html(html, Some("Re: Offer 12")).forwards.is_empty());
}
