//! What goes on in the demo: orders at bruno's counter, and people who write to each other. Done by the
//! services, as clients do it, so that boards, inboxes and figures hold something from the beginning.

use super::Opened;
use crate::app::App;
use crate::entities::{
    ConversationId, ConversationKind, Fulfilment, ListingId, OrderId, OrderStatus, StoreId,
    Timestamp, UserId,
};
use crate::error::Result;
use crate::rules::opening_hours::{is_open, next_opens_at};
use crate::services::{
    self, ActFor, ConversationStart, MessageSend, OrderItemInput, OrderPlace, OrderStep, Viewer,
};
use chrono_tz::Tz;
use uuid::Uuid;

/// Buyer, note, and how far the store has come with it
const ORDERS: [(&str, Option<&str>, &[OrderStatus]); 4] = [
    ("ana", Some("Con poca azúcar, por favor"), &[]),
    ("carla", None, &[OrderStatus::Accepted]),
    ("ana", Some("Paso por él a mediodía"), &[OrderStatus::Accepted, OrderStatus::Preparing]),
    ("carla", None, &[OrderStatus::Rejected]),
];
/// Who says what about the first order
const ABOUT_ORDER: [(&str, &str); 3] = [
    ("ana", "Buenos días, ¿a qué hora estaría listo mi pedido?"),
    ("bruno", "Buenos días, Ana. En media hora se lo tenemos."),
    ("ana", "Perfecto, muchas gracias."),
];
const BETWEEN_TWO: [(&str, &str); 3] = [
    ("ana", "Doctora, ¿el sábado vacuna en San Esteban?"),
    ("carla", "Sí, desde las ocho, frente a la escuela."),
    ("carla", "Traiga la tarjeta de las vacunas anteriores."),
];
const IN_THE_GROUP: [(&str, &str); 3] = [
    ("bruno", "El sábado hay feria en el parque, ¿quién pone mesa?"),
    ("carla", "Yo llevo información de la jornada de vacunación."),
    ("ana", "Yo ayudo con las mesas."),
];

/// The people of the demo who do something
struct People([(&'static str, Viewer); 3]);

impl People {
    async fn of(app: &App) -> Result<Self> {
        let act = |handle| services::act_for(app, ActFor::Login(handle));
        Ok(Self([
            ("ana", act("ana").await?),
            ("bruno", act("bruno").await?),
            ("carla", act("carla").await?),
        ]))
    }

    fn viewer(&self, handle: &str) -> &Viewer {
        let [first, ..] = &self.0;
        let found = self.0.iter().find(|(known, _)| *known == handle);
        &found.unwrap_or(first).1
    }

    fn id(&self, handle: &str) -> Option<UserId> {
        self.viewer(handle).user_id()
    }
}

/// Places the orders and writes the messages.
///
/// # Errors
/// The database could not be written.
pub(super) async fn begin(app: &App, counter: &Opened, goods: &[Uuid]) -> Result<()> {
    let people = People::of(app).await?;
    let first = orders(app, &people, counter, goods).await?;
    if let Some(order) = first {
        let talk = Some(order);
        let talk = start(app, &people, ("ana", ConversationKind::Order), &[], None, talk).await?;
        say(app, &people, talk, &ABOUT_ORDER).await?;
    }
    let two = start(app, &people, ("ana", ConversationKind::Direct), &["carla"], None, None);
    say(app, &people, two.await?, &BETWEEN_TWO).await?;
    let title = Some("Feria del sábado");
    let group = ("bruno", ConversationKind::Group);
    let group = start(app, &people, group, &["ana", "carla"], title, None);
    say(app, &people, group.await?, &IN_THE_GROUP).await
}

/// The orders; the first of them
async fn orders(
    app: &App,
    people: &People,
    counter: &Opened,
    goods: &[Uuid],
) -> Result<Option<OrderId>> {
    let mut first = None;
    for ((buyer, note, steps), good) in ORDERS.iter().zip(goods.iter().cycle()) {
        let order = OrderPlace {
            store_id: StoreId(counter.store.id),
            items: vec![OrderItemInput { listing_id: ListingId(*good), quantity: 1 }],
            fulfilment: Fulfilment::Pickup,
            note: note.map(str::to_owned),
            scheduled_for: when_open(app, counter),
            idempotency_key: app.ids.next().to_string(),
        };
        let placed = services::order_place(app, people.viewer(buyer), order).await?;
        first = first.or(Some(placed.id));
        for to in *steps {
            let step = OrderStep {
                id: placed.id,
                to: *to,
                version: None,
                note: None,
                idempotency_key: None,
            };
            services::order_step(app, people.viewer("bruno"), step).await?;
        }
    }
    Ok(first)
}

/// None while the store is open: as soon as can be
fn when_open(app: &App, counter: &Opened) -> Option<Timestamp> {
    let (spans, now) = (counter.store.hours.spans(), app.clock.now().to_utc());
    let zone: Tz = counter.store.time_zone.parse().unwrap_or(chrono_tz::UTC);
    if is_open(&spans, zone, now) {
        return None;
    }
    next_opens_at(&spans, zone, now).map(Timestamp::from)
}

async fn start(
    app: &App,
    people: &People,
    (by, kind): (&str, ConversationKind),
    others: &[&str],
    title: Option<&str>,
    order: Option<OrderId>,
) -> Result<ConversationId> {
    let input = ConversationStart {
        kind,
        people: others.iter().filter_map(|other| people.id(other)).collect(),
        title: title.map(str::to_owned),
        order,
    };
    Ok(services::conversation_start(app, people.viewer(by), input).await?.id)
}

async fn say(
    app: &App,
    people: &People,
    conversation: ConversationId,
    said: &[(&str, &str)],
) -> Result<()> {
    for (who, body) in said {
        let message = MessageSend {
            conversation,
            body: (*body).to_owned(),
            reply_to: None,
            idempotency_key: app.ids.next().to_string(),
        };
        services::message_send(app, people.viewer(who), message).await?;
    }
    Ok(())
}
