//! What the server refuses, shown with raw bytes, as attackers send them.

use super::hand_in::speak;
use super::tell::Teller;
use super::world::World;
use crate::domain::Result;

/// What is sent, what the answer must hold, and what must not be in it.
const REFUSALS: [(&str, &str, &str); 4] = [
    (
        "A recipient who does not exist",
        "EHLO x.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<nobody@crm.example>\r\nQUIT\r\n",
        "550 5.1.1",
    ),
    (
        "Mail for somebody else's domain: this is no open relay",
        "EHLO x.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<victim@elsewhere.example>\r\nQUIT\r\n",
        "550 5.7.1",
    ),
    (
        "A second message smuggled in behind a bare line feed",
        "EHLO x.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<acme@crm.example>\r\nDATA\r\n\
         Subject: one\r\n\r\nfirst\n.\nMAIL FROM:<mia@studio.example>\r\nRCPT TO:<acme@crm.example>\r\nDATA\r\n\
         Subject: smuggled\r\n\r\nsecond\r\n.\r\nQUIT\r\n",
        "550 5.",
    ),
    (
        "A password over a connection that is not encrypted, at the door for other servers",
        "EHLO x.example\r\nAUTH PLAIN AG1pYUBzdHVkaW8uZXhhbXBsZQBndWVzcw==\r\nQUIT\r\n",
        "50",
    ),
];

/// Shows each refusal, and that nothing came of it.
pub async fn run(world: &World, tell: &mut Teller) -> Result<()> {
    tell.step("What is refused, at the door");
    let before = world.app.status().await?;
    for (title, bytes, expected) in REFUSALS {
        let said = speak(world.smtp(), bytes.as_bytes()).await?;
        let line = said
            .lines()
            .find(|line| line.starts_with('5'))
            .unwrap_or("(no refusal)");
        tell.fact("sent", title);
        tell.fact("server", line);
        tell.check(line.starts_with(expected), "it is refused");
    }
    let after = world.app.status().await?;
    tell.check(before == after, "and nothing of it was kept");
    Ok(())
}
