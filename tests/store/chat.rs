//! The registry of the chat: bots, and whose chat is linked to whom.

use super::{NOW, workspace};
use crate::common::databases;
use rapport::domain::Kind;
use rapport::store::Store;
use rapport::store::registry::{BotRow, Role, link_digest};

fn bot(id: i64, workspace_id: Option<i64>, username: &str) -> BotRow {
    BotRow {
        id,
        workspace_id,
        username: username.to_owned(),
        sealed: workspace_id.map(|_| "c2VhbGVk".to_owned()),
        next_update_id: 0,
        leased_by: None,
        leased_until: None,
        created_at: NOW + id,
    }
}

#[tokio::test]
async fn a_workspace_has_one_bot_and_the_members_one_and_nobody_takes_anothers() {
    for place in databases().await {
        let store = place.open().await;
        let registry = &store.registry;
        let (us, them) = (
            workspace(&store, "us").await,
            workspace(&store, "them").await,
        );
        for row in [
            bot(1, None, "rapport_bot"),
            bot(2, Some(us), "us_bot"),
            bot(3, Some(them), "them_bot"),
        ] {
            registry.put_bot(&row).await.unwrap();
            assert_eq!(registry.bot(row.id).await.unwrap(), Some(row));
        }
        assert!(!format!("{:?}", bot(2, Some(us), "us_bot")).contains("c2VhbGVk"));
        // The same again, under another name; then others in their place.
        registry
            .put_bot(&bot(2, Some(us), "our_bot"))
            .await
            .unwrap();
        registry.put_bot(&bot(4, None, "new_bot")).await.unwrap();
        let names = |rows: Vec<BotRow>| -> Vec<String> {
            rows.into_iter().map(|row| row.username).collect()
        };
        let all = names(registry.bots(10).await.unwrap());
        assert_eq!(all, ["our_bot", "them_bot", "new_bot"], "{}", place.name);
        assert_eq!(registry.bots(1).await.unwrap().len(), 1);
        let members = registry.members_bot().await.unwrap();
        assert_eq!(members.map(|row| row.id), Some(4));
        for stolen in [
            bot(3, Some(us), "x"),
            bot(3, None, "x"),
            bot(4, Some(us), "x"),
        ] {
            let error = registry.put_bot(&stolen).await.unwrap_err();
            assert_eq!(error.kind, Kind::Conflict, "{error}");
        }
        let ours = registry.bot_of_workspace(us).await.unwrap();
        assert_eq!(
            ours.map(|row| row.id),
            Some(2),
            "what was refused changed nothing"
        );
        registry
            .put_bot(&bot(5, Some(us), "five_bot"))
            .await
            .unwrap();
        assert_eq!(registry.bot(2).await.unwrap(), None);
        assert!(registry.remove_bot(5).await.unwrap());
        assert!(!registry.remove_bot(5).await.unwrap());
        assert_eq!(registry.bot_of_workspace(us).await.unwrap(), None);
    }
}

async fn owner(store: &Store, workspace_id: i64) -> i64 {
    let members = store.registry.members(workspace_id).await.unwrap();
    members[0].account.id
}

/// Workspaces of a person, the current one first.
async fn links(store: &Store, user: i64) -> Vec<(i64, i64, bool)> {
    let links = store.registry.links_of_user(user).await.unwrap();
    links
        .into_iter()
        .map(|link| (link.workspace_id, link.account_id, link.is_current))
        .collect()
}

#[tokio::test]
async fn one_workspace_of_a_person_is_the_current_one_whatever_is_linked() {
    for place in databases().await {
        let store = place.open().await;
        let registry = &store.registry;
        let (us, them) = (
            workspace(&store, "us").await,
            workspace(&store, "them").await,
        );
        let mia = owner(&store, us).await;
        let bob = registry
            .add_member(us, "bob@us.example", Role::Member, "log.bob777", NOW)
            .await
            .unwrap()
            .id;
        registry.link(7, us, mia, NOW).await.unwrap();
        registry.link(7, them, mia, NOW + 1).await.unwrap();
        assert_eq!(
            links(&store, 7).await,
            [(them, mia, true), (us, mia, false)]
        );
        assert!(registry.switch(7, us).await.unwrap());
        assert_eq!(
            links(&store, 7).await,
            [(us, mia, true), (them, mia, false)]
        );
        assert!(!registry.switch(7, 1).await.unwrap());
        assert!(!registry.switch(8, us).await.unwrap());
        // A new telephone: the old one loses that workspace, and speaks to its other.
        registry.link(8, us, mia, NOW + 2).await.unwrap();
        assert_eq!(links(&store, 7).await, [(them, mia, true)]);
        assert_eq!(links(&store, 8).await, [(us, mia, true)]);
        // The same telephone for another member.
        registry.link(8, us, bob, NOW + 3).await.unwrap();
        assert_eq!(links(&store, 8).await, [(us, bob, true)]);
        registry.link(8, them, mia, NOW + 4).await.unwrap();
        assert_eq!(links(&store, 7).await, []);
        assert!(registry.unlink(8, them).await.unwrap());
        assert_eq!(links(&store, 8).await, [(us, bob, true)], "{}", place.name);
        assert!(!registry.unlink(8, them).await.unwrap());
    }
}

#[tokio::test]
async fn a_token_is_taken_by_one_of_many_who_try_at_once() {
    for place in databases().await {
        let store = place.open().await;
        let registry = &store.registry;
        let us = workspace(&store, "us").await;
        let mia = owner(&store, us).await;
        let digest = link_digest("abc");
        assert_eq!(digest.len(), 64);
        assert!(digest.starts_with("ba7816bf8f01cfea"), "SHA-256 of abc");
        let add = async |digest: &str, until: i64, now: i64| {
            registry.add_link_token(digest, us, mia, until, now).await
        };
        add(&digest, NOW + 10, NOW).await.unwrap();
        let (a, b, c) = tokio::join!(
            registry.take_link_token(&digest, NOW),
            registry.take_link_token(&digest, NOW),
            registry.take_link_token(&digest, NOW)
        );
        let taken: Vec<(i64, i64)> = [a, b, c].into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(taken, [(us, mia)], "{}", place.name);
        // What ran out is forgotten when another is added: its digest is free.
        add(&digest, NOW + 10, NOW).await.unwrap();
        assert_eq!(
            add(&digest, NOW + 20, NOW + 9).await.unwrap_err().kind,
            Kind::Conflict
        );
        add(&digest, NOW + 20, NOW + 10).await.unwrap();
        assert_eq!(
            registry.take_link_token(&digest, NOW + 20).await.unwrap(),
            None
        );
    }
}
