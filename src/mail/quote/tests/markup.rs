//! HTML as clients write it: structure first.

use super::{check_html, of_html};
use crate::mail::{Message, mime::Body};

const OWN: &str = "<div>Friday suits me.</div>";
const TEXT: &str = "Friday suits me.";

/// What each client puts below the new text.
const BELOW: &[&str] = &[
    // Gmail, as it is, as it was, and with its attribution unknown.
    r#"<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Wed, May 1, 2024 at 10:15 AM Ada &lt;<a href="mailto:ada@example.com">ada@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">Which day?</blockquote></div>"#,
    r#"<div class="gmail_extra"><br><div class="gmail_quote">2024-05-01 10:15 GMT+02:00 Ada <span dir="ltr">&lt;ada@example.com&gt;</span>:<br><blockquote class="gmail_quote">Which day?</blockquote></div><br></div>"#,
    r#"<div class="gmail_quote">Nuair a scríobh Ada:<br><blockquote class="gmail_quote">Which day?</blockquote></div>"#,
    // Apple Mail on a Mac and on a phone.
    r#"<div><br><blockquote type="cite"><div>On 1 May 2024, at 10:15, Ada &lt;ada@example.com&gt; wrote:</div><br class="Apple-interchange-newline"><div>Which day?</div></blockquote></div>"#,
    r#"<div><br></div><div id="AppleMailSignature">Sent from my iPhone</div><div><br>Am 01.05.2024 um 10:15 schrieb Ada &lt;ada@example.com&gt;:<br><br></div><blockquote type="cite"><div>Which day?</div></blockquote>"#,
    // Thunderbird.
    r#"<div class="moz-cite-prefix">On 01/05/2024 10:15, Ada wrote:<br></div><blockquote type="cite" cite="mid:1@example.com"><p>Which day?</p></blockquote><div class="moz-signature">-- <br>Bob</div>"#,
    r#"<pre class="moz-signature" cols="72">-- 
Bob</pre><div class="moz-cite-prefix">Ag Ada:<br></div><blockquote type="cite">Which day?</blockquote>"#,
    // Outlook on the web, new Outlook, Outlook for Mac, Outlook on phones.
    r#"<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>From:</b> Ada &lt;ada@example.com&gt;<br><b>Sent:</b> Wednesday, May 1, 2024 10:15 AM<br><b>To:</b> Bob<br><b>Subject:</b> Offer</font><div>&nbsp;</div></div><div>Which day?</div>"#,
    r#"<div id="mail-editor-reference-message-container"><div><div style="text-align: left; padding: 3pt 0in 0in; border-width: 1pt medium medium; border-style: solid none none;"><b>Ó:</b> Ada<br></div>Which day?</div></div>"#,
    r#"<span id="OLK_SRC_BODY_SECTION"><div>Which day?</div></span>"#,
    r#"<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ada<br></div><div>Which day?</div>"#,
    r#"<div class="ms-outlook-mobile-reference-message skipProofing"><b>From:</b> Ada &lt;ada@example.com&gt;<br><b>Date:</b> Wednesday, 1 May 2024 at 10:15<br><b>To:</b> Bob<br></div><div>Which day?</div>"#,
    // Word: a border above the block.
    r#"<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b><span lang=EN-US>From:</span></b><span lang=EN-US> Ada &lt;ada@example.com&gt; <br><b>Sent:</b> Wednesday, May 1, 2024 10:15 AM<br><b>To:</b> Bob<br><b>Subject:</b> Offer<o:p></o:p></span></p></div></div><p class=MsoNormal>Which day?</p>"#,
    r#"<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Von:</b> Ada [mailto:ada@example.com] <br><b>Gesendet:</b> Mittwoch, 1. Mai 2024 10:15<br><b>An:</b> Bob<br><b>Betreff:</b> Angebot</p></div><p class=MsoNormal>Which day?</p>"#,
    // Hotmail, Windows Mail.
    r#"<div><hr id="stopSpelling">Date: Wed, 1 May 2024 10:15:45 +0200<br>Subject: Offer<br>From: ada@example.com<br>To: bob@example.com<br><br>Which day?</div>"#,
    r#"<div data-signatureblock="true"><div>Bob</div></div><div style="padding-top: 5px; border-top-width: 1px;"><b>От:</b>&nbsp;<a href="mailto:ada@example.com">Ada</a><br><b>Отправлено:</b>&nbsp;1 мая 2024 г. 10:15<br><b>Кому:</b>&nbsp;Bob</div><div>Which day?</div>"#,
    // Yahoo, AOL, Proton, Tutanota, Zimbra, Zoho, Fastmail.
    r#"<div id="ydp1yahoo_quoted_9" class="ydp1yahoo_quoted"><div>Le mercredi 1 mai 2024 à 10:15:42 UTC+2, Ada &lt;ada@example.com&gt; a écrit :</div><div>Which day?</div></div>"#,
    r#"<div class="yahoo_quoted" id="yahoo_quoted_123"><div>Ada:</div><div>Which day?</div></div>"#,
    r#"<div style="font-size:10pt">-----Original Message-----<br>From: Ada &lt;ada@example.com&gt;<br>To: Bob<br>Sent: Wed, May 1, 2024 10:15 am<br>Subject: Offer<br><div id="AOLMsgPart_0_4d">Which day?</div></div>"#,
    r#"<div class="protonmail_signature_block"><div class="protonmail_signature_block-user">Bob</div></div><div class="protonmail_quote">On Wednesday, May 1st, 2024 at 10:15 AM, Ada &lt;ada@example.com&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">Which day?</blockquote></div>"#,
    r#"<blockquote class="tutanota_quote">1. Mai 2024, 10:15 von ada@example.com:<br>Which day?</blockquote>"#,
    r#"<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>"Ada" &lt;ada@example.com&gt;<br></div><div data-marker="__QUOTED_TEXT__">Which day?</div>"#,
    r#"<div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Wed, 01 May 2024 10:15:42 +0200 <b>Ada &lt;ada@example.com&gt;</b> wrote ---<br></div><blockquote style="margin: 0px;">Which day?</blockquote></div>"#,
    r#"<div>On Wed, 1 May 2024, at 10:15 AM, Ada wrote:<br></div><blockquote type="cite" id="qt">Which day?</blockquote>"#,
    // Mail.ru, Yandex, GMX and WEB.DE, QQ, NetEase.
    r#"<br><br>Wed, 1 May 2024 10:15 +0300 от Ada &lt;ada@example.com&gt;:<br><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Which day?</blockquote>"#,
    r#"<p>01.05.2024, 10:15, "Ada" &lt;<a href="mailto:ada@example.com">ada@example.com</a>&gt;:</p><blockquote><p>Which day?</p></blockquote>"#,
    r#"<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b> Mittwoch</div><div name="quoted-content">Which day?</div></div>"#,
    r#"<div><includetail><div style="font-size: 12px;">------------------&nbsp;原始邮件&nbsp;------------------</div><div>Which day?</div></includetail></div>"#,
    r#"<blockquote id="isReplyContent" style="PADDING-LEFT: 1ex"><div>Ada:</div>Which day?</blockquote>"#,
    // Samsung, Spark, Airmail, Missive, Front, Freshdesk, Mailspring, Roundcube, Evolution, eM Client, Lotus Notes.
    r#"<div id="composer_signature"><div dir="auto">Sent from my Galaxy</div></div><div><!-- originalMessage --><div>-------- Original message --------</div><div>From: Ada &lt;ada@example.com&gt; </div><div>Date: 5/1/24  10:15  (GMT+01:00) </div><div>To: bob@example.com </div><div>Subject: Offer </div></div>Which day?"#,
    r#"<div name="messageSignatureSection">Bob</div><div name="messageReplySection">On 1 May 2024, 10:15 +0200, Ada &lt;ada@example.com&gt;, wrote:<br><blockquote type="cite">Which day?</blockquote></div>"#,
    r#"<p class="airmail_on">El 1 de mayo, Ada:</p><blockquote type="cite" class="clean_bq">Which day?</blockquote>"#,
    r#"<div class="missive_quote">On May 1, 2024, Ada wrote:<blockquote>Which day?</blockquote></div>"#,
    r#"<div class="front-signature">Bob</div><br>On May 1, 2024, at 10:15 AM, Ada &lt;ada@example.com&gt; wrote:<br><blockquote type="cite" class="front-blockquote">Which day?</blockquote>"#,
    r#"<div class="freshdesk_quote"><blockquote class="freshdesk_quote">On Wed, 1 May, Ada wrote:<br>Which day?</blockquote></div>"#,
    r#"<div class="gmail_quote_attribution">Ada, May 1:</div><blockquote class="gmail_quote nylas-quote">Which day?</blockquote>"#,
    r#"<p id="reply-intro">Ada skrev 2024-05-01 10:15:</p><blockquote>Which day?</blockquote>"#,
    r#"<div class="-x-evo-signature">Bob</div><div class="-x-evo-attribution">Le mercredi, Ada :</div><blockquote type="cite">Which day?</blockquote>"#,
    r#"<div>------ Originalnachricht ------</div><div>Von: "Ada" &lt;ada@example.com&gt;</div><div>An: bob@example.com</div><div>Gesendet: 01.05.2024 10:15:42</div><blockquote cite="1@example.com" type="cite" class="cite2">Which day?</blockquote>"#,
    r#"<font size=1 color=#5f5f5f>Von: </font><font size=1>Ada/Acme</font><br><font size=1 color=#5f5f5f>An: </font><font size=1>Bob/Acme@Acme</font><br><font size=1>Datum: </font><font size=1>01.05.2024 10:15</font><br><font size=1>Betreff: </font><font size=1>Angebot</font><hr noshade><br>Which day?"#,
    // Mail that was quoted before by another web mailer.
    r#"<hr><div id="x_divRplyFwdMsg"><b>Od:</b> Ada</div><div>Which day?</div>"#,
    r#"<div class="x_gmail_quote"><div class="x_gmail_attr">Ada:</div><blockquote class="x_gmail_quote">Which day?</blockquote></div>"#,
    r#"<blockquote class="ecxgmail_quote">Which day?</blockquote>"#,
];

#[test]
fn every_client_s_quote_leaves() {
    let faults: Vec<String> = BELOW
        .iter()
        .map(|below| {
            (
                of_html(&format!("<html><body>{OWN}{below}</body></html>")).text,
                below,
            )
        })
        .filter(|(text, _)| text != TEXT)
        .map(|(text, below)| format!("{text:?} above {below}"))
        .collect();
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn text_is_what_a_reader_sees() {
    check_html(
        "<style>p{color:red}</style><p>Gr&uuml;&szlig;e &amp; mehr &lt;b&gt; &#8364;&#x20AC;</p><!-- no -->",
        "Grüße & mehr <b> €€",
    );
    check_html("<ul><li>one</li><li>two</li></ul>", "- one\n- two");
    check_html("<pre>a\n  b</pre>", "a\n  b");
    check_html(
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        "a b\nc",
    );
    check_html("one<br>\n two <b>three</b>four", "one\ntwo threefour");
    check_html("a < b and c > d", "a < b and c > d");
    check_html("<div>one</div><hr><div>two</div>", "one\n\ntwo");
    check_html("<p>one</p><p>two</p>", "one\n\ntwo");
    check_html(
        "<p class=MsoNormal>one</p><p class=MsoNormal>two</p>",
        "one\ntwo",
    );
}

#[test]
fn answers_between_quotes_stay() {
    check_html(
        r#"<div>Hi,</div><div class="gmail_quote"><div class="gmail_attr">On May 1, Ada wrote:</div><blockquote class="gmail_quote">Which day?</blockquote><div>Friday.</div><blockquote class="gmail_quote">And when?</blockquote><div>At ten.</div><blockquote class="gmail_quote">Ada</blockquote></div>"#,
        "Hi,\n> Which day?\nFriday.\n> And when?\nAt ten.",
    );
    check_html(
        r#"<blockquote type="cite">Which day?</blockquote><p>Friday.</p><div id="Signature">Bob</div>"#,
        "Friday.",
    );
}

#[test]
fn a_blockquote_that_is_no_reply_stays() {
    check_html(
        "<p>As the poet said:</p><blockquote>Roses are red</blockquote><p>True.</p>",
        "As the poet said:\n\nRoses are red\n\nTrue.",
    );
}

#[test]
fn structure_tells_where_the_words_are_unknown() {
    let body = Body {
        plain: Some("Friday suits me.\n\nNuair a scríobh Ada ar an Aoine seo\n\nWhich day suits you?\n".to_owned()),
        html: Some(r#"<div>Friday suits me.</div><div class="gmail_quote"><div class="gmail_attr">Nuair a scríobh Ada ar an Aoine seo</div><blockquote class="gmail_quote">Which day suits you?</blockquote></div>"#.to_owned()),
        ..Body::default()
    };
    let split = crate::mail::quote::split(&body, &Message::default());
    assert_eq!(split.text, TEXT);
    assert_eq!(
        split.quoted.as_deref(),
        Some("Nuair a scríobh Ada ar an Aoine seo\n\nWhich day suits you?")
    );
}
