"use strict";
// Reads the limits that stand in the comments of published types ("Maximum length for this field is 75 characters"), and
// checks values for them. A sentence that seems to state a limit and that no rule here can read is a problem too, so that a
// new release of the types does not lose one unseen.

const ts = require("typescript");
const { step } = require("./goldens.js");

const length = (text) => [...text].length;
// textOf returns the text that a limit of characters is about: the value itself, or the text of a text object.
const textOf = (value) => (typeof value === "string" ? value : value?.text);
const atMost = (n) => (value, what) => (value > n ? `${what} ${value}, at most ${n} are allowed` : "");
const atLeast = (n) => (value, what) => (value < n ? `${what} ${value}, at least ${n} are needed` : "");
const characters = (...checks) => (value) => checks.map((check) => (typeof textOf(value) === "string" ? check(length(textOf(value)), "characters:") : "")).find(Boolean) ?? "";
const count = (...checks) => (value) => checks.map((check) => (Array.isArray(value) ? check(value.length, "items:") : "")).find(Boolean) ?? "";
const amount = (...checks) => (value) => checks.map((check) => (typeof value === "number" ? check(value, "is") : "")).find(Boolean) ?? "";
const each = (check) => (value) => (Array.isArray(value) ? value.map(check).find(Boolean) ?? "" : "");

// rules says how each form of sentence is read. The first that matches counts.
const rules = [
  [/minimum length .*?is (\d+) and maximum length is (\d+) characters/i, (low, high) => characters(atLeast(low), atMost(high))],
  [/maximum length .*in each item is (\d+) characters/i, (high) => each(characters(atMost(high)))],
  [/max(?:imum)? length (?:for|of|is).*?(\d+) characters/i, (high) => characters(atMost(high))],
  [/minimum length .*?is (\d+) character/i, (low) => characters(atLeast(low))],
  [/limit (\d+) characters max/i, (high) => characters(atMost(high))],
  [/maximum (?:of )?(\d+) characters/i, (high) => characters(atMost(high))],
  [/must be less than (\d+) characters/i, (high) => characters(atMost(high - 1))],
  [/each row object is an array with a max of (\d+) table cells/i, (high) => each(count(atMost(high)))],
  [/maximum number of (?:options|option groups|items) is (\d+)/i, (high) => count(atMost(high))],
  [/minimum (\d+), maximum (\d+) (?:cards|items)/i, (low, high) => count(atLeast(low), atMost(high))],
  [/max(?:imum)?(?: of)? (\d+) (?:elements|options|items|rows|blocks)/i, (high) => count(atMost(high))],
  [/up to (\d+) /i, (high) => count(atMost(high))],
  [/min(?:imum)?(?: of)? (\d+), max(?:imum)?(?: of)? (\d+)/i, (low, high) => amount(atLeast(low), atMost(high))],
  [/maximum value is (\d+)/i, (high) => amount(atMost(high))],
  [/minimum (?:number|value) is (\d+)/i, (low) => amount(atLeast(low))],
];

// stated returns the limits in a comment as checks of a value, and those sentences that cannot be read.
function stated(comment) {
  const plain = comment.replace(/\{@link\s+(?:https?:\S+\s*)?([^}]*)\}/g, "$1").replace(/`/g, "").replace(/(\d),(\d{3})\b/g, "$1$2").replace(/\s+/g, " ");
  const checks = [], unread = [];
  for (const sentence of plain.split(/(?<=[.!])\s/)) {
    if (!/\b(max|maximum|min|minimum|limit|up to|at most|no more|(less|fewer|more) than)\b/i.test(sentence) || !/\d/.test(sentence)) continue;
    const rule = rules.find(([form]) => form.test(sentence));
    if (rule) checks.push(rule[1](...rule[0].exec(sentence).slice(1).map(Number)));
    else unread.push(sentence.trim());
  }
  return { checks, unread };
}

// exceeded returns how a value breaks the limits that its type's comments state.
function exceeded(checker, type, value) {
  const known = new Map(); // a symbol's limits
  const limitsOf = (symbol) => {
    if (!known.has(symbol)) {
      const tags = symbol.getJsDocTags(checker).filter((tag) => tag.name === "description");
      const parts = [ts.displayPartsToString(symbol.getDocumentationComment(checker)), ...tags.map((tag) => ts.displayPartsToString(tag.text))];
      known.set(symbol, stated(parts.join(" ")));
    }
    return known.get(symbol);
  };
  const found = [];
  const into = (type, value, where) => {
    if (Array.isArray(value)) {
      const items = alternatives(checker, type, () => true).map((t) => checker.getIndexTypeOfType(t, ts.IndexKind.Number)).filter(Boolean);
      for (const [i, item] of value.entries()) for (const t of new Set(items)) into(t, item, step(where, i));
    } else if (value !== null && typeof value === "object") {
      for (const t of alternatives(checker, type, (t) => tells(checker, t, value))) {
        for (const key of Object.keys(value)) {
          const symbol = checker.getPropertyOfType(t, key);
          if (!symbol) continue; // the compiler has refused it
          const { checks, unread } = limitsOf(symbol);
          for (const check of checks) found.push({ where: step(where, key), what: check(value[key]) });
          for (const sentence of unread) found.push({ where: step(where, key), what: `its type's comment seems to state a limit that nobody reads: ${sentence}` });
          into(checker.getTypeOfSymbol(symbol), value[key], step(where, key));
        }
      }
    }
  };
  into(type, value, "");
  return found.filter((problem) => problem.what);
}

// alternatives returns the members of a union that fit, or the type itself.
function alternatives(checker, type, fits) {
  const some = checker.getNonNullableType(type);
  return (some.isUnion() ? some.types : [some]).filter(fits);
}

// tells reports whether a type's own "type", where it has one, is the value's.
function tells(checker, type, value) {
  const symbol = checker.getPropertyOfType(type, "type");
  if (!symbol || value.type === undefined) return true;
  const own = checker.getTypeOfSymbol(symbol);
  return !own.isStringLiteral() || own.value === value.type;
}

module.exports = { exceeded, stated };
