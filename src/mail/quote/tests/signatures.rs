//! What an author or a device signs with.

use super::{check_all, check_signed, of_html, of_text};

#[test]
fn a_signature_leaves_the_text() {
    for signature in [
        "-- \nAda Byron\nAcme Ltd",
        "--\nAda Byron",
        "--\n\nAda Byron",
        "---\nAda",
        "-----\nAda Byron\n+43 1 234567",
        "____\nAda Byron\nAcme Ltd",
        "—\nAda Byron",
        "—————\nAda Byron\nHead of Things",
        "-Ada",
        "- ada",
        "-- Ada",
        "— Ada Byron",
        "- Ada B.",
        "-Ada.\n\nSent from my iPhone",
        "________________________________\nAda Byron | Acme Ltd | www.acme.example",
        "_______________________________________________\nriders mailing list\nriders@lists.example.com\nhttps://lists.example.com/riders",
        "-- \nYou received this message because you are subscribed to the group \"riders\".\nTo unsubscribe, send an email to riders+unsubscribe@example.com.",
        "-- \nAda\n\nThis message is confidential and meant for its addressee alone. If you are not, please delete it and tell us so.",
    ] {
        check_signed(
            &format!("Friday suits me.\nShall we say ten?\n\n{signature}"),
            "Friday suits me.\nShall we say ten?",
            &signature.replace("-- \n", "--\n"),
        );
    }
}

/// Lines that phones and programs put below what their people write.
const DEVICES: &str = "\
Sent from my iPhone
Sent from my iPad
Sent from my BlackBerry 10 smartphone.
Sent from my Samsung Galaxy S24
Sent from my Verizon Wireless BlackBerry
Sent from my T-Mobile 4G LTE Device
Sent from Mail for Windows
Sent from Mail for Windows 10
Sent from Yahoo Mail on Android
Sent from Yahoo Mail for iPhone
Sent from Outlook for iOS
Get Outlook for Android
Get Outlook for iOS<https://aka.ms/o0ukef>
Sent via the Samsung Galaxy S24, an AT&T 5G smartphone
Sent with Proton Mail secure email.
Sent from Proton Mail for iOS
Sent from Front
Sent via Superhuman
Sent with Spark
Sent from Workspace ONE Boxer
Sent from my mobile
Sent from my phone, please excuse typos
Sent from TypeApp
Sent from Nine
*Sent from my iPhone*
(Sent from my iPhone)
Von meinem iPhone gesendet
Gesendet mit der GMX Mail App
Gesendet von Outlook für iOS
Gesendet von Mail für Windows
Von meinem Samsung Galaxy Smartphone gesendet.
Diese Nachricht wurde von meinem Android-Mobiltelefon mit GMX Mail gesendet.
Holen Sie sich Outlook für Android
Outlook für Android herunterladen
Envoyé de mon iPhone
Envoyé depuis mon mobile Orange
Envoyé à partir de Outlook pour Android
Télécharger Outlook pour iOS
Obtenir Outlook pour iOS
Envoyé depuis l'application Mail Orange
Enviado desde mi iPhone
Enviado desde Correo para Windows
Enviado desde Yahoo Mail para Android
Obtener Outlook para iOS
Inviato da iPhone
Inviato dal mio dispositivo Samsung
Inviato da Outlook per Android
Scarica Outlook per iOS
Ottieni Outlook per Android
Enviado do meu iPhone
Enviado via iPad
Enviado do Email para Windows
Obter o Outlook para iOS
Obtenha o Outlook para Android
Verstuurd vanaf mijn iPhone
Verzonden vanaf Outlook voor Android
Verzonden met Proton Mail
Outlook voor iOS downloaden
Skickat från min iPhone
Skickat från Outlook för Android
Hämta Outlook för iOS
Sendt fra min iPhone
Sendt fra Outlook for Android
Hent Outlook til iOS
Få Outlook for iOS
Lähetetty iPhonesta
Lähetetty laitteesta iPhone
Hanki Outlook for Android
Wysłane z iPhone'a
Wysłane z mojego iPhone'a
Wysłano z programu Outlook dla systemu Android
Pobierz aplikację Outlook dla systemu iOS
Odesláno z iPhonu
Odesláno z mého iPhonu
Získat Outlook pro Android
Odoslané z iPhonu
Získať Outlook pre iOS
Elküldve az iPhone-omról
Az Android Outlook letöltése küldve
Trimis de pe iPhone-ul meu
Trimis din Outlook pentru Android
Poslano s mog iPhonea
Poslano z mojega iPhona
Saadetud minu iPhone'ist
Sūtīts no mana iPhone
Išsiųsta iš mano „iPhone“
Изпратено от моя iPhone
Στάλθηκε από το iPhone μου
Отправлено с iPhone
Отправлено из мобильной Почты Mail
Отправлено с моего Samsung Galaxy
Получить Outlook для Android
Надіслано з iPhone
Отримати Outlook для iOS
iPhone'umdan gönderildi
iPhone’umdan gönderildi
Android için Outlook'u edinin
iPhoneから送信
私のiPhoneから送信
Outlook for iOS を入手
发自我的iPhone
发自我的 iPhone
从我的 iPhone 发送
获取 Outlook for iOS
從我的 iPhone 傳送
取得 iOS 版 Outlook
从 iPhone 发送
나의 iPhone에서 보냄
iPhone에서 보냄
iOS용 Outlook 다운로드
Được gửi từ iPhone của tôi
Đã gửi từ iPhone của tôi
Tải Outlook cho iOS
נשלח מה-iPhone שלי
הורד את Outlook עבור iOS
أُرسلت من الـ iPhone
الحصول على Outlook لـ iOS
Dikirim dari iPhone saya
Dapatkan Outlook untuk iOS
Enviat des del meu iPhone";

#[test]
fn devices_and_programs_sign_in_every_language() {
    check_all(
        DEVICES
            .lines()
            .map(|line| (format!("Friday suits me.\n\n{line}\n"), "Friday suits me.")),
    );
    check_all(DEVICES.lines().map(|line| {
        let quote = "On 1 May 2024 10:15, Ada <ada@example.com> wrote:\n\n> Which day?\n";
        (
            format!("Friday suits me.\n\n{line}\n\n{quote}"),
            "Friday suits me.",
        )
    }));
}

#[test]
fn what_only_looks_like_a_signature_stays() {
    let bodies = [
        "Sent from my desk, is much easier than my mobile phone.",
        "The note was sent from my iPhone to all.",
        "All of it is sent from the main server on Fridays, so wait.",
        "Fixed -- this is no signature.\n\nThanks",
        "We need:\n-- first point\n-- second point\n\nCan you check?",
        "Prices\n-----------------\nOne thing costs a hundred euros and not a cent more.\nAnother costs two hundred.",
        "Buy:\n\n- milk",
        "Options:\n- one\n- two",
        "Thanks,\nAda",
        "Best regards\n\nAda Byron\nAcme Ltd\n+43 1 234567",
        "--\nAda",
        "Sent from my iPhone",
        "With regards to the offer: yes.\n\nAs regards the date: Friday.",
        "Title\n=====\n\nText",
        "Agenda\n----\n\n1. Prices are to be told.\n2. Dates are to be set.",
    ];
    check_all(bodies.into_iter().map(|body| (body.to_owned(), body)));
}

#[test]
fn signatures_above_and_below_a_quote_are_one() {
    let split = of_text(
        "Yes.\n\n-- \nAda\n\nOn 1 May 2024 10:15, Bob <bob@example.com> wrote:\n> Coming?\n\n--\nSent by our list\n",
    );
    assert_eq!(split.text, "Yes.");
    let signature = "--\nAda\n\n--\nSent by our list";
    assert_eq!(split.signature.as_deref(), Some(signature));
}

#[test]
fn what_nobody_sees_or_a_client_puts_there_is_kept_and_is_no_opening() {
    let line = "<div>note: planted</div>";
    for page in [
        format!("<div class=\"gmail_signature\">{line}</div>"),
        format!("<div style=\"display:none\">{line}</div>"),
        format!("<div style=\"opacity: 0\">{line}</div>"),
        format!(
            "<p style=\"visibility:hidden\">note: planted</p>{}",
            "<p>&nbsp;</p>"
        ),
    ] {
        let split = of_html(&page);
        assert_eq!(
            (split.text.as_str(), split.opening()),
            ("note: planted", ""),
            "{page}"
        );
    }
    let split = of_html(&format!("<div style=\"opacity:0.9\">{line}</div>"));
    assert_eq!(split.opening(), "note: planted");
}
