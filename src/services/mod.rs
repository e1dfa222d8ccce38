//! What can be done: a file a noun. Transactions live here.
//!
//! A service takes the viewer and an input, checks rights and rules, opens one write transaction,
//! writes and commits. What can be refused comes back as a `Refusal`. Rows are locked in one
//! order: store, listings by id, order, conversation, topics of the log by name.

mod acting;
mod api_key;
mod assistant;
mod attempt;
mod audit;
mod best_seller;
mod category;
mod change;
mod chat_usage;
mod conversation;
mod document;
mod figure;
mod follow;
mod idempotency;
mod import;
mod input;
mod job;
mod listing;
mod message;
mod message_search;
mod operation;
mod order;
mod password;
mod position;
mod presence;
mod profile;
mod quota;
mod recount;
mod session;
mod setting;
mod sign_in;
mod store;
mod store_member;
mod token;
mod upkeep;
mod upload;
mod user;
mod viewer;

pub use acting::{ActFor, act_for};
pub use api_key::{
    ApiKeyCreate, KeyGrant, KeyMaker, KeyUses, api_key_create, api_key_revoke, keys_list,
    keys_revoked,
};
pub use assistant::{Replies, replies_write};
pub use audit::{AuditFilter, AuditLine, audit_trail};
pub use best_seller::best_sellers;
pub use category::{CategoryCreate, CategoryUpdate, category_create, category_update};
pub use change::Change;
pub use conversation::{
    ConversationStart, Deliveries, conversation_invite, conversation_leave, conversation_mark_read,
    conversation_mute, conversation_rename, conversation_start, deliveries_keep, no_conversation,
    typing_signal,
};
pub use document::{
    DocumentNew, EVERYBODY, FieldUse, Kept, Publication, Retirement, Used, Uses, client_mode_set,
    clients_list, documents_publish, documents_retire, field_uses, guard_number, kept,
    published_of, uses_keep, uses_write,
};
pub use figure::{CacheFigures, DatabaseFigures, Figures, StreamFigures, figures};
pub use follow::Rights;
pub use import::{
    BadLine, ImportCounts, ImportEvent, ImportFormat, LISTINGS_IMPORT, ListingsImport,
    listing_import, listings_import, listings_import_job, store_with_handle,
};
pub use input::PlaceInput;
pub use job::{JobsOf, QueueFigures, job_cancel, job_retry, jobs_list, queue_figures, sees_job};
pub use listing::{
    ListingCreate, ListingStep, ListingUpdate, PriceInput, listing_create, listing_step,
    listing_update,
};
pub use message::{MessageSend, message_delete, message_edit, message_send};
pub use operation::{
    OperationFigure, Operations, Took, operations_roll_up, operations_write, slow_operations,
};
pub use order::{OrderItemInput, OrderPlace, OrderStep, order_place, order_step};
pub use password::Passwords;
pub use position::Positions;
pub use presence::{presence_end, presence_keep, presence_people};
pub use profile::{ProfileUpdate, profile_update};
pub use recount::{Recount, WrongFigure, figures_recount, recount_all};
pub use session::{password_change, session_refresh, session_revoke, sign_out};
pub use setting::{Setting, Settings, setting_set, settings};
pub use sign_in::sign_in;
pub use store::{HoursInput, StoreCreate, StoreUpdate, store_create, store_update};
pub use store_member::store_member_set;
pub use token::{AuthTokens, Tokens};
pub use upkeep::trim;
pub use upload::SentFile;
pub use user::{SignUp, ViewerUpdate, sign_up, user_suspend, viewer_update};
pub use viewer::{Caller, Member, Sessions, Viewer, viewer_again, who, who_of_many};
