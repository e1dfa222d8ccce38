//! Results as Markdown tables.

use super::cache::caches;
use super::chat::chat;
use super::growth::growth;
use super::history::history;
use super::hostile::hostile;
use super::orders::orders;
use super::overload::overload;
use super::peers::peers;
use super::streams::streams;
use crate::command::Ran;
use crate::engine::Engine;
use crate::rounds::Measured;
use crate::sample::Ratio;
use crate::section::{Bulk, Depth, Findings, Refusal, Run, Start};
use crate::usage::{Memory, mebibytes};

/// Largest ratio of page 5,000 to page 1
const DEPTH: f64 = 1.2;

/// The whole report.
pub fn of(run: &Run, plotted: bool) -> String {
    let mut parts = vec![format!("# Measured: {}", run.options.name), machine(run)];
    if plotted {
        parts.push(format!("![What is measured, drawn]({}.svg)", run.options.name));
    }
    for findings in &run.findings {
        parts.push(format!("## {}", findings.engine.name()));
        parts.extend(of_database(findings));
    }
    parts.join("\n\n") + "\n"
}

fn machine(run: &Run) -> String {
    let machine = &run.machine;
    let what = format!(
        "{}, commit {}. {} x {}, {} GiB, {}; load {:.1} before and {:.1} at the end, {:.0} s in all. \
         Client, server and database share the cores.",
        machine.day,
        machine.commit,
        machine.cores,
        machine.cpu,
        machine.memory_gib,
        machine.kernel,
        machine.load[0],
        machine.load[1],
        run.seconds,
    );
    let postgres = machine.postgres.as_ref().map(|version| {
        format!(
            "PostgreSQL {version}, after VACUUM (ANALYZE). Without fsync its writes are quicker than \
             in production; reads are not touched by it."
        )
    });
    let how = "Times are from request to answer over HTTP on one kept connection: p50 with quartiles. \
               What is compared is asked in turns; a ratio is of medians over all rounds, in brackets \
               its range over tenths of them. CPU is per request.";
    [Some(what), postgres, Some(how.to_owned())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n")
}

fn of_database(findings: &Findings) -> Vec<String> {
    let mut parts = Vec::new();
    if !findings.depth.is_empty() {
        parts.push(depth(&findings.depth, findings.engine));
    }
    if let Some(found) = &findings.growth {
        parts.extend(growth(found, findings.engine));
    }
    if let Some(found) = &findings.history {
        parts.extend(history(found, findings.engine));
    }
    if !findings.refusals.is_empty() {
        parts.push(refusals(&findings.refusals));
    }
    parts.extend(findings.start.as_ref().map(start));
    parts.extend(findings.bulk.as_ref().map(bulk));
    parts.extend(findings.orders.as_ref().map(orders));
    parts.extend(findings.streams.as_ref().map(streams));
    parts.extend(findings.chat.as_ref().map(|found| chat(found, findings.engine)));
    parts.extend(findings.overload.as_ref().map(overload));
    parts.extend(findings.hostile.as_ref().map(hostile));
    parts.extend(peers(&findings.peers));
    parts.extend(caches(findings.cache.as_ref()));
    parts
}

/// A table: its title, the names of its columns, its rows; the first column is text, others as told.
pub(super) fn table(
    title: &str,
    heads: &[&str],
    last_is_text: bool,
    rows: Vec<Vec<String>>,
) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let mut rules = vec!["--:".to_owned(); heads.len()];
    let texts = if last_is_text { heads.len() - 1 } else { 0 };
    for at in [0, texts] {
        if let Some(rule) = rules.get_mut(at) {
            "---".clone_into(rule);
        }
    }
    let heads: Vec<String> = heads.iter().map(|&head| head.to_owned()).collect();
    let mut lines = vec![format!("### {title}\n"), line(&heads), line(&rules)];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

/// Whether a number holds, as tables say it
pub(super) fn holds(holds: bool) -> &'static str {
    if holds { "yes" } else { "**no**" }
}

fn verdict(ratio: Ratio, most: f64) -> [String; 2] {
    let held = holds(ratio.of_medians <= most).to_owned();
    [format!("{:.2} ({:.2} to {:.2})", ratio.of_medians, ratio.low, ratio.high), held]
}

pub(super) fn cpu_head(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "server CPU ms",
        Engine::Postgres => "server + PostgreSQL CPU ms",
    }
}

pub(super) fn cells(measured: &Measured, engine: Engine) -> [String; 2] {
    let ms = measured.ms;
    let cpu = match engine {
        Engine::Sqlite => format!("{:.2}", measured.server_cpu_ms),
        Engine::Postgres => {
            format!("{:.2} + {:.2}", measured.server_cpu_ms, measured.database_cpu_ms)
        }
    };
    [format!("{:.2} ({:.2} to {:.2})", ms.p50, ms.p25, ms.p75), cpu]
}

fn depth(found: &[Depth], engine: Engine) -> String {
    let cpu = cpu_head(engine);
    let heads = ["list", "rounds", "page 1, ms", cpu, "deepest page", "ms", cpu, "ratio", "holds"];
    let row = |Depth { list, pages, ratio }: &Depth| {
        let (first, last) = (pages.first()?, pages.last()?);
        let reached = match last.number() {
            5_000 => "5,000".to_owned(),
            number => format!("{number}, where the list or the time for the walk ends"),
        };
        let mut row = vec![list.clone(), first.measured.rounds.to_string()];
        row.extend(cells(&first.measured, engine));
        row.push(reached);
        row.extend(cells(&last.measured, engine));
        row.extend(verdict(*ratio, DEPTH));
        Some(row)
    };
    let title = format!("Depth: the deepest page against the first, at most {DEPTH}");
    table(&title, &heads, true, found.iter().filter_map(row).collect())
}

fn refusals(found: &[Refusal]) -> String {
    let row = |refusal: &Refusal| {
        let cpu = refusal.cpu_ms;
        vec![
            refusal.kind.to_owned(),
            refusal.bytes.to_string(),
            format!("{:.3} ({:.3} to {:.3})", cpu.p50, cpu.p25, cpu.p75),
            refusal.answer.clone(),
        ]
    };
    table(
        "Refusals: CPU time of the server for the whole request, under 1 ms",
        &["document", "bytes", "CPU ms, p50 of 20 batches of 100", "answer"],
        true,
        found.iter().map(row).collect(),
    )
}

fn start(found: &Start) -> String {
    let Start { first_answer_ms: ms, idle, after_requests: later, requests } = found;
    let row = |what: String, figure: String| vec![what, figure];
    let memory = |memory: &Memory| format!("{:.0} / {:.0}", memory.rss, memory.pss);
    let rows = vec![
        row(
            "start to first answer, p50 of 10, ms".to_owned(),
            format!("{:.0} ({:.0} to {:.0})", ms.p50, ms.p25, ms.p75),
        ),
        row("memory after the first answer, RSS / PSS, MiB".to_owned(), memory(idle)),
        row(format!("memory after {requests} requests, RSS / PSS, MiB"), memory(later)),
    ];
    table("Start and memory", &["what", "figure"], false, rows)
}

fn bulk(found: &Bulk) -> String {
    let row = |what: String, rows: u32, ran: &Ran| {
        let a_second = f64::from(rows) / ran.seconds;
        let figures = [
            format!("{:.1}", ran.seconds),
            format!("{a_second:.0}"),
            format!("{:.0}", ran.peak_rss),
        ];
        [vec![what, grouped(rows)], figures.to_vec()].concat()
    };
    let seed = format!("`plaza seed`, {:.0} MiB on disk", mebibytes(found.bytes));
    let mut rows = vec![row(seed, found.listings, &found.seed)];
    rows.extend(found.imports.iter().map(|import| {
        let what = format!(
            "`plaza import listings`, {}: {}; {} of {} bad lines named, {} others",
            import.what, import.answer, import.named, import.bad, import.wrongly_named
        );
        row(what, import.lines, &import.ran)
    }));
    table("Bulk", &["what", "rows", "seconds", "rows/s", "peak RSS, MiB"], false, rows)
}

/// 1,000,000
pub(super) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
