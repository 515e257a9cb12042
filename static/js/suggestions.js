// Makes a combobox of a search field: what begins with what is typed is offered below it. Without it the form searches.
const PAUSE = 120; // milliseconds without a key, before the shop is asked
const FEWEST = 2; // letters

for (const form of document.querySelectorAll("[data-suggestions]")) {
  const field = form.elements.q;
  const list = form.querySelector("[data-suggestions-list]");
  const said = form.querySelector("[data-suggestions-said]");
  let asked = new AbortController();
  let pause;

  const options = () => [...list.children];
  const active = () => options().find((option) => option.ariaSelected === "true");

  const choose = (option) => {
    const before = active();
    if (before) before.ariaSelected = "false";
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.ariaSelected = "true";
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const open = () => {
    list.hidden = false;
    field.ariaExpanded = "true";
  };

  const close = () => {
    clearTimeout(pause);
    asked.abort();
    choose(null);
    list.hidden = true;
    field.ariaExpanded = "false";
  };

  const ask = async () => {
    asked = new AbortController();
    const { signal } = asked;
    const typed = field.value;
    const answer = await fetch(`${form.dataset.suggestions}?${new URLSearchParams({ q: typed })}`, { signal }).catch(() => null);
    const found = answer?.ok ? await answer.text().catch(() => "") : "";
    if (signal.aborted) return;
    list.innerHTML = found;
    choose(null);
    said.textContent = list.childElementCount ? said.dataset.some : said.dataset.none;
    if (list.childElementCount) open();
    else close();
  };

  // The next option that way; from the ends back to what was typed, as in a ring.
  const move = (step) => {
    const ring = [null, ...options()];
    choose(ring.at((ring.indexOf(active() ?? null) + step) % ring.length));
  };

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: close,
    Enter: () => location.assign(active().dataset.url),
  };

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.ariaExpanded = "false";
  field.autocomplete = "off"; // the browser's own list would lie over ours

  field.addEventListener("input", () => {
    clearTimeout(pause);
    asked.abort();
    if (field.value.trim().length < FEWEST) close();
    else pause = setTimeout(ask, PAUSE);
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (list.hidden && event.key === "ArrowDown" && list.childElementCount) {
      event.preventDefault();
      open();
    }
    if (list.hidden || !keys[event.key] || (event.key === "Enter" && !active())) return;
    event.preventDefault();
    keys[event.key]();
  });

  field.addEventListener("blur", close);
  form.addEventListener("submit", close);

  // Before the field loses its focus, and the list with it.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[data-url]");
    if (option) location.assign(option.dataset.url);
  });
}
