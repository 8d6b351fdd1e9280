"use strict";
// The golden files that are judged, and how a verdict is printed.

const fs = require("node:fs");
const path = require("node:path");

// read returns the golden files of the first of these folders that has some, each as {name, value}. A folder that is
// missing has none; a file that is no JSON is an error.
function read(...folders) {
  for (const folder of folders) {
    if (!fs.existsSync(folder)) continue;
    const names = fs.readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
    if (names.length === 0) continue;
    return names.map((name) => {
      const file = path.join(folder, name);
      try {
        return { name: file, value: JSON.parse(fs.readFileSync(file, "utf8")) };
      } catch (error) {
        throw new Error(`${file}: ${error.message}`, { cause: error });
      }
    });
  }
  return [];
}

// verdict prints every problem as "file: where: what", then how many files were judged, and sets the exit code.
function verdict(platform, judged, problems) {
  const lines = [...new Set(problems.map((p) => `${p.name}: ${p.where || "(the whole)"}: ${p.what}`))];
  for (const line of lines) console.log(line);
  const refused = new Set(problems.map((p) => p.name)).size;
  console.log(`${platform}: ${judged - refused} passed, ${refused} failed`);
  if (refused > 0) process.exitCode = 1;
}

// step names a place within a place: blocks[2].text.
function step(where, key) {
  if (typeof key === "number") return `${where}[${key}]`;
  return where ? `${where}.${key}` : key;
}

module.exports = { read, verdict, step };
