//! Stores: opened by anybody signed in, edited by their owner and managers.

use super::change::Change;
use super::input::{PlaceInput, line, paragraphs, point};
use super::user::{lock_user, name_key};
use super::viewer::{Viewer, demand_role};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx, refuse_taken};
use crate::entities::{Currency, Store, StoreId, StoreRole, UserId};
use crate::error::{Code, Refusal, Refusals, Result};
use crate::rules::account;
use crate::rules::opening_hours::{self, Span};
use sea_orm::FromQueryResult;
use std::sync::Arc;

/// Spans a week may have
const MAX_SPANS: usize = 42;
/// Stores that one person may own
const MAX_STORES: i64 = 20;

const TAKEN: &[(&str, &str, &str)] =
    &[("store.handle", "handle", "This handle is taken; choose another")];

/// A span of opening hours as a client sends it
#[derive(Clone, Debug)]
pub struct HoursInput {
    /// 0 is Monday
    pub weekday: u8,
    /// HH:MM
    pub opens_at: String,
    /// HH:MM
    pub closes_at: String,
}

/// Input of [`store_create`]
#[derive(Clone)]
pub struct StoreCreate {
    pub handle: String,
    pub name: String,
    pub description: Option<String>,
    pub currency: Currency,
    pub time_zone: String,
    pub opening_hours: Option<Vec<HoursInput>>,
    pub location_name: Option<String>,
    pub location: Option<PlaceInput>,
}

/// Opens a store that the viewer owns.
///
/// # Errors
/// Refused with everything that is wrong with the input at once.
pub async fn store_create(app: &App, viewer: &Viewer, input: StoreCreate) -> Result<Arc<Store>> {
    let member = viewer.member()?;
    let mut refusals = Refusals::default();
    let handle = account::handle(&input.handle)
        .map_err(|err| Refusal::new(Code::Invalid, err.message()).at("handle"));
    let handle = refusals.keep(handle);
    let name = refusals.keep(line("name", 1, 80)(input.name)).unwrap_or_default();
    let description = refusals
        .keep(paragraphs("description", 5_000)(input.description.unwrap_or_default()))
        .unwrap_or_default();
    let zone = refusals.keep(zone(input.time_zone));
    let hours = refusals.keep(spans(input.opening_hours.unwrap_or_default()));
    let location_name =
        input.location_name.and_then(|name| refusals.keep(line("locationName", 1, 120)(name)));
    let location = input.location.and_then(|place| refusals.keep(point("location")(place)));
    refusals.check()?;
    let (id, now) = (StoreId(app.ids.next()), app.clock.now());
    let tx = app.db.write().await?;
    demand_room_for_store(&tx, member.user.id, None).await?;
    let columns = Columns::of("store")
        .set("id", id)
        .set_if("handle", handle)
        .set("name_key", name_key(&name))
        .search(&name, &description)
        .set("name", name)
        .set("description", description)
        .set("owner_id", member.user.id)
        .set("currency", input.currency.code())
        .set_if("time_zone", zone)
        .set("location_name", location_name)
        .place(location)
        .set("created_at", now);
    tx.insert(columns).await.map_err(|err| refuse_taken(err, TAKEN))?;
    write_hours(&tx, id, &hours.unwrap_or_default()).await?;
    let owner = Columns::of("store_member")
        .set("store_id", id)
        .set("user_id", member.user.id)
        .set("role", StoreRole::Owner)
        .set("since", now);
    tx.insert(owner).await?;
    finish(tx, id).await
}

/// Input of [`store_update`]
#[derive(Clone)]
pub struct StoreUpdate {
    pub id: StoreId,
    pub name: Change<String>,
    pub description: Change<String>,
    pub time_zone: Change<String>,
    pub opening_hours: Change<Vec<HoursInput>>,
    pub location_name: Change<String>,
    pub location: Change<PlaceInput>,
}

/// Changes a store.
///
/// # Errors
/// Refused to everybody but the owner and managers, and with everything wrong with the input.
pub async fn store_update(app: &App, viewer: &Viewer, input: StoreUpdate) -> Result<Arc<Store>> {
    let member = viewer.member()?;
    let mut refusals = Refusals::default();
    let name =
        input.name.checked(&mut refusals, line("name", 1, 80)).required("name", &mut refusals);
    let description = input
        .description
        .checked(&mut refusals, paragraphs("description", 5_000))
        .optional()
        .map(Option::unwrap_or_default);
    let zone = input.time_zone.checked(&mut refusals, zone).required("timeZone", &mut refusals);
    let hours =
        input.opening_hours.checked(&mut refusals, spans).optional().map(Option::unwrap_or_default);
    let location_name =
        input.location_name.checked(&mut refusals, line("locationName", 1, 120)).optional();
    let location = input.location.checked(&mut refusals, point("location")).optional();
    refusals.check()?;
    let tx = app.db.write().await?;
    let Some(store) = lock_store(&tx, input.id).await? else { return Err(no_store("id").into()) };
    demand_role(&tx, member, store.id, StoreRole::Manager).await?;
    let mut columns =
        Columns::of("store").set_if("time_zone", zone).set_if("location_name", location_name);
    if let Some(place) = location {
        columns = columns.place(place);
    }
    if name.is_some() || description.is_some() {
        let name = name.unwrap_or_else(|| store.name.clone());
        let description = description.unwrap_or_else(|| {
            store.description.get().map(ToString::to_string).unwrap_or_default()
        });
        columns = columns
            .search(&name, &description)
            .set("name_key", name_key(&name))
            .set("name", name)
            .set("description", description);
    }
    if !columns.is_empty() {
        tx.update(store.id.0, columns).await?;
    }
    if let Some(hours) = hours {
        let mut sql = tx.sql("DELETE FROM store_hours WHERE store_id = ");
        sql.bind(store.id);
        tx.run(sql).await?;
        write_hours(&tx, store.id, &hours).await?;
    }
    finish(tx, store.id).await
}

async fn finish(tx: WriteTx, id: StoreId) -> Result<Arc<Store>> {
    let store = lock_store(&tx, id).await?.ok_or_else(|| no_store("id"))?;
    tx.commit().await?;
    Ok(Arc::new(store))
}

pub(super) fn no_store(field: &str) -> Refusal {
    Refusal::new(Code::NotFound, "There is no such store").at(field)
}

/// A store's row, locked until the transaction ends
pub(super) async fn lock_store(tx: &WriteTx, id: StoreId) -> Result<Option<Store>> {
    let mut sql = tx.sql("SELECT s.* FROM store s WHERE s.id = ");
    sql.bind(id).either(" FOR UPDATE", "");
    Ok(tx.one(sql).await?.map(|row| Store::from_query_result(&row, "")).transpose()?)
}

/// Refuses to let a person own one store more than they may. Their row is locked: two stores at once
/// would both find room.
pub(super) async fn demand_room_for_store(
    tx: &WriteTx,
    owner: UserId,
    field: Option<&str>,
) -> Result<()> {
    lock_user(tx, owner).await?;
    let mut sql = tx.sql("SELECT count(*) FROM store WHERE owner_id = ");
    sql.bind(owner);
    let owned: i64 = match tx.one(sql).await? {
        Some(row) => sea_orm::TryGetable::try_get_by_index(&row, 0)?,
        None => 0,
    };
    if owned >= MAX_STORES {
        let message = format!("One person can own at most {MAX_STORES} stores");
        let refusal = Refusal::new(Code::OutOfRange, message);
        return Err(match field {
            Some(field) => refusal.at(field).into(),
            None => refusal.into(),
        });
    }
    Ok(())
}

fn zone(name: String) -> Result<String, Refusal> {
    name.parse::<chrono_tz::Tz>().map(|zone| zone.name().to_owned()).map_err(|_| {
        let message = "This is not an IANA time zone; one is \"America/Managua\"";
        Refusal::new(Code::Invalid, message).at("timeZone")
    })
}

fn spans(hours: Vec<HoursInput>) -> Result<Vec<Span>, Refusal> {
    if hours.len() > MAX_SPANS {
        let message = format!("A week has at most {MAX_SPANS} spans of opening hours");
        return Err(Refusal::new(Code::OutOfRange, message).at("openingHours"));
    }
    let time = |at: usize, name: &str, text: &str| {
        opening_hours::parse_time(text).ok_or_else(|| {
            let message = "A time is HH:MM, from 00:00 to 23:59";
            Refusal::new(Code::Invalid, message).at(&format!("openingHours.{at}.{name}"))
        })
    };
    let spans = hours
        .iter()
        .enumerate()
        .map(|(at, span)| {
            Ok(Span {
                weekday: span.weekday,
                opens: time(at, "opensAt", &span.opens_at)?,
                closes: time(at, "closesAt", &span.closes_at)?,
            })
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    opening_hours::check(&spans).map_err(|overlap| {
        let message =
            format!("Spans {} and {} overlap; join them into one", overlap.first, overlap.second);
        Refusal::new(Code::Invalid, message).at(&format!("openingHours.{}", overlap.second))
    })?;
    Ok(spans)
}

async fn write_hours(tx: &WriteTx, store: StoreId, spans: &[Span]) -> Result<()> {
    for (span, position) in spans.iter().zip(0_i16..) {
        let (start, end) = opening_hours::week_interval(*span);
        let columns = Columns::of("store_hours")
            .set("store_id", store)
            .set("position", position)
            .set("weekday", i16::from(span.weekday))
            .set("opens", i16::try_from(span.opens).unwrap_or_default())
            .set("closes", i16::try_from(span.closes).unwrap_or_default())
            .set("week_start", i32::from(start))
            .set("week_end", i32::from(end));
        tx.insert(columns).await?;
    }
    Ok(())
}
