// Fetches the page again and morphs what is shown into it, so that focus, scroll and typed text stay.
import { Idiomorph } from "./vendor/idiomorph-0.8.0.js";
import { decorate } from "./decorate.js";
import { post, toast } from "./ui.js";
import { keepDraft, takeDraft } from "./composer.js";

const body = document.body;
const dialog = document.getElementById("view-dialog");
let running = null;
let again = false;

// Draws what the server has now. Calls during a fetch become one more fetch after it.
export function refresh() {
  again = true;
  running ??= (async () => {
    try {
      while (again) {
        again = false;
        await show(location.href, false);
      }
    } finally {
      running = null;
    }
  })();
  return running;
}

// Goes to another person or place.
export async function go(href) {
  const url = new URL(href);
  history.pushState(null, "", url);
  await show(url.href, true);
}

export async function show(href, moved) {
  const url = new URL(href);
  if (!moved) url.searchParams.delete("draft");
  let answer;
  try {
    answer = await fetch(url);
  } catch {
    return; // the live stream says that the server is away, and asks again when it is back
  }
  if (!answer.ok) return toast(await answer.text(), "error");
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (href !== location.href) return; // the person has gone elsewhere meanwhile
  if (next.body.dataset.assets !== body.dataset.assets) return location.reload(); // the server is a newer one
  draw(next, moved);
}

function draw(next, moved) {
  const elsewhere = body.dataset.as !== next.body.dataset.as || body.dataset.in !== next.body.dataset.in;
  const before = newest();
  if (moved) keepDraft(); // with what was typed while the new place was on its way
  document.title = next.title;
  Object.assign(body.dataset, next.body.dataset);
  decorate(next); // before carry: what the person typed is not there to be copied
  if (!elsewhere) carry(next);
  for (const id of ["app", "views"]) {
    Idiomorph.morph(document.getElementById(id), next.getElementById(id), {
      callbacks: {
        // The composer belongs to who types in it, until they go elsewhere. So does the search in a list. A button that
        // says that it has copied says so for its time.
        beforeNodeMorphed: (old) => !(old.id === "composer" && !moved) && !["list-search", "copy done"].includes(old.className),
        // A menu that is open stays as it was opened; a list stays as it was searched.
        beforeAttributeUpdated: (name, node) =>
          !(node.tagName === "DETAILS" && (name === "open" || name === "class")) && !(name === "hidden" && node.className === "bk-choice"),
      },
    });
  }
  if (moved) takeDraft();
  adopt();
  const log = document.querySelector("[data-log]");
  if (elsewhere) document.querySelector(".new-below")?.remove();
  if (log && elsewhere) log.scrollTop = 0;
  else if (log && before !== newest() && log.scrollTop < -80) toast("New message below", "new-below");
}

// newest is the id of the last message shown.
function newest() {
  return [...document.querySelectorAll(".message")].at(-1)?.id;
}

// Brings the page in line with what was drawn: dialogs open and close, and a Home tab that was come to says so.
let homeOf = null;
export function adopt() {
  const top = document.querySelector("#views .view:not([hidden])");
  if (!top && dialog.open) dialog.close();
  if (top && !dialog.open) dialog.showModal();
  if (top?.id !== dialog.dataset.top) {
    dialog.dataset.top = top?.id ?? "";
    focusIn(top);
  } else if (top && !top.querySelector("[aria-invalid]:focus") && dialog.classList.contains("busy")) {
    top.querySelector("[aria-invalid=true]")?.focus();
  }
  const home = body.dataset.in === "home" ? body.dataset.as : null;
  if (home && home !== homeOf) post("/home", {}).catch((problem) => toast(problem.message, "error"));
  homeOf = home;
}

function focusIn(view) {
  if (!view) return;
  const first = view.querySelector("[autofocus]") ?? view.querySelector(".view-body :is(input, textarea, select):not([type=hidden])");
  // On a phone a focused field would open the keyboard over the form.
  if (first && matchMedia("(hover: hover)").matches) first.focus();
  else view.querySelector("h2").focus();
}

// carry writes what the person has typed and chosen into the new page, field by field under the same name in
// the same form, so that the morph finds nothing to change there.
function carry(next) {
  for (const form of next.querySelectorAll("form[data-view], form[data-ts]")) {
    const old = document.getElementById(form.id);
    if (old) for (const field of form.elements) if (field.name) carryField(old, field);
  }
}

function carryField(old, field) {
  const twins = [...old.elements].filter((e) => e.name === field.name && e.type === field.type);
  if (!twins.length) return;
  switch (field.type) {
    case "checkbox":
    case "radio": {
      const twin = twins.find((t) => t.value === field.value);
      if (twin) field.toggleAttribute("checked", twin.checked);
      return;
    }
    case "select-one":
    case "select-multiple": {
      const chosen = new Set(Array.from(twins[0].selectedOptions, (o) => o.value));
      if (field.type === "select-one" && ![...field.options].some((o) => chosen.has(o.value))) return;
      for (const option of field.options) option.toggleAttribute("selected", chosen.has(option.value));
      return;
    }
    case "textarea":
      field.textContent = twins[0].value;
      return;
    case "file":
      return;
    default:
      field.setAttribute("value", twins[0].value);
  }
}
