use serde_json::json;

use super::alerts::shown;
use super::stage::{MIA, NED, Press, SAM, Stage, TEAM};

#[tokio::test]
async fn the_home_shows_ones_own_signals_and_lets_them_be_handled() {
    let stage = Stage::new().await;
    for user in [SAM, MIA, NED] {
        stage
            .event(json!({ "type": "app_home_opened", "user": user, "tab": "home", "channel": "D1" }))
            .await;
    }
    let home = stage.home(SAM).await;
    assert!(shown(&home).contains("Needs more seats"), "{home}");
    // Mia sees everything on the page; here are the ones that are hers.
    assert!(shown(&stage.home(MIA).await).contains("Nothing of yours is open"));
    assert!(shown(&stage.home(NED).await).contains("does not know you yet"));
    let press = Press {
        user: SAM,
        home: TEAM,
        on: &home,
        action: "signal.handle",
        value: None,
        at: "4.4",
    };
    stage.press(press).await.expect(200);
    stage.work().await;
    assert_eq!(stage.standing().await, "handled Sam Seller");
    assert!(shown(&stage.home(SAM).await).contains("Nothing of yours is open"));
}

#[tokio::test]
async fn the_messages_tab_is_not_the_home() {
    let stage = Stage::new().await;
    stage
        .event(json!({ "type": "app_home_opened", "user": SAM, "tab": "messages", "channel": "D1" }))
        .await;
    assert!(stage.home(SAM).await.is_null());
}
