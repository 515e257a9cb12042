// Applies each choice of a list's filters in place, so that focus and fold stay. Without it the form's button does.
for (const form of document.querySelectorAll("[data-filters]")) {
  const parts = form.closest("[data-product-list]").querySelectorAll("[data-part]");
  let asked = new AbortController();

  const show = async (url, signal) => {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
    const focused = document.activeElement?.id;
    for (const part of parts) {
      part.replaceChildren(...page.querySelector(`[data-part="${part.dataset.part}"]`).childNodes);
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    document.title = page.title;
    // In place of this page, not after it: Back leads to where the shopper came from.
    history.replaceState(history.state, "", url);
  };

  // What was asked for is out of date as soon as something else is chosen or typed.
  form.addEventListener("input", () => asked.abort());
  form.addEventListener("change", () => {
    asked.abort();
    asked = new AbortController();
    const chosen = [...new FormData(form)].filter(([name, value]) => value && (name !== "sort" || value !== "recommended"));
    const url = new URL(form.action);
    url.search = new URLSearchParams(chosen);
    show(url, asked.signal).catch((error) => { if (error.name !== "AbortError") form.submit(); });
  });
}
