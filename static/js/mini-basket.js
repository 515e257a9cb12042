// Adds to the basket without leaving the page, shows it in a panel, and keeps the header's count true when a page comes
// back from the browser's memory. Without it, or when the shop does not answer, the form is sent as any other.
const panel = document.querySelector("[data-mini-basket]");

const ask = async (address, form) => {
  const answer = await fetch(address, { ...form, headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
};

const take = (answer) => {
  const { count, items } = answer.firstElementChild.dataset;
  const number = document.querySelector("[data-basket-count]");
  number.textContent = count;
  number.hidden = count === "0";
  document.querySelector("[data-basket-items]").textContent = items;
  panel.replaceChildren(...answer.childNodes);
};

const open = (source) => {
  if (!panel.matches(":popover-open")) panel.showPopover({ source });
  panel.focus();
};

const say = () => {
  const line = document.querySelector("[data-basket-said]");
  line.textContent = "";
  // A line that says the same again is read again only if it was empty in between.
  requestAnimationFrame(() => { line.textContent = panel.firstElementChild.dataset.said; });
};

if (panel?.showPopover) {
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (!form.matches("[data-add-to-basket]")) return;
    event.preventDefault();
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    const answer = await ask(form.action, { method: "post", body: new FormData(form), keepalive: true }).catch(() => null);
    form.ariaBusy = null;
    if (!answer) {
      form.submit();
      return;
    }
    take(answer);
    open(submitter);
    say();
  });

  // The second half of a double click adds nothing, and leaves the panel that the first one opened.
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-add-to-basket] button")?.form;
    if (!form || event.detail < 2) return;
    event.preventDefault();
    if (!form.ariaBusy && panel.firstElementChild) open(event.target);
  });

  // Whoever goes on by keyboard must see where, and the panel would lie above it.
  document.addEventListener("focusin", ({ target }) => {
    if (!panel.contains(target)) panel.hidePopover();
  });

  addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted) return;
    panel.hidePopover();
    const answer = await ask(panel.dataset.miniBasket).catch(() => null);
    if (answer) take(answer);
  });
}
