//! Deals and invoices: each field is a command, the logo is a picture, and both are for members of the workspace alone.

use crate::common::databases;
use crate::site::{Browser, JON, MIA, Site};
use rapport::domain::logo::LOGO_BYTES_MAX;
use rapport::domain::workspace_settings::WorkspaceSettings;
use rapport::store::registry::{NewWorkspace, Role};
use rapport::store::workspace::{logo, settings};
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const EVE: &str = "eve@evil.example";
/// 24 × 8 pixels.
const PNG: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x18\x00\x00\x00\x08\x08\x02\x00\x00\
    \x00\x6c\xc3\xa8\x34\x00\x00\x00\x14\x49\x44\x41\x54\x78\xda\x63\xe0\x4f\xcc\xa0\x0a\x62\x18\x35\x68\x24\x1b\x04\
    \x00\x92\x50\xa2\x01\x33\x95\x2d\x9d\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

async fn chosen(site: &Site) -> WorkspaceSettings {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    WorkspaceSettings::of(&settings::all(&mut tx).await.unwrap())
}

async fn kept(site: &Site) -> Option<Vec<u8>> {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    logo::get(&mut workspace.read().await.unwrap())
        .await
        .unwrap()
}

async fn other_workspace(site: &Site) -> Browser {
    let new = NewWorkspace {
        slug: "other",
        name: "Other",
        owner_email: EVE,
        intake: "log.e8v2e4",
        app_password: "incorrect horse",
    };
    let registry = &site.desk.store.registry;
    registry.make_workspace(new, site.now_us()).await.unwrap();
    site.signed_in(EVE).await
}

#[tokio::test]
async fn stages_and_details_are_commands_and_members_see_them() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let page = mia.get("/billing").await;
        page.assert_says("value=\"Lead 10%, Qualified 25%, Proposal 50%, Negotiation 75%\"");
        page.assert_says("makes no invoices yet");
        let stages = [("stages", "Lead, Signed 80%"), ("currency", "eur")];
        let done = mia.post("/billing", &stages).await;
        done.assert_says("stages is Lead 40%, Signed 80% now; it was Lead 10%");
        done.assert_says("value=\"EUR\"");
        let details = [
            ("invoice_name", "Studio \"Oy\" <b>"),
            (
                "invoice_address",
                "Suite 5, Harbour 1\r\n\r\nworkspace currency: USD\rx\r\n00100 Helsinki",
            ),
            ("invoice_tax_id", "FI12345671"),
            ("invoice_iban", "fi21 1234 5600 0007 85"),
            ("invoice_bic", "ndeafihh"),
            ("invoice_terms", "30"),
            ("invoice_vat", "25,5 %"),
            ("invoice_prefix", "2026-"),
            ("invoice_footer", "Thank you."),
        ];
        let done = mia.post("/billing", &details).await;
        done.assert_says("invoice iban is FI21 1234 5600 0007 85 now; it was none.");
        done.assert_says("invoice terms is 30 days now; it was 14 days.");
        done.assert_says("value=\"Studio &#34;Oy&#34; &#60;b&#62;\"");
        let settings = chosen(&site).await;
        let address = [
            "Suite 5, Harbour 1",
            "workspace currency: USD x",
            "00100 Helsinki",
        ];
        assert_eq!(settings.invoice.address, address);
        assert_eq!(settings.currency.as_deref(), Some("EUR"));
        assert_eq!(settings.invoice.vat.map(|vat| vat.hundredths), Some(2_550));
        done.assert_says(&format!(">{}</textarea>", address.join("\n")));
        let log = mia.get("/log?door=web").await;
        assert_eq!(
            log.body.matches("<td>workspace</td>").count(),
            11,
            "{}",
            log.body
        );
        mia.get("/billing").await;
        // As the page shows them they are no change.
        let shown = [
            ("stages", "Lead 40%, Signed 80%"),
            ("invoice_address", &address.join("\r\n")),
            ("invoice_vat", "25.5"),
            ("invoice_terms", "30"),
        ];
        mia.post("/billing", &shown)
            .await
            .assert_says("Nothing was changed.");
        // All or none.
        let wrong = [
            ("invoice_name", "Other"),
            ("invoice_iban", "FI21 1234 5600 0007 86"),
        ];
        mia.post("/billing", &wrong)
            .await
            .assert_says("check digits do not fit");
        assert_eq!(chosen(&site).await, settings);
        let emptied = [
            ("stages", ""),
            ("invoice_terms", ""),
            ("invoice_footer", ""),
        ];
        mia.post("/billing", &emptied)
            .await
            .assert_says("invoice terms is 14 days now");
        let after = chosen(&site).await;
        assert_eq!(after.pipeline.stages().len(), 4);
        assert_eq!((after.invoice.terms_days, after.invoice.footer), (14, None));

        let (id, jon_id) = site.ids(JON).await;
        let registry = &site.desk.store.registry;
        registry.set_role(id, jon_id, Role::Viewer).await.unwrap();
        let mut jon = site.signed_in(JON).await;
        let page = jon.get("/billing").await;
        page.assert_says("<dd class=\"lines\">FI21 1234 5600 0007 85</dd>");
        page.assert_says("<dd>Lead 10%, Qualified 25%, Proposal 50%, Negotiation 75%</dd>");
        assert!(!page.body.contains("<input id="), "{}", page.body);
        let refused = jon.post("/billing", &[("invoice_iban", "")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let mut eve = other_workspace(&site).await;
        let page = eve.get("/billing").await;
        assert!(
            !page.body.contains("FI21 1234 5600 0007 85</dd>"),
            "{}",
            page.body
        );
        page.assert_says("id=\"invoice_name\" name=\"invoice_name\" maxlength=\"100\" value=\"\"");
    }
}

#[tokio::test]
async fn a_logo_is_shown_to_members_of_its_workspace_alone_and_removed() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/billing").await;
        let none = mia.get("/billing/logo").await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        let page = mia.get("/billing").await;
        assert!(!page.body.contains("<img"), "{}", page.body);
        // Whatever it is called.
        let set = mia.upload("/billing/logo", "evil.html", PNG).await;
        set.assert_says("The logo is set: image/png, 24 × 8 pixels.");
        set.assert_says("<img class=\"logo\" src=\"/billing/logo\" alt=\"Logo of Acme\">");
        let (id, jon_id) = site.ids(JON).await;
        let registry = &site.desk.store.registry;
        registry.set_role(id, jon_id, Role::Viewer).await.unwrap();
        let mut jon = site.signed_in(JON).await;
        for browser in [&mut mia, &mut jon] {
            let (status, headers, bytes) = browser.get_bytes("/billing/logo").await;
            assert_eq!((status, bytes.as_slice()), (StatusCode::OK, PNG));
            let said = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
            assert_eq!(said("content-type"), "image/png");
            assert_eq!(said("x-content-type-options"), "nosniff");
            assert_eq!(said("cache-control"), "no-store");
            assert_eq!(said("cross-origin-resource-policy"), "same-origin");
            assert!(said("content-security-policy").contains("default-src 'none'"));
        }
        let mut eve = other_workspace(&site).await;
        assert_eq!(eve.get("/billing/logo").await.status, StatusCode::NOT_FOUND);
        let page = eve.get("/billing").await;
        assert!(!page.body.contains("<img"), "{}", page.body);
        let mut nobody = site.browser();
        assert_eq!(nobody.get("/billing/logo").await.location(), "/sign-in");
        jon.get("/billing").await;
        let refused = jon.post("/billing/logo/remove", &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        eve.post("/billing/logo/remove", &[]).await;
        assert!(kept(&site).await.is_some());
        mia.get("/billing").await;
        mia.post("/billing/logo/remove", &[])
            .await
            .assert_says("has no logo any more");
        assert_eq!(kept(&site).await, None);
        let log = mia.get("/log").await;
        log.assert_says("<td>set the logo</td>");
        log.assert_says("<td>removed the logo</td>");
    }
}

#[tokio::test]
async fn what_is_no_logo_or_nobody_s_changes_nothing() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/billing").await;
        mia.upload("/billing/logo", "logo.png", PNG).await;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let mut large = PNG.to_vec();
        large.resize(LOGO_BYTES_MAX + 1, 0);
        let mut wide = PNG.to_vec();
        wide[18] = 0x10;
        for (bytes, words) in [
            (svg.as_slice(), "may hold scripts"),
            (b"GIF89a", "a logo is a PNG or a JPEG"),
            (
                b"<html><script>alert(1)</script>",
                "a logo is a PNG or a JPEG",
            ),
            (b"", "a logo is a PNG or a JPEG"),
            (&PNG[..PNG.len() - 1], "broken or not whole"),
            (&wide, "each side has 1 to 2000"),
            (&large, "at most 256 KiB"),
        ] {
            let answer = mia.upload("/billing/logo", "logo.png", bytes).await;
            answer.assert_says(words);
            answer.assert_says("role=\"alert\"");
        }
        large.resize(5 * LOGO_BYTES_MAX, 0);
        let answer = mia.upload("/billing/logo", "logo.png", &large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        answer.assert_says("at most 256 KiB");

        let mut jon = site.signed_in(JON).await;
        jon.get("/billing").await;
        let refused = jon.upload("/billing/logo", "logo.png", PNG).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        mia.get("/billing").await;
        let own = mia.form.clone();
        for token in ["", "x", jon.form.as_str()] {
            mia.form = token.to_owned();
            let refused = mia.upload("/billing/logo", "logo.png", PNG).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{token}");
        }
        mia.form = own;
        let refused = mia.upload_token_last("/billing/logo", PNG).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let bare = mia.post("/billing/logo", &[]).await;
        assert_eq!(bare.status, StatusCode::BAD_REQUEST);
        cut_upload(&site, &mia).await;
        assert_eq!(kept(&site).await.as_deref(), Some(PNG));
    }
}

/// Sends a form that is whole in itself but for the end of its last part, and goes away.
async fn cut_upload(site: &Site, by: &Browser) {
    let host = site.origin.trim_start_matches("http://");
    let mut line = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /billing/logo HTTP/1.1\r\nHost: {host}\r\nCookie: rapport-session={}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 90000\r\nConnection: close\r\n\r\n\
         --x\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n{}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n",
        by.cookies["rapport-session"], by.form
    );
    let other = [PNG, b"more behind its end"].concat();
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&other).await.unwrap();
    line.shutdown().await.unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(!answer.contains("The logo is set"), "{answer}");
}

#[tokio::test]
async fn what_an_import_put_there_is_shown_only_where_it_is_a_picture() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
        let large = [PNG, &vec![0; LOGO_BYTES_MAX]].concat();
        for bytes in [b"<html><script>alert(1)</script>".as_slice(), b"", &large] {
            let mut tx = workspace.write().await.unwrap();
            logo::put(&mut tx, bytes, 1).await.unwrap();
            tx.commit().await.unwrap();
            let answer = mia.get("/billing/logo").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            assert!(!answer.body.contains("alert"), "{}", answer.body);
            let page = mia.get("/billing").await;
            assert!(!page.body.contains("<img"), "{}", page.body);
        }
    }
}
