//! Rows to look up, from all over a market: one that is asked for again and again would say how fast a
//! cache is.

use crate::ask::request;
use crate::client::Client;
use crate::engine::Place;
use crate::people::told;
use anyhow::{Result, anyhow, ensure};
use bytes::Bytes;
use plaza::db::Reads;
use sea_orm::TryGetable;
use serde_json::json;

/// How many are looked up in turns
const KEYS: i64 = 200;

const HANDLES: &str = "SELECT handle FROM (SELECT s.handle, row_number() OVER (ORDER BY s.id) - 1 AS at, \
    count(*) OVER () AS stores FROM store s) AS t WHERE at * KEYS / stores <> (at - 1) * KEYS / stores ORDER BY at";
const FIRST: &str = "query First($handle: String!) { store(handle: $handle) { listings(first: 1) { nodes { id } } } }";
const NODE: &str = "query Node($id: ID!) { node(id: $id) { id ... on Listing { title price { amount } store { name } } } }";

/// Requests for a listing by its id: the newest of each of some stores
///
/// # Errors
/// The database can't be read, or Plaza does not answer.
pub async fn lookups(place: &Place, client: &mut Client) -> Result<Vec<Bytes>> {
    let mut lookups = Vec::new();
    for handle in handles(place).await? {
        let data = client.data(request(FIRST, &json!({ "handle": handle }))).await?;
        let id = &data["store"]["listings"]["nodes"][0]["id"];
        if id.is_string() {
            lookups.push(request(NODE, &json!({ "id": id })));
        }
    }
    ensure!(!lookups.is_empty(), "no store has a listing");
    Ok(lookups)
}

/// Handles of stores, evenly from all of them
async fn handles(place: &Place) -> Result<Vec<String>> {
    let db = place.connect().await?;
    let sql = db.reader().sql(&HANDLES.replace("KEYS", &KEYS.to_string()));
    let rows = db.reader().all(sql).await.map_err(told)?;
    let handles = rows.iter().map(|row| String::try_get_by_index(row, 0));
    let handles = handles.collect::<Result<_, _>>().map_err(|err| anyhow!("{err:?}"));
    db.close().await;
    handles
}
