/* J and K move, Enter opens (it is a link), A acknowledges. One switch turns single keys off (WCAG 2.1.4), and they rest
   while somebody types. A never guesses: it presses the button of the item in focus, or the only one there is. */
{
  const items = () => [...document.querySelectorAll("[data-item]")];
  const off = () => localStorage.getItem("chairside-keys") === "off";
  const show = () => document.querySelectorAll("[data-keys-switch]").forEach((box) => (box.checked = !off()));

  const move = (by) => {
    const all = items();
    const here = all.findIndex((item) => item.contains(document.activeElement));
    const next = all[here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + by))];
    next?.querySelector("[data-open]")?.focus();
  };

  const acknowledge = () => {
    const here = document.activeElement.closest("[data-item]")?.querySelector("[data-acknowledge]");
    const all = document.querySelectorAll("[data-acknowledge]");
    (here ?? (all.length === 1 ? all[0] : null))?.click();
  };

  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key === "a") return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    if (!document.querySelector("[data-keys]")) return;
    const act = { j: () => move(1), k: () => move(-1), a: acknowledge }[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-switch]")) localStorage.setItem("chairside-keys", event.target.checked ? "on" : "off");
  });
  document.documentElement.dataset.js = "on";
  show();
}
