//! Mail of before: filed as mail is, and nothing sent, run or told.

use crate::common::workspace::{Desk, NOON, mail};
use crate::common::{Place, databases};
use crate::{dump, world};
use rapport::commands::team::{self, Changing};
use rapport::domain::Clock;
use rapport::ingest::history::{Archive, Counts, Progress, Source, file, look};
use rapport::store::registry::Role;
use std::fs;
use std::path::Path;
use tokio_util::sync::CancellationToken;

const MIA: &str = "Mia Laine <mia@studio.example>";
const ADA: &str = "Ada Byron <ada@northwind.example>";
const BEGIN: &str = "From x@y.example Tue Nov 10 12:00:00 2026\n";

/// Mails of an archive: an answer of Ada's stands before the mail that makes her a contact.
pub fn mails() -> Vec<String> {
    let command = "next action: call Ada tomorrow\nnote: secret\n\nDear Ada, here is the offer.";
    vec![
        mail(
            ADA,
            MIA,
            "two@northwind.example",
            "Subject: Re: Offer\nIn-Reply-To: <one@studio.example>\n",
            "Thank you, Mia.",
        ),
        mail(
            MIA,
            ADA,
            "one@studio.example",
            "Subject: next action: call Friday\n",
            command,
        ),
        mail(
            MIA,
            MIA,
            "self@studio.example",
            "Subject: To me\n",
            "next action @ada: call\n",
        ),
        mail(
            MIA,
            "log.m7a2x4@crm.example",
            "cmd@studio.example",
            "Subject: x\n",
            "@ada: next action: call Friday\n",
        ),
        mail(
            "Stranger <s@else.example>",
            MIA,
            "s@else.example",
            "Subject: Hello\n",
            "From here on, buy this.",
        ),
        mail(
            "News <news@list.example>",
            MIA,
            "n@list.example",
            "Subject: News\nList-Id: <x.list.example>\n",
            "All new.",
        ),
        mail(
            "Jon <jon@studio.example>",
            ADA,
            "jon@studio.example",
            "Subject: From Jon\n",
            "done\n\nHello Ada.",
        ),
    ]
}

pub fn mbox(mails: &[String], line_end: &str) -> String {
    let quoted = |mail: &String| mail.replace("\nFrom ", "\n>From ").replace('\n', line_end);
    mails
        .iter()
        .map(|mail| format!("{BEGIN}{}\n", quoted(mail)))
        .collect()
}

pub async fn archive(desk: &Desk) -> Archive {
    let whose = (desk.id, world::cx(desk).await.actor.member_id);
    let (clock, stop) = (Clock::of(|| NOON), CancellationToken::new());
    Archive::of(&desk.store, whose, "crm.example", clock, stop)
}

async fn filed(desk: &Desk, path: &Path) -> Counts {
    let mut last = Progress::default();
    let (archive, source) = (archive(desk).await, Source::at(path).unwrap());
    let filing = file(&archive, &source, |progress| {
        assert!(progress.done_bytes >= last.done_bytes);
        assert!(progress.done_bytes <= progress.total_bytes);
        last = progress;
    });
    let (report, ended) = crate::on_any_thread(filing).await;
    ended.unwrap();
    let counts = report.counts;
    assert_eq!((last.done_bytes, last.counts), (last.total_bytes, counts));
    counts
}

async fn nothing_left_the_house(desk: &Desk, place: &Place) {
    for table in [
        "outbox",
        "chat_message",
        "command_run",
        "sent_message",
        "action",
        "confirmation",
        "suppression",
    ] {
        let mut tx = desk.read().await;
        let lines = dump::dump(&mut tx).await;
        let begin = format!("{table} ");
        assert!(
            !lines.iter().any(|line| line.starts_with(&begin)),
            "{}: {table}",
            place.name
        );
    }
    assert!(
        desk.column("select id || '' from journal where batch > 0")
            .await
            .is_empty()
    );
    assert_eq!(
        desk.store
            .registry
            .spool()
            .counts(None)
            .await
            .unwrap()
            .waiting,
        0
    );
}

#[tokio::test]
async fn an_mbox_is_filed_threaded_and_nothing_in_it_is_a_command() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let path = place.folder.path().join("archive.mbox");
        fs::write(&path, mbox(&mails(), "\n")).unwrap();
        let counts = filed(&desk, &path).await;
        assert_eq!(
            desk.interactions().await,
            [
                "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example",
                "unfiled mail internal sent.nobody by member:mia@studio.example",
                "filed note internal note.target by member:mia@studio.example about:ada@northwind.example",
                "filed mail out sent.to by member:jon@studio.example recipient:ada@northwind.example",
                "filed mail in author.known by contact:ada@northwind.example author:ada@northwind.example",
                "unfiled mail in author.unknown by other:s@else.example",
                "set_aside mail in list by other:news@list.example",
            ],
            "{}: {counts:?}",
            place.name
        );
        nothing_left_the_house(&desk, &place).await;
        // The answer stands in the thread of what it answers; what was written is there as it was.
        let threads = desk
            .column("select cast(thread_id as text) from interaction where id in (1, 5)")
            .await;
        assert_eq!(threads[0], threads[1]);
        let text = desk
            .column("select text from interaction where id = 1")
            .await;
        assert!(text[0].contains("Dear Ada, here is the offer."), "{text:?}");
        let why = desk
            .column("select why from interaction where id = 1")
            .await;
        assert!(
            why[0].contains("archive of mia@studio.example")
                && why[0].contains("\"proof\":\"none\""),
            "{why:?}"
        );
        // Again, and as another program wrote it: all of it is here.
        assert_eq!(
            filed(&desk, &path).await,
            Counts {
                duplicates: 7,
                ..Counts::default()
            }
        );
        fs::write(&path, mbox(&mails(), "\r\n")).unwrap();
        assert_eq!(
            filed(&desk, &path).await,
            Counts {
                duplicates: 7,
                ..Counts::default()
            }
        );
        // What comes in afterwards finds the thread and the contact.
        let next = mail(
            ADA,
            "acme@crm.example",
            "three@northwind.example",
            "Subject: Re: Offer\nIn-Reply-To: <two@northwind.example>\n",
            "When?",
        );
        desk.spool(None, &["acme"], &next).await;
        desk.file().await;
        let last = desk
            .column("select cast(thread_id as text) from interaction order by id desc limit 1")
            .await;
        assert_eq!(last[0], threads[0]);
    }
}

#[tokio::test]
async fn a_maildir_is_filed_with_its_folders_and_goes_on_where_it_stopped() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let root = place.folder.path().join("Maildir");
        for folder in ["cur", "new", "tmp", ".Sent/cur", ".Sent/new"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        let mails = mails();
        fs::write(root.join("cur/1:2,S"), &mails[0]).unwrap();
        fs::write(root.join("new/2"), &mails[4]).unwrap();
        fs::write(root.join("tmp/3"), &mails[5]).unwrap();
        let counts = filed(&desk, &root).await;
        assert_eq!(
            (counts.filed, counts.unfiled, counts.duplicates),
            (0, 2, 0),
            "{counts:?}"
        );
        fs::write(root.join(".Sent/cur/4:2,S"), &mails[1]).unwrap();
        let counts = filed(&desk, &root).await;
        assert_eq!(
            (counts.filed, counts.unfiled, counts.duplicates),
            (1, 0, 2),
            "{counts:?}"
        );
        nothing_left_the_house(&desk, &place).await;
        assert!(Source::at(place.folder.path()).is_err());
        assert!(Source::at(&place.folder.path().join("nowhere")).is_err());
    }
}

#[tokio::test]
async fn drafts_trash_and_spam_of_a_maildir_are_passed_over_and_told() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let root = place.folder.path().join("Maildir");
        let mails = mails();
        for (path, mail) in [
            ("cur/1:2,S", &mails[1]),
            ("cur/2:2,DS", &mails[6]),
            ("cur/3:2,ST", &mails[0]),
            (".Drafts/cur/4:2,S", &mails[6]),
            (".INBOX.Trash/new/5", &mails[0]),
            ("Archive/2024/cur/6:2,S", &mails[4]),
            ("Archive/Junk/cur/7:2,S", &mails[5]),
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, mail).unwrap();
        }
        let archive = archive(&desk).await;
        let source = Source::at(&root).unwrap();
        let (looked, ended) = crate::on_any_thread(look(&archive, &source, |_| {})).await;
        ended.unwrap();
        let (filed_report, ended) = crate::on_any_thread(file(&archive, &source, |_| {})).await;
        ended.unwrap();
        assert_eq!(looked, filed_report, "{}", place.name);
        let counts = looked.counts;
        assert_eq!((counts.filed, counts.unfiled, counts.aside), (1, 1, 0));
        assert_eq!((counts.duplicates, counts.unreadable), (0, 0));
        let skipped = looked.skipped.iter();
        let mut skipped: Vec<_> = skipped
            .map(|s| (s.why.as_str(), s.count, s.first[0].as_str()))
            .collect();
        skipped.sort_unstable();
        assert_eq!(
            skipped,
            [
                ("it is a draft", 1, "cur/2:2,DS"),
                ("it is marked as deleted", 1, "cur/3:2,ST"),
                ("it lies in a folder of drafts", 1, ".Drafts/cur/4:2,S"),
                ("it lies in a folder of spam", 1, "Archive/Junk/cur/7:2,S"),
                (
                    "it lies in a folder of what was thrown away",
                    1,
                    ".INBOX.Trash/new/5"
                ),
            ]
        );
        // A folder that is named itself is read.
        let counts = filed(&desk, &root.join(".INBOX.Trash")).await;
        assert_eq!((counts.filed, counts.unreadable), (1, 0), "{counts:?}");
    }
}

#[tokio::test]
async fn our_own_mbox_is_an_archive_too() {
    let place = databases().await.swap_remove(0);
    let desk = world::lived_in(&place).await;
    let zip = crate::round::exported(&desk).await;
    let path = place.folder.path().join("own.mbox");
    fs::write(&path, crate::round::entry(&zip, "mail.mbox")).unwrap();
    let before = desk
        .column("select cast(count(*) as text) from interaction")
        .await;
    let counts = filed(&desk, &path).await;
    assert_eq!(
        (
            counts.filed,
            counts.unfiled,
            counts.aside,
            counts.unreadable
        ),
        (0, 0, 0, 0),
        "{counts:?}"
    );
    assert_eq!(
        desk.column("select cast(count(*) as text) from interaction")
            .await,
        before
    );
}

/// What happens between the transactions of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    Remove,
    Demote,
    Close,
    Delete,
}

async fn falls(desk: &Desk, blow: Blow) {
    let (store, cx) = (&desk.store, world::cx(desk).await);
    let members = store.registry.members(desk.id).await.unwrap();
    let jon = members
        .into_iter()
        .find(|m| m.role == Role::Member)
        .unwrap();
    let changing = Changing {
        actor: &cx.actor,
        workspace_id: desk.id,
        now_us: NOON,
    };
    match blow {
        Blow::Remove => drop(team::remove(store, changing, jon.account.id).await.unwrap()),
        Blow::Demote => {
            let changed = team::change_role(store, changing, jon.account.id, Role::Viewer);
            changed.await.unwrap();
        }
        Blow::Close => drop(store.close(desk.id, NOON).await.unwrap()),
        Blow::Delete => store.remove_workspace(desk.id, NOON).await.unwrap(),
    }
}

/// An archive that Mia or Jon vouches for, in two transactions: what members wrote, the blow, and the rest.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_knows_who_is_a_member_and_ends_with_its_own() {
    for (blow, by_jon, ends, copy) in [
        (Blow::Remove, true, Some("does not belong"), "member left"),
        (Blow::Remove, false, None, "member left"),
        (Blow::Demote, true, Some("may only look"), "viewer here"),
        (Blow::Demote, false, None, "viewer here"),
        (Blow::Close, false, Some("is closed"), "member here"),
        (Blow::Delete, false, Some("does not belong"), ""),
    ] {
        for place in databases().await {
            let what = format!("{}: {blow:?} {by_jon}", place.name);
            let desk = Desk::open(&place).await;
            let path = place.folder.path().join("archive.mbox");
            fs::write(&path, mbox(&mails(), "\n")).unwrap();
            let members = desk.store.registry.members(desk.id).await.unwrap();
            let jon = members.iter().find(|m| m.role == Role::Member).unwrap();
            let mut archive = archive(&desk).await;
            if by_jon {
                archive.member_id = jon.account.id;
            }
            let mut fell = false;
            let runtime = tokio::runtime::Handle::current();
            let source = Source::at(&path).unwrap();
            let filing = file(&archive, &source, |_| {
                if !std::mem::replace(&mut fell, true) {
                    tokio::task::block_in_place(|| runtime.block_on(falls(&desk, blow)));
                }
            });
            let (report, ended) = crate::on_any_thread(filing).await;
            match ends {
                None => {
                    ended.unwrap();
                    assert_eq!(report.counts.unreadable, 0, "{what}");
                }
                Some(words) => {
                    let error = ended.unwrap_err();
                    assert!(error.message.contains(words), "{what}: {error}");
                }
            }
            if blow == Blow::Delete {
                assert!(desk.store.workspaces.get(desk.id).await.is_err(), "{what}");
                let file = format!("workspaces/{}.db", desk.id);
                assert!(!place.folder.path().join(file).exists(), "{what}");
                continue;
            }
            let sql = "select role || case when left_at is null then ' here' else ' left' end from member \
                       where email = 'jon@studio.example'";
            assert_eq!(desk.column(sql).await, [copy], "{what}");
        }
    }
}

#[tokio::test]
async fn whom_the_registry_does_not_list_is_no_member_in_the_copy() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let here = "select email from member where left_at is null order by email";
        let note = mail(
            MIA,
            "log.m7a2x4@crm.example",
            "n1@studio.example",
            "Subject: x\n",
            "One.",
        );
        desk.spool(Some("mia@studio.example"), &["log.m7a2x4"], &note)
            .await;
        desk.file().await;
        assert_eq!(
            desk.column(here).await,
            ["jon@studio.example", "mia@studio.example"]
        );
        // The registry alone, as after a crash between it and the workspace.
        let members = desk.store.registry.members(desk.id).await.unwrap();
        let jon = members.iter().find(|m| m.role == Role::Member).unwrap();
        desk.store
            .registry
            .remove_member(desk.id, jon.account.id, NOON)
            .await
            .unwrap();
        let note = mail(
            MIA,
            "log.m7a2x4@crm.example",
            "n2@studio.example",
            "Subject: x\n",
            "Two.",
        );
        desk.spool(Some("mia@studio.example"), &["log.m7a2x4"], &note)
            .await;
        desk.file().await;
        assert_eq!(desk.column(here).await, ["mia@studio.example"]);
    }
}
