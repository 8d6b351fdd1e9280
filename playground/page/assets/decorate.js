// Adds what drawn blocks leave to the page: copy buttons, and lists to tick for menus of several choices. Both run
// on a page before it is shown and do nothing twice.

export function addCopies(root) {
  for (const source of root.querySelectorAll(".body pre, .home-body pre, .view-body pre")) copyable(source);
  for (const source of root.querySelectorAll(".view-body :is(textarea, input[type=url], input[type=text])")) {
    // Only what came filled in is there to be copied.
    if (source.defaultValue) copyable(source);
  }
}

export function addTicks(root) {
  for (const select of root.querySelectorAll("select[multiple]")) tickable(select);
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

// A list of boxes stands in for a menu of several choices, which is awkward with a mouse and worse by touch. The
// menu stays, unseen, and carries the choice.
function tickable(select) {
  if (select.nextElementSibling?.classList.contains("ticks")) return;
  const make = (tag, name) => Object.assign(select.ownerDocument.createElement(tag), { className: name });
  const box = make("div", "ticks");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", select.getAttribute("aria-label") ?? select.labels?.[0]?.textContent.trim() ?? "Choices");
  if (select.options.length > 8) {
    const filter = make("input", "ticks-filter");
    filter.type = "search";
    filter.placeholder = "Find…";
    filter.setAttribute("aria-label", "Find in the list");
    box.append(filter);
  }
  for (const option of select.options) {
    const label = make("label", "tick");
    const tick = make("input", "");
    tick.type = "checkbox";
    tick.value = option.value;
    tick.toggleAttribute("checked", option.selected);
    label.append(tick, option.textContent);
    box.append(label);
  }
  select.classList.add("ticked");
  select.tabIndex = -1;
  select.after(box);
}

// Ticks and menu follow each other; a menu that allows only so many refuses one more.
document.addEventListener("change", (event) => {
  const box = event.target.closest(".ticks");
  if (!box || event.target.type !== "checkbox") return;
  const select = box.previousElementSibling;
  const option = [...select.options].find((o) => o.value === event.target.value);
  const most = Number(select.dataset.maxSelected || Infinity);
  if (event.target.checked && select.selectedOptions.length >= most) event.target.checked = false;
  option.selected = event.target.checked;
  select.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("input", (event) => {
  if (!event.target.classList.contains("ticks-filter")) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const tick of event.target.parentElement.querySelectorAll(".tick")) {
    tick.hidden = !tick.textContent.toLowerCase().includes(wanted);
  }
});
