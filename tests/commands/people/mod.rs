//! What is done with contacts: told from what to what, refused in words, told without being done, undone and done again.

mod deleting;
mod fields;
mod merging;

use crate::dump::difference;
use crate::world::World;
use rapport::commands::reply::text;
use rapport::commands::{Confirmation, Cx, Verdict, run};
use rapport::store::registry::Role;

/// Ada (#c1) and Bob (#c2), a mail of each (#i1, #i2), a further member and one who only reads.
pub struct Desk {
    pub world: World,
    pub bob: Cx,
    pub viewer: Cx,
}

impl Desk {
    pub async fn of(world: World) -> Desk {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        world.contact("Bob Stone", "Foo", "bob@foo.example").await;
        world
            .mail("ada@acme.example", Some(1), "Pilot", "Shall we?")
            .await;
        world
            .mail("bob@foo.example", Some(2), "Beer", "Tonight?")
            .await;
        world.settle().await;
        let bob = world.member("bob@us.example", Role::Member).await;
        let viewer = world.member("vera@us.example", Role::Viewer).await;
        Desk { world, bob, viewer }
    }

    /// The answer to lines that must be done; what wants a confirmation has it.
    pub async fn done(&self, line: &str) -> String {
        let given = self.given();
        let (verdict, shown) = self.say(&given, line).await;
        assert_ne!(verdict, Verdict::Refused, "{line}: {shown}");
        shown
    }

    /// The answer to lines that must be refused.
    pub async fn refused(&self, line: &str) -> String {
        let given = self.given();
        let (verdict, shown) = self.say(&given, line).await;
        assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
        shown
    }

    pub async fn say(&self, cx: &Cx, line: &str) -> (Verdict, String) {
        let replies = run(&self.world.store, cx, line).await.unwrap();
        let worst = replies.iter().find(|r| r.verdict == Verdict::Refused);
        let verdict = worst.unwrap_or(&replies[0]).verdict;
        (verdict, text::render(&replies, 300))
    }

    pub fn given(&self) -> Cx {
        Cx {
            confirmation: Confirmation::Given,
            ..self.world.cx.clone()
        }
    }

    /// Does a line that must change something, and tells: said with `?` first it changes nothing and says the same, a viewer
    /// is refused, undo leaves what was there, and redo what it did.
    pub async fn changes(&self, line: &str) -> String {
        let before = self.world.dump().await;
        let (verdict, told) = self.say(&self.given(), &format!("?{line}")).await;
        assert_eq!(verdict, Verdict::Told, "{line}: {told}");
        self.same(&before, &format!("?{line}")).await;
        let (verdict, shown) = self.say(&self.viewer, line).await;
        assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
        assert!(shown.contains("needs the role member"), "{shown}");
        let shown = self.done(line).await;
        if !line.starts_with("rotate") && !line.starts_with("new") {
            assert!(told.ends_with(&shown), "{line}: {told} is not {shown}");
        }
        let after = self.world.dump().await;
        assert_ne!(before, after, "{line}");
        for (word, wanted) in [("undo", &before), ("redo", &after)] {
            self.done(word).await;
            self.same(wanted, &format!("{word} of {line}")).await;
        }
        shown
    }

    /// Says a line that changes nothing, since it is so already.
    pub async fn changes_nothing(&self, line: &str) -> String {
        let before = self.world.dump().await;
        let shown = self.done(line).await;
        self.same(&before, line).await;
        shown
    }

    async fn same(&self, wanted: &[String], what: &str) {
        let is = self.world.dump().await;
        assert_eq!(
            wanted,
            is,
            "{what} on {}:\n{}",
            self.world.place.name,
            difference(wanted, &is)
        );
    }
}

/// One on each database.
pub async fn desks() -> Vec<Desk> {
    let mut desks = Vec::new();
    for world in crate::world::worlds().await {
        desks.push(Desk::of(world).await);
    }
    desks
}
