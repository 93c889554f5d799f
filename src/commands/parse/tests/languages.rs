//! The same commands in the members' languages; English works beside each.

use super::*;

#[track_caller]
fn check_in(language: Language, cases: &[(&str, &str)]) {
    check(cases, |text| shown_lines(text, language));
    // In a mail they are the same commands.
    check(cases, |text| shown_head(text, language));
    let english = [
        ("note: tea", "1: note \"tea\""),
        ("next: call Friday", "1: next \"call\" ^ friday"),
        ("done", "1: done"),
        ("phone: +49 30 1234", "1: set phone = +49 30 1234"),
    ];
    check(&english, |text| shown_lines(text, language));
}

#[test]
fn finnish_is_understood() {
    check_in(
        Language::Finnish,
        &[
            ("seuraava: soita perjantaina", "1: next \"soita\" ^ friday"),
            (
                "Seuraavaksi: soita huomenna",
                "1: next \"soita\" ^ tomorrow",
            ),
            (
                "seuraava @ada: soita perjantaina",
                "1: next @ada \"soita\" ^ friday",
            ),
            ("valmis", "1: done"),
            ("tehty", "1: done"),
            (
                "2 valmis lähetin postissa",
                "1: 2 done \"lähetin postissa\"",
            ),
            ("lykkää 3 päivää", "1: snooze ^ in 3 days"),
            ("muistuta minua 2 viikon päästä", "1: remind ^ in 2 weeks"),
            ("muistiinpano: haluaa teetä", "1: note \"haluaa teetä\""),
            ("puhelu: 20 min", "1: log call \"20 min\""),
            (
                "tapaaminen: esittelin suunnitelman",
                "1: log meeting \"esittelin suunnitelman\"",
            ),
            ("tunniste: vip, berliini", "1: tag [vip, berliini]"),
            ("puhelin: +358 40 123", "1: set phone = +358 40 123"),
            (
                "sähköposti: ada@acme.example",
                "1: set email = ada@acme.example",
            ),
            (
                "sahkoposti: ada@acme.example",
                "1: set email = ada@acme.example",
            ),
            ("yritys: Acme Oy", "1: company = Acme Oy"),
            (
                "osoite: Kauppatori 1, Turku",
                "1: set address = Kauppatori 1, Turku",
            ),
            ("aseta kengännumero: 42", "1: set 'kengännumero' = 42"),
            ("tyhjennä puhelin", "1: clear phone"),
            ("tila: asiakas", "1: status = asiakas"),
            ("pidä yhteyttä: 30 päivää", "1: keep 30"),
            ("pidä yhteyttä: ei koskaan", "1: keep never"),
            ("vaimenna", "1: mute"),
            ("yhdistä #c41", "1: merge + #c41"),
            ("poista #c12", "1: delete #c12"),
            ("kumoa", "1: undo"),
            ("peru 2", "1: undo 2"),
            ("vahvista 4821", "1: confirm 4821"),
            (
                "oma: aikavyöhyke: Europe/Helsinki",
                "1: my zone = europe/helsinki",
            ),
            ("luettelo yhteystiedot", "1: list contacts"),
            ("näytä #i9", "1: show #i9"),
            ("tänään", "1: today"),
            ("ohje", "1: help"),
        ],
    );
}

#[test]
fn german_is_understood() {
    check_in(
        Language::German,
        &[
            (
                "nächster Schritt: anrufen Freitag",
                "1: next \"anrufen\" ^ friday",
            ),
            (
                "Naechster Schritt: anrufen am Freitag",
                "1: next \"anrufen\" ^ friday",
            ),
            (
                "Aufgabe: Angebot senden bis 30. November",
                "1: next \"Angebot senden\" ^ 30 november",
            ),
            ("erledigt", "1: done"),
            ("Erledigt", "1: done"),
            ("1 erledigt per Post", "1: 1 done \"per Post\""),
            ("verschieben: 3 Tage", "1: snooze ^ in 3 days"),
            ("erinnere mich in 2 Wochen", "1: remind ^ in 2 weeks"),
            ("Notiz: trinkt Tee", "1: note \"trinkt Tee\""),
            ("Notiz @ada: trinkt Tee", "1: note @ada \"trinkt Tee\""),
            ("Anruf: 20 Minuten", "1: log call \"20 Minuten\""),
            ("Treffen: auf der Messe", "1: log meeting \"auf der Messe\""),
            ("Stichwort: vip", "1: tag [vip]"),
            ("Telefon: +49 30 1234", "1: set phone = +49 30 1234"),
            (
                "E-Mail-Adresse: ada@acme.example",
                "1: set email = ada@acme.example",
            ),
            ("Firma: Acme GmbH", "1: company = Acme GmbH"),
            ("Geburtstag: 10. Dezember", "1: set birthday = 10. Dezember"),
            ("setze Schuhgröße: 42", "1: set 'schuhgröße' = 42"),
            ("Kontakt halten: 2 Wochen", "1: keep 14"),
            ("Kontakt halten: nie", "1: keep never"),
            ("zusammenführen: #c41", "1: merge + #c41"),
            ("löschen #c12", "1: delete #c12"),
            ("rückgängig", "1: undo"),
            ("bestätigen 4821", "1: confirm 4821"),
            ("zuweisen: bob@us.example", "1: assign to bob@us.example"),
            ("Liste: Kontakte", "1: list contacts"),
            ("heute", "1: today"),
            ("Hilfe", "1: help"),
            ("Hilfe Notiz", "1: help note"),
        ],
    );
}

#[test]
fn french_is_understood() {
    check_in(
        Language::French,
        &[
            (
                "prochaine action : appeler vendredi",
                "1: next \"appeler\" ^ friday",
            ),
            (
                "à faire : envoyer l’offre demain",
                "1: next \"envoyer l’offre\" ^ tomorrow",
            ),
            (
                "Prochaine etape: appeler vendredi",
                "1: next \"appeler\" ^ friday",
            ),
            ("fait", "1: done"),
            ("1 fait par la poste", "1: 1 done \"par la poste\""),
            ("reporter : 3 jours", "1: snooze ^ in 3 days"),
            ("rappelle-moi dans 2 semaines", "1: remind ^ in 2 weeks"),
            (
                "rappelle-moi vendredi d’appeler Bob",
                "1: remind \"d’appeler Bob\" ^ friday",
            ),
            ("note : préfère le matin", "1: note \"préfère le matin\""),
            ("appel : 20 minutes", "1: log call \"20 minutes\""),
            (
                "réunion : a vu les plans",
                "1: log meeting \"a vu les plans\"",
            ),
            ("étiquette : vip", "1: tag [vip]"),
            ("téléphone : +33 1 23", "1: set phone = +33 1 23"),
            (
                "courriel : ada@acme.example",
                "1: set email = ada@acme.example",
            ),
            ("société : Acme SARL", "1: company = Acme SARL"),
            ("définir pointure : 42", "1: set 'pointure' = 42"),
            ("rester en contact : 30 jours", "1: keep 30"),
            ("rester en contact : jamais", "1: keep never"),
            ("fusionner #c41", "1: merge + #c41"),
            ("supprimer #c12", "1: delete #c12"),
            ("annuler", "1: undo"),
            ("confirmer 4821", "1: confirm 4821"),
            ("aujourd’hui", "1: today"),
            ("aide", "1: help"),
        ],
    );
}

#[test]
fn spanish_is_understood() {
    check_in(
        Language::Spanish,
        &[
            (
                "siguiente: llamar el viernes",
                "1: next \"llamar\" ^ friday",
            ),
            (
                "próximo paso: llamar mañana",
                "1: next \"llamar\" ^ tomorrow",
            ),
            (
                "proxima accion: llamar el viernes",
                "1: next \"llamar\" ^ friday",
            ),
            ("hecho", "1: done"),
            ("1 hecho por correo", "1: 1 done \"por correo\""),
            ("posponer 3 días", "1: snooze ^ in 3 days"),
            ("recuérdame en 2 semanas", "1: remind ^ in 2 weeks"),
            (
                "recuérdame el viernes que llame a Bob",
                "1: remind \"llame a Bob\" ^ friday",
            ),
            ("nota: prefiere la mañana", "1: note \"prefiere la mañana\""),
            ("llamada: 20 minutos", "1: log call \"20 minutos\""),
            (
                "reunión: vio los planes",
                "1: log meeting \"vio los planes\"",
            ),
            ("etiqueta: vip", "1: tag [vip]"),
            ("teléfono: +34 91 123", "1: set phone = +34 91 123"),
            (
                "correo: ada@acme.example",
                "1: set email = ada@acme.example",
            ),
            ("empresa: Acme SL", "1: company = Acme SL"),
            ("estado: cliente", "1: status = cliente"),
            ("mantener contacto: 30 días", "1: keep 30"),
            ("fusionar #c41", "1: merge + #c41"),
            ("eliminar #c12", "1: delete #c12"),
            ("deshacer", "1: undo"),
            ("confirmar 4821", "1: confirm 4821"),
            ("hoy", "1: today"),
            ("ayuda", "1: help"),
        ],
    );
}

#[test]
fn swedish_is_understood() {
    check_in(
        Language::Swedish,
        &[
            ("nästa: ring fredag", "1: next \"ring\" ^ friday"),
            ("nästa steg: ring på fredag", "1: next \"ring\" ^ friday"),
            ("klart", "1: done"),
            ("klar", "1: done"),
            ("1 klart skickade det", "1: 1 done \"skickade det\""),
            ("skjut upp 3 dagar", "1: snooze ^ in 3 days"),
            ("påminn mig om 2 veckor", "1: remind ^ in 2 weeks"),
            ("anteckning: vill ha te", "1: note \"vill ha te\""),
            ("samtal: 20 min", "1: log call \"20 min\""),
            (
                "möte: visade planerna",
                "1: log meeting \"visade planerna\"",
            ),
            ("tagg: vip", "1: tag [vip]"),
            ("telefon: +46 8 123", "1: set phone = +46 8 123"),
            (
                "e-post: ada@acme.example",
                "1: set email = ada@acme.example",
            ),
            ("företag: Acme AB", "1: company = Acme AB"),
            ("håll kontakten: 30 dagar", "1: keep 30"),
            ("slå ihop #c41", "1: merge + #c41"),
            ("ta bort #c12", "1: delete #c12"),
            ("ångra", "1: undo"),
            ("bekräfta 4821", "1: confirm 4821"),
            ("idag", "1: today"),
            ("hjälp", "1: help"),
        ],
    );
}
