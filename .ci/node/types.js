"use strict";
// Checks values against TypeScript types with the compiler itself, so that what is published as types is the judge.
// TypeScript stays at 6: version 7 has no stable interface for programs yet.

const path = require("node:path");
const ts = require("typescript");
const { step } = require("./goldens.js");

// compile returns a program with one source for each value, {name, type, value}: the value as a literal of that type, which
// the file named by types exports. Of a literal the compiler refuses properties that its type does not have.
function compile(types, values) {
  const sources = new Map();
  for (const [i, { type, value }] of values.entries()) {
    sources.set(path.join(__dirname, `value-${i}.ts`), `import type { ${type} as T } from "./${types}";\nexport const it: T = ${JSON.stringify(value)};\n`);
  }
  const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 };
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => sources.has(path.resolve(name)) || fileExists.call(host, name);
  host.readFile = (name) => sources.get(path.resolve(name)) ?? readFile.call(host, name);
  host.getSourceFile = (name, ...rest) => {
    const text = sources.get(path.resolve(name));
    return text === undefined ? getSourceFile.call(host, name, ...rest) : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  };
  const program = ts.createProgram([path.join(__dirname, types), ...sources.keys()], options, host);
  const broken = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...program.getSemanticDiagnostics(program.getSourceFile(path.join(__dirname, types)))];
  if (broken.length > 0) throw new Error(`${types}: ${words(broken[0])}`);
  return { program, checker: program.getTypeChecker(), source: (i) => program.getSourceFile(path.join(__dirname, `value-${i}.ts`)) };
}

// mistakes returns what the compiler finds wrong in the values.
function mistakes({ program, source }, values) {
  return values.flatMap(({ name }, i) => {
    const file = source(i);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map((d) => ({ name, where: place(file, d.start), what: words(d) }));
  });
}

// respelled returns the values with those words that differ from what their type allows in nothing but capital letters spelled
// as there. Teams and its pages do not mind: "Full" is "full".
function respelled({ program, checker, source }, values) {
  return values.map((it, i) => {
    const file = source(i);
    const value = structuredClone(it.value);
    for (const { start } of program.getSemanticDiagnostics(file)) {
      const node = nodeAt(file, start);
      const assigned = ts.isPropertyAssignment(node.parent) && node.parent.name === node ? node.parent.initializer : node;
      if (!ts.isStringLiteral(assigned)) continue;
      const type = checker.getContextualType(assigned);
      const allowed = (type?.isUnion() ? type.types : [type]).filter((t) => t?.isStringLiteral()).map((t) => t.value);
      const spelling = allowed.find((word) => word.toLowerCase() === assigned.text.toLowerCase());
      if (!spelling) continue;
      const keys = keysTo(assigned);
      const holder = keys.slice(0, -1).reduce((part, key) => part[key], value);
      holder[keys.at(-1)] = spelling;
    }
    return { ...it, value };
  });
}

// declared returns the type that a value is declared to have.
function declared({ checker, source }, i) {
  const statement = source(i).statements.find(ts.isVariableStatement);
  return checker.getTypeAtLocation(statement.declarationList.declarations[0].type);
}

// words returns the first and the last line of what the compiler says: what is refused, and why in the end.
function words(diagnostic) {
  const lines = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n").split("\n").map((line) => line.trim());
  const short = (line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line);
  return lines.length > 1 ? `${short(lines[0])} ${short(lines.at(-1))}` : short(lines[0]);
}

// place returns where in the value a position of its source is: blocks[2].text.
function place(file, position) {
  return keysTo(nodeAt(file, position)).reduce(step, "");
}

// nodeAt returns the innermost node at a position.
function nodeAt(file, position) {
  let found = file;
  const into = (node) => {
    if (node.getStart(file) <= position && position < node.getEnd()) {
      found = node;
      ts.forEachChild(node, into);
    }
  };
  ts.forEachChild(file, into);
  return found;
}

// keysTo returns the keys by which one comes from the value to a node of its literal.
function keysTo(found) {
  const keys = [];
  for (let node = found; node.parent; node = node.parent) {
    if (ts.isPropertyAssignment(node)) keys.unshift(node.name.text);
    if (ts.isArrayLiteralExpression(node.parent)) keys.unshift(node.parent.elements.indexOf(node));
  }
  return keys;
}

module.exports = { compile, mistakes, respelled, declared };
