//! Settings are commands.

use crate::common::databases;
use crate::site::{JON, MIA, Site};
use rapport::commands::{Command, Verb, parse};
use rapport::domain::language::Language;
use rapport::domain::workspace_settings::WorkspaceSetting;
use rapport::on;
use rapport::store::workspace::members;
use reqwest::StatusCode;

#[tokio::test]
async fn what_is_chosen_at_the_page_is_a_command_that_undo_takes_back() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await.assert_says("log.m7a2x4@crm.example");
        let fields = [
            ("name", "Mia Moe"),
            ("zone", "Europe/Helsinki"),
            ("language", "fi"),
            ("dates", "dmy"),
            ("time", "08:15"),
            ("day1", "1"),
            ("day4", "1"),
            ("digest", "06:45"),
            ("quiet", "on"),
            ("preview", "off"),
            ("hold", "120"),
            ("signature", "Mia Moe\r\nStudio Moe\r\ndelete workspace"),
            ("notify", "mail"),
        ];
        let answer = mia.post("/you", &fields).await;
        assert_eq!(answer.status, StatusCode::OK);
        let (id, account) = site.ids(MIA).await;
        let workspace = site.desk.store.workspaces.get(id).await.unwrap();
        let settings = members::settings(&mut workspace.read().await.unwrap(), account)
            .await
            .unwrap();
        assert_eq!(settings.zone.as_deref(), Some("Europe/Helsinki"));
        assert_eq!(settings.language.as_deref(), Some("fi"));
        assert_eq!(settings.date_order.as_deref(), Some("dmy"));
        assert_eq!(settings.default_time.as_deref(), Some("08:15"));
        assert_eq!(settings.digest_days, Some(vec![1, 4]));
        assert_eq!(settings.digest_time.as_deref(), Some("06:45"));
        assert_eq!(settings.quiet, Some(true));
        assert_eq!(settings.relay_hold_seconds, Some(120));
        assert_eq!(
            settings.signature.as_deref(),
            Some("Mia Moe\nStudio Moe\ndelete workspace")
        );
        mia.post("/you", &fields)
            .await
            .assert_says("Nothing was changed");
        let log = mia.get("/log?door=web").await;
        assert_eq!(log.body.matches("<td>my</td>").count(), 9, "{}", log.body);

        let wrong = mia.post("/you", &[("zone", "Atlantis/Deep")]).await;
        wrong.assert_says("role=\"alert\"");
        let kept = members::settings(&mut workspace.read().await.unwrap(), account)
            .await
            .unwrap();
        assert_eq!(kept, settings);
    }
}

#[tokio::test]
async fn a_field_holds_one_value_and_no_command_of_its_own() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await;
        let sly = "Mia\r\nnew: Eve <eve@evil.example>\nmy quiet: on";
        mia.post("/you", &[("name", sly)])
            .await
            .assert_says("role=\"alert\"");
        let (id, account) = site.ids(MIA).await;
        let workspace = site.desk.store.workspaces.get(id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let contacts: i64 = on!(&mut tx, c => sqlx::query_scalar("select count(*) from contact").fetch_one(c).await).unwrap();
        assert_eq!(contacts, 0);
        assert_eq!(
            members::by_id(&mut tx, account)
                .await
                .unwrap()
                .unwrap()
                .name,
            None
        );
        assert_eq!(
            members::settings(&mut tx, account).await.unwrap().quiet,
            None
        );
    }
}

#[tokio::test]
async fn app_passwords_and_intake_addresses_come_and_go() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let mut jon = site.signed_in(JON).await;
        jon.get("/security").await;
        let made = jon
            .post("/security/password", &[("label", "Thunderbird <b>")])
            .await;
        made.assert_says("Thunderbird &#60;b&#62;");
        let password = made.between("<code id=\"new-password\">", "</code>");
        assert!(registry.sign_in(JON, &password).await.unwrap().is_some());
        let id = made.id_for("/security/password/remove");
        let mut mia = site.signed_in(MIA).await;
        mia.get("/security").await;
        mia.post("/security/password/remove", &[("id", &id)])
            .await
            .assert_says("was gone already");
        assert!(registry.sign_in(JON, &password).await.unwrap().is_some());
        jon.post("/security/password/remove", &[("id", &id)])
            .await
            .assert_says("is removed");
        assert!(registry.sign_in(JON, &password).await.unwrap().is_none());

        jon.get("/you").await;
        site.pass(1);
        let page = jon.post("/you/intake", &[]).await;
        let intake = page.between("<code id=\"intake\">", "</code>");
        assert_ne!(intake, "log.j9k3w6@crm.example");
        for local in ["log.j9k3w6", intake.split('@').next().unwrap()] {
            assert!(registry.route(local).await.unwrap().is_some(), "{local}");
        }
        let card = jon.get("/you/intake.vcf").await;
        card.assert_says(&format!("EMAIL:{intake}\r\n"));
    }
}

#[tokio::test]
async fn what_the_workspace_chooses_at_the_page_is_a_command_too() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/workspace").await;
        let fields = [
            ("own_domains", "Daughter.example\r\nworkspace currency: EUR"),
            ("excluded_domains", "shop.example"),
            ("keep_in_touch", "30"),
        ];
        // A field holds one value, and all lines or none are done.
        mia.post("/workspace/settings", &fields)
            .await
            .assert_says("role=\"alert\"");
        let fields = [
            ("own_domains", "Daughter.example; other.example"),
            fields[1],
            fields[2],
        ];
        let done = mia.post("/workspace/settings", &fields).await;
        done.assert_says("own domains is daughter.example, other.example now; it was none.");
        done.assert_says("all that is filed, stay");
        done.assert_says("value=\"daughter.example, other.example\"");
        done.assert_says("value=\"30\"");
        let log = mia.get("/log?door=web").await;
        assert_eq!(
            log.body.matches("<td>workspace</td>").count(),
            3,
            "{}",
            log.body
        );
        mia.get("/workspace").await;
        let cleared = mia
            .post(
                "/workspace/settings",
                &[("own_domains", ""), ("keep_in_touch", "30")],
            )
            .await;
        cleared.assert_says("own domains is none now");
        assert!(!cleared.body.contains("For the workspace, keep in touch"));
        mia.post("/workspace/settings", &[("own_domains", "gmail.com")])
            .await
            .assert_says("everybody may have a mailbox at gmail.com");
    }
}

#[test]
fn each_command_that_a_page_tells_is_one_and_each_control_that_is_one_tells_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/pages");
    let mut told = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let page = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let all = page.split("<kbd>").skip(1);
        told.extend(all.map(|rest| rest.split("</kbd>").next().unwrap().to_owned()));
    }
    // What stands in rows is told by each of them.
    told.retain(|line| !line.contains("{{") || line.starts_with("rapport "));
    for setting in WorkspaceSetting::EACH {
        match setting {
            WorkspaceSetting::Keep(_) => {
                told.push(format!("workspace {}: 30 days", setting.word()))
            }
            WorkspaceSetting::Invoice(detail) => {
                told.push(format!(
                    "workspace {}: {}",
                    setting.word(),
                    detail.example()
                ));
            }
            _ => {}
        }
    }
    for (page, line) in [
        (
            "data.html",
            "<kbd>workspace {{ row.name }}: {{ row.days }} days</kbd>",
        ),
        ("billing.html", "<kbd>{{ one.line }}</kbd>"),
    ] {
        let page = std::fs::read_to_string(format!("{folder}/{page}")).unwrap();
        assert!(page.contains(line), "{line}");
    }
    let (mut verbs, mut settings) = (Vec::new(), Vec::new());
    for line in told.iter().filter(|line| !line.starts_with("rapport ")) {
        // The token of a bot is told by its beginning.
        let line = line.replace('…', "exampleexampleexampleexampleexamp");
        let lines = parse::lines(&line, Language::English);
        let [only] = &lines[..] else {
            panic!("{line} is no line");
        };
        let command = only
            .result
            .as_ref()
            .unwrap_or_else(|why| panic!("{line}: {why:?}"));
        verbs.push(command.verb());
        match command {
            Command::My { setting, .. } => settings.push(format!("my {}", setting.word())),
            Command::Workspace { setting, .. } => {
                settings.push(format!("workspace {}", setting.word()));
            }
            _ => {}
        }
    }
    for verb in [
        Verb::SignIn,
        Verb::Link,
        Verb::Unlink,
        Verb::Connect,
        Verb::Disconnect,
        Verb::Export,
        Verb::Erase,
        Verb::Confirm,
        Verb::Leave,
    ] {
        assert!(verbs.contains(&verb), "no page tells {verb:?}");
    }
    let you = std::fs::read_to_string(format!("{folder}/you.html")).unwrap();
    for (word, field) in [
        ("name", "name"),
        ("zone", "zone"),
        ("language", "language"),
        ("date order", "dates"),
        ("clock", "clock"),
        ("default time", "time"),
        ("digest", "digest"),
        ("notify", "notify"),
        ("preview", "preview"),
        ("quiet", "quiet"),
        ("hold", "hold"),
        ("from", "from"),
        ("signature", "signature"),
    ] {
        assert!(you.contains(&format!("name=\"{field}\"")), "{field}");
        assert!(
            settings.contains(&format!("my {word}")),
            "no page tells my {word}"
        );
    }
    for setting in WorkspaceSetting::EACH {
        let told = format!("workspace {}", setting.word());
        assert!(settings.contains(&told), "no page tells {told}");
    }
}
