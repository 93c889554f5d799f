//! What goes wrong, and what it leaves.

use super::*;
use crate::common::until;
use rapport::store::registry::{AddressKind, Envelope, Recipient};

#[tokio::test]
async fn a_mail_that_cannot_be_filed_is_parked_and_the_rest_go_on() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &[ada_is_known()]).await;
        // A constraint by another's hand: the mail of this subject can never be filed.
        let poison = mail(MIA, ADA, "poison@studio.example", "", "Never.");
        let mut tx = desk.write().await;
        let sql = "create unique index poison on interaction (subject)";
        on!(&mut tx, c => sqlx::query(sql).execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        let poison = poison.replace("MIME-Version", "Subject: Pier 4\nMIME-Version");
        let spool_id = desk.spool(NOBODY, INTAKE, &poison).await;
        desk.spool(
            NOBODY,
            INTAKE,
            &mail(MIA, ADA, "good@studio.example", "Subject: Good\n", "Fine."),
        )
        .await;
        for (seconds, waiting, parked) in [
            (0, 1, 0),
            (9, 1, 0),
            (1, 1, 0),
            (59, 1, 0),
            (1, 0, 1),
            (999, 0, 1),
        ] {
            desk.pass(seconds);
            desk.file().await;
            let counts = desk
                .store
                .registry
                .spool()
                .counts(Some(desk.id))
                .await
                .unwrap();
            assert_eq!(
                (counts.waiting, counts.parked),
                (waiting, parked),
                "{} after {seconds} s",
                place.name
            );
        }
        assert_eq!(desk.interactions().await.len(), 2, "{}", place.name);
        let mut tx = desk.read().await;
        assert!(
            mail_keys::witnessed(&mut tx, &[spool_id])
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn many_workspaces_are_filed_side_by_side_until_the_shutdown() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut workspaces = vec![desk.id];
        for number in 0..5 {
            let (slug, intake) = (format!("w{number}"), format!("log.w{number}"));
            let new = rapport::store::registry::NewWorkspace {
                slug: &slug,
                name: "W",
                owner_email: "mia@studio.example",
                intake: &intake,
                app_password: "correct horse",
            };
            let made = desk.store.registry.make_workspace(new, 0).await.unwrap();
            workspaces.push(made.0.id);
        }
        let shutdown = tokio_util::sync::CancellationToken::new();
        let running = tokio::spawn(desk.lanes.clone().run(shutdown.clone()));
        let beside = Desk::beside(&place).await;
        // Ids are made of the time: two processes at one standing clock would meet.
        beside.pass(-1);
        for number in 0..30 {
            let raw = mail(MIA, ADA, &format!("{number}@studio.example"), "", "Here.");
            let to = format!("log.w{}", number % 5);
            // Every other one comes through another process, which the workers only see by looking.
            let through = if number % 2 == 0 { &desk } else { &beside };
            through.spool(NOBODY, &[&to], &raw).await;
        }
        let spool = desk.store.registry.spool();
        until("all is filed", async || {
            spool.counts(None).await.unwrap().waiting == 0
        })
        .await;
        shutdown.cancel();
        running.await.unwrap();
        for id in &workspaces[1..] {
            let mut tx = desk
                .store
                .workspaces
                .get(*id)
                .await
                .unwrap()
                .read()
                .await
                .unwrap();
            let count: i64 = on!(&mut tx, c => sqlx::query_scalar("select count(*) from interaction").fetch_one(c).await).unwrap();
            assert_eq!(count, 6, "{}", place.name);
        }
    }
}

#[tokio::test]
async fn a_workspace_whose_database_is_damaged_rests_and_the_others_go_on() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let new = rapport::store::registry::NewWorkspace {
            slug: "sound",
            name: "Sound",
            owner_email: "mia@studio.example",
            intake: "log.sound",
            app_password: "correct horse",
        };
        let (sound, _) = desk.store.registry.make_workspace(new, 0).await.unwrap();
        damage(&place, &desk).await;
        for number in 0..4 {
            let raw = mail(MIA, ADA, &format!("{number}@studio.example"), "", "Here.");
            for to in [INTAKE, &["log.sound"]] {
                desk.spool(NOBODY, to, &raw).await;
            }
            desk.file().await;
            desk.pass(100);
        }
        let spool = desk.store.registry.spool();
        let counts = |id| async move { spool.counts(Some(id)).await.unwrap() };
        assert_eq!(counts(sound.id).await.waiting, 0, "{}", place.name);
        let kept = counts(desk.id).await;
        assert_eq!((kept.waiting, kept.parked), (4, 0), "{}", place.name);
        mend(&place, &desk).await;
        desk.pass(1000);
        desk.file().await;
        assert_eq!(counts(desk.id).await.waiting, 0, "{}", place.name);
    }
}

#[tokio::test]
async fn what_a_database_refused_is_not_told_with_its_values() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        for conflicts in [false, true] {
            let mut tx = desk.write().await;
            let insert = "insert into member (id, email, name, role) values (99, 'secret@studio.example', '', 'member')";
            let told = on!(&mut tx, c => sqlx::query(insert).execute(c).await.map(drop));
            match told.map_err(rapport::domain::Error::from) {
                Ok(()) => tx.commit().await.unwrap(),
                Err(error) => {
                    assert!(conflicts, "{error:?}");
                    let told = format!("{error:?}");
                    assert!(!told.contains("secret"), "{}: {told}", place.name);
                }
            }
        }
    }
}

/// Garbage in place of a file; a table that is gone.
async fn damage(place: &Place, desk: &Desk) {
    match place.database_url {
        None => {
            let file = workspace_file(place, desk);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, vec![b'x'; 8192]).unwrap();
        }
        Some(_) => run(desk, "alter table mail_key rename to mail_key_gone").await,
    }
}

async fn mend(place: &Place, desk: &Desk) {
    match place.database_url {
        None => std::fs::remove_file(workspace_file(place, desk)).unwrap(),
        Some(_) => run(desk, "alter table mail_key_gone rename to mail_key").await,
    }
}

async fn run(desk: &Desk, sql: &'static str) {
    let mut tx = desk.write().await;
    on!(&mut tx, c => sqlx::query(sql).execute(c).await.map(drop)).unwrap();
    tx.commit().await.unwrap();
}

fn workspace_file(place: &Place, desk: &Desk) -> std::path::PathBuf {
    let name = format!("workspaces/{}.db", desk.id);
    place.folder.path().join(name)
}

#[tokio::test]
async fn every_sample_is_filed_and_none_is_parked() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "eml"));
    files.sort();
    assert!(files.len() > 40);
    for place in databases().await {
        let desk = Desk::open(&place).await;
        for file in &files {
            let raw = std::fs::read(file).unwrap();
            let to: &[&str] = &["log.m7a2x4", "acme"];
            desk.spool_bytes(&Default::default(), to, raw).await;
        }
        desk.file().await;
        let counts = desk.store.registry.spool().counts(None).await.unwrap();
        assert_eq!((counts.waiting, counts.parked), (0, 0), "{}", place.name);
        let witnesses = desk
            .column("select cast(count(*) as text) from witness")
            .await;
        assert_eq!(witnesses, [files.len().to_string()], "{}", place.name);
        let encrypted = desk
            .column("select why from interaction where protection = 'encrypted'")
            .await;
        assert!(
            !encrypted.is_empty() && encrypted.iter().all(|why| why.contains("encrypted")),
            "{}",
            place.name
        );
        let before = desk.dump().await;
        desk.file().await;
        assert_eq!(desk.dump().await, before);
    }
}

#[tokio::test]
async fn nothing_is_written_into_a_file_that_was_removed() {
    for place in databases().await {
        if place.database_url.is_some() {
            continue;
        }
        let desk = Desk::open(&place).await;
        send(&desk, &[ada_is_known()]).await;
        std::fs::remove_file(workspace_file(&place, &desk)).unwrap();
        for kind in ["db-wal", "db-shm"] {
            let _ = std::fs::remove_file(workspace_file(&place, &desk).with_extension(kind));
        }
        let raw = mail(MIA, ADA, "later@studio.example", "", "Here.");
        send(&desk, &[(NOBODY, INTAKE, raw.clone())]).await;
        // Another process sees what is really there.
        let beside = Desk::beside(&place).await;
        assert_eq!(beside.interactions().await.len(), 1);
        std::fs::remove_file(place.folder.path().join("registry.db")).unwrap();
        let spool = desk.store.registry.spool();
        let recipients = vec![Recipient {
            address: "log.m7a2x4@crm.example".to_owned(),
            local_part: "log.m7a2x4".to_owned(),
            kind: AddressKind::Intake,
            workspace_id: desk.id,
            account_id: None,
            contact_id: None,
            number: None,
        }];
        let envelope = Envelope::default();
        let accepted = spool.accept(&envelope, recipients, raw.into_bytes(), 0);
        assert!(accepted.await.unwrap_err().is_transient());
    }
}
