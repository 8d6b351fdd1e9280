// The composer: sending, drafts of each place, and the list of commands.
import { post } from "./ui.js";
import { refresh } from "./screen.js";

const drafts = new Map();
const here = () => document.body.dataset.as + " " + document.body.dataset.in;
const line = () => document.getElementById("line");
const list = () => document.getElementById("commands");
const offered = () => [...list().children].filter((option) => !option.hidden);

// Keeps what is typed while the person is elsewhere, and puts it back when they return. A guide's step comes
// with a draft of its own in the address, which is taken once.
export function keepDraft() {
  if (line()) drafts.set(here(), line().value);
}

export function takeDraft() {
  const url = new URL(location);
  const given = url.searchParams.get("draft");
  if (!line()) return;
  line().value = given ?? drafts.get(here()) ?? "";
  if (matchMedia("(max-width: 760px)").matches) line().placeholder = line().ariaLabel; // the longer one would be cut off
  if (given !== null) {
    url.searchParams.delete("draft");
    history.replaceState(null, "", url);
  }
  fit();
  offer(false);
  if (given !== null || matchMedia("(hover: hover)").matches) line().focus({ preventScroll: true });
}

function fit() {
  line().style.height = "auto";
  line().style.height = Math.min(line().scrollHeight, 180) + "px";
}

// lineOf is what choosing a command types: its name, and what follows when that is plain words and no
// placeholder.
function lineOf(option) {
  const { name, usage } = option.dataset;
  return /^[a-z][a-z ]*$/.test(usage) ? name + " " + usage : name + " ";
}

// Shows the commands that begin with what is typed.
function offer(open) {
  const typed = line().value.toLowerCase();
  for (const option of list().children) {
    const whole = lineOf(option).trim();
    option.hidden = !open || !typed.startsWith("/") || !(whole.startsWith(typed.trimEnd()) && typed.length <= whole.length + 1);
  }
  const any = offered().length > 0;
  list().hidden = !any;
  activate(any ? offered()[0] : null);
}

function activate(option) {
  for (const o of list().children) o.setAttribute("aria-selected", String(o === option));
  if (!option) return line().removeAttribute("aria-activedescendant");
  line().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

const active = () => list().querySelector('[aria-selected="true"]');

function choose(option) {
  line().value = lineOf(option);
  line().focus();
  fit();
  offer(false);
}

function keys(event, attempt) {
  const options = offered();
  const at = options.indexOf(active());
  if (event.isComposing) return;
  if (options.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    activate(options[(at + step + options.length) % options.length]);
  } else if (options.length && event.key === "Escape") {
    event.preventDefault();
    offer(false);
  } else if (at >= 0 && event.key === "Tab" && !event.shiftKey) {
    event.preventDefault();
    choose(options[at]);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    const typed = line().value.trim();
    const complete = options.some((option) => lineOf(option).trim() === typed);
    if (at >= 0 && !(complete && (at === 0 || lineOf(options[at]).trim() === typed))) choose(options[at]);
    else attempt(send);
  }
}

// Lines are sent one after the other, in the order and from the place in which they were typed: a line that is
// typed while the one before is on its way waits for it.
let last = Promise.resolve();
let waiting = 0;
async function send() {
  const text = line().value;
  if (!text.trim()) return;
  line().value = "";
  fit();
  offer(false);
  const from = here();
  const { as, in: place } = document.body.dataset;
  const turn = last.catch(() => {}).then(() => post("/say", { text }, { as, in: place }));
  last = turn;
  show(++waiting);
  try {
    await turn;
  } catch (problem) {
    // What could not be sent is not lost.
    if (from === here() && line() && !line().value) {
      line().value = text;
      fit();
    } else drafts.set(from, text);
    throw problem;
  } finally {
    show(--waiting);
  }
  await refresh();
  if (from !== here()) return;
  const log = document.querySelector("[data-log]");
  if (log) log.scrollTop = 0;
  document.querySelector(".new-below")?.remove();
}

function show(waiting) {
  document.getElementById("composer")?.classList.toggle("sending", waiting > 0);
}

// Events are heard on the document, because the composer is drawn anew in each place.
export function watchComposer(attempt) {
  document.addEventListener("input", (event) => {
    if (event.target !== line()) return;
    fit();
    offer(true);
  });
  document.addEventListener("keydown", (event) => event.target === line() && keys(event, attempt));
  document.addEventListener("submit", (event) => event.target.id === "composer" && attempt(send));
  // The press must not take the focus away from the composer, or a phone's keyboard closes.
  document.addEventListener("pointerdown", (event) => event.target.closest("#commands") && event.preventDefault());
  document.addEventListener("click", (event) => {
    const option = event.target.closest("#commands [role=option]");
    if (option) return choose(option);
    if (!event.target.closest("[data-slash]")) return line() && !event.target.closest("#composer") && offer(false);
    if (!line().value.startsWith("/")) line().value = "/";
    line().focus();
    offer(true);
  });
}
