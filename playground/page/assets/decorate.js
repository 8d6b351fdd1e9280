// Adds what drawn blocks leave to the page: copy buttons, and a search for long lists. It runs on a page before it is
// shown and does nothing twice.
import { toast } from "./ui.js";

export function decorate(root) {
  for (const source of root.querySelectorAll(".body pre, .home-body pre, .view-body pre")) copyable(source);
  for (const source of root.querySelectorAll(".view-body :is(textarea, input[type=url], input[type=text])")) {
    // Only what came filled in is there to be copied.
    if (source.defaultValue) copyable(source);
  }
  for (const list of root.querySelectorAll(".bk-multi")) searchable(list);
}

function copyable(source) {
  if (source.parentElement.classList.contains("copyable")) return;
  const box = source.ownerDocument.createElement("div");
  box.className = "copyable" + (source.matches("pre") ? "" : " copyable-field");
  source.replaceWith(box);
  const button = source.ownerDocument.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.dataset.copy = "";
  button.textContent = "Copy";
  box.append(source, button);
}

// A long list of choices gets a search above it.
function searchable(list) {
  if (list.querySelectorAll(".bk-choice").length <= 8 || list.previousElementSibling?.classList.contains("list-search")) return;
  const search = list.ownerDocument.createElement("input");
  search.type = "search";
  search.className = "list-search";
  search.placeholder = "Find…";
  search.setAttribute("aria-label", "Find in the list");
  list.before(search);
}

document.addEventListener("input", (event) => {
  if (!event.target.classList.contains("list-search")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const choice of event.target.nextElementSibling.querySelectorAll(".bk-choice")) {
    choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
  }
});

// A list that allows only so many choices refuses one more, before anybody else hears of it.
document.addEventListener(
  "change",
  (event) => {
    const list = event.target.closest(".bk-multi[data-max-selected]");
    const most = Number(list?.dataset.maxSelected);
    if (!list || list.querySelectorAll("input:checked").length <= most) return;
    event.target.checked = false;
    event.stopImmediatePropagation();
    toast(`Choose at most ${most}.`);
  },
  true,
);
