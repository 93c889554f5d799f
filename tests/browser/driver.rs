//! WebDriver (W3C) as far as a journey needs it: chromedriver in a process of its own, JSON over HTTP.

use crate::common::PATIENCE;
use reqwest::Client;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// A browser window.
pub struct Window {
    client: Client,
    url: String,
    driver: Child,
    _profile: tempfile::TempDir,
    /// The name of its pictures.
    pub name: String,
}

impl Drop for Window {
    fn drop(&mut self) {
        // The browser ends with its session, not with the driver.
        let rest = self.url.trim_start_matches("http://");
        if let Some((host, path)) = rest.split_once('/')
            && let Ok(mut stream) = std::net::TcpStream::connect(host)
        {
            let request =
                format!("DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(request.as_bytes());
            // One answer; the driver keeps the connection.
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = stream.read(&mut [0; 1024]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Where the programs are; `None` where they are not installed.
fn programs() -> Option<(PathBuf, PathBuf)> {
    let (chromium, driver) = (
        PathBuf::from("/usr/bin/chromium"),
        PathBuf::from("/usr/bin/chromedriver"),
    );
    let are_there = chromium.exists() && driver.exists();
    assert!(
        are_there || std::env::var_os("RAPPORT_REQUIRE_BROWSER").is_none(),
        "RAPPORT_REQUIRE_BROWSER is set; install Debian's chromium and chromium-driver"
    );
    are_there.then_some((chromium, driver))
}

/// The text of axe-core, which `.ci/run` fetches; `None` where it did not.
pub fn axe() -> Option<String> {
    let path = std::env::var_os("RAPPORT_AXE")?;
    Some(std::fs::read_to_string(path).expect("RAPPORT_AXE names axe.min.js"))
}

impl Window {
    /// Opens a window so many pixels wide; `None` where no browser is installed.
    pub async fn open(width: u32, scripts: Scripts) -> Option<Window> {
        let Some((chromium, driver)) = programs() else {
            eprintln!("no browser is installed: the journey was not made");
            return None;
        };
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.ok()?;
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.expect("chromedriver says its port");
        let profile = tempfile::tempdir().unwrap();
        let client = Client::builder().timeout(PATIENCE).build().unwrap();
        let mut window = Window {
            client,
            url: format!("http://127.0.0.1:{port}/session"),
            driver,
            _profile: profile,
            name: format!("{width}-{scripts:?}").to_lowercase(),
        };
        let capabilities = window.capabilities(&chromium, width);
        let made = window
            .call(
                "",
                json!({ "capabilities": { "alwaysMatch": capabilities } }),
            )
            .await;
        let id = made["sessionId"].as_str().expect("a session").to_owned();
        window.url = format!("{}/{id}", window.url);
        // What is not there yet comes within this time, milliseconds.
        window
            .call(
                "/timeouts",
                json!({ "implicit": 10_000, "script": 90_000, "pageLoad": 90_000 }),
            )
            .await;
        // The window itself is never narrower than 500 pixels: what it shows is.
        let metrics =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500 });
        window
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        if scripts == Scripts::Off {
            // Those of pages: the driver's own go on.
            window
                .devtools(
                    "Emulation.setScriptExecutionDisabled",
                    json!({ "value": true }),
                )
                .await;
        }
        Some(window)
    }

    fn capabilities(&self, chromium: &std::path::Path, width: u32) -> Value {
        let profile = format!("--user-data-dir={}", self._profile.path().display());
        let size = format!("--window-size={width},900");
        json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": chromium,
                "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", profile, size],
            },
        })
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        self.call(
            "/goog/cdp/execute",
            json!({ "cmd": command, "params": parameters }),
        )
        .await;
    }

    async fn call(&self, path: &str, body: Value) -> Value {
        self.attempt(path, Some(body))
            .await
            .unwrap_or_else(|gone| panic!("{} {path}: {gone}", self.name))
    }

    async fn look(&self, path: &str) -> Value {
        self.attempt(path, None)
            .await
            .unwrap_or_else(|gone| panic!("{} {path}: {gone}", self.name))
    }

    /// What the driver answers; where the element is not or no longer there, how it said so.
    async fn attempt(&self, path: &str, body: Option<Value>) -> Result<Value, String> {
        let url = format!("{}{path}", self.url);
        let request = match body {
            Some(body) => self.client.post(url).body(body.to_string()),
            None => self.client.get(url),
        };
        let request = request.header("content-type", "application/json");
        let text = request.send().await.unwrap().text().await.unwrap();
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        let error = answer["value"]["error"].as_str().unwrap_or_default();
        let message = answer["value"]["message"].as_str().unwrap_or_default();
        // The last is what Chromium's driver lets through while one page gives way to another.
        if matches!(error, "stale element reference" | "no such element")
            || message.contains("does not belong to the document")
        {
            return Err(format!("{error}: {message}"));
        }
        assert!(
            error.is_empty(),
            "{} {path}: {}",
            self.name,
            answer["value"]
        );
        Ok(answer["value"].take())
    }

    /// Asks something of the element at `css`, which may be on a page that is still coming.
    async fn on(&self, css: &str, what: &str, body: Option<Value>) -> Value {
        let mut answer = None;
        let name = format!("{} has {css} for {what}", self.name);
        let by = json!({ "using": "css selector", "value": css });
        crate::common::until(&name, async || {
            let Ok(found) = self.attempt("/element", Some(by.clone())).await else {
                return false;
            };
            let id = found[ELEMENT].as_str().unwrap_or_default();
            let path = format!("/element/{id}/{what}");
            answer = self.attempt(&path, body.clone()).await.ok();
            answer.is_some()
        })
        .await;
        answer.unwrap_or_default()
    }

    pub async fn go(&self, url: &str) {
        self.call("/url", json!({ "url": url })).await;
    }

    /// The path that is shown.
    pub async fn path(&self) -> String {
        let url = self.look("/url").await;
        let url = url.as_str().unwrap_or_default().to_owned();
        url.splitn(4, '/')
            .nth(3)
            .map(|path| format!("/{path}"))
            .unwrap_or_default()
    }

    pub async fn click(&self, css: &str) {
        self.on(css, "click", Some(json!({}))).await;
    }

    /// Types into a field what it is to hold.
    pub async fn fill(&self, css: &str, text: &str) {
        if css != "#file" {
            self.on(css, "clear", Some(json!({}))).await;
        }
        self.on(css, "value", Some(json!({ "text": text }))).await;
    }

    /// Chooses what begins so, as a keyboard does.
    pub async fn choose(&self, css: &str, beginning: &str) {
        self.on(css, "value", Some(json!({ "text": beginning })))
            .await;
    }

    /// A file on this machine that a form can hand in.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self._profile.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Clicks on what brings a file of that name, and gives where it lies when it is whole.
    pub async fn download(&self, css: &str, name: &str) -> String {
        let folder = self._profile.path().join("downloads");
        let behaviour = json!({ "behavior": "allow", "downloadPath": folder });
        self.devtools("Browser.setDownloadBehavior", behaviour)
            .await;
        self.click(css).await;
        let file = folder.join(name);
        // Until its end it has another name.
        crate::common::until(&format!("{} has {name}", self.name), async || file.exists()).await;
        file.display().to_string()
    }

    /// Types into whatever has the focus, as a keyboard does.
    pub async fn keys(&self, text: &str) {
        let id = self.look("/element/active").await;
        let id = id[ELEMENT]
            .as_str()
            .expect("something has the focus")
            .to_owned();
        self.call(&format!("/element/{id}/value"), json!({ "text": text }))
            .await;
    }

    pub async fn text(&self, css: &str) -> String {
        let text = self.on(css, "text", None).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// A click only begins to bring another page.
    pub async fn assert_says(&self, words: &str) {
        let is_said = async || self.text("body").await.contains(words);
        assert!(
            crate::common::comes_about(is_said).await,
            "{} does not say {words}: {}",
            self.name,
            self.text("body").await
        );
    }

    pub async fn assert_at(&self, path: &str) {
        crate::common::until(&format!("{} is at {path}", self.name), async || {
            self.path().await == path
        })
        .await;
    }

    pub async fn run(&self, script: &str) -> Value {
        self.call("/execute/sync", json!({ "script": script, "args": [] }))
            .await
    }

    async fn run_async(&self, script: &str) -> Value {
        self.call("/execute/async", json!({ "script": script, "args": [] }))
            .await
    }

    /// Dark or light.
    pub async fn scheme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    /// Keeps a picture where RAPPORT_PICTURES names a folder.
    pub async fn picture(&self, of: &str) {
        let Some(folder) = std::env::var_os("RAPPORT_PICTURES") else {
            return;
        };
        use base64::Engine;
        let coded = self.look("/screenshot").await;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(coded.as_str().unwrap())
            .unwrap();
        let file = PathBuf::from(folder).join(format!("{of}-{}.png", self.name));
        std::fs::write(file, bytes).unwrap();
    }

    /// Fails where something of a page cannot be read, reached or understood by some, or does not fit the width.
    pub async fn assert_accessible(&self, what: &str) {
        let width = self
            .run("return [document.documentElement.scrollWidth, window.innerWidth]")
            .await;
        assert!(
            width[0].as_i64() <= width[1].as_i64(),
            "{what} {}: wider than the window {width}",
            self.name
        );
        let Some(axe) = axe() else {
            assert!(
                std::env::var_os("RAPPORT_REQUIRE_BROWSER").is_none(),
                "RAPPORT_AXE is not set; .ci/run fetches axe-core"
            );
            return;
        };
        for scheme in ["light", "dark"] {
            self.scheme(scheme).await;
            self.run(&axe).await;
            let run = "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] })\
                       .then(r => done(r.violations.map(v => [v.id, v.nodes.map(n => n.html + ' ' + n.failureSummary)])))\
                       .catch(e => done([String(e)]));";
            let found = self.run_async(run).await;
            assert_eq!(found, json!([]), "{what} {} {scheme}: {found:#}", self.name);
            self.picture(&format!("{what}-{scheme}")).await;
        }
        self.scheme("light").await;
    }
}
