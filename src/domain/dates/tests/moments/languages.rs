//! The same Friday in the words of each language.

use super::check_in;
use crate::domain::language::Language;

#[test]
fn finnish() {
    check_in(
        Language::Finnish,
        "2026-11-20T10:00+02:00[Europe/Helsinki]",
        &[
            ("perjantaina", "2026-11-27T09:00+02:00"),
            ("ensi perjantaina", "2026-11-27T09:00+02:00"),
            ("tänä perjantaina", "2026-11-20T17:00+02:00"),
            ("huomenna klo 9", "2026-11-21T09:00+02:00"),
            ("ylihuomenna", "2026-11-22T09:00+02:00"),
            ("3 päivän päästä", "2026-11-23T09:00+02:00"),
            ("kahden viikon kuluttua", "2026-12-04T09:00+02:00"),
            ("puolen tunnin päästä", "2026-11-20T10:30+02:00"),
            ("kuun lopussa", "2026-11-30T09:00+02:00"),
            ("ensi kuun lopussa", "2026-12-31T09:00+02:00"),
            ("30. marraskuuta", "2026-11-30T09:00+02:00"),
            ("30.11. klo 14.30", "2026-11-30T14:30+02:00"),
            ("ke 25.11. klo 9", "2026-11-25T09:00+02:00"),
            ("ensi viikolla", "2026-11-23T09:00+02:00"),
            ("maaliskuussa", "2027-03-01T09:00+02:00"),
            ("tänä iltana", "2026-11-20T20:00+02:00"),
            ("eilen", "past"),
        ],
    );
}

#[test]
fn french() {
    check_in(
        Language::French,
        "2026-11-20T10:00+01:00[Europe/Paris]",
        &[
            ("vendredi", "2026-11-27T09:00+01:00"),
            ("vendredi prochain", "2026-11-27T09:00+01:00"),
            ("ce vendredi", "2026-11-20T17:00+01:00"),
            ("demain 9h", "2026-11-21T09:00+01:00"),
            ("demain à 14h30", "2026-11-21T14:30+01:00"),
            ("après-demain", "2026-11-22T09:00+01:00"),
            ("dans 3 jours", "2026-11-23T09:00+01:00"),
            ("dans 3 jours ouvrés", "2026-11-25T09:00+01:00"),
            ("fin mars", "2027-03-31T09:00+02:00"),
            ("fin du mois", "2026-11-30T09:00+01:00"),
            ("le 30 novembre", "2026-11-30T09:00+01:00"),
            ("le 1er décembre", "2026-12-01T09:00+01:00"),
            ("14h30", "2026-11-20T14:30+01:00"),
            ("9h", "2026-11-21T09:00+01:00"),
            ("la semaine prochaine", "2026-11-23T09:00+01:00"),
            ("ce soir", "2026-11-20T20:00+01:00"),
            ("hier", "past"),
        ],
    );
}

#[test]
fn spanish() {
    check_in(
        Language::Spanish,
        "2026-11-20T10:00-03:00[America/Argentina/Buenos_Aires]",
        &[
            ("viernes", "2026-11-27T09:00-03:00"),
            ("el próximo viernes", "2026-11-27T09:00-03:00"),
            ("este viernes", "2026-11-20T17:00-03:00"),
            ("mañana a las 9", "2026-11-21T09:00-03:00"),
            ("mañana por la mañana", "2026-11-21T09:00-03:00"),
            ("pasado mañana", "2026-11-22T09:00-03:00"),
            ("en 3 días", "2026-11-23T09:00-03:00"),
            ("dentro de dos semanas", "2026-12-04T09:00-03:00"),
            ("fin de mes", "2026-11-30T09:00-03:00"),
            ("30 de noviembre", "2026-11-30T09:00-03:00"),
            (
                "30 de noviembre de 2026 a las 14:30",
                "2026-11-30T14:30-03:00",
            ),
            ("el lunes a las 3 de la tarde", "2026-11-23T15:00-03:00"),
            ("la semana que viene", "2026-11-23T09:00-03:00"),
            ("ayer", "past"),
        ],
    );
}

#[test]
fn swedish() {
    check_in(
        Language::Swedish,
        "2026-11-20T10:00+01:00[Europe/Stockholm]",
        &[
            ("fredag", "2026-11-27T09:00+01:00"),
            ("på fredag", "2026-11-27T09:00+01:00"),
            ("nästa fredag", "2026-11-27T09:00+01:00"),
            ("denna fredag", "2026-11-20T17:00+01:00"),
            ("imorgon kl 9", "2026-11-21T09:00+01:00"),
            ("i morgon bitti", "2026-11-21T09:00+01:00"),
            ("i övermorgon", "2026-11-22T09:00+01:00"),
            ("om 3 dagar", "2026-11-23T09:00+01:00"),
            ("om två veckor", "2026-12-04T09:00+01:00"),
            ("om en halvtimme", "2026-11-20T10:30+01:00"),
            ("slutet av mars", "2027-03-31T09:00+02:00"),
            ("den 30 november", "2026-11-30T09:00+01:00"),
            ("den 15:e", "2026-12-15T09:00+01:00"),
            ("ikväll", "2026-11-20T20:00+01:00"),
            ("igår", "past"),
        ],
    );
}

#[test]
fn german() {
    check_in(
        Language::German,
        "2026-11-20T10:00+01:00[Europe/Vienna]",
        &[
            ("Freitag", "2026-11-27T09:00+01:00"),
            ("übermorgen", "2026-11-22T09:00+01:00"),
            ("uebermorgen", "2026-11-22T09:00+01:00"),
            ("heute um 14 Uhr 30", "2026-11-20T14:30+01:00"),
            ("heute Nachmittag um 3", "2026-11-20T15:00+01:00"),
            ("30. November", "2026-11-30T09:00+01:00"),
            ("in 3 Werktagen", "2026-11-25T09:00+01:00"),
            ("am 15.", "2026-12-15T09:00+01:00"),
            ("heute Abend", "2026-11-20T20:00+01:00"),
            ("Jahresende", "2026-12-31T09:00+01:00"),
            ("gestern", "past"),
        ],
    );
}
