/* Ages ("12 min") and the clinic's clock go on without asking the server. They count from the server's time, written into
   the page as data-now, because the clock of the device may be wrong. The words are those of shared/web/times.py. */
{
  const ahead = Date.parse(document.documentElement.dataset.now) - Date.now() || 0;

  const age = (since) => {
    const minutes = Math.max(0, Math.floor((Date.now() + ahead - since) / 60000));
    const hours = Math.floor(minutes / 60);
    if (minutes < 1) return "now";
    if (hours < 1) return `${minutes} min`;
    if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
    return hours < 48 ? "1 day" : `${Math.floor(hours / 24)} days`;
  };

  const put = (element, text) => element.textContent === text || (element.textContent = text);

  const tick = () => {
    document.querySelectorAll("time[data-age]").forEach((time) => put(time, age(Date.parse(time.dateTime))));
    document.querySelectorAll("time[data-clock]").forEach((time) => put(time,
      new Intl.DateTimeFormat("en-GB", { timeZone: time.dataset.clock, hour: "2-digit", minute: "2-digit" }).format(Date.now() + ahead)));
  };

  tick();
  setInterval(tick, 15000);
}
