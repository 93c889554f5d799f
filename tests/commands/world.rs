//! A workspace with a member, contacts and mail, to say commands to.

use crate::common::{Place, databases};
use rapport::commands::reply::text;
use rapport::commands::{Actor, Cx, Door, Proof, Reply, Said, Verdict, run};
use rapport::domain::member_settings::MemberSettings;
use rapport::domain::why;
use rapport::store::registry::{NewWorkspace, Role};
use rapport::store::workspace::contacts::{self, ContactRow};
use rapport::store::workspace::interactions::{self, ContactRole, InteractionRow};
use rapport::store::workspace::journal::JournalRow;
use rapport::store::workspace::members::{self, MemberRow};
use rapport::store::workspace::{next_number, refile, search, timeline};
use rapport::store::{Store, Tx};

/// 14 November 2026, 07:30 in Helsinki.
const NOW_US: i64 = 1_794_634_200_000_000;

/// A workspace with a member, contacts and mail.
pub struct World {
    pub place: Place,
    pub store: Store,
    pub cx: Cx,
}

impl World {
    pub async fn new(place: Place) -> World {
        let store = place.open().await;
        let new = NewWorkspace {
            slug: "us",
            name: "Us",
            owner_email: "grace@us.example",
            intake: "log.k3v7q2",
            app_password: "example",
        };
        let (row, account) = store.registry.make_workspace(new, NOW_US).await.unwrap();
        let grace = MemberRow {
            id: account.id,
            email: account.email,
            name: Some("Grace".to_owned()),
            role: "owner".to_owned(),
        };
        let workspace = store.workspaces.get(row.id).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        members::put(&mut tx, &grace).await.unwrap();
        tx.commit().await.unwrap();
        World {
            place,
            store,
            cx: cx(row.id, account.id),
        }
    }

    pub async fn write(&self) -> Tx {
        let workspace = self
            .store
            .workspaces
            .get(self.cx.workspace_id)
            .await
            .unwrap();
        workspace.write().await.unwrap()
    }

    pub async fn read(&self) -> Tx {
        let workspace = self
            .store
            .workspaces
            .get(self.cx.workspace_id)
            .await
            .unwrap();
        workspace.read().await.unwrap()
    }

    /// The answers to lines.
    pub async fn say(&self, line: &str) -> Vec<Reply> {
        run(&self.store, &self.cx, line).await.unwrap()
    }

    pub async fn contact(&self, name: &str, company: &str, address: &str) -> i64 {
        let mut tx = self.write().await;
        let domain = address.split('@').nth(1).unwrap();
        let company = contacts::company_of_domain(&mut tx, domain, company, NOW_US)
            .await
            .unwrap();
        let row = ContactRow {
            name: Some(name.to_owned()),
            company_id: Some(company.id),
            created_at: NOW_US,
            ..ContactRow::default()
        };
        let id = contacts::insert(&mut tx, row).await.unwrap().id;
        contacts::add_address(&mut tx, id, address, "test", NOW_US)
            .await
            .unwrap();
        search::index_contact(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A mail that came in, filed with a contact or with nobody.
    pub async fn mail(&self, author: &str, contact: Option<i64>, subject: &str, said: &str) -> i64 {
        self.mail_of_class("person", author, contact, subject, said)
            .await
    }

    pub async fn mail_of_class(
        &self,
        class: &str,
        author: &str,
        contact: Option<i64>,
        subject: &str,
        said: &str,
    ) -> i64 {
        let mut tx = self.write().await;
        let id = next_number(&mut tx, "interaction").await.unwrap();
        let state = if contact.is_some() {
            "filed"
        } else {
            "unfiled"
        };
        let author_kind = if author.ends_with("@us.example") {
            "member"
        } else {
            "other"
        };
        let row = InteractionRow {
            id,
            kind: "mail".to_owned(),
            direction: "in".to_owned(),
            state: state.to_owned(),
            class: class.to_owned(),
            happened_at: NOW_US - 1_000_000 * (100 - id),
            created_at: NOW_US,
            author_kind: author_kind.to_owned(),
            author_address: Some(author.to_owned()),
            subject: Some(subject.to_owned()),
            text: said.to_owned(),
            protection: "none".to_owned(),
            thread_id: id,
            why: why::Why {
                rule: why::Rule::ForwardFrom,
                address: Some(author.to_owned()),
                member: Some(self.cx.actor.member_id),
                ..why::Why::default()
            }
            .to_json(),
            trust: "{}".to_owned(),
            ..InteractionRow::default()
        };
        interactions::insert_many(&mut tx, &[row]).await.unwrap();
        let roles: Vec<ContactRole> = contact
            .into_iter()
            .map(|contact_id| ContactRole {
                contact_id,
                interaction_id: id,
                role: "author".to_owned(),
            })
            .collect();
        interactions::insert_contacts(&mut tx, &roles)
            .await
            .unwrap();
        search::index_interaction(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Says lines that must be done.
    pub async fn done(&self, line: &str) -> String {
        let replies = self.say(line).await;
        let shown = text::render(&replies, 80);
        assert!(
            replies.iter().all(|r| r.verdict == Verdict::Done),
            "{line}: {shown}"
        );
        shown
    }

    /// Says lines that must be refused as a whole.
    pub async fn refused(&self, line: &str) -> String {
        let replies = self.say(line).await;
        let shown = text::render(&replies, 80);
        assert!(
            matches!(replies.as_slice(), [one] if one.verdict == Verdict::Refused),
            "{line}: {shown}"
        );
        shown
    }

    /// To whom mail of an author goes, as was taught.
    pub async fn rule_of(&self, author: &str) -> Option<i64> {
        refile::rule_of(&mut self.read().await, author)
            .await
            .unwrap()
    }

    /// How many changes the journal holds about a thing.
    pub async fn changes(&self, subject: &str) -> Vec<JournalRow> {
        timeline::changes(&mut self.read().await, subject, 100)
            .await
            .unwrap()
    }

    /// The same workspace for another member.
    pub async fn member(&self, email: &str, role: Role) -> Cx {
        let mut cx = self.cx.clone();
        cx.actor = Actor {
            member_id: 1_000 + email.len() as i64,
            email: email.to_owned(),
            name: None,
            role,
        };
        let row = MemberRow {
            id: cx.actor.member_id,
            email: email.to_owned(),
            name: None,
            role: role.word().to_owned(),
        };
        let mut tx = self.write().await;
        members::put(&mut tx, &row).await.unwrap();
        tx.commit().await.unwrap();
        cx
    }

    pub async fn contacts_of(&self, interaction: i64) -> Vec<i64> {
        let mut tx = self.write().await;
        let roles = timeline::roles(&mut tx, interaction).await.unwrap();
        roles.into_iter().map(|r| r.contact_id).collect()
    }
}

fn cx(workspace_id: i64, member_id: i64) -> Cx {
    let said = Said {
        workspace_id,
        actor: Actor {
            member_id,
            email: "grace@us.example".to_owned(),
            name: Some("Grace".to_owned()),
            role: Role::Owner,
        },
        proof: Proof::Machine,
        door: Door::CommandLine,
        now_us: NOW_US,
        mail_domain: "crm.example".to_owned(),
    };
    let settings = MemberSettings {
        zone: Some("Europe/Helsinki".to_owned()),
        ..MemberSettings::default()
    };
    Cx::new(said, settings)
}

/// One on each database.
pub async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for place in databases().await {
        worlds.push(World::new(place).await);
    }
    worlds
}
