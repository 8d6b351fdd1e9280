// The page's script: it listens to the person and to the server, and knows nothing of either's business.
import { refresh, go, show, adopt } from "./screen.js";
import { post, toast, copy, copyBeside } from "./ui.js";
import { decorate } from "./decorate.js";
import { sendPress, submitView, closeTopView } from "./press.js";
import { watchComposer, takeDraft } from "./composer.js";

const body = document.body;

// Reports what went wrong in the server's own sentence.
async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    toast(problem.message, "error");
  }
}

function drawer(open) {
  body.classList.toggle("drawer-open", open);
  if (open) document.querySelector(".sidebar [aria-current], .sidebar a")?.focus();
  else document.querySelector('[data-drawer="open"]')?.focus({ preventScroll: true });
}

// The guide stands open on a wide screen until it is closed once; on a phone it opens only when asked for.
const wide = matchMedia("(min-width: 1100px)");
function guide(open) {
  body.classList.toggle("guide-open", open);
  document.querySelector(".guide-button")?.setAttribute("aria-expanded", String(open));
}
function toggleGuide(open) {
  if (wide.matches) localStorage.setItem("guide", open ? "open" : "closed");
  guide(open);
}

document.addEventListener("click", (event) => {
  const target = event.target;
  const on = (selector) => target.closest(selector);
  let found;
  if ((found = on("a[data-go]")) && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    for (const menu of document.querySelectorAll("[popover]:popover-open")) menu.hidePopover();
    body.classList.remove("drawer-open");
    if (found.closest("#guide") && !wide.matches) guide(false);
    attempt(() => go(found.href));
  } else if ((found = on("[data-drawer]"))) {
    drawer(found.dataset.drawer === "open");
  } else if ((found = on("[data-guide]"))) {
    toggleGuide(found.dataset.guide === "toggle" && !body.classList.contains("guide-open"));
  } else if ((found = on("[data-move]"))) {
    document.getElementById("clock-menu").hidePopover();
    toast("Moving the clock: " + found.textContent + " …");
    attempt(async () => {
      await post("/clock", { move: found.dataset.move });
      await refresh();
    });
  } else if (on("[data-close-view]")) {
    attempt(closeTopView);
  } else if ((found = on("[data-copy]"))) {
    event.preventDefault();
    copyBeside(found);
  } else if ((found = on(".body code, .home-body code, .view-body code, .guide-text code")) && !on("a, pre")) {
    copy(found.textContent, found).then(() => toast("Copied: " + found.textContent));
  } else if ((found = on("button[data-action-id]"))) {
    attempt(() => sendPress(found));
  } else if ((found = on(".new-below"))) {
    document.querySelector("[data-log]").scrollTop = 0;
  }
  for (const menu of document.querySelectorAll("details.bk-overflow[open]")) {
    if (!menu.contains(target) || on("button")) menu.open = false;
  }
});

document.addEventListener("change", (event) => {
  const element = event.target.closest("[data-dispatch~=on_change]");
  if (element) attempt(() => sendPress(element));
});

// A menu near the lower edge opens upwards, or else it would be cut off.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target.matches?.("details.bk-overflow[open]") && event.target.querySelector(".bk-overflow-menu");
    const pane = event.target.closest?.(".log, .home, .view-body");
    if (!menu || !pane) return;
    event.target.classList.remove("opens-up");
    event.target.classList.toggle("opens-up", menu.getBoundingClientRect().bottom > pane.getBoundingClientRect().bottom);
  },
  true,
);

let typing;
document.addEventListener("input", (event) => {
  const element = event.target.closest("[data-dispatch~=on_character_entered]");
  clearTimeout(typing);
  if (element) typing = setTimeout(() => attempt(() => sendPress(element)), 300);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && body.classList.contains("drawer-open")) drawer(false);
  if (event.key !== "Enter" || event.isComposing) return;
  const element = event.target.closest("[data-dispatch~=on_enter_pressed]");
  if (element && !(element.tagName === "TEXTAREA" && event.shiftKey)) {
    event.preventDefault();
    attempt(() => sendPress(element));
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  event.preventDefault();
  if (event.target.matches("#views form")) attempt(() => submitView(event.target));
});

// Esc asks the server to close the view: the bot may want to know.
document.getElementById("view-dialog").addEventListener("cancel", (event) => {
  event.preventDefault();
  attempt(closeTopView);
});

addEventListener("popstate", () => attempt(() => show(location.href, true)));

watchComposer(attempt);
decorate(document);
adopt();
takeDraft();
guide(wide.matches && localStorage.getItem("guide") !== "closed");

// What changes on the server arrives here. The browser connects again by itself when the server was away; the
// first event of a connection makes up for what was missed. A window in the background lets go of its stream:
// a browser keeps only six connections to one server, and a seventh window would wait for ever.
const offline = document.getElementById("offline");
let changes = null;
function listen() {
  if (document.hidden) {
    changes?.close();
    changes = null;
    return;
  }
  if (changes) return;
  changes = new EventSource(body.dataset.prefix + "/changes");
  changes.addEventListener("open", () => (offline.hidden = true));
  changes.addEventListener("error", () => (offline.hidden = false));
  changes.addEventListener("changed", () => attempt(refresh));
  changes.addEventListener("clock", (event) => event.data === document.getElementById("clock").title || attempt(refresh));
}
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => changes?.close());
addEventListener("pageshow", (event) => {
  if (event.persisted) changes = null;
  listen();
});
