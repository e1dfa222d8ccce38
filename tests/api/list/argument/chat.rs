//! Bad values in queries and mutations of conversations, sent by somebody who is in one.

use super::cells;
use crate::support::{Client, MakeStore, id, on_both};
use serde_json::{Value, json};

/// A case a line: what it shows; a field of the root (`mutation` before those that change); code and
/// place of the refusal, and a part of its sentence. TALK, MESSAGE, USER, STORE and LONG stand for
/// such.
pub const CASES: &str = r#"
ConversationConnection.totalCount.limit | viewer { conversations { totalCount(limit: 0) } } | OUT_OF_RANGE limit | 1 to 1000000
MessageConnection.totalCount.limit | node(id: "TALK") { ... on Conversation { messages { totalCount(limit: -1) } } } | OUT_OF_RANGE limit | 1 to 1000000
Viewer.messageSearch.text | viewer { messageSearch(text: "") { nodes { rank } } } | INVALID text | holds no word
Viewer.messageSearch.text | viewer { messageSearch(text: "de la, the of los") { nodes { rank } } } | INVALID text | says more
Viewer.messageSearch.text | viewer { messageSearch(text: "\u0000 …") { nodes { rank } } } | INVALID text | holds no word
Viewer.messageSearch.text | viewer { messageSearch(text: "LONG") { nodes { rank } } } | TOO_LONG text | at most 200
Viewer.messageSearch.conversationId | viewer { messageSearch(text: "pan", conversationId: "STORE") { nodes { rank } } } | INVALID conversationId | a Conversation is expected
Viewer.messageSearch.conversationId | viewer { messageSearch(text: "pan", conversationId: "x") { nodes { rank } } } | INVALID conversationId | not an id
ConversationStartInput.participantIds | mutation conversationStart(input: { kind: DIRECT, participantIds: ["STORE"] }) | INVALID participantIds.0 | a User is expected
ConversationStartInput.participantIds | mutation conversationStart(input: { kind: GROUP }) | OUT_OF_RANGE participantIds | 2 to 200 people
ConversationStartInput.title | mutation conversationStart(input: { kind: GROUP, participantIds: ["USER"], title: "LONG" }) | TOO_LONG title | at most 100
ConversationStartInput.orderId | mutation conversationStart(input: { kind: ORDER, orderId: "STORE" }) | INVALID orderId | an Order is expected
MessageSendInput.conversationId | mutation messageSend(input: { conversationId: "STORE", body: "x", idempotencyKey: "1" }) | INVALID conversationId | a Conversation is expected
MessageSendInput.body | mutation messageSend(input: { conversationId: "TALK", body: "", idempotencyKey: "1" }) | REQUIRED body | says something
MessageSendInput.body | mutation messageSend(input: { conversationId: "TALK", body: "LONG", idempotencyKey: "1" }) | TOO_LONG body | at most 10000
MessageSendInput.body | mutation messageSend(input: { conversationId: "TALK", body: "\u0000", idempotencyKey: "1" }) | INVALID body | place 1
MessageSendInput.attachmentIds | mutation messageSend(input: { conversationId: "TALK", body: "x", attachmentIds: ["STORE"], idempotencyKey: "1" }) | NOT_FOUND attachmentIds.0 | no such upload
MessageSendInput.replyToId | mutation messageSend(input: { conversationId: "TALK", body: "x", replyToId: "TALK", idempotencyKey: "1" }) | INVALID replyToId | a Message is expected
MessageSendInput.idempotencyKey | mutation messageSend(input: { conversationId: "TALK", body: "x", idempotencyKey: "" }) | INVALID idempotencyKey | 1 to 128
MessageEditInput.id | mutation messageEdit(input: { id: "TALK", body: "x" }) | INVALID id | a Message is expected
MessageEditInput.body | mutation messageEdit(input: { id: "MESSAGE", body: " " }) | REQUIRED body | says something
Mutation.messageDelete.id | mutation messageDelete(id: "x") | INVALID id | the id of a Message
Mutation.conversationInvite.id | mutation conversationInvite(id: "USER", userIds: ["USER"]) | INVALID id | a Conversation is expected
Mutation.conversationInvite.userIds | mutation conversationInvite(id: "TALK", userIds: ["TALK"]) | INVALID userIds.0 | a User is expected
Mutation.conversationInvite.userIds | mutation conversationInvite(id: "TALK", userIds: []) | OUT_OF_RANGE userIds | 1 to 200 people
Mutation.conversationLeave.id | mutation conversationLeave(id: "") | INVALID id | the id of a Conversation
Mutation.conversationRename.id | mutation conversationRename(id: "MESSAGE", title: "x") | INVALID id | a Conversation is expected
Mutation.conversationRename.title | mutation conversationRename(id: "TALK", title: "") | REQUIRED title | empty
Mutation.conversationRename.title | mutation conversationRename(id: "TALK", title: "LONG") | TOO_LONG title | at most 100
Mutation.conversationMute.id | mutation conversationMute(id: "STORE", muted: true) | INVALID id | a Conversation is expected
Mutation.typingSignal.conversationId | mutation typingSignal(conversationId: "USER") | INVALID conversationId | a Conversation is expected
Mutation.conversationMarkRead.id | mutation conversationMarkRead(id: "STORE", position: 1) | INVALID id | a Conversation is expected
Mutation.conversationMarkRead.position | mutation conversationMarkRead(id: "TALK", position: 2) | OUT_OF_RANGE position | the last message is at position 1
"#;

/// Code and place of the one refusal, and its sentence
async fn refused(client: &Client, field: &str) -> (String, String) {
    let (error, code) = match field.strip_prefix("mutation ") {
        Some(mutation) => {
            let query =
                format!("mutation {{ m: {mutation} {{ userErrors {{ code message field }} }} }}");
            let error = client.ask(&query, json!({})).await["m"]["userErrors"][0].clone();
            let code = error["code"].clone();
            (error, code)
        }
        None => {
            let error = client.fail(&format!("{{ {field} }}"), json!({})).await;
            let code = error["extensions"]["code"].clone();
            (error, code)
        }
    };
    let path =
        if error["field"].is_null() { &error["extensions"]["field"] } else { &error["field"] };
    let path: Vec<_> = path.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let told = error["message"].as_str().expect("a sentence").to_lowercase();
    (format!("{} {}", code.as_str().expect("a code"), path.join(".")), told)
}

on_both! {
    async fn values_of_chat_that_make_no_sense_are_refused_with_what_would(app: &TestApp) {
        let (elena, other) = (app.member("elena").await, app.member("rosa").await);
        let store = MakeStore::new("central").by(&elena).await;
        let input = json!({ "kind": "GROUP", "participantIds": [other.id] });
        let started = elena.mutate("conversationStart", input, "conversation { id }").await;
        let talk = id(&started["conversation"]);
        let input = json!({ "conversationId": talk, "body": "una", "idempotencyKey": "una" });
        let sent = elena.mutate("messageSend", input, "message { id }").await;
        let message = id(&sent["message"]);
        for case in CASES.lines().filter(|line| !line.is_empty()) {
            let case = case
                .replace("\"LONG\"", &format!("\"{}\"", "ñ".repeat(10_001)))
                .replace("\"USER\"", &format!("\"{}\"", other.id))
                .replace("\"STORE\"", &format!("\"{store}\""))
                .replace("\"TALK\"", &format!("\"{talk}\""))
                .replace("\"MESSAGE\"", &format!("\"{message}\""));
            let [shows, field, refusal, part] = cells(&case);
            let (code, told) = refused(&elena, field).await;
            assert_eq!(code, refusal, "{shows} {field}: {told}");
            assert!(told.contains(&part.to_lowercase()), "{shows} {field}: {told}");
        }
        let found = elena.ask("{ viewer { conversations { totalCount } } }", json!({})).await;
        assert_eq!(found["viewer"]["conversations"]["totalCount"], 1, "nothing was started");
    }
}
