//! Pages as mail clients and newsletters write them, and broken ones.

use super::to_text;

fn check(html: &str, expected: &str) {
    assert_eq!(to_text(html), expected, "{html:?}");
}

#[test]
fn a_page_reads_as_a_person_would_read_it() {
    for (html, expected) in [
        ("Hello", "Hello"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("One<br>Two<br/>Three<BR>", "One\nTwo\nThree"),
        (
            "<p class=MsoNormal>One<o:p></o:p></p><p class=\"MsoNormal\">Two</p>",
            "One\nTwo",
        ),
        (
            "<p class=MsoNormal>One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>",
            "One\n\nTwo",
        ),
        (
            "  lots \n\t of   <b> white </b>  space  ",
            "lots of white space",
        ),
        ("<ul><li>One<li>Two</ul>", "* One\n* Two"),
        (
            "<ol><li>One</li><li>Two<ul><li>Deep</li></ul></li><li>Three</li></ol>",
            "1. One\n2. Two\n  * Deep\n3. Three",
        ),
        (
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            "a b\nc",
        ),
        ("<pre>a  b\n  c</pre>d", "a  b\n  c\nd"),
        ("<a href=\"https://example.com/x\">here</a>", "here"),
        (
            "Fl&uuml;ge f&#252;r &euro;20 &#x20AC; &#128; &lt;tag&gt; &amp;amp;",
            "Flüge für €20 € € <tag> &amp;",
        ),
        (
            "R&D, AT&T &nosuch; &#; &#x; &",
            "R&D, AT&T &nosuch; &#; &#x; &",
        ),
        ("a&nbsp;&nbsp;b", "a  b"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a <b", "a <b"),
        ("<3 you", "<3 you"),
    ] {
        check(html, expected);
    }
}

#[test]
fn what_is_not_for_people_is_left_out() {
    for (html, expected) in [
        (
            "<head><title>T</title><style>p { color: red }</style></head><body>Hi</body>",
            "Hi",
        ),
        ("<SCRIPT>if (a < b) alert('<p>x</p>')</SCRIPT>Hi", "Hi"),
        (
            "<!-- comment <p>x</p> -->Hi<!--[if mso]><p>Outlook</p><![endif]-->",
            "Hi",
        ),
        ("<![if !mso]>Hi<![endif]>", "Hi"),
        (
            "<div style=\"display: none\">preview<div>more</div></div>Hi",
            "Hi",
        ),
        ("<span style='DISPLAY:NONE;'>preview</span>Hi", "Hi"),
        ("<p style=\"font-size: 0\">preview</p>Hi", "Hi"),
        ("<p style=\"font-size: 0.9em\">Hi</p>", "Hi"),
        (
            "<td style=\"font-size:0px\"><div style=\"font-size:13px\">Hi</div></td>",
            "Hi",
        ),
        ("<p style=display:none>preview<p>Hi", "Hi"),
        (
            "<div style=\"max-height:0px;overflow:hidden\">preview</div>Hi",
            "Hi",
        ),
        (
            "<img src=x.png alt=\"Logo of Acme\">Hi <img alt=\"😀\" src=y>",
            "Hi 😀",
        ),
        ("in\u{ad}visible\u{200b}", "invisible"),
    ] {
        check(html, expected);
    }
}

#[test]
fn broken_pages_lose_no_sentence() {
    for (html, expected) in [
        ("<p title=\"a > b\">One", "One"),
        ("<p it's>One", "One"),
        ("<p title=\"never closed>One</p>Two", "One\nTwo"),
        ("<b>One<div>Two", "One\nTwo"),
        ("</p></div>One", "One"),
        ("<style>One", "One"),
        ("<!-- One", "<!-- One"),
        ("<!-- One > Two", "Two"),
        ("<div style=\"display:none\">all hidden", "all hidden"),
        ("<p<b>One</b>", "One"),
    ] {
        check(html, expected);
    }
}

proptest::proptest! {
    #[test]
    fn no_page_is_too_strange(html in "(<|>|/|!|--|\"|'|=|p|div|style|&|#|;| |a|é|\n){0,80}") {
        to_text(&html);
    }

    #[test]
    fn nesting_does_not_matter(depth in 0_usize..2000) {
        let html = format!("{}deep{}", "<div>".repeat(depth), "</div>".repeat(depth));
        proptest::prop_assert_eq!(to_text(&html), "deep");
    }
}
