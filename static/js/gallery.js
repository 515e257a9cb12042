// Says which of the pictures that one swipes through stands on the glass. Without it the next one still peeks in.
for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const position = document.querySelector("[data-gallery-position]");
  position.querySelector("[data-count]").textContent = gallery.children.length;
  position.hidden = gallery.children.length < 2;

  const inSight = new Set();
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) inSight.add(entry.target);
      else inSight.delete(entry.target);
    }
    const current = [...gallery.children].findIndex((picture) => inSight.has(picture));
    if (current >= 0) position.querySelector("[data-number]").textContent = current + 1;
  }, { root: gallery, threshold: 0.6 });
  for (const picture of gallery.children) seen.observe(picture);
}
