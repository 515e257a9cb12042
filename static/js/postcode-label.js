// Calls the postcode what the chosen country calls it. Without it the label of the first country stays.
for (const fields of document.querySelectorAll("[data-postcode-label]")) {
  const country = fields.querySelector("[name=country]");
  const label = fields.querySelector("[name=postcode]").labels[0];
  country?.addEventListener("change", () => { label.textContent = country.value === "US" ? "ZIP code" : "Postcode"; });
}
