//! What the program behind the window says no to where the window itself does not ask for it: two
//! people at two windows, or a click that comes late.

use holdfast_tests::desk::Cli;
use holdfast_tests::window::Window;
use serde_json::{Value, json};

async fn invoke(window: &Window, command: &str, with: Value) -> Value {
    let script = "const [command, args, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, args).then(done, done)";
    window.client().execute_async(script, vec![json!(command), with]).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_click_is_told_what_became_of_its_question_by_the_window() {
    let files = Cli::new();
    let window = Window::open_with(files.replica(), &["--sample"]).await;
    window.find_test_id("board").await;
    let again = invoke(&window, "start_sample", json!({})).await;
    assert_eq!(again["code"], "replica_not_empty", "{again}");
    let gone = json!({ "operationId": "0192d1a0-0000-7000-8000-000000000404" });
    let settled = invoke(&window, "apply_mine", gone).await;
    assert_eq!(settled["code"], "settled_already", "{settled}");
    window.close().await;
}
