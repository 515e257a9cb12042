// Saves what is changed on the basket page at once and in place: the forms are sent as they would be without it, and of
// the page that answers only the basket is taken. When nothing answers, the form is sent as any other.
const basket = document.querySelector("[data-basket]");
const PAUSE = 350; // ms in which several steps become one change
const typed = new Map(); // what stands in fields and is not sent yet, by the selector of the field
const pauses = new Map();
let turn = Promise.resolve(); // one change after the other: each needs the page that the last one gave
let givenUp = false;

// Everything inside the basket is replaced again and again; these say which of its successors an element has.
const formSelector = (form) => `[data-in-place="${form.dataset.inPlace}"]`;
const selector = (control) => {
  const line = control.closest("[data-line]");
  return `${line ? `[data-line="${line.dataset.line}"] ` : ""}[data-control="${control.dataset.control}"]`;
};

const changeLater = (form) => {
  const key = formSelector(form);
  clearTimeout(pauses.get(key));
  pauses.set(key, setTimeout(change, PAUSE, key));
};

const change = (key, button) => {
  clearTimeout(pauses.get(key));
  turn = turn.then(async () => {
    const form = basket.querySelector(key);
    const submitter = button && basket.querySelector(button);
    if (givenUp || !form || (button && !submitter)) return;
    const answer = await send(form, submitter);
    if (answer) take(answer);
    else sendAsUsual(form, submitter);
  });
};

const send = async (form, submitter) => {
  const body = new FormData(form, submitter);
  for (const field of form.elements) if (field.dataset.control) typed.delete(selector(field));
  try {
    const answer = await fetch(form.action, { method: "post", body });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-basket]") && page;
  } catch {
    return null;
  }
};

const sendAsUsual = (form, submitter) => {
  givenUp = true;
  form.requestSubmit(submitter);
};

const take = (page) => {
  const focused = basket.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.control && selector(focused);
  const line = focused?.closest("[data-line]");
  const row = line && [...basket.querySelectorAll("[data-line]")].indexOf(line);
  const folds = [...basket.querySelectorAll("details[open]")].map((fold) => fold.id);

  basket.replaceChildren(...page.querySelector("[data-basket]").childNodes);
  for (const id of folds) basket.querySelectorAll("details").forEach((fold) => { fold.open ||= fold.id === id; });
  for (const [field, value] of typed) {
    const successor = basket.querySelector(field);
    if (successor) successor.value = value;
  }
  enhance();
  for (const hook of ["[data-basket-count]", "[data-basket-items]"]) {
    document.querySelector(hook).replaceWith(page.querySelector(hook));
  }
  tell(page);
  if (focused) keepFocus(key, row);
};

// On what the page that came asks for, or the control that had it; when that has gone, on the line that stands there
// now; when none does, on the basket.
const keepFocus = (key, row) => {
  const lines = basket.querySelectorAll("[data-line]");
  const next = lines[Math.min(row ?? 0, lines.length - 1)];
  const target = basket.querySelector("[autofocus]") || (key && basket.querySelector(key)) || next?.querySelector("[data-control]") || basket;
  target.focus();
};

// All of it to a screen reader; to the eye only what the basket itself does not show.
const tell = (page) => {
  const messages = page.querySelector("[data-messages]");
  const words = [...(messages?.querySelectorAll("[role]") ?? []), ...basket.querySelectorAll("[data-in-place] .field__error")];
  document.querySelector("[data-basket-news]").textContent = words.map((word) => word.textContent.trim()).join(" ");
  document.querySelector("[data-messages]")?.remove();
  if (!messages?.querySelector(".message--good, .message--error")) return;
  const close = messages.querySelector("button");
  close.hidden = false;
  close.addEventListener("click", () => messages.remove());
  document.querySelector("main").prepend(messages);
};

const enhance = () => {
  for (const step of basket.querySelectorAll("[data-step]")) step.hidden = false;
  for (const update of basket.querySelectorAll('[data-control="update"]')) update.hidden = true;
};

basket.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (givenUp || !form.matches("[data-in-place]")) return;
  event.preventDefault();
  const button = submitter?.name ? selector(submitter) : undefined;
  change(formSelector(form), button);
});

basket.addEventListener("input", ({ target }) => {
  if (target.dataset.control) typed.set(selector(target), target.value);
});

basket.addEventListener("change", ({ target }) => {
  if (target.dataset.control === "quantity") changeLater(target.form);
});

basket.addEventListener("click", ({ target }) => {
  const step = target.closest("[data-step]");
  if (!step) return;
  const field = step.parentElement.querySelector('[data-control="quantity"]');
  if (step.dataset.step > 0) field.stepUp();
  else field.stepDown();
  typed.set(selector(field), field.value);
  changeLater(field.form);
});

// Back from the browser's memory, the basket may have been filled or emptied elsewhere.
addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  givenUp = false;
  const answer = await fetch(basket.dataset.basket).catch(() => null);
  if (answer?.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
});

enhance();
