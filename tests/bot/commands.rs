//! Commands in the chat: typed, in answer to a message, by button.

use crate::common::databases;
use crate::house::{BOT, House, MIA};
use rapport::demo::telegram::Shown;

#[tokio::test]
async fn a_line_is_done_and_its_button_takes_it_back() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house
            .ask(BOT, MIA, "new: Ada Byron <ada@acme.example>")
            .await;
        let said = house
            .ask(BOT, MIA, "/next@RapportBot ada call Friday")
            .await;
        assert!(said.text.contains("call"), "{}", said.text);
        assert_eq!(
            house
                .count("select count(*) from action where state = 'current'")
                .await,
            1
        );
        assert!(house.api.presses(BOT, MIA, said.id, "Undo"), "{said:?}");
        let now = house.edited(BOT, MIA, said.id).await;
        assert!(
            now.text.starts_with(&said.text) && now.text.contains("✓"),
            "{}",
            now.text
        );
        assert_eq!(
            house
                .count("select count(*) from action where state = 'current'")
                .await,
            0
        );
        // A button that is used up says so, and does nothing: what it carried is none of the message's now.
        let data = said.buttons.last().unwrap().last().unwrap().1.clone();
        let ticks = house.api.ticks(BOT).len();
        house.api.presses_data(BOT, MIA, said.id, &data);
        house
            .api
            .until(|api| api.ticks(BOT).len() > ticks)
            .await
            .unwrap();
        for wrong in ["", "b1.2.3", "b0.0.0", "x", &data.replace('b', "b9")] {
            let ticks = house.api.ticks(BOT).len();
            house.api.presses_data(BOT, MIA, said.id, wrong);
            house
                .api
                .until(|api| api.ticks(BOT).len() > ticks)
                .await
                .unwrap();
            assert!(
                house.api.ticks(BOT).last().unwrap().contains("used up"),
                "{wrong}"
            );
        }
        assert_eq!(
            house
                .count("select count(*) from journal where verb = 'next'")
                .await,
            1,
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn several_lines_are_done_together_or_none_is() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        let said = house
            .ask(
                BOT,
                MIA,
                "new: Ada Byron <ada@acme.example>\ntag @ada: vip\nphone @ada: +49 30 1234567",
            )
            .await;
        for part in ["1 ✓", "2 ✓", "3 ✓", "vip", "+49 30 1234567"] {
            assert!(said.text.contains(part), "{part}: {}", said.text);
        }
        let refused = house
            .ask(BOT, MIA, "tag @ada: berlin\namout @ada: 3\nnote @ada: tea")
            .await;
        assert!(
            refused.text.starts_with("Nothing changed"),
            "{}",
            refused.text
        );
        assert_eq!(house.count("select count(*) from contact_tag").await, 1);
        assert_eq!(
            house
                .count("select count(*) from interaction where kind = 'note'")
                .await,
            0
        );
    }
}

#[tokio::test]
async fn numbers_mean_what_they_meant_in_the_message_that_is_answered() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        house.run("new: Bob Roe <bob@foo.example>").await;
        let list = house.ask(BOT, MIA, "list").await;
        assert!(
            list.text.contains("1  ") && list.text.contains("2  "),
            "{}",
            list.text
        );
        let first = match list.text.find("Ada") < list.text.find("Bob") {
            true => "Ada Byron",
            false => "Bob Roe",
        };
        // New ones come in front of the list by then.
        house.run("new: Cyd Poe <cyd@bar.example>").await;
        let shown = house.answer(BOT, MIA, list.id, "1 show").await;
        assert!(shown.text.contains(first), "{}", shown.text);
        let wrong = house.answer(BOT, MIA, list.id, "9 show").await;
        assert!(wrong.text.contains("there is no 9"), "{}", wrong.text);
    }
}

#[tokio::test]
async fn who_is_meant_of_several_is_chosen_by_button() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        house.run("new: Ada Ray <ada@foo.example>").await;
        let said = house.ask(BOT, MIA, "tag @ada: vip").await;
        let labels: Vec<&String> = said
            .buttons
            .iter()
            .flatten()
            .map(|(label, _)| label)
            .collect();
        assert_eq!(labels.len(), 2, "{said:?}");
        let label = labels.iter().find(|label| label.contains("Ray")).unwrap();
        let before = house.api.ticks(BOT).len();
        assert!(house.api.presses(BOT, MIA, said.id, label));
        house
            .api
            .until(|api| api.ticks(BOT).len() > before)
            .await
            .unwrap();
        assert_eq!(house.count("select count(*) from contact_tag t join contact c on c.id = t.contact_id where c.name = 'Ada Ray'").await, 1);
        assert!(
            house
                .api
                .calls("answerCallbackQuery")
                .iter()
                .all(|c| c["text"].as_str().unwrap().chars().count() <= 200)
        );
    }
}

#[tokio::test]
async fn an_action_is_put_off_to_a_day_that_is_asked_for() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        house.run("next @ada: call by today").await;
        let today = house.ask(BOT, MIA, "today").await;
        let labels: Vec<&str> = today
            .buttons
            .iter()
            .flatten()
            .map(|b| b.0.as_str())
            .collect();
        assert!(
            labels.contains(&"1 Done") && labels.contains(&"1 Pick"),
            "{labels:?}"
        );
        let before = house.api.said_to(BOT, MIA).len();
        assert!(house.api.presses(BOT, MIA, today.id, "1 Pick"));
        let asks = house.said(BOT, MIA, before + 1).await;
        assert!(asks.asks, "{asks:?}");
        let done = house.answer(BOT, MIA, asks.id, "12 Dec").await;
        assert!(done.text.contains("12 Dec"), "{}", done.text);
        // And done, by button: the message shows what came of it.
        let today = house.ask(BOT, MIA, "list actions").await;
        assert!(house.api.presses(BOT, MIA, today.id, "1 Done"), "{today:?}");
        house.edited(BOT, MIA, today.id).await;
        assert_eq!(
            house
                .count("select count(*) from action where state = 'done'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn what_destroys_wants_its_button() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        let asked = house.ask(BOT, MIA, "delete #c1").await;
        assert_eq!(
            house
                .count("select count(*) from contact where deleted_at is not null")
                .await,
            0
        );
        assert!(
            house.api.presses(BOT, MIA, asked.id, "Confirm"),
            "{asked:?}"
        );
        house.edited(BOT, MIA, asked.id).await;
        assert_eq!(
            house
                .count("select count(*) from contact where deleted_at is not null")
                .await,
            1
        );
        // The code is in no second use.
        let again = house.ask(BOT, MIA, "confirm 0000").await;
        assert!(again.text.starts_with("Nothing changed"), "{}", again.text);
    }
}

#[tokio::test]
async fn what_is_too_long_comes_in_pieces_that_fit_and_an_answer_to_any_finds_them() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        let text = "word ".repeat(1_500);
        house.run(&format!("note @ada: {text}")).await;
        let before = house.api.said_to(BOT, MIA).len();
        let first = house.ask(BOT, MIA, "show #i1").await;
        let second = house.said(BOT, MIA, before + 2).await;
        house.said(BOT, MIA, before + 3).await;
        assert!(first.text.starts_with("#i1") && second.text.starts_with("word"));
        let why = house.answer(BOT, MIA, second.id, "why #i1").await;
        assert!(why.text.contains("note"), "{}", why.text);
    }
}

#[tokio::test]
async fn numbers_are_shown_as_a_picture_with_the_same_as_text() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        for (name, status) in [
            ("Ada", "lead"),
            ("Bob", "lead"),
            ("Cyd", "won"),
            ("Dee", ""),
        ] {
            house
                .run(&format!("new: {name} Poe <{name}@acme.example>"))
                .await;
            if !status.is_empty() {
                house.run(&format!("status @{name}: {status}")).await;
            }
        }
        house.run("note @ada: one\nnote @ada: two").await;
        for (line, text) in [
            ("/pipeline", "lead  2\nno status  1\nwon  1"),
            ("/stats", "from 9 Nov  0 in  0 out  2 notes  4 new  0 done"),
            ("/timeline ada", "Ada Poe"),
        ] {
            let before = house.api.said_to(BOT, MIA).len();
            let picture = house.ask(BOT, MIA, line).await;
            let png = picture.file.clone().unwrap_or_default();
            assert!(png.starts_with(b"\x89PNG"), "{line}: {picture:?}");
            let words = house.said(BOT, MIA, before + 2).await;
            assert!(words.text.contains(text), "{line}: {}", words.text);
        }
    }
}

#[tokio::test]
async fn of_many_who_are_meant_a_page_is_shown_and_the_next_one_by_its_button() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        for number in 1..=10 {
            house
                .run(&format!("new: Ada Nr{number} <ada{number}@acme.example>"))
                .await;
        }
        let asked = house.ask(BOT, MIA, "tag @ada: vip").await;
        let labels = |shown: &Shown| -> Vec<String> {
            shown
                .buttons
                .iter()
                .flatten()
                .map(|(label, _)| label.clone())
                .collect()
        };
        assert_eq!(asked.buttons.len(), 8, "{asked:?}");
        assert!(
            house.api.presses(BOT, MIA, asked.id, "More… (1 of 2)"),
            "{:?}",
            labels(&asked)
        );
        let second = house.edited(BOT, MIA, asked.id).await;
        assert_eq!(second.text, asked.text);
        assert_eq!(second.buttons.len(), 4, "{:?}", labels(&second));
        let last = labels(&second)[2].clone();
        assert!(house.api.presses(BOT, MIA, asked.id, &last));
        house
            .until_count("select count(*) from contact_tag where tag = 'vip'", 1)
            .await;
        let tagged = house
            .texts("select c.name from contact c join contact_tag t on t.contact_id = c.id")
            .await;
        assert!(last.contains(&tagged[0]), "{last} {tagged:?}");
    }
}
