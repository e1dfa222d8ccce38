//! Rows as the database holds them, typed ids and enums. One file a table, named as the table.
//!
//! sea-orm reads the rows and keeps ids, enums and values typed; statements are written where they
//! are asked (`loaders`, `services`). A row knows its columns and pure facts about itself; nothing here does I/O.

mod id;
mod money;
mod row;
mod timestamp;
mod wide;

pub mod api_key;
pub mod audit_entry;
pub mod category;
pub mod chat_day;
pub mod client;
pub mod conversation;
pub mod document;
pub mod job;
pub mod listing;
pub mod message;
pub mod order;
pub mod order_event;
pub mod order_figure;
pub mod order_item;
pub mod participant;
pub mod profile;
pub mod reply;
pub mod session;
pub mod store;
pub mod store_hours;
pub mod store_member;
pub mod user;

pub use api_key::{ApiScope, ApiScopes, Model as ApiKey};
pub use audit_entry::{AuditActor, AuditKind, Model as AuditEntry};
pub use category::Model as Category;
pub use chat_day::Model as ChatDay;
pub use client::{ClientMode, Model as Client};
pub use conversation::{ConversationKind, Model as Conversation};
pub use document::Model as Document;
pub use id::{
    ApiKeyId, AuditEntryId, CategoryId, ConversationId, DocumentId, JobId, ListingId, MessageId,
    OrderEventId, OrderId, OrderItemId, ProfileId, SessionId, StoreId, UploadId, UserId,
};
pub use job::{Filter as JobFilter, JobStatus, Model as Job};
pub use listing::{ListingStatus, Model as Listing};
pub use message::{MessageAuthor, MessageStatus, Model as Message};
pub use money::{Currency, Money, MoneyError, major_of_sort_amount, sort_amount_of};
pub use order::{Fulfilment, Model as Order, OrderStatus};
pub use order_event::{Model as OrderEvent, OrderEventKind};
pub use order_figure::{ListingFigure, Model as OrderFigure, day_number};
pub use order_item::Model as OrderItem;
pub use participant::Model as Participant;
pub use profile::{Model as Profile, ProfileKind};
pub use reply::Model as Reply;
pub use row::{Cell, Row};
pub use session::Model as Session;
pub use store::Model as Store;
pub use store_hours::Model as StoreHours;
pub use store_member::{Model as StoreMember, StoreRole};
pub use timestamp::Timestamp;
pub use user::{Model as User, UserRole};
pub use wide::Wide;
