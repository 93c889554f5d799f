//! Rapport: a CRM that nobody has to open. Mail is forwarded or BCCed to it, and it files what was said with the right person;
//! it does what is written on top of a mail, passes letters on between contacts and members, and tells what is due.
//!
//! # The house
//!
//! | room | layer | holds | must not know |
//! |---|---|---|---|
//! | [`domain`] | 0 | rules: addresses, dates in words, the queue of actions, tokens, why something was filed, the one error | clock, I/O, mail formats |
//! | [`mail`] | 1 | bytes → [`mail::Message`]: parts, new text, forwards, reports, trust; writing, relaying, signing | members, contacts, stores |
//! | [`store`] | 1 | every query; the registry, the workspaces, the house (the instance's own letters), the full-text index | what mail or commands mean |
//! | [`commands`] | 2 | the language: specification → parse → resolve → execute → outcome | doors |
//! | [`ai`] | 2 | sound → text, by the operator's provider or the workspace's own | what is done with it |
//! | [`post`] | 3 | what we write to members: acks, errors, notices, digests as outbox rows | how they are sent |
//! | [`ingest`] | 4 | spool → filed: lanes, attribution, filing; mail as a door: what is asked for, what passes to and from a contact | SMTP |
//! | [`digest`] | 4 | what is due at its time: digests, reminders, retention, leaving | how it is sent |
//! | [`delivery`] | 4 | outbox → the world: claim, sign, hand over, try again, give up | what a mail says |
//! | [`transfer`] | 4 | a whole workspace out and in; contacts out of spreadsheets and address books | web, who reads it |
//! | [`smtp`] | 5 | the listener: a session without I/O, sockets around it | what happens to a message after 250 |
//! | [`bot`] | 5 | Telegram: the members' bot and those of workspaces, updates in, the chat's outbox out | mail formats, other doors |
//! | [`web`] | 5 | the page: sign-in, settings, the team, data out and in; views as data, their HTML in `pages/` | mail formats, other doors |
//! | [`app`], [`cli`], [`config`], [`demo`], [`explain`] | top | the subcommands; the real clock, environment and standard input | |
//!
//! [`outreach`] is a room that is laid and still empty.
//! A file imports only from lower numbers or its own room; `tests/tidy.rs` scans for it.
//!
//! # A forwarded mail, from the socket to the answer of `why`
//!
//! 1. [`smtp`]: bytes go into the session, a state machine without I/O; at RCPT it asks [`store::Registry::route`] whose
//!    address that is. At the final dot the raw bytes, a Received field on top, go to [`store::registry::Spool::accept`].
//! 2. The spool's one writer puts the messages of many sessions and the wake-ups of their workspaces into one commit. Then, and
//!    not before, each session says 250.
//! 3. [`ingest`]: a worker claims the workspace's lane ([`store::registry::Lane`]) and takes a batch of arrivals. [`mail::read`]
//!    turns each into a [`mail::Message`] — who, what is new, whose letter is inside — and [`mail::trust`] verifies the sender.
//! 4. `ingest` looks up what the decision needs, decides without I/O, and files in one transaction: raw mail, interaction,
//!    contacts, witness, journal, index. New capture addresses go to the registry before that commits.
//! 5. The arrivals leave the spool. A crash anywhere between repeats from 3, and the witness's key makes the repetition a no-op.
//! 6. `rapport do 'why #i9'`: [`commands`] reads what the decision wrote down as data, and says it in words.
//!
//! # A command in a mail, from the socket to its answer
//!
//! 1. The letter is filed as above. `ingest::door` reads what a proved member newly wrote: the head block, a subject, tags and
//!    dates in addresses; the head block is taken out of what is filed. Of anybody else it reads nothing.
//! 2. In the same transaction [`commands::apply`] does the lines, all or none; each change goes through a deed, which writes the
//!    rows before and after into the journal. A letter to a contact goes on without the head block ([`mail::relay`]): a row of
//!    the outbox that waits a minute, and that `undo` takes back.
//! 3. [`post`] writes the one answer: blocks as text and HTML, numbered, from an address that means this very letter. It is a
//!    row of the outbox, written with the change. The delivery lane is woken, then it commits.
//! 4. [`delivery`]: a worker claims the row, signs it, and hands it to the relay host; what comes back by its return path finds
//!    the row. An answer to the answer goes to step 1, and its numbers mean what they meant in that letter.
//!
//! # A command in the chat, from Telegram to the answer and the button
//!
//! 1. [`bot`]: the listener keeps updates in the registry, then confirms them; the dispatcher gives them out in order for each
//!    chat. Who is not linked hears one sentence.
//! 2. `bot::member` finds who speaks, in which workspace, in answer to which message of ours, and fills in [`commands::Cx`].
//!    [`commands::apply`] does the lines, all or none, in one transaction with the number of the update: the same again is nothing.
//! 3. [`post::chat`] writes the answer into the chat's outbox in that transaction: blocks become text with styles, numbered as in
//!    a letter, with buttons that say a text ([`commands::reply::chat`]).
//! 4. `bot::send` holds the chat lane, hands rows over in order within Telegram's limits, and marks them. What a member was to be
//!    told and Telegram does not take goes by mail.
//! 5. A pressed button comes in as 1, and says its text in answer to its message, which is then shown anew with what came of it.
//!
//! # A form of the page, from the browser to the answer
//!
//! 1. [`web`]: the guard looks at the host and at where the form came from. A handler has the form read to its end first: its token
//!    fits the browser's cookie, and says for which workspace it was drawn. Then it asks who sent it: the session, by the digest of
//!    the cookie, the membership, the role that they have now. Whoever signs in proves their mailbox by a letter ([`post::account`]) in the outbox of the house
//!    ([`store::house`]), which is no workspace's.
//! 2. A handler turns what differs from what was chosen into lines, and [`commands::run()`] does them as from any door. The team is
//!    changed by [`commands::team`], and workspaces are made by [`commands::founding`], which no text can say; what belongs to accounts
//!    is the registry's, with a line in its log.
//! 3. The answer is a view, which becomes HTML that needs no script and loads nothing from elsewhere.
//!
//! # A command, from the terminal to the answer
//!
//! 1. [`app`] takes the text of `rapport do` and fills in [`commands::context::Cx`]: who, by what proof, through which door, now.
//! 2. [`commands::run()`] has the text parsed (pure: a [`commands::parse::Line`] each, with what was not understood beside it),
//!    opens one transaction of the workspace, resolves what each line refers to, and executes: rights, change, journal.
//! 3. All lines hold, and it commits; or one does not, and nothing was changed.
//! 4. Outcomes become blocks of plain data, which each door shows in its own way; here as text for a terminal.
//!
//! # Architecture invariants
//!
//! * 250 means on disk. An accepted message is filed exactly once, whatever crashes.
//! * Text that a proven member did not newly write never runs, whatever stands in it.
//! * Every change goes through [`commands::execute`], is journalled with its rows before and after, and can be undone; an erasure
//!   cannot, and leaves nothing by which it could.
//! * The same text through any door is the same command and the same change.
//! * Every interaction says who wrote it and why it was filed there; `file` corrects it and teaches.
//! * Nothing is sent inside a transaction: what leaves is a row of the outbox first. Letters of ours go to the registered
//!   address of a member, or bring in who asked for that or was invited; letters of members go to the contact whose address they wrote to, and to nobody else.
//! * What a contact writes to a bot is text; an update is done once, and a broadcast reaches nobody twice.
//! * Nothing automatic is answered, one letter answers one mail, and what two programs could say to each other is capped.
//! * No command reaches a contact: what goes out is read again before it is written into the outbox.
//! * A connection sees one workspace.
//! * Everything from outside is bounded: line, message, part, depth, session, queue, retry.
//! * Logs hold ids, never bodies, addresses or secrets.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

pub mod ai;
pub mod app;
pub mod bot;
pub mod cli;
pub mod commands;
pub mod config;
pub mod delivery;
pub mod demo;
pub mod digest;
pub mod domain;
pub mod explain;
pub mod ingest;
pub mod mail;
pub mod outreach;
pub mod post;
pub mod smtp;
pub mod store;
pub mod transfer;
pub mod web;
