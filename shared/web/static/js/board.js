/* Moving an appointment on the board: with the mouse, or by keyboard (M, arrows, Enter; Escape gives up). Both only say
   where to; the page behind "Move" asks the server, explains a refusal, and confirms. That page works without any of this.
   Nothing is told while a block hangs in the air: the list may be fetched anew meanwhile, the shadow is not part of it. */
{
  const QUARTER = 15 * 60000;
  const board = () => document.querySelector(".board:not(.as-list)[data-start]");
  const says = document.getElementById("board-says");
  const wide = matchMedia("(min-width: 64rem)");
  const lanes = () => [...document.querySelectorAll("[data-lane]")];
  let move = null;

  const zoneTime = (at) => new Intl.DateTimeFormat("en-GB",
    { timeZone: document.querySelector("[data-clock]").dataset.clock, hour: "2-digit", minute: "2-digit" }).format(at);

  const scale = () => {
    const grid = board().getBoundingClientRect();
    const name = document.querySelector(".lane b").getBoundingClientRect();
    const start = Date.parse(board().dataset.start);
    const width = grid.right - name.right;
    return { left: name.right, per: width / (board().dataset.hours * 3600000), start };
  };

  const take = (block) => {
    const from = Date.parse(block.dataset.from);
    const ghost = document.createElement("div");
    ghost.className = "ghost";
    ghost.append(document.createElement("b"));
    document.body.append(ghost);
    move = {
      block: block.id, url: block.dataset.move, from, length: Date.parse(block.dataset.until) - from,
      at: from, lane: block.dataset.on, was: block.dataset.on, ghost,
      name: block.querySelector(".whom bdi").textContent,
    };
    document.documentElement.classList.add("is-moving");
    show();
  };

  const show = () => {
    const lane = lanes().find((one) => one.dataset.lane === move.lane);
    if (!lane) return drop();
    const box = lane.getBoundingClientRect();
    const { left, per, start } = scale();
    Object.assign(move.ghost.style, {
      left: `${scrollX + left + (move.at - start) * per}px`,
      top: `${scrollY + box.top + 2}px`,
      width: `${move.length * per - 2}px`,
      height: `${box.height - 4}px`,
    });
    const time = `${zoneTime(move.at)}–${zoneTime(move.at + move.length)}`, where = document.createElement("span");
    where.textContent = lane.dataset.name;
    move.ghost.firstChild.replaceChildren(time, where);
    move.ghost.classList.toggle("late", move.at - start > board().dataset.hours * 1800000);
    const same = move.at === move.from && move.lane === move.was;
    says.textContent = same
      ? `${move.name} is at ${zoneTime(move.at)}, ${lane.dataset.name}. Arrows move it, Escape leaves it.`
      : `${move.name} would move to ${zoneTime(move.at)}, until ${zoneTime(move.at + move.length)}, ${lane.dataset.name}. Enter to go on, Escape to leave it where it is.`;
  };

  const drop = () => {
    if (!move) return;
    move.ghost.remove();
    document.documentElement.classList.remove("is-moving");
    says.textContent = "Nothing was moved.";
    move = null;
  };

  const ask = () => {
    if (move.at === move.from && move.lane === move.was) return drop();
    const query = new URLSearchParams({ at: new Date(move.at).toISOString() });
    if (move.lane !== move.was) query.set("with", move.lane);
    location.assign(`${move.url}?${query}#move`);
  };

  const within = (at) => {
    const start = Date.parse(board().dataset.start);
    return Math.min(Math.max(at, start), start + board().dataset.hours * 3600000 - move.length);
  };

  // a chair changes places with a chair in whatever room, a clinician with a clinician
  const sameKind = () => {
    const kind = lanes().find((one) => one.dataset.lane === move.lane).dataset.kind;
    return lanes().filter((one) => one.dataset.kind === kind);
  };

  const step = (time, lane) => {
    move.at = within(move.at + time * QUARTER);
    const all = sameKind();
    const next = all[all.findIndex((one) => one.dataset.lane === move.lane) + lane];
    if (next) move.lane = next.dataset.lane;
    show();
  };

  document.addEventListener("keydown", (event) => {
    const block = event.target.closest?.(".slot");
    if (event.key === "Escape") {
      if (move) drop();
      else if (block) block.dataset.hushed = "";
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("chairside-keys") === "off") return;
    if (!move) {
      if (event.key.toLowerCase() !== "m" || !block?.dataset.move || !board() || !wide.matches) return;
      event.preventDefault();
      return take(block);
    }
    const act = { ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1), Enter: ask }[event.key];
    if (!act) return event.key === "Tab" && drop();
    event.preventDefault();
    act();
  });

  let pressed = null;
  document.addEventListener("pointerdown", (event) => {
    const block = event.target.closest?.(".slot[data-move]");
    if (!block || event.button !== 0 || event.target.closest(".more") || !board() || !wide.matches) return;
    pressed = { block, x: event.clientX, y: event.clientY };
  });
  document.addEventListener("dragstart", (event) => event.target.closest?.(".slot[data-move]") && event.preventDefault());
  document.addEventListener("pointermove", (event) => {
    if (!pressed) return;
    if (!move && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < 6) return;
    if (!move) take(pressed.block);
    const { per } = scale();
    const by = Math.round((event.clientX - pressed.x) / per / QUARTER);
    move.at = within(move.from + by * QUARTER);
    const over = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.dataset.lane);
    if (over && sameKind().includes(over)) move.lane = over.dataset.lane;
    show();
  });
  document.addEventListener("pointerup", () => {
    if (pressed && move) {
      addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
      setTimeout(() => move && ask());
    }
    pressed = null;
  });
  document.addEventListener("pointercancel", () => {
    pressed = null;
    drop();
  });
  document.addEventListener("pointerout", (event) => event.target.closest?.(".slot")?.removeAttribute("data-hushed"));
  document.addEventListener("focusout", (event) => event.target.closest?.(".slot")?.removeAttribute("data-hushed"));

  // the line of the present, what is to be recorded and what is held no longer: by the minute, while anybody looks
  setInterval(() => !document.hidden && htmx.trigger(document.body, "changed"), 60000);
  document.querySelector(".slot.found")?.scrollIntoView({ block: "center" });
}
