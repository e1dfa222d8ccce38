//! The mutation root: every noun's mutations.

use super::admin::SettingMutation;
use super::api_key::ApiKeyMutation;
use super::category::CategoryMutation;
use super::conversation::ConversationMutation;
use super::job::JobMutation;
use super::listing::ListingMutation;
use super::message::MessageMutation;
use super::order::OrderMutation;
use super::profile::ProfileMutation;
use super::session::SessionMutation;
use super::store::StoreMutation;
use super::user::UserMutation;
use async_graphql::MergedObject;

/// Everything that can be done
#[derive(Default, MergedObject)]
pub struct Mutation(
    SessionMutation,
    UserMutation,
    ProfileMutation,
    CategoryMutation,
    StoreMutation,
    ListingMutation,
    OrderMutation,
    ConversationMutation,
    MessageMutation,
    ApiKeyMutation,
    JobMutation,
    SettingMutation,
);
