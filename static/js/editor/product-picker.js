// A product is searched by name or UPC, and shown with picture, price and stock. The form is sent its number.
// A combobox with a list, as the ARIA authoring practices have it: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const PAUSE = 150; // milliseconds without a key
let number = 0;

function make(tag, className, attributes = {}) {
  const element = document.createElement(tag);
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

async function ask(field, query) {
  const answer = await fetch(`${field.dataset.productPicker}?${new URLSearchParams(query)}`);
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  return (await answer.json()).products;
}

function facts(product) {
  return [product.upc && `UPC ${product.upc}`, product.price, product.stock, product.note].filter(Boolean).join(" · ");
}

function picture(product) {
  const image = make("img", "picker__picture", { alt: "", width: 40, height: 50 });
  if (product?.picture) image.src = product.picture;
  else image.classList.add("picker__picture--none");
  return image;
}

function furnish(field) {
  if (field.closest(".empty-form") || field.dataset.furnished) return;
  field.dataset.furnished = "yes";
  const list = make("ul", "picker__list", { role: "listbox", id: `picker-${(number += 1)}`, "aria-label": "Products" });
  const search = make("input", "picker__search vLargeTextField", {
    type: "text", role: "combobox", autocomplete: "off", placeholder: "Name or UPC",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, id: field.id,
  });
  const told = make("p", "picker__facts", { role: "status" });
  const box = make("div", "picker");
  const control = make("div", "picker__control");
  let face = picture();
  list.hidden = true;
  field.type = "hidden";
  field.removeAttribute("id");
  field.after(box);
  control.append(face, search, list);
  box.append(control, told);
  let found = [];
  let active = -1;
  let chosen = null;
  let timer;
  let asked = 0;

  function choose(product) {
    chosen = product;
    field.value = product.pk;
    close();
    present();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function present() {
    search.value = chosen?.title ?? "";
    told.textContent = chosen ? facts(chosen) : "";
    const fresh = picture(chosen);
    face.replaceWith(fresh);
    face = fresh;
    const label = field.closest(".inline-related")?.querySelector(":scope > h3 .inline_label");
    if (label && chosen) label.textContent = chosen.title;
  }

  function open() {
    list.replaceChildren(
      ...found.map((product, index) => {
        const option = make("li", "picker__option", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false" });
        const text = make("span", "picker__text");
        const title = make("strong", "picker__title");
        title.textContent = product.title;
        const note = make("span", "picker__note");
        note.textContent = facts(product);
        text.append(title, note);
        option.append(picture(product), text);
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => choose(product));
        return option;
      }),
    );
    list.hidden = !found.length;
    search.setAttribute("aria-expanded", String(!list.hidden));
    mark(found.length ? 0 : -1);
  }

  function close() {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
    active = -1;
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === index)));
    if (index < 0) return;
    search.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  }

  async function look() {
    const mine = (asked += 1);
    try {
      found = await ask(field, { q: search.value === chosen?.title ? "" : search.value.trim() });
      if (mine !== asked) return;
      open();
      told.textContent = found.length ? `${found.length} found` : "Nothing has that name or UPC.";
    } catch {
      told.textContent = "The products cannot be searched right now. Try again in a moment.";
    }
  }

  search.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  search.addEventListener("change", (event) => event.stopPropagation());
  search.addEventListener("click", () => list.hidden && look());
  search.addEventListener("focus", () => search.select());
  search.addEventListener("blur", () => {
    close();
    present();
  });
  search.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) look();
      else mark((active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0) choose(found[active]);
    } else if (event.key === "Escape") {
      close();
      present();
    }
  });

  return (products) => {
    chosen = products.find((product) => String(product.pk) === field.value) ?? null;
    present();
    if (field.value && !chosen) told.textContent = "This product is gone. Choose another.";
  };
}

async function furnishAll() {
  const fields = [...document.querySelectorAll("input[data-product-picker]")].filter((field) => !field.dataset.furnished);
  const told = fields.map(furnish).filter(Boolean);
  const chosen = fields.filter((field) => field.value && !field.closest(".empty-form"));
  if (!chosen.length) return;
  try {
    const query = chosen.map((field) => ["pk", field.value]);
    const products = await ask(chosen[0], query);
    told.forEach((tell) => tell(products));
  } catch {
    // Their numbers stay in the form; a search still works.
  }
}

furnishAll();
document.addEventListener("formset:added", () => setTimeout(furnishAll));
