// What a change of the schema breaks for clients of the last release.
//
// usage: node breaks.mjs
//
// Compares graphql/schema.graphql with that of the last tag `v*`, and fails where something breaks
// that accepted-breaks.json does not name: [{ "type", "path", "reason" }], as the report has them.
// Before the first release nothing can break.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const here = dirname(fileURLToPath(import.meta.url));

/// What breaks between two schemas, apart into what was accepted and what was not; and what was
/// accepted and breaks nothing.
export async function breaks(before, after, accepted = []) {
  for (const entry of accepted) {
    if (!entry.type || !entry.path || !(entry.reason?.trim().length > 9)) {
      throw new Error(`An accepted break has type, path, and a reason of some words: ${JSON.stringify(entry)}`);
    }
  }
  const changes = await diff(buildSchema(before), buildSchema(after));
  const found = changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking);
  const names = (entry) => (change) => entry.type === change.type && entry.path === change.path;
  return {
    refused: found.filter((change) => !accepted.some((entry) => names(entry)(change))),
    accepted: accepted.filter((entry) => found.some(names(entry))),
    stale: accepted.filter((entry) => !found.some(names(entry))),
    changes: changes.length,
  };
}

/// The last release that a commit comes after; null before the first
export function lastRelease(folder) {
  try {
    const git = { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    return execFileSync("git", ["describe", "--tags", "--abbrev=0", "--match", "v*"], git).trim();
  } catch {
    return null;
  }
}

async function main(folder) {
  const tag = lastRelease(folder);
  if (tag === null) {
    console.log("there is no release yet (no tag v*): nothing can break");
    return true;
  }
  const before = execFileSync("git", ["show", `${tag}:graphql/schema.graphql`], { cwd: folder, encoding: "utf8" });
  const after = readFileSync(join(folder, "graphql/schema.graphql"), "utf8");
  const list = JSON.parse(readFileSync(join(folder, "graphql/lint/accepted-breaks.json"), "utf8"));
  const { refused, accepted, stale, changes } = await breaks(before, after, list);
  console.log(`${changes} changes since ${tag}`);
  for (const { path, reason } of accepted) console.log(`accepted: ${path}: ${reason}`);
  for (const { path } of stale) console.log(`no break any more, take it off accepted-breaks.json: ${path}`);
  for (const { type, path, message } of refused) console.error(`breaks clients: ${type} ${path}: ${message}`);
  return refused.length === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = (await main(process.argv[2] ?? join(here, "../.."))) ? 0 : 1;
}
