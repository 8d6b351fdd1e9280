"use strict";
// Draws the bot's cards as Teams does, and says what is wrong with how they look. Go calls draw.

const themes = {
  light: { text: "#242424", subtle: "#616161", accent: "#5b5fc7", good: "#0e700e", warning: "#8a3707", attention: "#c50f1f", line: "#e0e0e0", backgrounds: { default: "#ffffff", emphasis: "#f5f5f5", accent: "#e8ebfa", good: "#e7f2da", warning: "#fbf3d0", attention: "#fcf4f6" } },
  dark: { text: "#ffffff", subtle: "#adadad", accent: "#7f85f5", good: "#92c353", warning: "#f8d22a", attention: "#e37d80", line: "#3d3d3d", backgrounds: { default: "#292929", emphasis: "#1f1f1f", accent: "#2f2f4a", good: "#0d2e0d", warning: "#463100", attention: "#3b1519" } },
};

// hostConfig is close to what Teams gives its renderer: its sizes and distances, and the colours of a theme.
function hostConfig(theme) {
  const t = themes[theme];
  const pair = (color) => ({ default: color, subtle: color === t.text ? t.subtle : color });
  const foregroundColors = { default: pair(t.text), dark: pair("#242424"), light: pair("#ffffff"), accent: pair(t.accent), good: pair(t.good), warning: pair(t.warning), attention: pair(t.attention) };
  const containerStyles = Object.fromEntries(Object.entries(t.backgrounds).map(([style, backgroundColor]) => [style, { backgroundColor, foregroundColors }]));
  const fontSizes = { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 };
  const fontWeights = { lighter: 200, default: 400, bolder: 600 };
  return new AdaptiveCards.HostConfig({
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: t.line },
    supportsInteractivity: true,
    fontTypes: {
      default: { fontFamily: '"Segoe UI", "Selawik", "Liberation Sans", sans-serif', fontSizes, fontWeights },
      monospace: { fontFamily: '"Cascadia Mono", "Liberation Mono", monospace', fontSizes, fontWeights },
    },
    containerStyles,
    imageSizes: { small: 32, medium: 52, large: 100 },
    imageSet: { imageSize: "medium", maxImageHeight: 100 },
    actions: { maxActions: 6, spacing: "default", buttonSpacing: 8, showCard: { actionMode: "inline", inlineTopMargin: 16, style: "emphasis" }, actionsOrientation: "horizontal", actionAlignment: "left" },
    adaptiveCard: { allowCustomStyle: false },
    factSet: { title: { weight: "bolder", wrap: true, maxWidth: 150 }, value: { wrap: true }, spacing: 16 },
    inputs: { label: { inputSpacing: "small", requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" }, optionalInputs: { weight: "bolder" } }, errorMessage: { color: "attention", weight: "default" } },
    textBlock: { headingLevel: 2 },
  });
}

// drawing is the card that is being drawn, whose mentions Markdown needs to know.
let drawing;
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdownit().render(text);
  for (const mention of drawing.msteams?.entities ?? []) {
    const as = (text) => markdownit().utils.escapeHtml(text);
    result.outputHtml = result.outputHtml.replaceAll(as(mention.text), `<span class="mention">${as(mention.mentioned.name)}</span>`);
  }
  result.didProcess = true;
};

// withOurPicture returns a copy of a part of a card. Pictures are somewhere else in the world; in it all of them are one of ours.
function withOurPicture(value) {
  return JSON.parse(JSON.stringify(value), (_, part) => (part?.type === "Image" ? { ...part, url: "/picture.jpg" } : part));
}

// opened returns the card in a golden file, the title of the dialog in which it stands, or the words that stand instead.
function opened(value) {
  if (value.task?.type === "message") return { words: value.task.value, title: "Clarion" };
  if (value.task) return { card: value.task.value.card.content, title: value.task.value.title };
  if (value.statusCode) return typeof value.value === "string" ? { words: value.value } : { card: value.value };
  if (value.type === "AdaptiveCard") return { card: value };
  return { card: value.attachments[0].content, words: value.text };
}

function make(parent, className, text = "") {
  const made = document.createElement("div");
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
}

// draw draws golden files, as [{name, value}], beside each other, each as wide as it is there. It returns what is wrong with each as
// "name: what".
async function draw(goldens, theme, width, across, named) {
  document.body.className = theme;
  document.body.style.setProperty("--width", `${width}px`);
  document.body.replaceChildren();
  const sheet = make(document.body, "sheet");
  sheet.style.width = `${across * (width + 24) - 24}px`;
  const drawn = goldens.map(({ name, value }) => {
    const look = make(sheet, "look");
    if (named) make(look, "name", name);
    const { card, words, title } = opened(value);
    if (title === undefined) make(look, "from", "Clarion").append(Object.assign(document.createElement("span"), { textContent: "10:30" }));
    const frame = make(look, title === undefined ? "frame" : "frame dialog");
    if (title !== undefined) make(frame, "title", title).append(Object.assign(document.createElement("span"), { textContent: "×" }));
    if (words) make(frame, "notice", words);
    if (card) {
      const made = new AdaptiveCards.AdaptiveCard();
      made.hostConfig = hostConfig(theme);
      made.onExecuteAction = () => {};
      drawing = card;
      made.parse(withOurPicture(card), new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5));
      frame.append(made.render());
    }
    return { name, frame, card };
  });
  await Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode())]);
  return drawn.flatMap((d) => [...wrong(d), ...unfolded(d)].map((what) => `${d.name}: ${what}`));
}

// unfolded says what is wrong with a card when each of its buttons that unfold something has been pressed.
function unfolded(drawn) {
  return [...drawn.frame.querySelectorAll(".ac-pushButton.expandable")].flatMap((button) => {
    button.click();
    const found = wrong(drawn);
    button.click();
    return found;
  });
}

// wrong says what is not as it should be read: what juts out of a card, what is cut off, what is not there, and words that became
// markup which the bot does not use.
function wrong({ frame, card }) {
  const found = [];
  const inside = frame.getBoundingClientRect();
  for (const e of frame.querySelectorAll("*")) {
    const box = e.getBoundingClientRect();
    if (box.width === 0) continue;
    const said = e.innerText?.trim().slice(0, 60) || e.getAttribute("alt") || e.tagName;
    if (box.right > inside.right + 1 || box.left < inside.left - 1) found.push(`“${said}” juts out by ${Math.round(Math.max(box.right - inside.right, inside.left - box.left))} pixels`);
    else if (tight(e)) found.push(`“${said}” does not fit its place by ${e.scrollWidth - e.clientWidth} pixels`);
  }
  for (const e of frame.querySelectorAll(".ac-textBlock :is(img, h1, h2, h3, h4, h5, h6, ol, ul, table, blockquote, pre, code, hr)")) {
    found.push(`“${e.innerText || e.getAttribute("alt") || ""}” became ${e.tagName}`);
  }
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const all = plain(frame.innerText);
  for (const run of card ? runs(card) : []) {
    // A date is drawn in the reader's own way.
    for (const part of run.split(/\{\{(?:DATE|TIME)\([^)]*\)\}\}/)) {
      if (!all.includes(plain(part))) found.push(`“${part}” is not drawn as it stands`);
    }
  }
  return [...new Set(found)];
}

// tight reports whether the words of a text or a button take more width than there is: where they would be cut off by a pixel, and
// where they are not by more than half of the gap between columns, which nobody sees. What is inline has no width of its own.
function tight(e) {
  const spare = getComputedStyle(e).overflowX === "visible" ? 6 : 1;
  return e.clientWidth > 0 && e.scrollWidth > e.clientWidth + spare && e.closest(".ac-textBlock, .ac-richTextBlock, .ac-pushButton") !== null;
}

// runs returns the texts of a card that are not markup. What unfolds, or is drawn in place of what cannot be, is left out.
function runs(value) {
  if (value === null || typeof value !== "object" || value.isVisible === false) return [];
  if (value.type === "TextRun") return [value.text];
  return Object.entries(value).flatMap(([key, inner]) => (key === "fallback" || (key === "card" && value.type === "Action.ShowCard") ? [] : runs(inner)));
}
