//! What happens in the demo, in order: each step's mail, who hands it in, and what must come of it.

/// Who hands a message in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The sender's own mail server, which signs for this domain.
    ServerOf(&'static str),
    /// Somebody's server that signs nothing.
    AnyServer,
    /// Mia's mail program, signed in.
    MiaSignedIn,
}

/// A message and what must come of it.
pub struct Step {
    /// One sentence.
    pub title: &'static str,
    /// The file in `samples/`.
    pub name: &'static str,
    /// Its bytes.
    pub raw: &'static [u8],
    /// Who hands it in.
    pub by: By,
    /// MAIL FROM; empty is the null sender.
    pub mail_from: &'static str,
    /// RCPT TO.
    pub rcpt_to: &'static [&'static str],
    /// What it must become.
    pub becomes: Becomes,
}

/// What a message must become.
pub struct Becomes {
    /// `filed`, `unfiled`, `held` or `set_aside`.
    pub state: &'static str,
    /// `mail`, `note`, `meeting` or `report`.
    pub kind: &'static str,
    /// `in`, `out` or `internal`.
    pub direction: &'static str,
    /// Who really wrote it.
    pub author: &'static str,
    /// Addresses of the contacts that it is filed with.
    pub with: &'static [&'static str],
}

const MIA: &str = "log.m7a2x4@crm.example";
const JON: &str = "log.j9k3w6@crm.example";
const KEI: &str = "log.k5s8t2@crm.example";
const ADA: &str = "ada@northwind.example";
const KLAUS: &str = "k.brandt@hafenwerk.example";
const ELINA: &str = "elina.korhonen@saaristo.example";
const MIA_AT_STUDIO: &str = "mia@studio.example";
const RUPERT: &str = "rupert@cheapsigns.example";
const JON_AT_STUDIO: &str = "jon@studio.example";

/// In the samples stands this capture address of Ada's; the real one is made when she becomes a contact.
pub const ADA_CAPTURE_IN_SAMPLES: &str = "ada.7k3q9x";

macro_rules! sample {
    ($title:literal, $name:literal, $by:expr, $from:expr => $to:expr, $becomes:expr) => {
        Step {
            title: $title,
            name: $name,
            raw: include_bytes!(concat!("../../samples/", $name, ".eml")),
            by: $by,
            mail_from: $from,
            rcpt_to: $to,
            becomes: $becomes,
        }
    };
}

const fn filed(
    kind: &'static str,
    direction: &'static str,
    author: &'static str,
    with: &'static [&'static str],
) -> Becomes {
    Becomes {
        state: "filed",
        kind,
        direction,
        author,
        with,
    }
}

const fn state(
    state: &'static str,
    kind: &'static str,
    direction: &'static str,
    author: &'static str,
) -> Becomes {
    Becomes {
        state,
        kind,
        direction,
        author,
        with: &[],
    }
}

/// The story, first half: what members bring in.
pub fn members_bring_in() -> Vec<Step> {
    use By::{AnyServer, MiaSignedIn, ServerOf};
    let studio = ServerOf("studio.example");
    vec![
        sample!("Mia forwards a letter from Gmail to her intake address", "forward-gmail-web-en",
            studio, MIA_AT_STUDIO => &[MIA], filed("mail", "in", ADA, &[ADA])),
        sample!("Jon forwards one from Outlook, in German", "forward-outlook-2019-de",
            studio, JON_AT_STUDIO => &[JON], filed("mail", "in", KLAUS, &[KLAUS])),
        sample!("Kei forwards one from NetEase, in Chinese and GB18030", "forward-netease-zh-gb18030",
            studio, "kei@studio.example" => &[KEI],
            filed("mail", "in", "wang.li@lanhai.example", &["wang.li@lanhai.example"])),
        sample!("Mia answers Ada, with her intake address in BCC", "bcc-gmail-web-en",
            studio, MIA_AT_STUDIO => &[MIA], filed("mail", "out", MIA_AT_STUDIO, &[ADA])),
        sample!("The same letter comes a second time, from her sent folder through her mail program", "bcc-gmail-web-en",
            MiaSignedIn, MIA_AT_STUDIO => &["acme@crm.example"], filed("mail", "out", MIA_AT_STUDIO, &[ADA])),
        sample!("Mia writes to Elina from Apple Mail, in Finnish, and puts the intake address in Cc", "cc-apple-mail-macos-fi",
            studio, MIA_AT_STUDIO => &[MIA], filed("mail", "out", MIA_AT_STUDIO, &[ELINA])),
        sample!("From the museum she sends a note that names her contact", "note-ios-en",
            studio, MIA_AT_STUDIO => &[MIA], filed("note", "internal", MIA_AT_STUDIO, &[ELINA])),
        sample!("Elina's signed contract comes as an attached letter", "forward-attached-apple-mail-en",
            studio, MIA_AT_STUDIO => &[MIA], filed("mail", "in", ELINA, &[ELINA])),
        sample!("Mia invites Ada to a meeting", "invitation-google-request-en",
            studio, MIA_AT_STUDIO => &[MIA], filed("meeting", "out", MIA_AT_STUDIO, &[ADA])),
        sample!("A letter with Mia's name in From, which her domain did not send", "hostile-two-from-headers",
            AnyServer, RUPERT => &[MIA], state("held", "mail", "in", MIA_AT_STUDIO)),
        sample!("A command hidden in a letter that Jon forwards stays what it is, text", "hostile-command-in-forward",
            studio, JON_AT_STUDIO => &[JON],
            filed("mail", "in", "rupert@cheapsigns.example", &["rupert@cheapsigns.example"])),
    ]
}

/// The second half: what contacts, programs and strangers send.
pub fn others_send() -> Vec<Step> {
    use By::{AnyServer, ServerOf};
    vec![
        sample!("Ada answers to her capture address", "to-capture-address-gmail-en",
            ServerOf("northwind.example"), ADA => &["ada.7k3q9x@crm.example"], filed("mail", "in", ADA, &[ADA])),
        sample!("Klaus writes to the workspace's own address", "reply-outlook-365-de",
            ServerOf("hafenwerk.example"), KLAUS => &["acme@crm.example"], filed("mail", "in", KLAUS, &[KLAUS])),
        sample!("A mail server says that a letter did not arrive", "bounce-postfix-unknown-user-en",
            AnyServer, "" => &["acme@crm.example"],
            state("set_aside", "report", "in", "mailer-daemon@mail.studio.example")),
        sample!("A newsletter: kept, aside, and nobody becomes a contact", "newsletter-en",
            AnyServer, "bounce@paperandpress.example" => &["acme@crm.example"],
            state("set_aside", "mail", "in", "letter@paperandpress.example")),
        sample!("A stranger who calls himself Mia wants to sell signs: into the unfiled list", "hostile-display-name-is-member",
            AnyServer, RUPERT => &["acme@crm.example"],
            state("unfiled", "mail", "in", "mia.studio@cheapsigns.example")),
    ]
}
