//! `/health`: this process answers. `/ready`: and so does each thing it needs, by name.

use crate::app::App;
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
    // Without Redis streams are a second late, costs are not limited, and nobody signs in.
    let status = match (up, bell) {
        (false, _) => "not ready",
        (true, Some(false)) => "degraded",
        (true, _) => "ready",
    };
    let body = json!({ "status": status, "dependencies": dependencies });
    let status = if up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Json(body).with_status(status).into_response()
}
