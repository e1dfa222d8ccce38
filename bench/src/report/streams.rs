//! The table of streams: each figure beside what it has to be.

use super::markdown::{grouped, holds, table};
use crate::sample::Tail;
use crate::section::{Coming, Streams};

/// Most memory of a quiet socket, in bytes
const SOCKET: f64 = 20_000.0;
/// Longest delivery to all at p99, in ms
const DELIVERY: f64 = 200.0;
/// Longest return, in seconds, and most statements of it, as a share of the clients
const RETURN: f64 = 15.0;
const STATEMENTS: f64 = 0.01;
/// How much longer the p99 may be among readers that never read
const NOTICED: f64 = 1.1;

/// What streams cost and how they come back.
pub fn streams(found: &Streams) -> String {
    let Streams { sockets, opening, bytes_a_socket, delivery, storm, slow } = found;
    let clients = grouped(*sockets);
    let row = |what: String, figure: String, must: String, held: Option<bool>| {
        vec![what, figure, must, held.map(holds).unwrap_or_default().to_owned()]
    };
    let quiet = format!("{bytes_a_socket:.0} bytes");
    let delivered = format!(
        "{}; CPU a payload: server {:.1} us, the tool {:.1} us",
        tail(delivery.ms),
        delivery.server_cpu_us,
        delivery.tool_cpu_us
    );
    let noticed = slow.among.p99 / slow.alone.p99;
    let rows = vec![
        row(
            format!("{clients} sockets open within {:.0} s, with their state", opening.over),
            coming(opening),
            String::new(),
            None,
        ),
        row(
            "memory of the server a quiet socket".to_owned(),
            quiet,
            format!("{SOCKET:.0} bytes"),
            Some(*bytes_a_socket <= SOCKET),
        ),
        row(
            format!("one event to {clients}, {} events, ms", delivery.events),
            delivered,
            format!("p99 {DELIVERY:.0}"),
            Some(delivery.ms.p99 <= DELIVERY),
        ),
        row(
            format!(
                "killed; {clients} come back within {:.0} s and hear what they missed",
                storm.over
            ),
            coming(storm),
            format!("{RETURN:.0} s, {:.0} statements", STATEMENTS * f64::from(*sockets)),
            Some(storm.live <= RETURN && statements(storm) <= STATEMENTS * f64::from(*sockets)),
        ),
        row(
            format!("one event among {} readers, ms", slow.readers),
            tail(slow.alone),
            String::new(),
            None,
        ),
        row(
            format!("the same while {} of them never read, ms", slow.deaf),
            format!("{}: {noticed:.2} of the p99", tail(slow.among)),
            format!("{NOTICED}"),
            Some(noticed <= NOTICED),
        ),
    ];
    table("Streams", &["what", "figure", "must be at most", "holds"], true, rows)
}

fn tail(ms: Tail) -> String {
    format!("p50 {:.1}, p99 {:.1}, longest {:.1}", ms.p50, ms.p99, ms.max)
}

fn statements(coming: &Coming) -> f64 {
    u32::try_from(coming.statements).map_or(f64::INFINITY, f64::from)
}

fn coming(coming: &Coming) -> String {
    format!(
        "all live after {:.1} s, {} statements; CPU a socket: server {:.0} us, PostgreSQL {:.0} us",
        coming.live, coming.statements, coming.server_cpu_us, coming.database_cpu_us
    )
}
