//! The transports by themselves, against a server of another make, against our own listener, and into a folder.

use crate::common::world::{Mood, Received, Step, World};
use rapport::delivery::{Outbound, Parcel, Patience, Refusal, Transport};
use std::time::Duration;

/// Short enough to wait for, long enough for a busy machine.
fn patience() -> Patience {
    Patience {
        hello: Duration::from_millis(1_500),
        command: Duration::from_millis(1_500),
        message: Duration::from_millis(1_500),
    }
}

fn parcel(to: &str) -> Parcel {
    Parcel {
        name: "w1-7".to_owned(),
        from: "b.token@crm.example".to_owned(),
        to: to.to_owned(),
        message: b"From: a@crm.example\r\nMessage-ID: <k.1@crm.example>\r\n\r\nDear Ada,\r\n.\r\n..two\r\n".to_vec(),
    }
}

fn way_to(world: &World) -> Transport {
    let outbound = Outbound::parse(&world.outbound()).unwrap();
    Transport::open(outbound, "crm.example", patience()).unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written_and_the_connection_is_used_again() {
    let world = World::start().await;
    let way = way_to(&world);
    for _ in 0..3 {
        way.send(&parcel("ada@northwind.example")).await.unwrap();
    }
    let expected = Received {
        from: "b.token@crm.example".to_owned(),
        to: vec!["ada@northwind.example".to_owned()],
        data: parcel("").message,
    };
    assert_eq!(world.mails(), vec![expected; 3]);
    assert_eq!(world.connections(), 1);
    way.close().await;
    way.send(&parcel("ada@northwind.example")).await.unwrap();
    assert_eq!(world.connections(), 2);
}

#[tokio::test]
async fn what_is_said_at_each_step_is_for_now_or_for_good() {
    let (busy, gone) = ((451, "4.3.0 later"), (550, "5.1.1 no such user"));
    for (step, (code, text), is_for_good) in [
        (Step::Greeting, (554, "5.7.1 not you"), false),
        (Step::Greeting, (421, "4.3.2 closing"), false),
        (Step::Hello, (550, "5.7.1 not you"), false),
        (Step::Mail, busy, false),
        (Step::Mail, (553, "5.1.8 bad sender"), true),
        (Step::Rcpt, busy, false),
        (Step::Rcpt, (421, "4.7.0 slow down"), false),
        (Step::Rcpt, gone, true),
        (Step::Data, busy, false),
        (Step::Data, (554, "5.5.1 none"), true),
        (Step::Data, (250, "odd"), false),
        (Step::End, busy, false),
        (Step::End, (554, "5.6.0 spam"), true),
        (Step::End, (354, "odd"), false),
    ] {
        let world = World::start().await;
        let way = way_to(&world);
        world.becomes(step, Mood::Says(code, text));
        let refusal = way
            .send(&parcel("ada@northwind.example"))
            .await
            .unwrap_err();
        let never = matches!(refusal, Refusal::Never { .. });
        assert_eq!(never, is_for_good, "{step:?} {code} {refusal:?}");
        let is_gone = matches!(refusal, Refusal::Never { is_gone: true, .. });
        assert_eq!(is_gone, text.starts_with("5.1.1"), "{step:?} {refusal:?}");
        assert!(
            refusal.words().contains(&code.to_string()),
            "{step:?} {refusal:?}"
        );
        assert_eq!(world.mails(), []);
        // One mail's refusal is not the next one's.
        world.recovers();
        way.send(&parcel("bob@northwind.example")).await.unwrap();
        assert_eq!(world.mails().len(), 1, "{step:?} {code}");
        assert_eq!(world.mails()[0].to, ["bob@northwind.example"]);
    }
}

#[tokio::test]
async fn a_peer_that_is_silent_or_goes_away_is_tried_again_later() {
    // Side by side, since silence is waited for.
    let mut cases = tokio::task::JoinSet::new();
    for step in [
        Step::Greeting,
        Step::Hello,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
        Step::End,
        Step::Answer,
    ] {
        for mood in [Mood::Silent, Mood::Gone] {
            cases.spawn(async move {
                let world = World::start().await;
                let way = way_to(&world);
                world.becomes(step, mood.clone());
                let refusal = way.send(&parcel("ada@x.example")).await.unwrap_err();
                let is_later = matches!(refusal, Refusal::Later(_) | Refusal::Shut(_));
                assert!(is_later, "{step:?} {mood:?} {refusal:?}");
                world.recovers();
                way.send(&parcel("bob@x.example")).await.unwrap();
                let taken = usize::from(step == Step::Answer) + 1;
                assert_eq!(world.mails().len(), taken, "{step:?} {mood:?}");
            });
        }
    }
    cases.join_all().await;
}

#[tokio::test]
async fn a_connection_that_was_closed_while_it_rested_costs_no_mail() {
    let world = World::start().await;
    let way = way_to(&world);
    way.send(&parcel("ada@northwind.example")).await.unwrap();
    world.becomes(Step::Hello, Mood::Gone);
    assert!(way.send(&parcel("ada@northwind.example")).await.is_err());
    world.recovers();
    way.send(&parcel("ada@northwind.example")).await.unwrap();
    assert_eq!((world.mails().len(), world.connections()), (2, 3));
}

#[tokio::test]
async fn nobody_there_is_for_now_and_no_address_can_say_another_command() {
    let world = World::start().await;
    let outbound = Outbound::parse("smtp://127.0.0.1:9?tls=none").unwrap();
    let way = Transport::open(outbound, "crm.example", patience()).unwrap();
    let refusal = way
        .send(&parcel("ada@northwind.example"))
        .await
        .unwrap_err();
    assert!(matches!(refusal, Refusal::Shut(_)), "{refusal:?}");
    let way = way_to(&world);
    for to in [
        "ada@x.example>\r\nRCPT TO:<eve@x.example",
        "a b@x.example",
        "ada@x.example\0",
        "<ada@x.example>",
    ] {
        let refusal = way.send(&parcel(to)).await.unwrap_err();
        assert!(
            matches!(refusal, Refusal::Never { is_gone: false, .. }),
            "{to}: {refusal:?}"
        );
    }
    let refusal = way.send(&parcel("jürgen@x.example")).await.unwrap_err();
    assert!(refusal.words().contains("beyond ASCII"), "{refusal:?}");
    assert_eq!(world.mails(), []);
}

#[tokio::test]
async fn a_relay_without_starttls_gets_nothing_where_it_is_demanded() {
    let world = World::start().await;
    for options in ["u:secret@HOST", "HOST?tls=required"] {
        let text = format!(
            "smtp://{}",
            options.replace("HOST", &world.address.to_string())
        );
        let way =
            Transport::open(Outbound::parse(&text).unwrap(), "crm.example", patience()).unwrap();
        let refusal = way
            .send(&parcel("ada@northwind.example"))
            .await
            .unwrap_err();
        assert_eq!(
            refusal,
            Refusal::Shut(
                "the relay offers no STARTTLS, and is not to be trusted without".to_owned()
            )
        );
    }
    assert_eq!(world.mails(), []);
}

#[tokio::test]
async fn a_folder_holds_a_message_and_its_envelope_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("out/going");
    let outbound = Outbound::parse(&format!("file:{}", place.display())).unwrap();
    let way = Transport::open(outbound, "crm.example", patience()).unwrap();
    for _ in 0..2 {
        way.send(&parcel("ada@northwind.example")).await.unwrap();
    }
    let mut names: Vec<_> = std::fs::read_dir(&place)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["w1-7.eml", "w1-7.json"]);
    assert_eq!(
        std::fs::read(place.join("w1-7.eml")).unwrap(),
        parcel("").message
    );
    let envelope = std::fs::read_to_string(place.join("w1-7.json")).unwrap();
    assert_eq!(
        envelope,
        r#"{"from":"b.token@crm.example","to":"ada@northwind.example"}"#
    );
    std::fs::remove_dir_all(&place).unwrap();
    std::fs::write(&place, "in the way").unwrap();
    let refusal = way
        .send(&parcel("ada@northwind.example"))
        .await
        .unwrap_err();
    assert!(matches!(refusal, Refusal::Later(_)), "{refusal:?}");
}
