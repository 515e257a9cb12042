// Lets a message be closed. Without it the message simply stays until the next page.
for (const messages of document.querySelectorAll("[data-messages]")) {
  const close = messages.querySelector("button");
  close.hidden = false;
  close.addEventListener("click", () => messages.remove());
}
