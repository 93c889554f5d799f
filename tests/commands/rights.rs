//! Who may what, whichever words they use.

use crate::world::worlds;
use rapport::commands::reply::text;
use rapport::commands::{Cx, Proof, Verdict, run};
use rapport::domain::why;
use rapport::store::registry::Role;

#[tokio::test]
async fn a_viewer_reads_and_changes_nothing() {
    for world in worlds().await {
        let ada = world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let mail = world.mail("x@home.example", None, "Hello", "Hello").await;
        let viewer = world.member("vera@us.example", Role::Viewer).await;
        for line in [
            "list",
            "show ada",
            "timeline ada",
            "find hello",
            "why #i1",
            "help",
        ] {
            let replies = run(&world.store, &viewer, line).await.unwrap();
            assert_eq!(replies[0].verdict, Verdict::Done, "{line}");
        }
        for line in [
            format!("note #c{ada}: x"),
            format!("file #i{mail}: #c{ada}"),
            format!("?file #i{mail}: #c{ada}"),
        ] {
            let replies = run(&world.store, &viewer, &line).await.unwrap();
            assert_eq!(replies[0].verdict, Verdict::Refused, "{line}");
            let shown = text::render(&replies, 80);
            assert!(shown.contains("needs the role member"), "{shown}");
        }
        assert_eq!(world.contacts_of(mail).await, [0_i64; 0]);
    }
}

#[tokio::test]
async fn nothing_runs_that_nothing_proves() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let unproved = Cx {
            proof: Proof::Mail(why::Proof::None),
            ..world.cx.clone()
        };
        for line in ["note @ada: x", "list", "help"] {
            let replies = run(&world.store, &unproved, line).await.unwrap();
            assert_eq!(replies[0].verdict, Verdict::Refused, "{line}");
        }
        let proved = Cx {
            proof: Proof::Mail(why::Proof::Dmarc),
            ..world.cx.clone()
        };
        let replies = run(&world.store, &proved, "note @ada: x").await.unwrap();
        assert_eq!(replies[0].verdict, Verdict::Done);
        assert_eq!(world.changes("#i1").await[0].proof, "dmarc");
    }
}
