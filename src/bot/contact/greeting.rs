//! What a workspace's bot says of itself: what is kept and why, in the language of whoever begins, and that they may stop.

use super::{own_greeting, say};
use crate::bot::update::Serving;
use crate::commands::reply::chat::text;
use crate::domain::Result;
use crate::domain::chat::Button;
use crate::domain::language::Language;
use crate::store::Tx;
use crate::store::workspace::contact_chats::ContactChatRow;

/// What the button under the greeting says back.
pub(in crate::bot) const AGREE: &str = "agree";

/// The words of one language: what is kept, what the button says, and what `/stop` answers. `{name}` is the workspace.
struct Words {
    consent: &'static str,
    agree: &'static str,
    stopped: &'static str,
}

fn words(language: Language) -> Words {
    match language {
        Language::English => Words {
            consent: "Hello! {name} reads and answers here. What you write is kept by {name} to answer you, and not given to others. Write on to agree. /stop ends news to many; ask here to have everything about you deleted.",
            agree: "I agree",
            stopped: "You get no more news to many. You can still write here. /start undoes this.",
        },
        Language::Finnish => Words {
            consent: "Hei! {name} lukee ja vastaa täällä. {name} säilyttää kirjoittamasi voidakseen vastata, eikä anna sitä muille. Hyväksyt tämän kirjoittamalla. /stop lopettaa joukkoviestit; pyydä täällä, jos haluat kaikki tietosi poistettavan.",
            agree: "Hyväksyn",
            stopped: "Et saa enää joukkoviestejä. Voit yhä kirjoittaa tänne. /start peruu tämän.",
        },
        Language::German => Words {
            consent: "Hallo! {name} liest und antwortet hier. Was du schreibst, bewahrt {name} auf, um dir zu antworten, und gibt es nicht weiter. Wer weiterschreibt, ist einverstanden. /stop beendet Rundschreiben; bitte hier darum, wenn alles über dich gelöscht werden soll.",
            agree: "Einverstanden",
            stopped: "Du bekommst keine Rundschreiben mehr. Schreiben kannst du hier weiterhin. /start macht das rückgängig.",
        },
        Language::French => Words {
            consent: "Bonjour ! {name} lit et répond ici. Ce que vous écrivez est conservé par {name} pour vous répondre, et n'est pas transmis. En continuant d'écrire, vous l'acceptez. /stop met fin aux messages groupés ; demandez ici l'effacement de vos données.",
            agree: "J'accepte",
            stopped: "Vous ne recevrez plus de messages groupés. Vous pouvez toujours écrire ici. /start annule cela.",
        },
        Language::Spanish => Words {
            consent: "¡Hola! {name} lee y responde aquí. Lo que escribes lo guarda {name} para responderte, y no lo da a nadie. Si sigues escribiendo, estás de acuerdo. /stop termina los mensajes a muchos; pide aquí que se borre todo lo tuyo.",
            agree: "De acuerdo",
            stopped: "Ya no recibes mensajes a muchos. Puedes seguir escribiendo aquí. /start lo deshace.",
        },
        Language::Swedish => Words {
            consent: "Hej! {name} läser och svarar här. Det du skriver sparas av {name} för att kunna svara dig, och ges inte vidare. Skriver du vidare godkänner du det. /stop avslutar massutskick; be här om att allt om dig raderas.",
            agree: "Jag godkänner",
            stopped: "Du får inga fler massutskick. Du kan fortfarande skriva här. /start ångrar detta.",
        },
    }
}

fn language_of(chat: &ContactChatRow) -> Language {
    let tag = chat.language.as_deref().unwrap_or_default();
    Language::from_tag(tag).unwrap_or_default()
}

/// Greets somebody, and asks for their consent until it is given.
pub(super) async fn greet(
    tx: &mut Tx,
    serving: &Serving,
    workspace_id: i64,
    chat: &ContactChatRow,
) -> Result<()> {
    let row = serving.bots.store.registry.workspace(workspace_id).await?;
    let name = row.map(|row| row.name).unwrap_or_default();
    let words = words(language_of(chat));
    let own = own_greeting(tx).await?;
    let consent = words.consent.replace("{name}", &name);
    let said = match own {
        Some(own) => format!("{own}\n\n{consent}"),
        None => consent,
    };
    let mut body = text(&said);
    if chat.consented_at.is_none() {
        body.buttons.push(vec![Button {
            label: words.agree.to_owned(),
            says: AGREE.to_owned(),
        }]);
    }
    say(tx, serving, chat, &body).await
}

/// Says that nothing to many comes any more.
pub(super) async fn stopped(tx: &mut Tx, serving: &Serving, chat: &ContactChatRow) -> Result<()> {
    say(tx, serving, chat, &text(words(language_of(chat)).stopped)).await
}
