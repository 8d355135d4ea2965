/* Somebody who reads or types for longer than a token lives stays signed in: while there is activity, the token is renewed
   when a minute of it is left. Without activity nothing is sent, and the idle log-off does its work. */
{
  const root = document.documentElement;
  const until = Date.parse(root.dataset.tokenUntil);
  const life = 5 * 60000;
  let ends = performance.now() + until - Date.parse(root.dataset.now);
  let active = false;
  let asking = false;

  const renew = async () => {
    if (!active || asking || ends - performance.now() > 60000) return;
    asking = true;
    active = false;
    try {
      const answer = await fetch("/staff/session/renew", { headers: { Accept: "application/json" } });
      if (answer.ok) ends = performance.now() + life;
    } catch {
      // offline, or notifications is down: the next activity tries again
    } finally {
      asking = false;
    }
  };

  if (until) {
    for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) {
      addEventListener(sign, () => (active = true), { passive: true });
    }
    setInterval(renew, 15000);
  }
}
