//! What a card tells of payments and chats, and how both go over where two contacts become one.

use super::say;
use crate::people::desks;
use rapport::commands::Verdict;

#[tokio::test]
async fn what_was_paid_is_told_summed_up_undone_and_done_again() {
    for desk in desks().await {
        let shown = desk.changes("paid #c1: 1.234,50 € on 3 Nov").await;
        assert_eq!(shown, "#c1 Ada Byron paid 1,234.50 EUR on 3 Nov.\n");
        let shown = desk.changes("paid ada: $99 yesterday").await;
        assert_eq!(
            shown,
            "#c1 Ada Byron paid 99.00 USD on 13 Nov.\nThat makes 99.00 USD, 1,234.50 EUR.\n"
        );
        let shown = desk.changes("paid @ada: 0.50 EUR on 30 Nov 2025").await;
        assert!(shown.contains("paid 0.50 EUR on 30 Nov 2025."), "{shown}");
        let shown = desk.done("show ada").await;
        assert!(
            shown.contains("99.00 USD, 1,235.00 EUR; last on 13 Nov"),
            "{shown}"
        );
        let shown = desk.done("undo").await;
        assert!(
            shown.contains("#c1 Ada Byron: payment of 0.50 EUR: gone again"),
            "{shown}"
        );
        let shown = desk.done("why #c1").await;
        assert!(shown.contains("payment of 99.00 USD"), "{shown}");
        let shown = desk.done("show bob").await;
        assert!(!shown.contains("paid"), "{shown}");
        for (line, words) in [
            ("paid #c1: 25 EUR tomorrow", "has not come yet"),
            ("paid #c1: 25 EUR on 03/11", "can be"),
            ("paid #i1", "invoices come with a later version"),
            ("paid: 25 EUR", "it names nobody"),
            ("paid #c99: 25 EUR", "#c99"),
        ] {
            let shown = desk.refused(line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
    }
}

#[tokio::test]
async fn a_card_shows_the_chats_of_a_contact() {
    for desk in desks().await {
        desk.contact_chat(100, 1, "stopped_at = last_at").await;
        desk.contact_chat(
            101,
            1,
            "username = null, message_count = 1, last_at = last_at - 1, blocked_at = first_at",
        )
        .await;
        let shown = desk.done("show ada").await;
        for words in [
            "@ada_b, first wrote on 3 Nov, last on 14 Nov, 12 messages, stopped broadcasts",
            "without a name, first wrote on 3 Nov, last on 14 Nov, 1 message, blocked the",
        ] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
        let (_, shown) = say(&desk.world, &desk.viewer, "show bob").await;
        assert!(!shown.contains("chat"), "{shown}");
    }
}

#[tokio::test]
async fn chats_and_payments_go_over_with_a_merge_and_back() {
    for desk in desks().await {
        desk.contact_chat(100, 2, "").await;
        desk.done("paid #c2: 25 EUR").await;
        desk.done("paid #c1: 5 EUR").await;
        let before = desk.world.dump().await;
        desk.done("merge #c1: #c2").await;
        let shown = desk.done("show #c1").await;
        assert!(
            shown.contains("30.00 EUR") && shown.contains("@ada_b"),
            "{shown}"
        );
        desk.done("undo").await;
        assert_eq!(before, desk.world.dump().await);
        desk.done("redo").await;
        desk.done("unmerge #c2").await;
        assert_eq!(before, desk.world.dump().await);
        // Who paid is not undone with the payment still there.
        desk.done("new: Zoe Hill").await;
        let made = desk.world.last("contact").await;
        desk.contact_chat(102, made, "").await;
        let (verdict, shown) = say(&desk.world, &desk.given(), "undo").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("1 chat belongs to it now"), "{shown}");
    }
}
