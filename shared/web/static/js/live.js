/* Pages that keep themselves up to date. The library opens the stream and opens it again after a break; each "changed" makes
   the marked regions fetch themselves (templates/ui/live.html). What it leaves to us:
   1. after every connection, also the first, one "changed": what happened while nobody listened must not be missed;
   2. a first connection that fails is tried again;
   3. the page says whether it is live: a list that is quietly old is worse than none;
   4. the title of the tab counts what is unread, as the bar does: somebody may be looking at another tab;
   5. a place whose buttons get no answer asks for itself once more: whoever fills it can say what is the matter. */
{
  const source = document.querySelector("[data-live-source]");
  const say = (state) => (document.documentElement.dataset.live = state);
  let tries = 0;

  const again = () => {
    say("off");
    const wait = Math.min(30000, 1000 * 2 ** tries++) * (0.7 + Math.random() * 0.6);
    setTimeout(() => source.isConnected && htmx.trigger(source, "retry", {}, false), wait);
  };

  if (source) {
    source.addEventListener("htmx:sse:after:connection", () => {
      tries = 0;
      say("on");
      htmx.trigger(source, "changed");
    });
    source.addEventListener("htmx:sse:error", () => say("off"));
    source.addEventListener("htmx:sse:close", (event) => event.detail.reason === "ended" && again());
    for (const failure of ["htmx:error", "htmx:response:error"]) {
      source.addEventListener(failure, (event) => event.target === source && !source._htmx?.sse && again());
    }
  }

  for (const failure of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(failure, (event) => {
      const place = event.target.closest?.("[data-asks-again]");
      if (place && place !== event.target) htmx.trigger(place, "again");
    });
  }

  const count = document.querySelector(".nav .count");
  const name = document.title.replace(/^\(\d+\) /, "");
  const entitle = () => {
    const [unread] = count.textContent.match(/\d+/) ?? [];
    document.title = unread ? `(${unread}) ${name}` : name;
  };
  if (count) new MutationObserver(entitle).observe(count, { childList: true, characterData: true, subtree: true });
}
