//! Five hundred lines over every verb that changes something, with many texts, dates and ways to name somebody; and what of
//! them an address can say.

/// A contact of the scene, in the order of the numbers.
pub struct Person {
    pub name: &'static str,
    pub first: &'static str,
    pub address: &'static str,
}

const fn person(name: &'static str, first: &'static str, address: &'static str) -> Person {
    Person {
        name,
        first,
        address,
    }
}

pub const PEOPLE: [Person; 8] = [
    person("Ada Byron", "ada", "ada@northwind.example"),
    person("Bob Ray", "BOB", "bob@acme.example"),
    person("Carl Moor", "carl", "carl.moor@foo.example"),
    person("Łukasz Żak", "łukasz", "lukasz@zak.example"),
    person("田中 太郎", "田中", "tanaka@tanaka.example"),
    person("Dora Lind", "dora", "dora+work@foo.example"),
    person("Emil O'Sand", "Emil", "emil@home.example"),
    person("Zoë Müller-Ståhl", "zoë", "zoe@home.example"),
];

const TEXTS: [&str; 13] = [
    "send the offer",
    "Größe 42, Weiß — für Jürgen",
    "ask whether 50 % will do; really?",
    "kirje Ääneseudun Öljylle",
    "田中さんに電話する",
    "a \"quoted\" word and a 'single' one",
    "Q&A: <b>bold</b> & more",
    "bring 3 × cake 🎂 (two forks)",
    "call +358 9 1234 and ask for #42",
    "see https://acme.example/a?b=c&d=%20e",
    "about: the pier, again",
    "wörd = value / other | third \\ last",
    "x",
];

const DATES: [&str; 14] = [
    "friday",
    "tomorrow 9am",
    "30 Nov",
    "in 2 weeks",
    "every monday",
    "eom",
    "2026-12-24 14:30",
    "next tuesday",
    "3bd",
    "Dec 3 at noon",
    "24.12.",
    "monthly",
    "tonight",
    "in 3 days",
];

/// Dates that are one word of an address, with the same as words.
const ADDRESS_DATES: [(&str, &str); 5] = [
    ("fri", "fri"),
    ("3days", "in 3 days"),
    ("tomorrow", "tomorrow"),
    ("eom", "eom"),
    ("next-tuesday-9am", "next tuesday 9am"),
];

/// One line.
pub struct Line {
    pub verb: &'static str,
    pub text: String,
    /// The same in an address, where that can be said.
    pub address: Option<InAddress>,
}

/// A command in an address.
pub struct InAddress {
    /// Whose capture address; the member's own where absent.
    pub contact: Option<usize>,
    pub tag: String,
    pub subject: String,
    /// The same as one line.
    pub plain: String,
}

impl Line {
    /// Whether it is done only after it was confirmed.
    pub fn is_confirmed(&self) -> bool {
        ["merge", "unmerge", "delete", "restore"].contains(&self.verb)
    }
}

/// How a contact is named: by number, address, whole name, first name.
fn named(contact: usize, way: usize) -> String {
    let person = &PEOPLE[contact - 1];
    match way % 4 {
        0 => format!("#c{contact}"),
        1 => person.address.to_owned(),
        2 => format!("@\"{}\"", person.name),
        _ => format!("@{}", person.first),
    }
}

/// The lines of one round, about one contact.
struct Round {
    number: usize,
    contact: usize,
    said: usize,
    lines: Vec<Line>,
}

impl Round {
    fn text(&mut self) -> &'static str {
        self.said += 1;
        TEXTS[(self.number * 5 + self.said) % TEXTS.len()]
    }

    fn date(&mut self) -> &'static str {
        self.said += 1;
        DATES[(self.number * 3 + self.said) % DATES.len()]
    }

    /// `verb who: words`, or as a target in front; in an address `+verb` with the words as its subject.
    fn about(&mut self, verb: &'static str, word: &str, words: &str) {
        let who = named(self.contact, self.number + self.lines.len());
        let text = match (self.number + self.lines.len()) % 5 {
            0 if who.starts_with('@') => format!("{who}: {word}: {words}"),
            1 => format!("/{word} {who}: {words}"),
            _ => format!("{word} {who}: {words}"),
        };
        let address = InAddress {
            contact: Some(self.contact),
            tag: word.replace(' ', "-"),
            subject: words.to_owned(),
            plain: format!("{word} #c{}: {words}", self.contact),
        };
        self.push(verb, text, Some(address));
    }

    /// The same, and in an address all is in the tag.
    fn short(&mut self, verb: &'static str, text: String, tag: &str, subject: &str, plain: String) {
        let address = InAddress {
            contact: Some(self.contact),
            tag: tag.to_owned(),
            subject: subject.to_owned(),
            plain,
        };
        self.push(verb, text, Some(address));
    }

    /// About nobody, or about somebody who is named in the words.
    fn own(&mut self, verb: &'static str, text: String, tag: &str, subject: &str) {
        let address = InAddress {
            contact: None,
            tag: tag.to_owned(),
            subject: subject.to_owned(),
            plain: text.clone(),
        };
        self.push(verb, text, Some(address));
    }

    /// Names by its line what an address cannot.
    fn only_line(&mut self, verb: &'static str, text: String) {
        self.push(verb, text, None);
    }

    fn push(&mut self, verb: &'static str, text: String, address: Option<InAddress>) {
        self.lines.push(Line {
            verb,
            text,
            address,
        });
    }

    fn work(&mut self) {
        let (text, date) = (self.text(), self.date());
        self.about("next", "next action", &format!("{text} by {date}"));
        let text = self.text();
        self.about("next", "next", text);
        let (in_address, in_words) = ADDRESS_DATES[self.number % ADDRESS_DATES.len()];
        let (contact, text) = (self.contact, self.text());
        let plain = format!("next #c{contact}: {text} ^{in_words}");
        let tag = format!("next.{in_address}");
        self.short("next", plain.clone(), &tag, text, plain);
        let text = self.text();
        self.about("done", "done", text);
        let date = ["3 days", "mon", "eom", "in 2 weeks"][self.number % 4];
        self.about("snooze", "snooze", date);
        let (text, date) = (self.text(), self.date());
        self.about("remind", "remind", &format!("{text} on {date}"));
        let (text, date) = (self.text(), self.date());
        let words = format!("to {text} ^{date}");
        self.own("remind", format!("remind me {words}"), "remind-me", &words);
    }

    fn said(&mut self) {
        let text = self.text();
        self.about("note", "note", text);
        let text = self.text();
        self.about(
            "log",
            ["call", "met", "meeting", "log"][self.number % 4],
            text,
        );
        let tags = ["vip, berlin", "Åbo; vip", "key account, x-y", "#blue #vip"][self.number % 4];
        self.about("tag", "tag", tags);
        self.about(
            "untag",
            "untag",
            ["vip", "berlin, åbo", "blue"][self.number % 3],
        );
        let contact = self.contact;
        let (tag, plain) = ("tag.red.gold", format!("tag #c{contact}: red, gold"));
        let who = named(contact, self.number);
        self.short(
            "tag",
            format!("tag {who}: red, gold"),
            tag,
            "Colours",
            plain,
        );
    }

    fn fields(&mut self) {
        let number = self.number;
        self.about("set", "set", &format!("phone: +49 30 {}", 1_000 + number));
        self.about("set", "set", &format!("shoe size: {}", 36 + number));
        let field = [
            "title: Leiterin für Größe",
            "birthday: 10 December",
            "address: Am Markt 1, 10115 Köln",
            "site: https://acme.example/ü",
            "favourite tea: 玉露",
        ][number % 5];
        self.about("set", "set", field);
        self.about(
            "set",
            "set",
            &format!("email: p{number}@new{}.example", number % 3),
        );
        let name = ["phone", "title", "shoe size", "birthday"][number % 4];
        self.about("clear", "clear", name);
        let company = [
            "Acme Oy",
            "Größe & Söhne",
            "株式会社 田中",
            "Foo, Bar & Co.",
        ][number % 4];
        self.about("company", "company", company);
        let status = ["qualified", "not interested", "läuft"][number % 3];
        self.about("status", "status", status);
        self.about("score", "score", ["80", "-5", "1000"][number % 3]);
        let interval = ["30 days", "2 weeks", "never", "every month"][number % 4];
        self.about("keep", "keep in touch", interval);
        let member = ["me", "jon@studio.example", "jon"][number % 3];
        self.about("assign", "assign", member);
    }

    fn standing(&mut self) {
        let contact = self.contact;
        for (verb, is_said) in [
            ("mute", true),
            ("unmute", self.number.is_multiple_of(2)),
            ("rotate", self.number.is_multiple_of(3)),
        ] {
            let who = named(contact, self.number);
            if is_said {
                let plain = format!("{verb} #c{contact}");
                self.short(verb, format!("{verb} {who}"), verb, "", plain);
            }
        }
        let to = named(1 + (self.number + 1) % PEOPLE.len(), self.number);
        self.only_line("file", format!("file #i{contact}: {to}"));
    }

    /// People who come and go.
    fn people(&mut self) {
        let number = self.number;
        let name = ["Ünal Şahin", "Grace Hopper", "王 小明", "Jean-Luc Étoile"][number % 4];
        let (one, other) = (
            format!("{name} {number} <n{number}@come.example>"),
            format!("m{number}@come.example"),
        );
        self.own("new", format!("new: {one}"), "new", &one);
        self.own(
            "new",
            format!("new contact: {other}"),
            "new-contact",
            &other,
        );
        self.only_line(
            "set",
            format!("name m{number}@come.example: {name}-{number}"),
        );
        let merged = format!("merge n{number}@come.example: {other}");
        self.only_line("merge", merged);
        if number.is_multiple_of(2) {
            self.only_line(
                "unmerge",
                format!("unmerge #c{}", PEOPLE.len() + 2 * number + 2),
            );
        }
        self.only_line("delete", format!("delete n{number}@come.example"));
        if number.is_multiple_of(3) {
            self.only_line("restore", format!("restore n{number}@come.example"));
        }
    }

    fn member(&mut self) {
        let chosen = [
            "zone: Asia/Tokyo",
            "default time: 10:15",
            "zone: America/New_York",
            "quiet: on",
            "date order: dmy",
            "language: de",
            "zone: Europe/Helsinki",
            "digest: mon 8:00",
            "language: fi",
            "quiet: off",
        ][self.number % 10];
        self.own("my", format!("my {chosen}"), "my", chosen);
        let text = self.text();
        // What is taken back is this note, and then it is there again.
        self.about("note", "note", text);
        self.own("undo", "undo".to_owned(), "undo", "");
        if self.number % 4 != 3 {
            self.own("redo", "redo".to_owned(), "redo", "");
        }
        if self.number % 5 == 4 {
            self.own("undo", "undo 2".to_owned(), "undo.2", "");
        }
    }
}

/// The lines, in the order in which they are said.
pub fn lines(count: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for number in 0.. {
        let mut round = Round {
            number,
            contact: 1 + number % PEOPLE.len(),
            said: 0,
            lines: Vec::new(),
        };
        round.work();
        round.said();
        round.fields();
        round.standing();
        round.people();
        round.member();
        lines.append(&mut round.lines);
        if lines.len() >= count {
            break;
        }
    }
    lines.truncate(count);
    lines
}
