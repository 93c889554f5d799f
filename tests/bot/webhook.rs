//! Where Telegram calls: only with the secret of that bot, and an update that is called with twice is kept once.

use crate::common::databases;
use rapport::bot::webhook::router;
use rapport::domain::Clock;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn an_update_is_taken_with_the_secret_of_its_bot_alone() {
    for place in databases().await {
        let store = place.open().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let door = router(store.registry.clone(), Clock::of(|| 1));
        tokio::spawn(async move { axum::serve(listener, door).await });
        let call = async |secret: String, body: &str| {
            let mut line = TcpStream::connect(address).await.unwrap();
            let request = format!(
                "POST /telegram/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            line.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            line.read_to_string(&mut answer).await.unwrap();
            answer.split(' ').nth(1).unwrap_or_default().to_owned()
        };
        let key = store.registry.key();
        let (right, other) = (key.webhook_secret(7), key.webhook_secret(8));
        let update = r#"{"update_id":5}"#;
        assert_eq!(call(String::new(), update).await, "404");
        assert_eq!(call("guess".to_owned(), update).await, "404");
        assert_eq!(call(other, update).await, "404");
        assert_eq!(call(right.clone(), "no json").await, "400");
        assert_eq!(call(right.clone(), &"x".repeat(2 << 20)).await, "413");
        assert_eq!(store.registry.count_updates().await.unwrap(), (0, 0));
        for _ in 0..2 {
            assert_eq!(call(right.clone(), update).await, "200");
        }
        assert_eq!(
            store.registry.count_updates().await.unwrap(),
            (1, 0),
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let mut lines = Vec::new();
    for place in databases().await {
        let store = place.open().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let door = router(store.registry.clone(), Clock::of(|| 1));
        tokio::spawn(async move { axum::serve(listener, door).await });
        let right = store.registry.key().webhook_secret(7);
        // A stranger at once, who knows the secret after 15 seconds.
        for (secret, longest, status) in [("guess", 5, 404), (&right, 40, 408)] {
            let mut line = TcpStream::connect(address).await.unwrap();
            let request = format!(
                "POST /telegram/7 HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n\
                 Content-Length: 9000\r\n\r\n{{"
            );
            line.write_all(request.as_bytes()).await.unwrap();
            lines.push((line, longest, status));
        }
    }
    for (mut line, longest, status) in lines {
        let mut said = [0; 12];
        let answered = line.read_exact(&mut said);
        let answered = tokio::time::timeout(Duration::from_secs(longest), answered).await;
        answered.expect("it is answered").unwrap();
        assert_eq!(said, format!("HTTP/1.1 {status}").as_bytes());
    }
}
