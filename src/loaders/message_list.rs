//! Messages of a conversation, as lists.

use super::list::children;

children! {
    /// Messages as a noun of lists
    Messages: Message of crate::entities::ConversationId, message.conversation_id
}
