//! The table of what is done while more is offered than can be.

use super::markdown::{holds, table};
use crate::sample::Tail;
use crate::section::{Overload, Peak, TIMES};

/// Least useful work, as a share of the peak
const SHARE: f64 = 0.9;
/// Seconds until all is as before
const NORMAL: f64 = 5.0;

/// Useful work, and how soon all is normal.
pub fn overload(found: &Overload) -> String {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let normal = found.normal_after.map_or("not in time".to_owned(), |time| format!("{time:.1} s"));
    let is_normal = found.normal_after.is_some_and(|time| time <= NORMAL);
    let text =
        |what: &str, figure: String| vec![what.to_owned(), figure, String::new(), String::new()];
    let rows = vec![
        peak("peak", &found.peak),
        text(
            &format!("offered a second, for {:.0} s", found.seconds),
            format!("{:.0}, {:.1} times the peak", found.offered, found.offered / found.peak.rate),
        ),
        vec![
            "useful answers a second".to_owned(),
            format!("{:.0}, {:.2} of the peak", found.useful, found.useful / found.peak.rate),
            ms(&found.useful_ms),
            String::new(),
        ],
        peak("peak of the same", &found.same),
        vec![
            format!("useful work, at least {SHARE} of the peak of the same"),
            format!("{:.2}", found.share()),
            String::new(),
            holds(found.share() >= SHARE).to_owned(),
        ],
        vec![
            "turned away with 503".to_owned(),
            percent(found.shed),
            ms(&found.shed_ms),
            String::new(),
        ],
        text("any other answer, or none", percent(found.failed)),
        text("of reads, done in time", percent(found.reads_done)),
        text("of writes, done in time", percent(found.writes_done)),
        text(
            "cores' time, of the server and of PostgreSQL",
            format!("{:.2} + {:.2}", found.server_cpu, found.database_cpu),
        ),
        vec![
            format!("normal again after, at most {NORMAL} s"),
            normal,
            format!("p95 {:.1} at half of the peak, {:.1} before", found.after_ms, found.before_ms),
            holds(is_normal).to_owned(),
        ],
    ];
    let title = format!(
        "Overload: {TIMES} times the peak; server and database have {} of the cores, the clients the others",
        found.cores
    );
    table(&title, &["what", "", "ms", "holds"], true, rows)
}

fn peak(name: &str, peak: &Peak) -> Vec<String> {
    let writes = 100.0 * peak.writes;
    let what = format!(
        "{name}, {writes:.0} % writes: useful answers a second to {} clients that wait for theirs",
        peak.clients
    );
    vec![what, format!("{:.0}", peak.rate), ms(&peak.ms), String::new()]
}

fn ms(of: &Tail) -> String {
    format!("p50 {:.1}, p99 {:.1}, longest {:.0}", of.p50, of.p99, of.max)
}
