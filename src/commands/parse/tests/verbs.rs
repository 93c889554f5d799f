//! Every verb, in every form in which it is written.

use super::*;

#[test]
fn what_is_to_be_done_is_read_with_its_date() {
    check_lines(&[
        ("next action: call Friday", "1: next \"call\" ^ friday"),
        ("next: call Friday", "1: next \"call\" ^ friday"),
        ("na: call Friday", "1: next \"call\" ^ friday"),
        ("Next  Action : call Friday", "1: next \"call\" ^ friday"),
        ("next: send the offer", "1: next \"send the offer\""),
        (
            "next: send the offer by 30 Nov",
            "1: next \"send the offer\" ^ 30 november",
        ),
        ("next @ada: call Friday", "1: next @ada \"call\" ^ friday"),
        ("next #c12 call Friday", "1: next #c12 \"call\" ^ friday"),
        ("next ada: call Friday", "1: next @ada \"call\" ^ friday"),
        (
            "next action @ada: call Friday",
            "1: next @ada \"call\" ^ friday",
        ),
        ("/next @ada call Friday", "1: next @ada \"call\" ^ friday"),
        ("/next ada call Friday", "1: next \"ada call\" ^ friday"),
        ("next: call ^friday", "1: next \"call\" ^ friday"),
        ("next: call due: friday", "1: next \"call\" ^ friday"),
        ("next: friday", "1: next \"\" ^ friday"),
        (
            "next:",
            "1! next needs what is to be done; did you mean \"next action: call Friday\"?",
        ),
    ]);
}

#[test]
fn what_is_done_or_put_off_is_read() {
    check_lines(&[
        ("done", "1: done"),
        (
            "done.",
            "1! \"done.\" was not understood; help shows what can be said; did you mean \"done\"?",
        ),
        ("done #a3", "1: done #a3"),
        ("done: #a3", "1: done #a3"),
        (
            "done #a3 sent it by post",
            "1: done #a3 \"sent it by post\"",
        ),
        ("2 done sent it by post", "1: 2 done \"sent it by post\""),
        ("2 done: sent it by post", "1: 2 done \"sent it by post\""),
        ("2. done", "1: 2 done"),
        ("done: sent it", "1: done \"sent it\""),
        ("done sent it", "1: done \"sent it\""),
        ("done @ada", "1: done @ada"),
        ("snooze 3 days", "1: snooze ^ in 3 days"),
        ("snooze: 3 days", "1: snooze ^ in 3 days"),
        ("snooze until friday", "1: snooze ^ friday"),
        ("snooze for 2 weeks", "1: snooze ^ in 2 weeks"),
        ("1 snooze mon", "1: 1 snooze ^ monday"),
        ("snooze #a3 3d", "1: snooze #a3 ^ in 3 days"),
        ("snooze @ada: friday", "1: snooze @ada ^ friday"),
        ("/snooze ada 3 days", "1: snooze @ada ^ in 3 days"),
        (
            "snooze",
            "1! snooze needs a date; did you mean \"snooze 3 days\"?",
        ),
        (
            "snooze later",
            "1! \"later\" is no date that is known here; did you mean \"snooze 3 days\"?",
        ),
    ]);
}

#[test]
fn a_reminder_is_read_with_what_it_is_of() {
    check_lines(&[
        ("remind me in 2 weeks", "1: remind ^ in 2 weeks"),
        (
            "remind: send the offer on 3 Dec",
            "1: remind \"send the offer\" ^ 3 december",
        ),
        (
            "remind me to call Bob friday",
            "1: remind \"call Bob\" ^ friday",
        ),
        (
            "remind me friday to call Bob",
            "1: remind \"call Bob\" ^ friday",
        ),
        (
            "remind me tomorrow about the offer",
            "1: remind \"the offer\" ^ tomorrow",
        ),
        ("remind @ada: friday", "1: remind @ada ^ friday"),
        ("remind #c12 in 2 weeks", "1: remind #c12 ^ in 2 weeks"),
        (
            "remind: send the offer",
            "1! remind needs a date: in 2 weeks, on friday, on 3 Dec at 14:30; did you mean \"remind me in 2 weeks\"?",
        ),
        (
            "next: call Monday or Tuesday",
            "1! there are two dates, \"Monday\" and \"Tuesday\"; put ^ in front of the one that is meant",
        ),
    ]);
}

#[test]
fn what_was_said_is_read_with_how_it_was_said() {
    check_lines(&[
        (
            "call: 20 min, wants the pilot in May",
            "1: log call \"20 min, wants the pilot in May\"",
        ),
        (
            "meeting: showed the plans",
            "1: log meeting \"showed the plans\"",
        ),
        ("met: at the fair", "1: log meeting \"at the fair\""),
        ("log: wrote on paper", "1: log other \"wrote on paper\""),
        (
            "met @ada: showed her the plans",
            "1: log @ada meeting \"showed her the plans\"",
        ),
        ("call ada: 20 min", "1: log @ada call \"20 min\""),
        ("/call @ada 20 min", "1: log @ada call \"20 min\""),
        (
            "call:",
            "1! call needs a text; did you mean \"call: 20 min, wants the pilot in May\"?",
        ),
    ]);
}

#[test]
fn fields_are_set_and_cleared_by_name() {
    check_lines(&[
        ("phone: +49 30 1234", "1: set phone = +49 30 1234"),
        ("phone +49 30 1234", "1: set phone = +49 30 1234"),
        ("Tel: +49 30 1234", "1: set phone = +49 30 1234"),
        ("mobile: +49 170 1", "1: set phone = +49 170 1"),
        ("phone @ada: +49 30 1234", "1: set @ada phone = +49 30 1234"),
        ("phone ada: +49 30 1234", "1: set @ada phone = +49 30 1234"),
        ("email: ada@new.example", "1: set email = ada@new.example"),
        ("E-Mail: ADA@new.example", "1: set email = ada@new.example"),
        (
            "email: ada@new.example<mailto:ada@new.example>",
            "1: set email = ada@new.example",
        ),
        (
            "site: acme.example <https://acme.example/>",
            "1: set site = acme.example",
        ),
        (
            "website: https://acme.example/x",
            "1: set site = https://acme.example/x",
        ),
        ("title: Head of Sales", "1: set title = Head of Sales"),
        ("job title: Head of Sales", "1: set title = Head of Sales"),
        ("birthday: 10 December", "1: set birthday = 10 December"),
        (
            "address: Am Markt 1, 10115 Berlin",
            "1: set address = Am Markt 1, 10115 Berlin",
        ),
        ("name: Ada Byron", "1: set name = Ada Byron"),
        ("company: Acme Oy", "1: company = Acme Oy"),
        ("company @ada: Acme Oy", "1: company @ada = Acme Oy"),
        ("company name: Acme Oy", "1: company = Acme Oy"),
        ("set company: Acme Oy", "1: company = Acme Oy"),
    ]);
}

#[test]
fn any_field_is_set_by_name_and_cleared() {
    check_lines(&[
        (
            "set email: ada@new.example",
            "1: set email = ada@new.example",
        ),
        ("set phone +49 30 1234", "1: set phone = +49 30 1234"),
        ("set: phone: +49 30 1234", "1: set phone = +49 30 1234"),
        (
            "set @ada phone: +49 30 1234",
            "1: set @ada phone = +49 30 1234",
        ),
        (
            "set @ada: phone: +49 30 1234",
            "1: set @ada phone = +49 30 1234",
        ),
        ("set shoe size: 42", "1: set 'shoe size' = 42"),
        ("set size: 42", "1: set 'size' = 42"),
        (
            "set emial: ada@new.example",
            "1! there is no field \"emial\"; did you mean \"set email: ada@new.example\"?",
        ),
        ("set Shoe  Size = 42", "1: set 'shoe size' = 42"),
        ("set #c12 shoe size: 42", "1: set #c12 'shoe size' = 42"),
        ("/set shoe size: 42", "1: set 'shoe size' = 42"),
        ("set job title: CTO", "1: set title = CTO"),
        (
            "set phone:",
            "1! phone needs a value; did you mean \"clear phone\"?",
        ),
        (
            "phone:",
            "1! phone needs a value; did you mean \"clear phone\"?",
        ),
        (
            "set shoe size:",
            "1! shoe size needs a value; did you mean \"clear shoe size\"?",
        ),
        (
            "set",
            "1! set needs a field, a colon and a value; did you mean \"phone: +49 30 1234\"?",
        ),
        (
            "set x y z a b: 1",
            "1! set needs a field of at most four words, a colon and a value; did you mean \"phone: +49 30 1234\"?",
        ),
        ("clear phone", "1: clear phone"),
        ("clear: phone", "1: clear phone"),
        ("clear mobile", "1: clear phone"),
        ("clear company", "1: clear company"),
        ("clear shoe size", "1: clear 'shoe size'"),
        ("clear @ada shoe size", "1: clear @ada 'shoe size'"),
        ("clear @ada: shoe size", "1: clear @ada 'shoe size'"),
        (
            "clear email: old@acme.example",
            "1: clear email = old@acme.example",
        ),
        (
            "clear email old@acme.example",
            "1: clear email = old@acme.example",
        ),
        (
            "clear",
            "1! clear needs the name of a field; did you mean \"clear phone\"?",
        ),
    ]);
}

#[test]
fn tags_and_values_are_read() {
    check_lines(&[
        ("tag: vip, berlin", "1: tag [vip, berlin]"),
        ("tag: VIP,  Key  Account, vip", "1: tag [vip, key account]"),
        ("tag: #vip #berlin", "1: tag [vip, berlin]"),
        ("tags: vip", "1: tag [vip]"),
        ("tag @ada: vip", "1: tag @ada [vip]"),
        ("tag @ada vip, berlin", "1: tag @ada [vip, berlin]"),
        ("tag ada: vip", "1: tag @ada [vip]"),
        ("untag vip", "1: untag [vip]"),
        ("untag: vip; berlin", "1: untag [vip, berlin]"),
        (
            "tag:",
            "1! tag needs up to 20 tags with commas between them; did you mean \"tag: vip, berlin\"?",
        ),
        ("status: qualified", "1: status = qualified"),
        (
            "status @ada: not interested",
            "1: status @ada = not interested",
        ),
        (
            "status:",
            "1! status needs a word or a few; did you mean \"status: qualified\"?",
        ),
        ("score: 80", "1: score = 80"),
        ("score: -5", "1: score = -5"),
        ("score: \u{2212}5", "1: score = -5"),
        ("score @ada 7", "1: score @ada = 7"),
        (
            "score: high",
            "1! score needs a whole number from -1000 to 1000; did you mean \"score: 80\"?",
        ),
        (
            "score: 1001",
            "1! score needs a whole number from -1000 to 1000; did you mean \"score: 80\"?",
        ),
        ("keep in touch: 30 days", "1: keep 30"),
        ("keep in touch: 30", "1: keep 30"),
        ("keep in touch: 30d", "1: keep 30"),
        ("keep in touch every 2 weeks", "1: keep 14"),
        ("keep in touch: every month", "1: keep 30"),
        ("keep in touch: quarter", "1: keep 91"),
        ("keep: 1 year", "1: keep 365"),
        ("keep in touch: never", "1: keep never"),
        ("keep in touch @ada: 30 days", "1: keep @ada 30"),
        (
            "keep in touch: often",
            "1! keep in touch needs an interval, or never; did you mean \"keep in touch: 30 days\"?",
        ),
        (
            "keep in touch: 0 days",
            "1! keep in touch needs an interval, or never; did you mean \"keep in touch: 30 days\"?",
        ),
        (
            "keep in touch: 99999999999999999999 days",
            "1! keep in touch needs an interval, or never; did you mean \"keep in touch: 30 days\"?",
        ),
    ]);
}

#[test]
fn contacts_are_made_given_merged_and_deleted() {
    check_lines(&[
        (
            "new: Ada Byron <ada@acme.example>",
            "1: new Ada Byron <ada@acme.example>",
        ),
        ("new: ada@acme.example", "1: new ada@acme.example"),
        ("new: Ada Byron", "1: new @Ada Byron"),
        ("new contact: Ada Byron", "1: new @Ada Byron"),
        ("new Ada Byron", "1: new @Ada Byron"),
        (
            "new: #c12",
            "1! new needs a name, an address, or both; did you mean \"new: Ada Byron <ada@acme.example>\"?",
        ),
        (
            "new:",
            "1! new needs a name, an address, or both; did you mean \"new: Ada Byron <ada@acme.example>\"?",
        ),
        ("assign: bob@us.example", "1: assign to bob@us.example"),
        ("assign: bob", "1: assign to @bob"),
        ("assign @ada: me", "1: assign @ada to @me"),
        ("assign @ada to bob", "1: assign @ada to @bob"),
        ("assign bob@us.example", "1: assign to bob@us.example"),
        ("assign #c12 bob", "1: assign #c12 to @bob"),
        (
            "assign:",
            "1! assign needs a member, by address or name; did you mean \"assign: bob@us.example\"?",
        ),
        ("mute", "1: mute"),
        ("mute @ada", "1: mute @ada"),
        ("mute: ada", "1: mute @ada"),
        ("unmute ada", "1: unmute @ada"),
        ("rotate @ada", "1: rotate @ada"),
        ("merge #c41", "1: merge + #c41"),
        ("merge: #c41", "1: merge + #c41"),
        ("merge @ada: #c41", "1: merge @ada + #c41"),
        ("merge #c12 #c41", "1: merge #c12 + #c41"),
        ("merge #c12 with #c41", "1: merge #c12 + #c41"),
        ("merge ada@acme.example", "1: merge + ada@acme.example"),
        (
            "merge",
            "1! merge needs the contact that becomes part of this one; did you mean \"merge #c41\"?",
        ),
        ("unmerge #c41", "1: unmerge #c41"),
        ("delete #c12", "1: delete #c12"),
        ("delete #a3", "1: delete #a3"),
        ("delete", "1: delete"),
        ("restore #c12", "1: restore #c12"),
        ("?delete #c12", "1: ?delete #c12"),
    ]);
}

#[test]
fn what_was_done_is_taken_back_and_what_waits_is_confirmed() {
    const UNDO: &str =
        "1! undo needs nothing, a number, or a change such as #j41; did you mean \"undo\"?";
    check_lines(&[
        ("undo", "1: undo"),
        ("undo all #j41", "1: undo all #j41"),
        ("Undo", "1: undo"),
        ("undo 2", "1: undo 2"),
        ("undo #j41", "1: undo #j41"),
        ("undo: #j41", "1: undo #j41"),
        ("undo #c12", UNDO),
        ("undo that", UNDO),
        ("undo 0", UNDO),
        ("redo", "1: redo"),
        ("redo it", "1! redo stands alone; did you mean \"redo\"?"),
        ("confirm 4821", "1: confirm 4821"),
        ("confirm: 4821", "1: confirm 4821"),
        ("confirm 0007", "1: confirm 0007"),
        (
            "confirm 48210",
            "1! confirm needs the four digits that were sent to you",
        ),
        (
            "confirm",
            "1! confirm needs the four digits that were sent to you",
        ),
        ("today", "1: today"),
    ]);
}

#[test]
fn a_setting_is_called_by_its_words() {
    check_lines(&[
        ("/workspace", "1: workspace settings"),
        (
            "workspace own domains: daughter.example, other.example",
            "1: workspace own domains = daughter.example, other.example",
        ),
        (
            "workspace own domains: none",
            "1: workspace own domains = none",
        ),
        ("workspace currency: EUR", "1: workspace currency = EUR"),
        ("workspace stages: Lead", "1: workspace stages = Lead"),
        ("workspace invoice vat: 24", "1: workspace invoice vat = 24"),
        (
            "workspace keep sent letters: 30 days",
            "1: workspace keep sent letters = 30 days",
        ),
        (
            "/workspace keep in touch 30 days",
            "1: workspace keep in touch = 30 days",
        ),
        ("my", "1: my all"),
        ("my settings", "1: my all"),
        ("my zone: Europe/Helsinki", "1: my zone = europe/helsinki"),
        ("my zone Europe/Helsinki", "1: my zone = europe/helsinki"),
        ("my digest: weekdays 07:30", "1: my digest = weekdays 07:30"),
        ("my quiet: on", "1: my quiet = on"),
        ("my language: fi", "1: my language = fi"),
        ("my default time: 09:00", "1: my defaulttime = 09:00"),
        ("my date order: dmy", "1: my dateorder = dmy"),
        ("my hold: 60", "1: my hold = 60"),
        ("my name: Grace Hopper", "1: my name = grace hopper"),
        ("my: zone: UTC", "1: my zone = utc"),
        ("my zone", "1: my zone"),
        (
            "my dog: Rex",
            "1! there is no setting \"dog: Rex\"; did you mean \"my zone: Europe/Helsinki\"?",
        ),
    ]);
}

#[test]
fn a_verb_to_come_is_refused_and_never_a_note() {
    for line in [
        "deal: Website redesign 4,500 EUR",
        "/deal Website",
        "stage: won",
        "amount: 4500",
        "close: 30 Nov",
        "won",
        "lost",
        "lost: went with Foo",
        "invoice: 2 x Design day",
        "enrol: spring-launch",
        "unenrol: spring-launch",
        "campaign: spring",
        "ask: who went quiet?",
        "draft: hello",
        "summarise: ada",
    ] {
        for text in [line.to_owned(), format!("{line}\n\nHello.")] {
            let read = head(&text, Language::English);
            let first = read.lines.first().map(|line| line.result.clone());
            let problem = first.and_then(Result::err).map(|problem| problem.message);
            assert!(
                problem.is_some_and(|p| p.contains("cannot do yet")),
                "{text}"
            );
        }
    }
    for prose in [
        "Deal with it.",
        "Paid yesterday",
        "Lost in thought",
        "Won the cup!",
        "Ask Bob",
        "Close the door",
        "Export works now",
    ] {
        assert!(head(prose, Language::English).lines.is_empty(), "{prose}");
    }
}

#[test]
fn first_words_that_may_be_a_name_are_offered_as_one() {
    let read = |text: &str| -> Vec<String> {
        let lines = lines(text, Language::English);
        let perhaps = lines.iter().flat_map(|line| &line.perhaps);
        perhaps
            .map(|p| format!("{}: {}{}", p.name, word(&p.command), said(&p.command)))
            .collect()
    };
    assert_eq!(
        read("/next ada call Friday"),
        ["ada: next \"call\" ^ friday"]
    );
    assert_eq!(
        read("/note ada likes tea"),
        ["ada likes: note \"tea\"", "ada: note \"likes tea\""]
    );
    assert_eq!(read("/done ada"), ["ada: done"]);
    assert_eq!(read("/tag ada vip"), ["ada: tag [vip]"]);
    for certain in [
        "next: ada call Friday",
        "/next: ada call",
        "/next @ada call Friday",
        "/next the offer",
        "/next friday call",
        "@bob: /next ada call",
    ] {
        assert_eq!(read(certain), Vec::<String>::new(), "{certain}");
    }
}
