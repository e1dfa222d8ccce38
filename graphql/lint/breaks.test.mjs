// What counts as a break and what does not, over schemas and over a repository with a tag.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { breaks } from "./breaks.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const before = `
  enum Sort { NEWEST OLDEST }
  input Filter { text: String }
  interface Node { id: ID! }
  type Shop implements Node { id: ID! name: String! note: String }
  type Query { shop(id: ID!): Shop shops(first: Int, sort: Sort, filter: Filter): [Shop!]! }`;
const change = (from, to) => {
  assert.ok(before.includes(from), from);
  return before.replace(from, to);
};

for (const [what, after, type, path] of [
  ["a removed field", change(" note: String", ""), "FIELD_REMOVED", "Shop.note"],
  ["a renamed field", change("note: String", "remark: String"), "FIELD_REMOVED", "Shop.note"],
  ["a changed type", change("name: String!", "name: Int!"), "FIELD_TYPE_CHANGED", "Shop.name"],
  ["a field that may be null now", change("name: String!", "name: String"), "FIELD_TYPE_CHANGED", "Shop.name"],
  ["a new required argument", change("shop(id: ID!)", "shop(id: ID!, at: Int!)"), "FIELD_ARGUMENT_ADDED", "Query.shop.at"],
  ["a removed argument", change("first: Int, ", ""), "FIELD_ARGUMENT_REMOVED", "Query.shops.first"],
  ["an argument that must be sent now", change("first: Int", "first: Int!"), "FIELD_ARGUMENT_TYPE_CHANGED", "Query.shops.first"],
  ["a new required field of an input", change("text: String", "text: String near: Int!"), "INPUT_FIELD_ADDED", "Filter.near"],
  ["a removed value", change(" OLDEST", ""), "ENUM_VALUE_REMOVED", "Sort.OLDEST"],
  ["an interface that is left", change(" implements Node", ""), "OBJECT_TYPE_INTERFACE_REMOVED", "Shop"],
]) {
  test(`${what} breaks clients, unless it is accepted with a reason`, async () => {
    const found = await breaks(before, after);
    assert.deepEqual(found.refused.map((change) => [change.type, change.path]), [[type, path]]);
    const accepted = await breaks(before, after, [{ type, path, reason: "nobody ever asked for it" }]);
    assert.deepEqual([accepted.refused, accepted.accepted.length, accepted.stale], [[], 1, []]);
    await assert.rejects(breaks(before, after, [{ type, path, reason: " " }]), /a reason/);
  });
}

for (const [what, after] of [
  ["nothing", before],
  ["a new field", change("note: String", "note: String phone: String!")],
  ["a new type and root field", `${change("type Query {", "type Query { town: Town")} type Town { name: String! }`],
  ["an argument that may be left out", change("shop(id: ID!)", "shop(id: ID!, at: Int, on: Int! = 1)")],
  ["an input field that may be left out", change("text: String", "text: String near: Int")],
  ["an argument that need not be sent any more", change("shop(id: ID!)", "shop(id: ID)")],
  ["a field that is never null any more", change("note: String", "note: String!")],
  ["a deprecation", change("note: String", 'note: String @deprecated(reason: "Use `name`")')],
  ["a description", change("note: String", '"Written by hand" note: String')],
]) {
  test(`${what} breaks nobody`, async () => {
    assert.deepEqual((await breaks(before, after)).refused, []);
  });
}

test("what was accepted and breaks nothing any more is told", async () => {
  const entry = { type: "FIELD_REMOVED", path: "Shop.note", reason: "nobody ever asked for it" };
  assert.deepEqual((await breaks(before, before, [entry])).stale, [entry]);
});

test("the schema in the work tree is compared with that of the last tag", () => {
  const folder = mkdtempSync(join(tmpdir(), "plaza-breaks-"));
  const git = (...words) => execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...words], { cwd: folder });
  const run = () => spawnSync(process.execPath, [join(here, "breaks.mjs"), folder], { encoding: "utf8" });
  const schema = (text) => writeFileSync(join(folder, "graphql/schema.graphql"), text);
  try {
    mkdirSync(join(folder, "graphql/lint"), { recursive: true });
    cpSync(join(here, "accepted-breaks.json"), join(folder, "graphql/lint/accepted-breaks.json"));
    git("init", "-q");
    schema(before);
    git("add", "-A");
    git("commit", "-qm", "Begin");
    git("tag", "other-1");
    assert.deepEqual([run().status, /no release yet/.test(run().stdout)], [0, true]);
    git("tag", "v0.1.0");
    schema(change(" note: String", ""));
    const removed = run();
    assert.equal(removed.status, 1);
    assert.match(removed.stderr, /breaks clients: FIELD_REMOVED Shop\.note/);
    const entry = { type: "FIELD_REMOVED", path: "Shop.note", reason: "nobody ever asked for it" };
    writeFileSync(join(folder, "graphql/lint/accepted-breaks.json"), JSON.stringify([entry]));
    const accepted = run();
    assert.equal(accepted.status, 0, accepted.stderr);
    assert.match(accepted.stdout, /accepted: Shop\.note: nobody ever asked/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is accepted in this repository has its reasons", async () => {
  const accepted = JSON.parse(readFileSync(join(here, "accepted-breaks.json"), "utf8"));
  await breaks(before, before, accepted);
});
