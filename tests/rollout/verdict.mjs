// What a run has to show: what was counted, and what is wrong with it.

/** What the log holds of the shop's orders, in its order: `number.version`. Short numbers are A-0001 to A-9999 in a run. */
export function logged(database) {
  const rows = database.ask(`SELECT 'A-' || lpad(o.number::text, 4, '0') || '.' || e.version
    FROM event e JOIN "order" o ON o.id = e.subject
    WHERE e.topic = (SELECT 'store:' || replace(id::text, '-', '') FROM store WHERE handle = 'cafeteria-central')
    ORDER BY e.seq`);
  return rows.split('\n').filter(Boolean);
}

/** Compares what streams delivered with the database's log. */
export function compare(watchers, log, acknowledged) {
  const wrong = [];
  const logged = new Set(log);
  const unlogged = acknowledged.filter((one) => !logged.has(one));
  if (unlogged.length) wrong.push(`${unlogged.length} acknowledged changes are not in the log: ${unlogged.slice(0, 5)}`);
  let lost = 0;
  let twice = 0;
  let disordered = 0;
  for (const [number, { seen }] of watchers.entries()) {
    const counts = new Map();
    for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1);
    const missing = log.filter((one) => !counts.has(one));
    const repeated = [...counts].filter(([, count]) => count > 1);
    lost += missing.length;
    twice += repeated.length;
    if (missing.length) wrong.push(`stream ${number} lacks ${missing.length} events: ${missing.slice(0, 5)}`);
    if (repeated.length) wrong.push(`stream ${number} had ${repeated.length} events twice: ${repeated.slice(0, 5)}`);
    if (!missing.length && !repeated.length && seen.some((one, at) => one !== log[at])) {
      disordered += 1;
      wrong.push(`stream ${number} had events in another order`);
    }
  }
  return { wrong, lost, twice, disordered, delivered: watchers.reduce((sum, { seen }) => sum + seen.length, 0) };
}

/** Sums what is counted by name over several objects. */
export function sum(objects) {
  const all = {};
  for (const one of objects) for (const [key, count] of Object.entries(one)) all[key] = (all[key] ?? 0) + count;
  return Object.entries(all).map(([key, count]) => `${key}: ${count}`).join(', ') || 'none';
}

/** Prints rows of name and value under a title. */
export function table(title, rows) {
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(`\n${title}`);
  for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value}`);
}
