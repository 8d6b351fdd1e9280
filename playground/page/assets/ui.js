// Small parts that the others share: posts, notes, questions, the clipboard.

// Posts fields as the present person in the present place. It throws the server's sentence when refused.
export async function post(path, fields, more = {}) {
  const { prefix, as, in: place } = document.body.dataset;
  const form = fields instanceof URLSearchParams ? fields : new URLSearchParams(fields);
  for (const [name, value] of Object.entries({ as, in: place, ...more })) form.set(name, value);
  let answer;
  try {
    answer = await fetch(prefix + path, { method: "POST", body: form });
  } catch {
    throw new Error("The playground does not answer. Is it still running?");
  }
  if (!answer.ok) throw Object.assign(new Error((await answer.text()).trim()), { status: answer.status });
}

// fieldsOf is what a form carries, files left out.
export function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  return fields;
}

// Shows a note for a while. It stands inside an open dialog, outside of which nothing is read out.
export function toast(text, kind = "") {
  const place = document.getElementById("toasts");
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  (dialog ?? document.body).append(place);
  const note = document.createElement(kind === "new-below" ? "button" : "p");
  note.className = "toast " + kind;
  note.textContent = text.trim();
  if (kind === "error") note.setAttribute("role", "alert");
  place.replaceChildren(note);
  setTimeout(() => note.remove(), kind === "error" ? 9000 : 4000);
  note.addEventListener("click", () => note.remove());
}

// Asks the question of a confirmation object and says whether it was answered with yes.
export function confirmed(question) {
  const dialog = document.getElementById("confirm-dialog");
  const put = (id, text, fallback) => (dialog.querySelector(id).textContent = text?.text ?? fallback);
  put("#confirm-title", question.title, "Are you sure?");
  put("#confirm-text", question.text, "");
  put("#confirm-yes", question.confirm, "Yes");
  put("#confirm-no", question.deny, "Cancel");
  dialog.querySelector("#confirm-yes").classList.toggle("button-danger", question.style === "danger");
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.querySelector("#confirm-yes").focus();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

// Puts text on the clipboard; near is the element whose press asked for it.
export async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https only localhost may use the clipboard directly.
    const area = document.createElement("textarea");
    area.value = text;
    near.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

// Copies what stands beside a copy button.
export async function copyBeside(button) {
  const source = button.parentElement.querySelector("pre, input, textarea");
  await copy(source.value ?? source.textContent, button);
  button.focus();
  button.textContent = "Copied";
  button.classList.add("done");
  setTimeout(() => {
    button.textContent = "Copy";
    button.classList.remove("done");
  }, 1600);
}
