// Pictures are seen where they are chosen, and what must stay in view is pointed at on the picture itself.

function shown(input) {
  const chosen = input.files[0];
  if (chosen) return URL.createObjectURL(chosen);
  return input.closest(".file-upload, div")?.querySelector("a")?.href ?? "";
}

function furnish(input) {
  if (input.closest(".empty-form") || input.dataset.furnished) return;
  input.dataset.furnished = "yes";
  const focus = input.name === "hero" ? document.querySelector("#id_hero_focus") : null;
  const picture = document.createElement("img");
  picture.alt = "";
  picture.className = focus ? "focus-picker__picture" : "chosen-picture";
  if (focus) focus.prepend(picture);
  else input.closest(".form-row").append(picture);
  const show = () => {
    const source = shown(input);
    picture.hidden = !source;
    if (source) picture.src = source;
    else picture.removeAttribute("src");
  };
  picture.addEventListener("error", () => { picture.hidden = true; });
  input.addEventListener("change", show);
  show();
}

const furnishAll = () => document.querySelectorAll("#post_form input[type=file]").forEach(furnish);
furnishAll();
document.addEventListener("formset:added", () => setTimeout(furnishAll));

const copy = document.querySelector("[data-copy-link]");
copy?.addEventListener("click", async () => {
  const link = document.querySelector("[data-shared-link]");
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    copy.textContent = "Copied";
  } catch {
    copy.textContent = "Press Ctrl+C";
  }
});
