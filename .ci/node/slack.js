"use strict";
// Judges what the bot sends to Slack by @slack/types: node slack.js GOLDEN, the folder of the golden files.

const path = require("node:path");
const { read, verdict, step } = require("./goldens.js");
const { compile, mistakes, declared } = require("./types.js");
const { exceeded } = require("./limits.js");

const golden = process.argv[2];
const files = read(path.join(golden, "slack"), golden).map((file) => ({ ...file, type: typeOf(file.value) }));
if (files.length === 0) throw new Error(`${golden} has no golden files of Slack`);

const compiled = compile("slack-types.ts", files);
const problems = mistakes(compiled, files);
for (const [i, { name, value }] of files.entries()) {
  for (const problem of [...exceeded(compiled.checker, declared(compiled, i), value), ...agreed(value)]) problems.push({ name, ...problem });
}
verdict("Slack", files.length, problems);

// typeOf names the type in slack-types.ts that a golden file is of.
function typeOf(value) {
  if (!value.view) return "Message";
  return value.view.type === "home" ? "Home" : "Modal";
}

// agreed returns what breaks the rules that the comments of @slack/types and Slack's pages state in words: which identifiers
// must be unique, that a modal with an input has a button to submit, that one field at most is in focus, and two charts at
// most in a message.
function agreed(value) {
  const found = [];
  const at = value.view ? "view.blocks" : "blocks";
  const blocks = (value.view ?? value).blocks ?? [];
  unique(blocks.map((block, i) => [block.block_id, step(at, i)]), "block_id", found);
  for (const [i, block] of blocks.entries()) {
    unique(actions(block, step(at, i)), "action_id", found);
  }
  const inputs = blocks.filter((block) => block.type === "input");
  if (value.view?.type === "modal" && inputs.length > 0 && !value.view.submit) found.push({ where: "view.submit", what: "a modal with an input needs it" });
  if (inputs.filter((block) => block.element.focus_on_load).length > 1) found.push({ where: at, what: "more than one field says focus_on_load" });
  if (blocks.filter((block) => block.type === "data_visualization").length > 2) found.push({ where: at, what: "more than two charts" });
  return found;
}

// actions returns the action_ids within a block, each with its place.
function actions(value, where) {
  if (value === null || typeof value !== "object") return [];
  const own = typeof value.action_id === "string" ? [[value.action_id, where]] : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => actions(inner, step(where, Array.isArray(value) ? Number(key) : key)))];
}

function unique(ids, kind, found) {
  const seen = new Map();
  for (const [id, where] of ids) {
    if (id === undefined) continue;
    if (seen.has(id)) found.push({ where, what: `has the ${kind} ${JSON.stringify(id)} of ${seen.get(id)}` });
    seen.set(id, where);
  }
}
