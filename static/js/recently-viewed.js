// Shows, at the end of a product's page, those that were looked at before. Their numbers stay in this browser.
const KEY = "recently-viewed";
const MOST = 4;

const remembered = () => {
  try {
    const ids = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(ids) ? ids.filter(Number.isSafeInteger) : [];
  } catch {
    return []; // a browser may forbid storage, and anybody may write to it
  }
};

const remember = (ids) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(ids));
  } catch {
    // What cannot be stored is not remembered.
  }
};

const show = async (page) => {
  const product = Number(page.dataset.recentlyViewed);
  const others = remembered().filter((id) => id !== product).slice(0, MOST);
  remember([product, ...others]);
  if (!others.length) return;
  const answer = await fetch(`${page.dataset.shelf}?ids=${others}`).catch(() => null);
  if (answer?.ok) page.insertAdjacentHTML("beforeend", await answer.text());
};

document.querySelectorAll("[data-recently-viewed]").forEach(show);
