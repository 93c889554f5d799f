//! Rarer clients, programs and languages, each a line or a letter that some of them write.

use super::{check_all, check_html};

/// Lines above quoted lines, `|` for a line end.
const ABOVE_QUOTES: &str = "\
Ada Byron said the following on 05/01/2024 10:15 AM:
Thus spake Ada Byron on Wed, May 01, 2024 at 10:15:33AM +0200:
Excerpts from Ada Byron's message of May 1, 2024 10:15 am:
On Wed, May 1, 2024 at 10:15 AM, Ada Byron|<|ada@example.com|> wrote:
Zitat von Ada Byron <ada@example.com>:
Citando Ada Byron <ada@example.com>:
* Ada Byron <ada@example.com> [2024-05-01 10:15]:
In article <abc@example.com>, Ada Byron wrote:
--On 1. Mai 2024 10:15:00 +0200 Ada Byron <ada@example.com> wrote:
El Wed, 1 May 2024 10:15:33 +0200|Ada Byron <ada@example.com> escribió:
trešd., 2024. g. 1. maijs, plkst. 10:15 — lietotājs Ada Byron (<ada@example.com>) rakstīja:
1 мая 2024 г., в 10:15, Ada Byron <ada@example.com> написал(а):
Ada Byron <ada@example.com> 於 2024年5月1日 週三 上午10:15寫道：
2024. 5. 1. 오전 10:15, Ada Byron <ada@example.com> 작성:
เมื่อ พ. 1 พ.ค. 2024 เวลา 10:15 Ada Byron <ada@example.com> เขียนว่า:
--- In riders@groups.example, \"Ada\" <ada@...> wrote:
May 1, 2024, 10:15 by ada@example.com:";

#[test]
fn rarer_attributions_leave_with_their_quotes() {
    check_all(ABOVE_QUOTES.lines().map(|line| {
        let line = line.replace('|', "\n");
        (
            format!("Friday suits me.\n\n{line}\n> Which day?\n> Ada\n"),
            "Friday suits me.",
        )
    }));
}

/// Above quotes that nothing marks.
const ABOVE_LETTERS: &str = "\
>>> Ada Byron <ada@example.com> 05/01/2024 10:15 AM >>>
\"Ada Byron\" <ada@example.com> 05/01/2024 10:15 AM >>>
>>> \"Ada Byron\" 01.05.2024 10:15 >>>
From:\tAda Byron/ACME|To:\tBob/ACME@ACME|Date:\t05/01/2024 10:15 AM|Subject:\tOffer
----- Reply message -----|From: \"Ada\" <ada@example.com>|To: \"Bob\" <bob@example.com>|Subject: Offer|Date: Wed, May 1, 2024 10:15 am
จาก: Ada <ada@example.com>|ส่ง: 1 พฤษภาคม 2024|ถึง: Bob|เรื่อง: Offer
من: Ada <ada@example.com>|تم الإرسال: 01/05/2024 10:15|إلى: Bob|الموضوع: Offer";

#[test]
fn letters_that_nothing_marks_leave_with_what_stands_above_them() {
    check_all(ABOVE_LETTERS.lines().map(|line| {
        let line = line.replace('|', "\n");
        (
            format!("Friday suits me.\n\n{line}\n\nWhich day?\nAda\n"),
            "Friday suits me.",
        )
    }));
}

/// Lines below which help desks put what was there before.
const MARKERS: &str = "\
##- In replies all text above this line is added to the ticket -##
##- Digite sua resposta acima desta linha -##
##- Scrivi la tua risposta sopra questa riga -##
##- この行より上に返信を入力してください -##
##- 请在此行上方输入您的回复 -##
##- Skriv svaret ovanför denna rad -##
--- Wpisz swoją odpowiedź powyżej tej linii ---
--- Kirjoita vastauksesi tämän rivin yläpuolelle ---
--- Yanıtınızı bu satırın üzerine yazın ---
--- 이 줄 위에 답장을 입력하세요 ---
--- Odpovězte prosím nad tímto řádkem ---
When replying, please do not edit below this line";

#[test]
fn help_desks_say_in_every_language_where_to_answer() {
    check_all(MARKERS.lines().map(|line| {
        (
            format!("Friday suits me.\n\n{line}\n\nTicket 12 was updated.\n"),
            "Friday suits me.",
        )
    }));
}

/// Lines of devices and programs that are rare, new or turned from HTML.
const DEVICES: &str = "\
Get [Outlook for iOS](https://aka.ms/o0ukef)
Sent with [Mailtrack](https://mailtrack.io)
Sent with [Proton Mail](https://proton.me/mail/home) secure email.
Please excuse my brevity, sent from my phone.
Sent from my U.S. Cellular® Smartphone
Sent on the Sprint® Now Network from my BlackBerry®
Get the new AOL app: mail.mobile.aol.com
Securely sent with Tutanota. Get your own encrypted, ad-free mailbox:
Von unterwegs gesendet
Gesendet von unterwegs
Odesláno z mobilního telefonu
Στάλθηκε από το κινητό μου
Windows용 메일에서 보냄
내 아이폰에서 보냄
삼성 갤럭시에서 보냄
来自 Outlook for Android
أُرسلت من هاتفي
Terkirim dari iPhone saya
Samsung Galaxy akıllı telefonumdan gönderildi.
Windows 版のメールから送信
發自我的 iPad
从 Windows 版邮件发送";

#[test]
fn rarer_devices_sign_too() {
    check_all(
        DEVICES
            .lines()
            .map(|line| (format!("Friday suits me.\n\n{line}\n"), "Friday suits me.")),
    );
}

#[test]
fn what_only_resembles_them_stays() {
    let bodies = [
        "On the one hand, I wrote:\n\nthis is all mine.",
        "On Monday we wrote to Bob. He said:\n\nno.",
        "From: here to there\n\nis my text.",
        "Date: Friday\nTime: 10:15\nPlace: Vienna\n\nDoes it suit?",
        "I need these:\nTo: the office\nSubject: printing\n\nThanks",
        "Look at this >>>\nhttps://acme.example/offer",
        "Our numbers are 12345 and 67890 >>>",
        "He said on 1 May 2024 at 10:15 that he comes.",
    ];
    check_all(bodies.into_iter().map(|body| (body.to_owned(), body)));
}

#[test]
fn the_structure_of_rarer_clients_is_known() {
    for html in [
        "<div>Yes.</div><div class=\"ms-outlook-mobile-reference-message skipProofing\"><b>From:</b> Ada<br>Which?</div>",
        "<div>Yes.</div><div style=\"border-top:1px solid\"><b>From:</b>&nbsp;Ada<br><b>Sent:</b>&nbsp;Wednesday, 1 May 2024<br><b>To:</b>&nbsp;Bob</div>Which?",
        "<p>Yes.</p><p>01.05.2024, 10:15, \"Ada\" &lt;ada@example.com&gt;:</p><blockquote><p>Which?</p></blockquote>",
        "<div>Yes.</div><br><br>&gt; Le 1 mai 2024 &agrave; 10:15, Ada a &eacute;crit :<br>&gt; Which?<br>",
        "<div>Yes.</div><div id=\"qt\"><div>On Wed, May 1, 2024, at 10:15 AM, Ada wrote:</div><blockquote type=\"cite\">Which?</blockquote></div>",
        "<div>Yes.</div><blockquote style=\"border-left:1px solid #0857A6\">Wednesday, 1 May 2024, 10:15 +03:00 from Ada &lt;ada@example.com&gt;:<br>Which?</blockquote>",
    ] {
        check_html(html, "Yes.");
    }
}
