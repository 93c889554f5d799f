//! A PostgreSQL of our own for the length of one test binary: made by initdb, stopped and removed when this process ends,
//! however it ends. `RAPPORT_TEST_DATABASE_URL` names another server instead; `RAPPORT_REQUIRE_POSTGRES=1` demands one.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A server on which tests make databases.
pub struct Server {
    /// Address of its maintenance database, up to and without the query.
    base: String,
    /// What stands behind the database's name.
    query: String,
    made: AtomicU32,
    /// Its standard input closes with this process: then the watching shell stops the cluster.
    _watch: Option<Child>,
}

/// The server, started by the first test that asks.
pub async fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    tokio::task::spawn_blocking(|| SERVER.get_or_init(start).as_ref())
        .await
        .expect("the cluster starts")
}

fn start() -> Option<Server> {
    if let Ok(url) = std::env::var("RAPPORT_TEST_DATABASE_URL") {
        say("databases: SQLite, and PostgreSQL of RAPPORT_TEST_DATABASE_URL");
        let (base, query) = url.split_once('?').unwrap_or((&url, ""));
        let base = base
            .rsplit_once('/')
            .expect("a database in RAPPORT_TEST_DATABASE_URL")
            .0;
        return Some(Server::at(base.to_owned(), query.to_owned(), None));
    }
    let Some(programs) = programs() else {
        let demanded = std::env::var("RAPPORT_REQUIRE_POSTGRES").is_ok_and(|v| v == "1");
        assert!(
            !demanded,
            "RAPPORT_REQUIRE_POSTGRES=1, and PostgreSQL is not installed: apt-get install postgresql"
        );
        say(
            "databases: SQLite only; PostgreSQL's programs are not installed (apt-get install postgresql)",
        );
        return None;
    };
    say(&format!(
        "databases: SQLite, and a temporary PostgreSQL from {}",
        programs.display()
    ));
    Some(start_cluster(&programs))
}

/// Past the test harness, which keeps what macros print to itself: which databases ran must be seen.
fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// The newest PostgreSQL whose programs are installed.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists() && bin.join("pg_ctl").exists())
        .collect();
    found.sort();
    found.pop()
}

/// Makes a cluster that listens on a socket in a folder of its own, watched by a shell that outlives this process by a moment.
fn start_cluster(programs: &Path) -> Server {
    let folder = tempfile::Builder::new()
        .prefix("rapport-pg-")
        .tempdir_in("/tmp")
        .expect("a folder")
        .keep();
    let script = r#"
        set -e
        "$1/initdb" -D "$2/data" -A trust -U postgres -E UTF8 --locale=C --no-sync >"$2/log" 2>&1
        "$1/pg_ctl" -D "$2/data" -l "$2/log" -w -o "-c listen_addresses='' -k $2 -c fsync=off \
            -c max_connections=300 -c shared_buffers=64MB" start >>"$2/log" 2>&1
        echo ready
        cat >/dev/null
        "$1/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1 || true
        rm -rf "$2"
    "#;
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh"])
        .args([programs, &folder])
        .current_dir("/tmp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Not in our process group: Ctrl-C must not take it before it has cleaned up.
        .process_group(0);
    if let Some(user) = unprivileged() {
        std::os::unix::fs::chown(&folder, Some(user), Some(user)).expect("a folder of its own");
        command.uid(user).gid(user);
    }
    let mut watch = command.spawn().expect("a shell");
    let mut line = String::new();
    let stdout = watch.stdout.take().expect("its output");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("its output");
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    assert_eq!(
        line.trim(),
        "ready",
        "the temporary PostgreSQL did not start:\n{log}"
    );
    let query = format!("host={}", folder.display());
    Server::at(
        "postgres://postgres@localhost".to_owned(),
        query,
        Some(watch),
    )
}

/// PostgreSQL refuses to run as root: then it runs as nobody.
fn unprivileged() -> Option<u32> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let uid = status
        .lines()
        .find_map(|l| l.strip_prefix("Uid:"))?
        .split_whitespace()
        .nth(1)?;
    (uid == "0").then_some(65534)
}

impl Server {
    fn at(base: String, query: String, watch: Option<Child>) -> Server {
        Server {
            base,
            query,
            made: AtomicU32::new(0),
            _watch: watch,
        }
    }

    fn url(&self, database: &str) -> String {
        format!("{}/{database}?{}", self.base, self.query)
    }

    /// A new, empty database; its address.
    pub async fn create_database(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("rapport_test_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(&self.url("postgres"))
            .await
            .expect("the server answers");
        for sql in [
            format!("drop database if exists {name} (force)"),
            format!("create database {name}"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .expect("a database is made");
        }
        self.url(&name)
    }
}
