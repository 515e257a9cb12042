// Asks a security key when its form is sent, and sends what it answers with the form. Without a script, or in a browser
// that knows no keys, the form stays hidden, and what stands in its place says why.
const knowsKeys = window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;

const askForNew = (options) =>
  navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
const askForKnown = (options) =>
  navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

const send = async (form) => {
  const says = form.querySelector("[data-key-says]");
  const button = form.querySelector("button");
  const ask = form.hasAttribute("data-new") ? askForNew : askForKnown;
  says.textContent = says.dataset.waits;
  button.disabled = true;
  try {
    form.elements.answer.value = JSON.stringify(await ask(JSON.parse(form.dataset.securityKey)));
    form.submit();
  } catch {
    says.textContent = says.dataset.failed;
    button.disabled = false;
    button.focus();
  }
};

if (knowsKeys) {
  for (const form of document.querySelectorAll("[data-security-key]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }
  for (const words of document.querySelectorAll("[data-without-keys]")) words.hidden = true;
}
