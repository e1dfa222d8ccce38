//! What happens, followed live: by WebSocket and as event streams.

mod bell;
mod gap;
mod multipart;
mod order;
mod protocol;
pub mod reservation;
mod share;
mod sse;

/// One order, with everything a payload has
const ORDER: &str =
    "subscription($id: ID!, $after: String) { orderUpdates(id: $id, after: $after) {
    kind cursor order { id status version } event { kind version note actor { handle } } } }";

/// A store's feed
const STORE: &str = "subscription($id: ID!, $after: String) { storeOrderUpdates(storeId: $id, after: $after) {
    kind cursor order { id status } event { kind version } dashboard { orderCount revenue { amount } } } }";
