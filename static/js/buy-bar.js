// Keeps the way to buy on the glass of a phone once the main button has scrolled off its top. Until then, and without
// it, the bar is there for nobody.
for (const bar of document.querySelectorAll("[data-buy-bar]")) {
  const button = bar.closest("form").querySelector("[data-buy]");
  let past = false;
  // Not under the hand of somebody who stands on it by keyboard.
  const follow = () => { bar.hidden = !past && !bar.contains(document.activeElement); };

  // All that lies above the glass, however far: a jump may pass the button without its ever being seen.
  new IntersectionObserver(([{ isIntersecting }]) => {
    past = isIntersecting;
    follow();
  }, { rootMargin: "1000000px 0px -100%", threshold: 1 }).observe(button);
  bar.addEventListener("focusout", () => setTimeout(follow));
}
