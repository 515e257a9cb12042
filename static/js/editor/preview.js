// The guide as readers would see it, made by the shop from what stands in the form. Nothing is stored.

const PAUSE = 120; // milliseconds without a key before the form is sent
const THUMBNAIL = 960; // pixels: a chosen picture is sent this small

const preview = document.querySelector("[data-preview]");
const form = document.getElementById("post_form");
if (preview && form) start();

function start() {
  const stage = preview.querySelector("[data-preview-stage]");
  const frame = preview.querySelector("[data-preview-page]");
  const state = preview.querySelector("[data-preview-state]");
  const widths = [...preview.querySelectorAll("[name=preview-width]")];
  const quiet = state.textContent;
  let timer;
  let isSending = false;
  let isStale = false;
  let since = 0;

  function later() {
    since = since || performance.now();
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  async function send() {
    if (isSending) {
      isStale = true;
      return;
    }
    isSending = true;
    const began = since || performance.now();
    since = 0;
    try {
      const data = await formData();
      document.dispatchEvent(new CustomEvent("guide:sent", { detail: data }));
      const answer = await fetch(preview.dataset.url, { method: "POST", body: data });
      if (answer.redirected || answer.status === 403) tell("You are signed out. Sign in in another tab and go on here: what you typed stays.");
      else if (!answer.ok) tell("The preview cannot be shown right now. What you typed is safe.");
      else {
        await show(frame, await answer.text());
        tell(quiet);
        preview.dataset.took = Math.round(performance.now() - began);
      }
    } catch {
      tell("The shop does not answer. What you typed stays in this browser; the preview comes back by itself.");
    }
    isSending = false;
    preview.dataset.shown = Number(preview.dataset.shown ?? 0) + 1;
    if (isStale) {
      isStale = false;
      later();
    }
  }

  function tell(text) {
    if (state.textContent !== text) state.textContent = text;
  }

  function fit() {
    const width = Number(widths.find((each) => each.checked).value);
    const scale = Math.min(1, stage.clientWidth / width);
    frame.style.inlineSize = `${width}px`;
    frame.style.blockSize = `${stage.clientHeight / scale}px`;
    frame.style.transform = `scale(${scale})`;
    frame.style.marginInlineStart = `${Math.max(0, (stage.clientWidth - width * scale) / 2)}px`;
  }

  const kept = localStorage.getItem("guide:width");
  const chosen = widths.find((each) => each.value === kept);
  if (chosen) chosen.checked = true;
  for (const each of widths) {
    each.addEventListener("change", () => {
      localStorage.setItem("guide:width", each.value);
      fit();
    });
  }
  new ResizeObserver(fit).observe(stage);
  fit();

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("guide:changed", later);
  document.addEventListener("guide:ready", send, { once: true });
  if (document.querySelector(".order-machine")?.dataset.ready) send();
}

async function formData() {
  const data = new FormData(form);
  const token = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
  if (token) data.set("csrfmiddlewaretoken", token);
  for (const input of form.querySelectorAll("input[type=file]")) {
    data.delete(input.name);
    const small = input.files[0] && (await thumbnail(input.files[0]));
    if (small) data.set(input.name, small, "picture.webp");
  }
  return data;
}

const thumbnails = new WeakMap();

// The chosen picture, small; null for what this browser cannot show either.
function thumbnail(file) {
  if (!thumbnails.has(file)) thumbnails.set(file, shrink(file).catch(() => null));
  return thumbnails.get(file);
}

async function shrink(file) {
  const picture = await createImageBitmap(file, { resizeWidth: THUMBNAIL });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/webp", 0.8));
}

// The frame's first page is loaded; what comes later is patched into it, so that nothing blinks or jumps.
async function show(frame, html) {
  const main = frame.contentDocument?.querySelector("main[data-live]");
  if (!main) {
    await new Promise((done) => {
      frame.addEventListener("load", done, { once: true });
      frame.srcdoc = html;
    });
    const page = frame.contentDocument;
    page.querySelector("main").dataset.live = "";
    page.addEventListener("click", stay, true);
    page.addEventListener("submit", (event) => event.preventDefault(), true);
    return;
  }
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  fresh.dataset.live = "";
  const touched = patch(main, frame.contentDocument.adoptNode(fresh));
  const place = touched?.getBoundingClientRect();
  if (place && (place.bottom < 0 || place.top > frame.clientHeight)) touched.scrollIntoView({ block: "center" });
}

// Links lead nowhere but to places in the page.
function stay(event) {
  const link = event.target.closest("a, button, summary");
  if (!link || link.localName === "summary" || link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
}

// Makes `old` equal to `fresh` with as few changes as are needed; gives the first element that changed.
function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return null;
  if (old.nodeName !== fresh.nodeName || !old.childNodes.length || !fresh.childNodes.length) {
    old.replaceWith(fresh);
    return fresh.nodeType === Node.ELEMENT_NODE ? fresh : fresh.parentElement;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  let was = [...old.childNodes];
  let becomes = [...fresh.childNodes];
  while (was.length && becomes.length && was[0].isEqualNode(becomes[0])) {
    was = was.slice(1);
    becomes = becomes.slice(1);
  }
  while (was.length && becomes.length && was.at(-1).isEqualNode(becomes.at(-1))) {
    was = was.slice(0, -1);
    becomes = becomes.slice(0, -1);
  }
  const after = was.at(-1)?.nextSibling ?? (was.length ? null : nextAfter(old, fresh, becomes));
  let touched = null;
  becomes.forEach((node, index) => {
    if (index < was.length) {
      const changed = patch(was[index], node);
      touched ??= changed;
    } else {
      old.insertBefore(node, after);
      if (node.nodeType === Node.ELEMENT_NODE) touched ??= node;
    }
  });
  was.slice(becomes.length).forEach((node) => node.remove());
  return touched ?? old;
}

// Where nothing of the old stood between what stayed: the node before which the new one comes.
function nextAfter(old, fresh, becomes) {
  if (!becomes.length) return null;
  const index = [...fresh.childNodes].indexOf(becomes[0]);
  return old.childNodes[index] ?? null;
}
