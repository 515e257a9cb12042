// What is typed and not saved yet is kept in this browser, and offered back: after a session that ended, a form that
// was refused, a window that closed. The shop says by a cookie which of it is stored now.

const PAUSE = 600; // milliseconds without a key
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "_kept_as", "_again"]);
const SAVED = "saved_draft";

forgetWhatIsSaved();
const editor = document.querySelector("[data-editor]");
const form = document.getElementById("post_form");
if (editor && form?.querySelector("[name=_continue]")) {
  if (document.querySelector(".order-machine")?.dataset.ready) start();
  else document.addEventListener("guide:ready", start, { once: true });
}

function start() {
  const key = `guide:${editor.dataset.user}:${location.pathname}`;
  const keptAs = document.createElement("input");
  Object.assign(keptAs, { type: "hidden", name: "_kept_as", value: newName() });
  form.append(keptAs);
  const found = read(key);
  const untouched = JSON.stringify(fields());
  let earlier = null;
  if (editor.hasAttribute("data-bound")) write(key, { as: keptAs.value, at: Date.now(), fields: fields() });
  else if (found && JSON.stringify(found.fields) === untouched) localStorage.removeItem(key);
  else if (found) {
    earlier = found;
    offer(found);
  }
  let timer;

  function keep() {
    clearTimeout(timer);
    const typed = fields();
    if (JSON.stringify(typed) === untouched && !editor.hasAttribute("data-bound")) return;
    write(key, { as: keptAs.value, at: Date.now(), fields: typed, earlier });
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  function offer(kept) {
    const note = document.createElement("div");
    note.className = "editor-note";
    note.setAttribute("role", "status");
    const title = document.createElement("h2");
    title.textContent = "You typed something here that is not saved";
    const text = document.createElement("p");
    text.textContent = `This browser has kept it from ${new Date(kept.at).toLocaleString()}.`;
    const bring = choice("Bring it back", () => bringBack(kept));
    const drop = choice("Throw it away", () => {
      earlier = kept.earlier ?? null;
      if (earlier) write(key, earlier);
      else localStorage.removeItem(key);
      note.remove();
      if (earlier) offer(earlier);
    });
    note.append(title, text, bring, " ", drop);
    editor.querySelector("[data-kept-offer]").append(note);
  }

  // The shop shows it in the form, next to what others have saved since, and stores nothing.
  function bringBack(kept) {
    const sent = document.createElement("form");
    sent.method = "post";
    sent.enctype = "multipart/form-data";
    sent.hidden = true;
    for (const [name, value] of [...kept.fields, ["csrfmiddlewaretoken", token()], ["_again", "1"]]) {
      const control = document.createElement("textarea");
      control.name = name;
      control.value = value;
      sent.append(control);
    }
    document.body.append(sent);
    sent.submit();
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("guide:changed", later);
  form.addEventListener("submit", () => {
    keep();
    // Who has signed in again in another tab has another token.
    if (token()) form.querySelector("[name=csrfmiddlewaretoken]").value = token();
  });
  window.addEventListener("pagehide", keep);
}

function fields() {
  const all = [...new FormData(form)];
  return all.filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name) && !name.includes("__prefix__"));
}

function choice(text, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = text;
  button.addEventListener("click", press);
  return button;
}

function token() {
  return document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1];
}

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, kept) {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // The browser has no room or keeps nothing; the form itself still holds it all.
  }
}

function forgetWhatIsSaved() {
  const saved = document.cookie.match(new RegExp(`(?:^|; )${SAVED}=([^;]+)`))?.[1];
  if (!saved) return;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("guide:") && read(key)?.as === saved) localStorage.removeItem(key);
  }
  document.cookie = `${SAVED}=; path=/admin/; max-age=0`;
}
