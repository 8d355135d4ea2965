/* A form is sent once: the pressed button says so, and a second click does nothing. The button is never disabled,
   because a disabled button would take its own name and value out of what is sent. */
{
  const place = `chairside-sent ${location.pathname}`;

  const rest = () => document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    if (form.elements.form_key) sessionStorage.setItem(place, form.elements.form_key.value);
    event.submitter?.setAttribute("aria-busy", "true");
  });

  // coming back by the browser's button shows the page as it was left: pressed
  addEventListener("pageshow", (event) => event.persisted && rest());

  // or fetches it anew, with another key: it gets the one it was sent with, so that sending again is the same request
  const sent = sessionStorage.getItem(place);
  if (sent && performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
    document.querySelectorAll('input[name="form_key"]').forEach((key) => (key.value = sent));
  }
}
