// Presses, submissions and closings: the person's side of messages, forms and the Home tab.
import { post, confirmed, fieldsOf } from "./ui.js";
import { refresh } from "./screen.js";

const dialog = document.getElementById("view-dialog");

// Sends the press or change of an interactive element, after the question that it may ask first. A link is
// opened while the press still counts as the person's own, or else the browser blocks the new tab.
export async function sendPress(element) {
  if (!element.closest("form") || element.getAttribute("aria-busy") === "true") return;
  if (element.dataset.confirm && !(await confirmed(JSON.parse(element.dataset.confirm)))) return refreshChoice(element);
  if (/^(https?|mailto):/i.test(element.dataset.url ?? "")) open(element.dataset.url, "_blank", "noopener");
  const { blockId } = element.dataset;
  try {
    await dispatch(element);
  } catch (problem) {
    if (problem.status !== 409 || !(await stillThere(element, blockId))) throw problem;
    await dispatch(element);
  }
  await refresh();
}

async function dispatch(element) {
  const form = element.closest("form");
  const { actionId, blockId, value } = element.dataset;
  const fields = fieldsOf(form);
  fields.set("action_id", actionId);
  fields.set("block_id", blockId);
  if (element.dataset.type === "overflow") fields.set(blockId + "~" + actionId, value);
  element.setAttribute("aria-busy", "true");
  try {
    if (form.dataset.ts) await post("/press", fields, { ts: form.dataset.ts });
    else await post("/view/press", fields, { view: form.dataset.view });
  } finally {
    element.removeAttribute("aria-busy");
  }
}

// Says whether a button that was pressed stands there all the same, in a block of another name: the bot has drawn its
// message anew in the moment of the press.
async function stillThere(button, blockId) {
  const { actionId } = button.dataset;
  const words = button.textContent;
  await refresh();
  return button.matches("form button") && button.dataset.actionId === actionId && button.textContent === words && button.dataset.blockId !== blockId;
}

// A choice that was not confirmed goes back to what it was.
function refreshChoice(element) {
  if (element.tagName === "SELECT") for (const option of element.options) option.selected = option.defaultSelected;
  for (const choice of element.querySelectorAll("input")) choice.checked = choice.defaultChecked;
}

export async function submitView(form) {
  if (dialog.classList.contains("busy") || !complete(form)) return;
  dialog.classList.add("busy");
  form.setAttribute("aria-busy", "true");
  try {
    await post("/view/submit", fieldsOf(form), { view: form.dataset.view });
    await refresh();
  } finally {
    dialog.classList.remove("busy");
    form.removeAttribute("aria-busy");
  }
}

export async function closeTopView() {
  const top = document.querySelector("#views .view:not([hidden])");
  if (!top) return;
  await post("/view/close", { view: top.dataset.view });
  await refresh();
}

// complete says whether every field of a form is filled in as it must be, and says at the field what is missing.
function complete(form) {
  let first;
  for (const block of form.querySelectorAll(".bk-input")) {
    block.querySelector(".field-error")?.remove();
    const problem = problemOf(block);
    block.classList.toggle("bk-invalid", Boolean(problem));
    if (!problem) continue;
    const note = document.createElement("p");
    note.className = "bk-error field-error";
    note.setAttribute("role", "alert");
    note.textContent = problem;
    block.insertBefore(note, block.querySelector(":scope > .bk-hint"));
    first ??= block.querySelector("input, textarea, select");
  }
  first?.focus();
  return !first;
}

function problemOf(block) {
  const fields = [...block.querySelectorAll("input, textarea, select")].filter((f) => f.name);
  const filled = (f) => (f.type === "checkbox" || f.type === "radio" ? f.checked : f.value.trim() !== "");
  const anyOf = fields.some((f) => f.type === "checkbox" || f.type === "radio");
  const missing = anyOf ? !fields.some(filled) : !fields.every(filled);
  if (fields.length && missing && !block.querySelector(".bk-optional")) return "Please complete this required field.";
  return fields.find((f) => filled(f) && !f.validity.valid)?.validationMessage;
}
