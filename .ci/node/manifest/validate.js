// Judges the manifest of a Teams app, on standard input, by the schema of its version in @microsoft/app-manifest. That
// package's own validator cannot be loaded alone: it wants fs-extra, which the package does not bring (1.1.2). So this does
// what it does, with the same parts, and reads the schema from the package and not from the network.
"use strict";
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const Ajv = require("ajv-draft-04");
const formats = require("ajv-formats");

const schemas = join(dirname(require.resolve("@microsoft/app-manifest/package.json")), "build", "json-schemas", "teams");

// judge returns a sentence for everything that is wrong.
function judge(manifest) {
  const folder = `v${manifest.manifestVersion}`;
  if (!manifest.$schema.includes(`/${folder}/`)) {
    return [`$schema is ${manifest.$schema}, and manifestVersion ${manifest.manifestVersion}`];
  }
  const ajv = new Ajv({ allErrors: true, strictTypes: false });
  formats(ajv, ["uri", "email", "regex"]);
  const validate = ajv.compile(JSON.parse(readFileSync(join(schemas, folder, "MicrosoftTeams.schema.json"), "utf8")));
  return validate(manifest) ? [] : validate.errors.map((e) => `${e.instancePath || "/"} ${e.message} ${JSON.stringify(e.params)}`);
}

const manifest = JSON.parse(readFileSync(0, "utf8"));
const wrong = judge(manifest);
for (const sentence of wrong) console.error(sentence);

// The judge is judged too: it has to refuse each of these.
const commands = (m) => m.bots[0].commandLists[0].commands;
const broken = {
  "an id that is no GUID": (m) => (m.id = "clarion"),
  "a manifest without a bot's id": (m) => delete m.bots[0].botId,
  "a scope that there is not": (m) => (m.bots[0].scopes = ["channel"]),
  "thirteen commands": (m) => commands(m).push(...Array(13 - commands(m).length).fill(commands(m)[0])),
  "a title that is too long": (m) => (commands(m)[0].title = "x".repeat(129)),
  "a short description that is too long": (m) => (m.description.short = "x".repeat(81)),
  "a developer who is too long": (m) => (m.developer.name = "x".repeat(33)),
  "a colour by name": (m) => (m.accentColor = "plum"),
  "an address that is none": (m) => (m.developer.privacyUrl = "privacy.html"),
  "a property that there is not": (m) => (m.clarion = true),
  "a version of the schema that is another": (m) => (m.manifestVersion = "1.19"),
};
let blind = 0;
for (const [name, spoil] of Object.entries(broken)) {
  const spoilt = structuredClone(manifest);
  spoil(spoilt);
  if (judge(spoilt).length > 0) continue;
  console.error(`The judge lets pass: ${name}`);
  blind++;
}
console.log(`manifest: version=${manifest.manifestVersion} wrong=${wrong.length} refused=${Object.keys(broken).length - blind} of=${Object.keys(broken).length}`);
process.exit(wrong.length + blind > 0 ? 1 : 0);
