"use strict";
// Judges what the bot sends to Teams: node teams.js GOLDEN, the folder of the golden files. Each card is parsed and validated by
// Microsoft's own adaptivecards at version 1.5, and checked against Microsoft's types, as the parser lets properties pass that
// it does not know.

const path = require("node:path");
const cards = require("adaptivecards/dist/adaptivecards.min.js");
const { read, verdict, step } = require("./goldens.js");
const { compile, mistakes, respelled } = require("./types.js");

const version = "1.5"; // the newest that all of Teams' clients draw
const maxActions = 6; // https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
const maxBytes = 28_000; // of a message; Teams' pages name 28 kB and more, and the least of them holds everywhere

const golden = process.argv[2];
const files = read(path.join(golden, "teams")).map((file) => ({ ...file, ...opened(file.value) }));
if (files.length === 0) throw new Error(`${golden} has no golden files of Teams`);
const types = "teams-types.ts";
const spelled = respelled(compile(types, files), files);
const problems = mistakes(compile(types, spelled), spelled);
for (const { name, value, at, card } of files) {
  const size = Buffer.byteLength(JSON.stringify(value));
  if (size > maxBytes) problems.push({ name, where: "", what: `bytes: ${size}, at most ${maxBytes} are allowed` });
  if (card) for (const { where, what } of judged(card, at)) problems.push({ name, where, what });
}
verdict("Teams", files.length, problems);

// opened returns which type in teams-types.ts a golden file is of, and its card and where that is, if it has one.
function opened(value) {
  if (value.task?.type === "message") return { type: "Notice" };
  if (value.task) return { type: "Dialog", at: "task.value.card.content", card: value.task.value?.card?.content };
  if (value.statusCode) return { type: "Changed", at: "value", card: typeof value.value === "string" ? undefined : value.value };
  if (value.type === "AdaptiveCard") return { type: "Card", at: "", card: value };
  return { type: "Message", at: "attachments[0].content", card: value.attachments?.[0]?.content };
}

function judged(card, at) {
  const found = [];
  if (card.version !== version) found.push({ where: step(at, "version"), what: `is ${card.version}, not ${version}` });
  if (!card.fallbackText) found.push({ where: step(at, "fallbackText"), what: "is missing" });
  const unknown = [];
  walked(card, at, found, unknown, new Map());
  // https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
  for (const [i, mention] of (card.msteams?.entities ?? []).entries()) {
    if (!marked(card.body).includes(mention.text)) found.push({ where: step(step(at, "msteams.entities"), i), what: `${mention.text} is in no TextBlock and no fact` });
  }
  const named = new Set(unknown);
  for (const what of parsed(card)) {
    const element = /^UnknownElementType: Unknown element type "([^"]*)"/.exec(what);
    if (!element || !named.has(element[1])) found.push({ where: at, what });
  }
  return found;
}

// parsed returns every event of parsing and validating a card, as a host says it that allows as many actions as Teams.
function parsed(card) {
  const context = new cards.SerializationContext(cards.Versions.v1_5);
  const parsed = new cards.AdaptiveCard();
  parsed.hostConfig = new cards.HostConfig({ actions: { maxActions } });
  parsed.parse(card, context);
  const events = Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i));
  return [...events, ...parsed.validateProperties().validationEvents].map((e) => `${cards.ValidationEvent[e.event]}: ${e.message}`);
}

// walked looks through a card for what the parser does not mind, and adds it to found: elements that it does not know and that have no
// fallback which it knows, inputs without a label, pictures without words, ids that are used twice, and too many actions. The types of those
// elements that do have such a fallback, as charts, are added to unknown.
function walked(value, where, found, unknown, ids) {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) walked(item, step(where, i), found, unknown, ids);
    return;
  }
  if (value === null || typeof value !== "object") return;
  const say = (what) => found.push({ where, what });
  if (isElement(where) && !known(value.type)) {
    if (known(value.fallback?.type)) unknown.push(value.type);
    else say(`${value.type} is not of version ${version}, and has no fallback that is`);
  }
  if (value.type?.startsWith("Input.")) {
    if (!value.label && !(value.type === "Input.Toggle" && value.title)) say("has no label");
    if (ids.has(value.id)) say(`has the id ${JSON.stringify(value.id)} of ${ids.get(value.id)}`);
    ids.set(value.id, where);
  }
  if (value.type === "Image" && !value.altText) say("has no altText");
  if (value.actions?.length > maxActions) say(`actions: ${value.actions.length}, at most ${maxActions} are allowed`);
  for (const [key, inner] of Object.entries(value)) {
    if (key !== "data" && key !== "choices.data" && key !== "msteams") walked(inner, step(where, key), found, unknown, ids);
  }
}

// marked returns the texts in which Teams reads markup, and so a mention.
function marked(value) {
  if (value === null || typeof value !== "object") return "";
  if (value.type === "TextBlock") return value.text;
  const facts = value.type === "FactSet" ? value.facts.flatMap((fact) => [fact.title, fact.value]) : [];
  return [...facts, ...Object.values(value).map(marked)].join("\n");
}

// isElement reports whether an element stands at this place, rather than a part of one, as a column or a choice.
function isElement(where) {
  return /(?:body|items)\[\d+\]$|fallback$/.test(where);
}

function known(type) {
  return Boolean(type && (cards.GlobalRegistry.elements.findByName(type) ?? cards.GlobalRegistry.actions.findByName(type)));
}
