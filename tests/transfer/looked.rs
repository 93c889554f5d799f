//! A dry run of mail: what would come of it is what comes of it, and nothing is changed.

use crate::common::databases;
use crate::common::workspace::Desk;
use crate::history::{archive, mails, mbox};
use crate::{dump, world};
use rapport::ingest::history::{Source, file, look};
use std::process::Command;

#[tokio::test]
async fn a_look_at_mail_says_what_filing_does_and_changes_nothing() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let path = place.folder.path().join("archive.mbox");
        std::fs::write(&path, mbox(&mails(), "\n") + &mbox(&mails()[..1], "\n")).unwrap();
        let before = dump::dump(&mut desk.read().await).await;
        let (archive, source) = (archive(&desk).await, Source::at(&path).unwrap());
        let (looked, ended) = crate::on_any_thread(look(&archive, &source, |_| {})).await;
        ended.unwrap();
        let after = dump::dump(&mut desk.read().await).await;
        assert!(
            dump::difference(&before, &after).is_empty(),
            "{}",
            place.name
        );
        let (filed, ended) = crate::on_any_thread(file(&archive, &source, |_| {})).await;
        ended.unwrap();
        assert_eq!(looked, filed, "{}", place.name);
        assert_eq!((looked.counts.filed, looked.counts.duplicates), (4, 1));
        assert_eq!(looked.new_contacts, 1);
        let [here] = looked.skipped.as_slice() else {
            panic!("{:?}", looked.skipped)
        };
        assert_eq!(here.first, ["mail 8, <two@northwind.example>"]);
        let (again, ended) = crate::on_any_thread(look(&archive, &source, |_| {})).await;
        ended.unwrap();
        assert_eq!((again.counts.duplicates, again.new_contacts), (8, 0));
    }
}

#[tokio::test]
async fn a_look_at_mail_that_is_stopped_says_so() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let path = place.folder.path().join("archive.mbox");
        std::fs::write(&path, mbox(&mails(), "\n")).unwrap();
        let archive = archive(&desk).await;
        archive.stop.cancel();
        let source = Source::at(&path).unwrap();
        let (report, ended) = crate::on_any_thread(look(&archive, &source, |_| {})).await;
        assert!(ended.unwrap_err().message.contains("stopped"));
        assert_eq!(report.counts.filed, 0);
    }
}

#[tokio::test]
async fn the_command_line_looks_at_mail_and_at_people() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        world::known_members(&desk).await;
        let before = dump::dump(&mut desk.read().await).await;
        let folder = place.folder.path();
        std::fs::write(folder.join("archive.mbox"), mbox(&mails(), "\n")).unwrap();
        std::fs::write(
            folder.join("people.csv"),
            "name,email\nAda,ada@northwind.example\n,x\n",
        )
        .unwrap();
        for (name, words) in [
            (
                "archive.mbox",
                &[
                    "4 filed with contacts",
                    "1 new contact would be made",
                    "Nothing was changed",
                ][..],
            ),
            (
                "people.csv",
                &[
                    "1 new contact,",
                    "1 skipped",
                    "line 3, skipped",
                    "Nothing was changed",
                ],
            ),
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
            command
                .env_clear()
                .env("RAPPORT_DATA", folder)
                .env("RAPPORT_MAIL_DOMAIN", "crm.example")
                .current_dir(folder)
                .args(["import", "--dry-run", name]);
            if let Some(url) = &place.database_url {
                command.env("RAPPORT_DATABASE_URL", url);
            }
            let run = tokio::task::spawn_blocking(move || command.output()).await;
            let run = run.unwrap().unwrap();
            let said = String::from_utf8(run.stdout).unwrap();
            let errors = String::from_utf8_lossy(&run.stderr);
            assert!(run.status.success(), "{said} {errors}");
            for words in words {
                assert!(said.contains(words), "{words}: {said}");
            }
        }
        let after = dump::dump(&mut desk.read().await).await;
        let difference = dump::difference(&before, &after);
        assert!(difference.is_empty(), "{}: {difference:?}", place.name);
    }
}
