// Follows the chosen delivery with name, charge and total. Without it the page states the total of each choice.
for (const form of document.querySelectorAll("[data-delivery-totals]")) {
  const show = (selector, text) => {
    for (const element of document.querySelectorAll(selector)) element.textContent = text;
  };
  const follow = () => {
    const { name, charge, sum } = form.elements.shipping_method.length
      ? [...form.elements.shipping_method].find((choice) => choice.checked).dataset
      : form.elements.shipping_method.dataset;
    show("[data-delivery-name]", name);
    show("[data-delivery-charge]", charge);
    show("[data-total]", sum);
  };
  form.addEventListener("change", ({ target }) => { if (target.name === "shipping_method") follow(); });
  follow();
}
