"use strict";
// The judges refuse what is wrong, each mistake by its own words, and pass what is right: node --test

const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const { stated } = require("./limits.js");

// judged runs a judge on golden files that are made of values, and returns what it prints and how it exits.
function judged(judge, platform, values) {
  const golden = fs.mkdtempSync(path.join(os.tmpdir(), "clarion-judges-"));
  try {
    fs.mkdirSync(path.join(golden, platform));
    for (const [name, value] of Object.entries(values)) fs.writeFileSync(path.join(golden, platform, `${name}.json`), JSON.stringify(value));
    const run = spawnSync(process.execPath, [path.join(__dirname, judge), golden], { encoding: "utf8" });
    return { lines: run.stdout.split("\n"), status: run.status, failure: run.stderr };
  } finally {
    fs.rmSync(golden, { recursive: true });
  }
}

// refusesEach fails unless every mistake is refused by the words that it names, and nothing else is refused.
function refusesEach(judge, platform, right, mistakes) {
  const values = Object.fromEntries(mistakes.map(([, value], i) => [`mistake-${i}`, value]));
  const { lines, status, failure } = judged(judge, platform, { ...values, ...right });
  assert.equal(failure, "");
  assert.equal(status, 1);
  for (const [i, [words]] of mistakes.entries()) {
    const said = lines.filter((line) => line.includes(`mistake-${i}.json: `));
    assert.ok(said.some((line) => line.includes(words)), `${words}: ${said.join("\n") || "is not refused"}`);
  }
  for (const name of Object.keys(right)) {
    assert.deepEqual(lines.filter((line) => line.includes(`${name}.json: `)), []);
  }
  const passed = judged(judge, platform, right);
  assert.equal(passed.status, 0, passed.lines.join("\n") + passed.failure);
}

test("every limit in the comments of @slack/types is read", () => {
  const folder = path.join(__dirname, "node_modules", "@slack", "types", "dist");
  let read = 0;
  for (const file of ["views", "block-kit/blocks", "block-kit/block-elements", "block-kit/composition-objects", "block-kit/extensions"]) {
    for (const comment of fs.readFileSync(path.join(folder, `${file}.d.ts`), "utf8").match(/\/\*\*[\s\S]*?\*\//g)) {
      const { checks, unread } = stated(comment.replace(/^\s*\/?\*+\/?/gm, " "));
      assert.deepEqual(unread, [], file);
      read += checks.length;
    }
  }
  assert.ok(read > 50, `${read} limits are few`);
});

test("what is wrong for Slack is refused", () => {
  const plain = (text) => ({ type: "plain_text", text });
  const message = (...blocks) => ({ text: "Hello", blocks });
  const modal = (x, ...blocks) => ({ view: { type: "modal", title: plain("Hello"), blocks, ...x } });
  const button = (x) => ({ type: "button", text: plain("Press"), action_id: "press", ...x });
  const input = (x) => ({ type: "input", label: plain("Name"), element: { type: "plain_text_input", action_id: "name", ...x } });
  const chart = (x) => ({ type: "data_visualization", title: "Clicks", chart: { type: "pie", segments: [{ label: "Leeds", value: 1 }] }, ...x });
  const right = {
    "right-message": message({ type: "header", text: plain("x".repeat(150)) }, { type: "actions", elements: [button(), button({ action_id: "other" })] }, chart()),
    "right-modal": modal({ submit: plain("Save") }, input()),
    "right-home": { view: { type: "home", blocks: [{ type: "divider" }] } },
  };
  refusesEach("slack.js", "slack", right, [
    [`'"heading"' is not assignable`, message({ type: "heading", text: plain("x") })],
    [`'"colour"' does not exist in type 'Button'`, message({ type: "actions", elements: [button({ colour: "red" })] })],
    ["Property 'text' is missing", { blocks: [{ type: "divider" }] }],
    ["blocks[0].text: characters: 151, at most 150", message({ type: "header", text: plain("x".repeat(151)) })],
    ["blocks[0].elements[0].text.text: characters: 0, at least 1", message({ type: "actions", elements: [button({ text: plain("") })] })],
    ["blocks[0].elements[0].value: characters: 2001, at most 2000", message({ type: "actions", elements: [button({ value: "🥇".repeat(2001) })] })],
    ["blocks[0].elements: items: 26, at most 25", message({ type: "actions", elements: Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })) })],
    ["blocks[0].fields: characters: 2001, at most 2000", message({ type: "section", fields: [plain("x".repeat(2001))] })],
    ["blocks[0].rows: items: 21, at most 20", message({ type: "table", rows: [Array(21).fill({ type: "raw_text", text: "x" })] })],
    ["blocks: items: 51, at most 50", message(...Array(51).fill({ type: "divider" }))],
    ["view.blocks: items: 101, at most 100", modal({}, ...Array(101).fill({ type: "divider" }))],
    ["view.title: characters: 25, at most 24", modal({ title: plain("x".repeat(25)) })],
    ["view.submit: a modal with an input needs it", modal({}, input())],
    ["view.blocks[0].element.min_length: is 3001, at most 3000", modal({ submit: plain("Save") }, input({ min_length: 3001 }))],
    ["more than one field says focus_on_load", modal({ submit: plain("Save") }, input({ focus_on_load: true }), input({ focus_on_load: true }))],
    [`has the action_id "press" of blocks[0].elements[0]`, message({ type: "actions", elements: [button(), button()] })],
    [`has the block_id "b" of blocks[0]`, message({ type: "divider", block_id: "b" }, { type: "divider", block_id: "b" })],
    ["blocks[0].title: characters: 51, at most 50", message(chart({ title: "x".repeat(51) }))],
    ["more than two charts", message(chart(), chart(), chart())],
  ]);
});

test("what is wrong for Teams is refused", () => {
  const type = "application/vnd.microsoft.card.adaptive";
  const card = (x, ...body) => ({ type: "AdaptiveCard", version: "1.5", fallbackText: "Hello", body, ...x });
  const message = (...body) => ({ type: "message", summary: "Hello", attachments: [{ contentType: type, content: card({}, ...body) }] });
  const dialog = (x, ...body) => ({ task: { type: "continue", value: { title: "Share it", height: "large", card: { contentType: type, content: card({}, ...body) }, ...x } } });
  const text = (x) => ({ type: "TextBlock", text: "Hello", wrap: true, ...x });
  const input = (x) => ({ type: "Input.Text", id: "name", label: "Name", ...x });
  const chart = (x) => ({ type: "Chart.HorizontalBar", data: [{ x: "Leeds", y: 1 }], fallback: text(), ...x });
  const set = (n) => ({ type: "ActionSet", actions: Array(n).fill({ type: "Action.Submit", title: "Press" }) });
  const mention = { type: "mention", text: "<at>Jo</at>", mentioned: { id: "29:1", name: "Jo" } };
  const right = {
    "right-message": message(text(), chart(), set(6)),
    "right-dialog": dialog({}, input(), { type: "Input.Toggle", id: "now", title: "Now" }),
    "right-notice": { task: { type: "message", value: "It is gone." } },
    "right-change": { statusCode: 200, type, value: card({}, text()) },
    "right-spelling": card({ msteams: { width: "Full" } }, text({ size: "large", weight: "bolder" }), input({ style: "url" })),
    "right-mention": card({ msteams: { entities: [mention] } }, text({ text: "By <at>Jo</at>" })),
    "right-card": card({}, { type: "Container", items: [text()] }),
  };
  refusesEach("teams.js", "teams", right, [
    ["version: is 1.6, not 1.5", card({ version: "1.6" })],
    ["fallbackText: is missing", card({ fallbackText: undefined })],
    ["Property 'summary' is missing", { ...message(), summary: undefined }],
    ["bytes: 28", message(text({ text: "x".repeat(28_000) }))],
    [`'"huge"' is not assignable`, dialog({ height: "huge" })],
    [`'"colour"' does not exist in type 'ITextBlock'`, card({}, text({ colour: "red" }))],
    [`InvalidPropertyValue: Invalid value "Huge" for property "size"`, card({}, text({ size: "Huge" }))],
    ["body[0]: Chart.HorizontalBar is not of version 1.5", card({}, chart({ fallback: undefined }))],
    ["body[0]: Chart.HorizontalBar is not of version 1.5", card({}, chart({ fallback: "drop" }))],
    ["body[0].fallback: CodeBlock is not of version 1.5", card({}, chart({ fallback: { type: "CodeBlock" } }))],
    [`'"z"' does not exist in type 'IHorizontalBarChartDataValue'`, card({}, chart({ data: [{ z: 1 }] }))],
    ["UnknownElementType: ", card({}, { type: "Container", items: [{ type: "Nothing" }] })],
    ["UnknownActionType: ", card({ actions: [{ type: "Action.Nothing", title: "Press" }] })],
    ["UnsupportedProperty: ", card({}, { type: "Input.ChoiceSet", id: "who", label: "Who", choices: [], "choices.data": { type: "Data.Query", dataset: "graph.microsoft.com/users" } })],
    ["actions: 7, at most 6", card({}, set(7))],
    ["body[0]: has no label", card({}, input({ label: "" }))],
    ["PropertyCantBeNull: All inputs must have a unique Id", card({}, input({ id: undefined }))],
    [`body[1]: has the id "name" of body[0]`, card({}, input(), input())],
    ["RequiredInputsShouldHaveErrorMessage", card({}, input({ isRequired: true }))],
    ["msteams.entities[0]: <at>Jo</at> is in no TextBlock", card({ msteams: { entities: [mention] } }, { type: "RichTextBlock", inlines: [{ type: "TextRun", text: "<at>Jo</at>" }] })],
    ["body[0]: has no altText", card({}, { type: "Image", url: "https://www.example.com/a.png" })],
  ]);
});
