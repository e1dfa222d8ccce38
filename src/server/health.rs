//! `/health`: this process answers. `/ready`: and so does each thing it needs, by name.

use crate::app::App;
use crate::db::ReplicaState;
use poem::http::StatusCode;
use poem::web::{Data, Json};
use poem::{IntoResponse, Response, handler};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// A dependency that takes longer than this is not ready
const PATIENCE: Duration = Duration::from_secs(2);

/// This process answers
#[handler]
pub fn alive() -> Json<serde_json::Value> {
    Json(json!({ "status": "alive" }))
}

/// Everything this process needs answers
#[handler]
pub async fn ready(Data(app): Data<&Arc<App>>) -> Response {
    let database = tokio::time::timeout(PATIENCE, app.db.ping()).await;
    let (up, told) = match database {
        Ok(Ok(())) => (true, "up"),
        Ok(Err(_)) => (false, "down"),
        Err(_) => (false, "too slow"),
    };
    let mut dependencies = json!({ "database": told });
    let bell = app.log.hub().bell_works();
    if let Some(works) = bell {
        dependencies["redis"] = json!(if works { "up" } else { "down" });
    }
    let replicas = app.db.replicas();
    for (number, state) in &replicas {
        dependencies[format!("replica {number}")] = json!(match state {
            ReplicaState::Up => "up",
            ReplicaState::Behind => "behind",
            ReplicaState::Down => "down",
        });
    }
    // Without Redis streams are a second late, costs are not limited, and nobody signs in. Without
    // a replica the primary has more to do.
    let whole = bell != Some(false) && replicas.iter().all(|(_, state)| *state == ReplicaState::Up);
    let status = match (up, whole) {
        (false, _) => "not ready",
        (true, false) => "degraded",
        (true, true) => "ready",
    };
    let body = json!({ "status": status, "dependencies": dependencies });
    let status = if up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Json(body).with_status(status).into_response()
}
