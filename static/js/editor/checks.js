// What is wrong with the guide as it stands in the form, found by the shop whenever the preview has been sent.

const PAUSE = 700; // milliseconds after the last preview

const check = document.querySelector("[data-check]");
if (check) start();

function start() {
  const sum = check.querySelector("[data-check-sum]");
  const list = check.querySelector("[data-check-list]");
  let timer;
  let latest = 0;

  async function send(data) {
    const number = ++latest;
    const answer = await fetch(check.dataset.url, { method: "POST", body: data }).catch(() => null);
    if (!answer?.ok || answer.redirected || number !== latest) return; // the preview says what is the matter
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...fresh.querySelector("[data-check-list]").childNodes);
    const text = fresh.querySelector("[data-check-sum]").textContent;
    if (sum.textContent !== text) sum.textContent = text;
    check.dataset.checked = number;
  }

  document.addEventListener("guide:sent", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => send(event.detail), PAUSE);
  });
}
