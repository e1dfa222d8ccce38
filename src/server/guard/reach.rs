//! What a document reaches: the fields that it selects, and the scopes that a key needs for them.
//!
//! What a key may is decided by types: whoever selects a field of an order reads orders, wherever the order was
//! found. Mutations are decided by name. What is named in neither table is for people alone, so that
//! nothing new is open to keys by mistake.

use super::types::TypeMap;
use crate::entities::{ApiScope, ApiScopes};
use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql_value::Name;
use std::collections::{BTreeSet, HashSet};

/// Types of which a key reads nothing
const FOR_PEOPLE: [&str; 15] = [
    "AuthTokens",
    "Session",
    "ApiKey",
    "TrustedDocument",
    "Admin",
    "AuditEntry",
    "AuditEntryConnection",
    "AuditEntryEdge",
    "CacheFigures",
    "DatabaseFigures",
    "JobConnection",
    "JobEdge",
    "OperationFigures",
    "Setting",
    "StreamFigures",
];

/// What a field asks of a key
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    /// Nothing
    Free,
    /// A scope
    Scope(ApiScope),
    /// No key may
    Person,
}

/// What an operation asks of a key
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// All of these
    pub scopes: ApiScopes,
    /// The first field that is for people alone
    pub person: Option<String>,
}

impl Demands {
    /// What an operation's fields ask.
    pub fn of(
        types: &TypeMap,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Self {
        let mut demands = Self::default();
        for (parent, field) in fields(types, document, operation) {
            match demand(&parent, &field) {
                Demand::Free => {}
                Demand::Scope(scope) => demands.scopes = demands.scopes.with(scope),
                Demand::Person => {
                    demands.person.get_or_insert(format!("{parent}.{field}"));
                }
            }
        }
        demands
    }
}

/// The fields that an operation selects, as type and field, each once.
pub fn fields(
    types: &TypeMap,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> BTreeSet<(String, String)> {
    let root = match operation.ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    };
    let mut walk = Walk { types, document, found: BTreeSet::new(), seen: HashSet::new() };
    walk.selections(&operation.selection_set.node, root);
    walk.found
}

struct Walk<'a> {
    types: &'a TypeMap,
    document: &'a ExecutableDocument,
    found: BTreeSet<(String, String)>,
    /// Fragments that were looked into
    seen: HashSet<&'a Name>,
}

impl<'a> Walk<'a> {
    fn selections(&mut self, set: &'a SelectionSet, parent: &str) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let Some(of) = self.types.field(parent, name) else { continue };
                    self.found.insert((parent.to_owned(), name.to_owned()));
                    let of = of.name.clone();
                    self.selections(&field.node.selection_set.node, &of);
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let on = on.map_or(parent, |on| on.node.on.node.as_str());
                    self.selections(&inline.node.selection_set.node, on);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    if self.seen.insert(name) {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.selections(&fragment.node.selection_set.node, on);
                    }
                }
            }
        }
    }
}

fn demand(parent: &str, field: &str) -> Demand {
    let known = match parent {
        "Mutation" => of_mutation(field),
        "Viewer" => of_viewer(field),
        _ if field == "id" => Some(Demand::Free),
        _ if parent.ends_with("Payload") => Some(Demand::Free),
        _ => of_type(parent),
    };
    known.unwrap_or(Demand::Person)
}

fn of_mutation(field: &str) -> Option<Demand> {
    let scope = match field {
        "listingCreate" | "listingUpdate" | "listingPublish" | "listingPause"
        | "listingArchive" | "profileUpdate" | "categoryCreate" | "categoryUpdate"
        | "storeCreate" | "storeUpdate" | "listingImport" | "jobCancel" | "jobRetry" => {
            ApiScope::CatalogWrite
        }
        "orderPlace" | "orderAccept" | "orderReject" | "orderPrepare" | "orderReady"
        | "orderComplete" | "orderCancel" => ApiScope::OrdersWrite,
        "conversationStart"
        | "conversationInvite"
        | "conversationLeave"
        | "conversationRename"
        | "conversationMute"
        | "conversationMarkRead"
        | "typingSignal"
        | "messageSend"
        | "messageEdit"
        | "messageDelete" => ApiScope::Chat,
        "signIn" | "signOut" | "signUp" | "sessionRefresh" | "sessionRevoke" | "passwordChange"
        | "viewerUpdate" | "userSuspend" | "settingSet" | "storeMemberSet" | "apiKeyCreate"
        | "apiKeyRevoke" => {
            return Some(Demand::Person);
        }
        _ => return None,
    };
    Some(Demand::Scope(scope))
}

fn of_viewer(field: &str) -> Option<Demand> {
    Some(match field {
        // What they lead to has demands of its own.
        "user" | "stores" | "orders" | "conversations" | "messageSearch" | "chatUsage" => {
            Demand::Free
        }
        "unreadCount" => Demand::Scope(ApiScope::Chat),
        "email" | "phone" | "role" | "locale" | "sessions" | "apiKeys" => Demand::Person,
        _ => return None,
    })
}

fn of_type(name: &str) -> Option<Demand> {
    let scope = match name {
        "Query" | "Subscription" | "Node" | "NodeChange" | "Service" | "GeoPoint" | "Money"
        | "PageInfo" | "UserError" => return Some(Demand::Free),
        _ if FOR_PEOPLE.contains(&name) => return Some(Demand::Person),
        "Category" | "CategoryFacet" | "Listing" | "ListingConnection" | "ListingEdge"
        | "ListingFacets" | "OpeningHours" | "PriceFacet" | "Profile" | "ProfileConnection"
        | "ProfileEdge" | "Store" | "StoreConnection" | "StoreEdge" | "StoreMember" | "User" => {
            ApiScope::CatalogRead
        }
        "Job" | "JobUpdate" => ApiScope::CatalogWrite,
        "HourlyFigure"
        | "ListingFigure"
        | "Order"
        | "OrderConnection"
        | "OrderEdge"
        | "OrderEvent"
        | "OrderEventConnection"
        | "OrderEventEdge"
        | "OrderItem"
        | "OrderStatusCount"
        | "OrderUpdate"
        | "StoreDashboard"
        | "StoreOrderUpdate" => ApiScope::OrdersRead,
        "AssistantUsage"
        | "ChatUsage"
        | "Conversation"
        | "ConversationConnection"
        | "ConversationEdge"
        | "ConversationUpdate"
        | "DailyChatUsage"
        | "InboxUpdate"
        | "Message"
        | "MessageChanged"
        | "MessageChunk"
        | "MessageConnection"
        | "MessageEdge"
        | "MessageHit"
        | "MessageHitConnection"
        | "MessageHitEdge"
        | "MessageSent"
        | "Participant"
        | "ParticipantsChanged"
        | "Presence"
        | "PresenceUpdate"
        | "ReadMoved"
        | "TypingChanged" => ApiScope::Chat,
        _ => return None,
    };
    Some(Demand::Scope(scope))
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn demands(text: &str) -> Demands {
        let types = TypeMap::read(&crate::schema::sdl());
        let document = parse_query(text).expect("parses");
        let (_, operation) = document.operations.iter().next().expect("has an operation");
        Demands::of(&types, &document, &operation.node)
    }

    #[test]
    fn every_field_of_the_schema_was_decided_on() {
        for (parent, fields) in TypeMap::read(&crate::schema::sdl()).objects() {
            let undecided: Vec<_> = fields
                .filter(|field| match parent {
                    "Mutation" => of_mutation(field).is_none(),
                    "Viewer" => of_viewer(field).is_none(),
                    _ => !parent.ends_with("Payload") && of_type(parent).is_none(),
                })
                .collect();
            assert!(undecided.is_empty(), "{parent}: {undecided:?}");
        }
    }

    #[test]
    fn what_is_read_on_the_way_counts() {
        let read = demands(
            "{ node(id: \"x\") { id ... on Listing { store { ...s } } } }
             fragment s on Store { dashboard { revenue { amount } } }",
        );
        assert_eq!(read.person, None);
        let scopes: Vec<_> = read.scopes.iter().collect();
        assert_eq!(scopes, [ApiScope::CatalogRead, ApiScope::OrdersRead]);
    }

    #[test]
    fn accounts_are_for_people() {
        assert_eq!(demands("{ viewer { email } }").person.as_deref(), Some("Viewer.email"));
        let made = demands("mutation { signOut { userErrors { code } } }");
        assert_eq!(made.person.as_deref(), Some("Mutation.signOut"));
        let moved = demands("mutation { orderAccept(input: {id: \"x\"}) { order { id } } }");
        assert_eq!(
            moved,
            Demands { scopes: ApiScopes::default().with(ApiScope::OrdersWrite), person: None }
        );
    }
}
