// The blocks of a guide, for hands and keyboards: what is seen first comes first, every block has buttons to move it,
// and a row at the end adds one. Dragging and the plus signs between blocks are the content editor's own.

const DESCRIPTIONS = {
  richtext_set: "Paragraphs, headings, lists, tables",
  productpick_set: "One of our products, and why",
  figure_set: "A photograph or a drawing",
  keyfact_set: "A line of the short answer",
  question_set: "Opens to its answer",
  source_set: "Where a claim comes from",
};

const FIRST_FIELD = "[contenteditable=true], .form-row:not(.hidden) :is(input:not([type=hidden]), select, textarea)";

const changed = () => document.dispatchEvent(new CustomEvent("guide:changed"));
const machine = () => document.querySelector(".order-machine");
const isTemplate = (block) => block.classList.contains("empty-form");

function blocks() {
  return [...machine().querySelectorAll(":scope > .inline-related:not(.empty-form)")].sort(
    (one, other) => one.style.order - other.style.order,
  );
}

// The order on the screen becomes that of the document, so that Tab goes from block to block as one reads.
function settle() {
  blocks().forEach((block, index) => {
    block.style.order = 10 * (index + 1);
    block.querySelector(".order-machine-ordering").value = 10 * (index + 1);
  });
  const ordered = blocks();
  const current = ordered.filter((block, index) => block !== inDocument()[index]);
  if (current.length) machine().prepend(...ordered);
  ordered.forEach((block, index) => {
    const [up, down] = block.querySelectorAll("[data-move]");
    if (up) up.disabled = index === 0;
    if (down) down.disabled = index === ordered.length - 1;
  });
}

function inDocument() {
  return [...machine().querySelectorAll(":scope > .inline-related:not(.empty-form)")];
}

function move(block, by) {
  const ordered = blocks();
  const from = ordered.indexOf(block);
  const other = ordered[from + by];
  if (!other) return;
  [block.style.order, other.style.order] = [other.style.order, block.style.order];
  settle();
  changed();
}

function button(text, name, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "block-tool";
  made.textContent = text;
  made.setAttribute("aria-label", name);
  made.title = name;
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    press(made);
  });
  return made;
}

function furnish(block) {
  if (isTemplate(block) || block.dataset.furnished) return;
  block.dataset.furnished = "yes";
  const head = block.querySelector(":scope > h3");
  const kind = head.querySelector("b").textContent.replace(":", "");
  const tools = document.createElement("span");
  tools.className = "block-tools";
  const up = button("↑", `Move up: ${kind}`, (pressed) => {
    move(block, -1);
    pressed.focus();
  });
  const down = button("↓", `Move down: ${kind}`, (pressed) => {
    move(block, 1);
    pressed.focus();
  });
  up.dataset.move = "up";
  down.dataset.move = "down";
  const fold = button("", `Fold: ${kind}`, () => head.click());
  fold.dataset.fold = "";
  new MutationObserver(() => tellFold(block, fold)).observe(block, { attributeFilter: ["class"] });
  tools.append(up, down, fold);
  if (block.querySelector(":scope > h3 .delete")) head.insertBefore(tools, head.querySelector(".delete"));
  else head.append(tools);
  tellFold(block, fold);
  for (const target of block.querySelectorAll(":scope > .order-machine-insert-target")) {
    operable(target, `Insert a block before this ${kind.toLowerCase()}`);
  }
}

function tellFold(block, fold) {
  const open = !block.classList.contains("collapsed");
  fold.textContent = open ? "–" : "+";
  fold.setAttribute("aria-expanded", String(open));
}

// What is a button to the mouse becomes one to the keyboard and to those who listen.
function operable(element, name) {
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  if (name) element.setAttribute("aria-label", name);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    element.click();
    if (element.classList.contains("selected")) document.querySelector(".plugin-buttons .plugin-button")?.focus();
  });
}

// A block shows in its head what is in it, from the first word on.
function name(block) {
  const label = block.querySelector(":scope > h3 .inline_label");
  const field = block.querySelector("[contenteditable=true], textarea, input[type=text]:not([role])");
  const text = (field?.value ?? field?.textContent ?? "").trim();
  if (label && text) label.textContent = text.slice(0, 70);
}

function addRow() {
  const row = document.createElement("div");
  row.className = "add-block";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Add a block at the end");
  for (const plugin of window.ContentEditor.plugins) {
    const add = document.createElement("button");
    add.type = "button";
    add.className = "add-block__button";
    const title = document.createElement("strong");
    title.textContent = `Add ${plugin.title.toLowerCase()}`;
    const description = document.createElement("span");
    description.textContent = DESCRIPTIONS[plugin.prefix] ?? "";
    add.append(title, description);
    add.addEventListener("click", () => {
      window.ContentEditor._insertBefore = null;
      window.ContentEditor.addContent(plugin.prefix);
    });
    row.append(add);
  }
  document.querySelector(".order-machine-wrapper").after(row);
}

function start() {
  if (!machine() || machine().dataset.ready) return;
  machine().dataset.ready = "yes";
  inDocument().forEach(furnish);
  document.querySelectorAll(".plugin-buttons .plugin-button").forEach((each) => operable(each));
  document.querySelectorAll(".order-machine-insert-target.last").forEach((each) => operable(each, "Insert a block at the end"));
  if (window.ContentEditor.allowChange) addRow();
  settle();
  machine().addEventListener("drop", () => setTimeout(() => { settle(); changed(); }));
  machine().addEventListener("input", (event) => {
    const block = event.target.closest(".inline-related");
    if (block) name(block);
  });
  // What stood in the form before anybody touched it is known from here on.
  document.dispatchEvent(new CustomEvent("guide:ready"));
}

document.addEventListener("content-editor:activate", (event) => {
  if (!machine()?.dataset.ready) return;
  furnish(event.detail.inline);
  settle();
});
document.addEventListener("formset:added", (event) => {
  setTimeout(() => {
    settle();
    changed();
    // The editor of a text takes the place of its field a moment later; who is quicker than that keeps their place.
    setTimeout(() => {
      if (!event.target.contains(document.activeElement)) event.target.querySelector(FIRST_FIELD)?.focus();
    }, 50);
  });
});
document.addEventListener("formset:removed", () => setTimeout(() => { settle(); changed(); }));
document.addEventListener("content-editor:ready", start);
if (window.ContentEditor) start();
