//go:build browser

package main

// eyes is what the story sees a page with: it finds things by the words that a person reads, and only where a
// person could press them. Each function returns {ok: …} or {why: "…"},
// or a promise of it.
const eyes = `(() => {
  const words = (s) => (s ?? "").replace(/\s+/g, " ").trim();
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 0;
  const inSight = (e) => e.getBoundingClientRect().bottom > 0 && e.getBoundingClientRect().top < innerHeight;
  const dialog = () => [...document.querySelectorAll("dialog[open]")].at(-1);
  const menu = () => document.querySelector("[popover]:popover-open");
  const textOf = (e) => words(e.innerText);

  // A scope is "" for what is on top, "page", "form", "form" and a selector in it, "newest", "message: some of its words", or
  // "below: some words" for the buttons that follow these words in the newest message.
  function scope(name) {
    if (name === "page") return document.body;
    if (name === "form") return dialog();
    if (name.startsWith("form ")) return [...(dialog()?.querySelectorAll(name.slice(5)) ?? [])].find(seen);
    if (name === "newest") return [...document.querySelectorAll(".message")].at(-1);
    if (name.startsWith("message: ")) return [...document.querySelectorAll(".message")].findLast((m) => says(m, words(name.slice(9))));
    if (name.startsWith("below: ")) {
      const blocks = [...(scope("newest")?.querySelectorAll(".bk-block") ?? [])];
      const from = blocks.findIndex((b) => textOf(b).includes(words(name.slice(7))));
      return from < 0 ? undefined : blocks.slice(from).find((b) => b.matches(".bk-actions"));
    }
    if (name.startsWith("field: ")) return field(name.slice(7));
    if (name) return [...document.querySelectorAll(name)].find(seen);
    return menu() ?? dialog() ?? document.body;
  }
  // What a menu in a message offers is not what the message says.
  const says = (m, text) => [...m.querySelectorAll(".bk-block:not(.bk-actions)")].some((b) => textOf(b).includes(text));
  function field(label) {
    return [...(dialog()?.querySelectorAll(".bk-input") ?? [])].filter(seen).find((b) => textOf(b.querySelector(".bk-label")).replace(/ \(optional\)$/, "") === label);
  }
  const called = (e, name) => [textOf(e), words(e.textContent), words(e.getAttribute("aria-label")), words(e.querySelector("strong, .place-name")?.textContent)].includes(name);

  function find(name, where) {
    const root = scope(where);
    if (!root) return { why: "there is no " + where };
    const all = [...root.querySelectorAll("button, a, summary, label, [role=option], textarea, input")].filter(seen);
    const found = all.filter((e) => called(e, name)).at(-1);
    return found ? { found } : { why: "nothing to press is called “" + name + "”; there are: " + all.map((e) => textOf(e) || e.getAttribute("aria-label")).join(" | ") };
  }
  // Why the page is not at rest, if it is not.
  function unrest() {
    if (document.fonts.status !== "loaded") return "fonts are on their way";
    if ([...document.images].some((i) => !i.complete && seen(i) && inSight(i))) return "pictures are on their way";
    if (document.getAnimations().some((a) => a.playState === "running" && !a.effect?.target?.closest?.(".spinner, .toast"))) return "the page moves";
    return "";
  }
  // Says where to press, once nothing covers it and nothing moves.
  function point(found) {
    if (unrest()) return { why: unrest() };
    found.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const r = found.getClientRects()[0]; // of words that break over lines, the first
    const x = r.left + Math.min(r.width / 2, 60), y = r.top + Math.min(r.height / 2, 40);
    const hit = document.elementFromPoint(x, y);
    if (!hit || !found.contains(hit)) return { why: "covered by " + (hit?.outerHTML ?? "nothing").slice(0, 200) };
    // A page that the press opens in this one's place has no aim, and without script a page hears no press.
    window.aim = { hit: matchMedia("(scripting: none)").matches };
    found.addEventListener("click", () => { window.aim.hit = true; }, { capture: true, once: true });
    return { ok: { x, y } };
  }

  return {
    where(name, where) {
      const { found, why } = find(name, where);
      return found ? point(found) : { why };
    },
    whereField(label) {
      const control = field(label)?.querySelector("input:not([type=hidden]), textarea, select");
      return control ? point(control) : { why: "the form has no field “" + label + "”" };
    },
    whereElement(selector) {
      const found = [...document.querySelectorAll(selector)].find(seen);
      return found ? point(found) : { why: "the page has no " + selector };
    },
    // Whether the last press arrived. A tap becomes a click some frames later.
    async pressed() {
      for (let frames = 0; window.aim?.hit === false; frames++) {
        if (frames === 30) return { why: "the press landed elsewhere" };
        await new Promise(requestAnimationFrame);
      }
      return { ok: true };
    },
    // The newest message that was not there before and says all of the words.
    answer(before, wanted) {
      const fresh = [...document.querySelectorAll(".message")].filter((m) => !before.includes(m.id));
      const found = fresh.findLast((m) => wanted.every((word) => textOf(m).includes(word)));
      if (found) return { ok: "#" + CSS.escape(found.id) };
      return { why: fresh.length ? "what is new says: " + fresh.map(textOf).join(" | ") : "nothing is new" };
    },
    text(where) {
      const root = scope(where);
      return root ? { ok: textOf(root) } : { why: "there is no " + where };
    },
    // What stands at a field as wrong, or "".
    wrong(label) {
      const block = field(label);
      if (!block) return { why: "the form has no field “" + label + "”" };
      return { ok: [...block.querySelectorAll(".bk-error")].filter(seen).map(textOf).join(" ") };
    },
    moment(label, date, time) {
      const block = field(label);
      if (!block) return { why: "the form has no field “" + label + "”" };
      for (const [type, value] of [["date", date], ["time", time]]) {
        const input = block.querySelector("input[type=" + type + "]");
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
      return { ok: true };
    },
    choose(option, where) {
      for (const select of scope(where)?.querySelectorAll("select") ?? []) {
        const found = [...select.options].find((o) => words(o.textContent).replace(/^\d+\. /, "").startsWith(option));
        if (!found || select.closest("[aria-busy=true]") || select.ariaBusy === "true") continue;
        select.value = found.value;
        select.dispatchEvent(new Event("input", { bubbles: true }));
        select.dispatchEvent(new Event("change", { bubbles: true }));
        return { ok: true };
      }
      return { why: "no menu offers “" + option + "”" };
    },
    copied(where) {
      const blocks = [...(scope(where)?.querySelectorAll("pre") ?? [])].filter(seen);
      return blocks.length ? { ok: blocks.map((p) => p.innerText) } : { why: "nothing to copy in " + (where || "the page") };
    },
    pictures(where) {
      const loaded = [...(scope(where)?.querySelectorAll("img") ?? [])].filter((i) => seen(i) && i.complete && i.naturalWidth > 0);
      return loaded.length ? { ok: loaded.map((i) => i.alt) } : { why: "no picture has loaded" };
    },
    // Whether the page is at rest, and no passing note covers it.
    still() {
      if (document.querySelector(".toast")) return { why: "a note is shown" };
      return unrest() ? { why: unrest() } : { ok: true };
    },
    begin(where) {
      const root = scope(where);
      if (!root || unrest()) return { why: unrest() || "there is no " + where };
      root.scrollIntoView({ block: "start", behavior: "instant" });
      return { ok: true };
    },
    count(text) {
      return { ok: [...document.querySelectorAll(".message")].filter((m) => textOf(m).includes(text)).length };
    },
    place() {
      return { ok: { as: document.body.dataset.as, in: document.querySelector(".bar h1").innerText.trim() } };
    },
    sideways() {
      const wide = [...document.querySelectorAll("body *")].filter((e) => seen(e) && getComputedStyle(e).position !== "fixed" && !e.closest("svg, .unseen, [popover], .sidebar") &&
        e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".bk-table-frame, pre"));
      return { ok: wide.map((e) => e.tagName + "." + e.className).slice(0, 5) };
    },
  };
})()`
