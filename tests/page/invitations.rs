//! How often is invited: by a workspace, and to one address.

use crate::common::databases;
use crate::site::{MIA, Site};
use rapport::store::registry::{InvitationRow, NewWorkspace, Role};
use reqwest::StatusCode;

const KIM: &str = "kim@studio.example";
const LEE: &str = "lee@studio.example";
const EVE: &str = "eve@evil.example";
/// Of a workspace in a day.
const DAY_MAX: i64 = 200;
/// To an address in a day, of all workspaces.
const ADDRESS_DAY_MAX: usize = 10;
const DAY_SECONDS: i64 = 86_400;

fn to(email: &str) -> [(&str, &str); 2] {
    [("email", email), ("role", "member")]
}

#[tokio::test]
async fn a_workspace_invites_two_hundred_times_a_day_and_what_is_refused_sends_nothing() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, mia_id) = site.ids(MIA).await;
        for number in 1..DAY_MAX {
            let row = InvitationRow {
                id: number,
                digest: format!("{number:064}"),
                workspace_id: id,
                email: format!("p{number}@studio.example"),
                role: Role::Member.word().to_owned(),
                invited_by: mia_id,
                created_at: site.now_us(),
                expires_at: site.now_us() + 1,
                ..InvitationRow::default()
            };
            registry.add_invitation(&row).await.unwrap();
            let ended = registry.cancel_invitation(id, number, site.now_us());
            assert!(ended.await.unwrap());
        }
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        let invited = mia.post("/team/invite", &to(KIM)).await;
        invited.assert_says("is invited as member");
        let letter = site.letter(KIM, 0).await;
        // Neither to somebody else nor once more.
        let again = invited.id_for("/team/invitation/again");
        for (path, fields) in [
            ("/team/invite", to(LEE)),
            ("/team/invitation/again", [("id", &again), ("role", "")]),
        ] {
            let refused = mia.post(path, &fields).await;
            assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            mia.get("/team").await;
        }
        assert_eq!(site.letters(LEE).await.len(), 0, "on {}", place.name);
        assert_eq!(site.letters(KIM).await.len(), 1, "on {}", place.name);
        let stand = registry.invitations(id, site.now_us()).await.unwrap();
        assert_eq!(stand.len(), 1);
        assert!(!mia.get("/log").await.body.contains(LEE));
        // The letter that went out is worth what it was.
        let mut kim = site.browser();
        kim.get(&letter.link).await.assert_says("Acme");
        site.pass(DAY_SECONDS + 1);
        mia.get("/team").await;
        mia.post("/team/invite", &to(LEE))
            .await
            .assert_says("is invited as member");
        site.letter(LEE, 0).await;
    }
}

#[tokio::test]
async fn an_address_is_invited_ten_times_a_day_by_all_workspaces_together() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let new = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: EVE,
            intake: "log.e8v2e4",
            app_password: "incorrect horse",
        };
        let (other, _) = registry.make_workspace(new, site.now_us()).await.unwrap();
        let mut mia = site.signed_in(MIA).await;
        let mut eve = site.signed_in(EVE).await;
        mia.get("/team").await;
        eve.get("/team").await;
        for number in 1..=ADDRESS_DAY_MAX {
            let browser = match number.is_multiple_of(2) {
                true => &mut eve,
                false => &mut mia,
            };
            let invited = browser.post("/team/invite", &to(KIM)).await;
            invited.assert_says("is invited as member");
        }
        let letters = site.letters(KIM).await;
        assert_eq!(letters.len(), ADDRESS_DAY_MAX, "on {}", place.name);
        for (browser, email) in [(&mut mia, KIM), (&mut eve, " Kim@Studio.EXAMPLE")] {
            let refused = browser.post("/team/invite", &to(email)).await;
            assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{email}");
            browser.get("/team").await;
        }
        assert_eq!(site.letters(KIM).await.len(), ADDRESS_DAY_MAX);
        let stand = registry.invitations(other.id, site.now_us()).await.unwrap();
        assert_eq!(stand.len(), 1);
        let mut kim = site.browser();
        kim.get(&letters[ADDRESS_DAY_MAX - 1].link)
            .await
            .assert_says("Other");
        // Others are invited all the same.
        mia.post("/team/invite", &to(LEE))
            .await
            .assert_says("is invited as member");
        site.letter(LEE, 0).await;
        site.pass(DAY_SECONDS + 1);
        eve.get("/team").await;
        eve.post("/team/invite", &to(KIM))
            .await
            .assert_says("is invited as member");
        site.letter(KIM, ADDRESS_DAY_MAX).await;
    }
}
