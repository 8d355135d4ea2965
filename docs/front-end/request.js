// A whole front end: it knows no question of the clinic's, only how to draw a field. Take it and change what you like.

const home = document.querySelector("meta[name=chairside]").content;
const place = document.getElementById("place");
const language = document.documentElement.lang;
const KEPT = "chairside-draft"; // the link to what was answered: a secret, so it ends with this tab

let draft = null;

// One call. What is sent carries a key, so that it can be sent again; who is asked to wait waits, and then it is.
async function call(path, body, key = crypto.randomUUID()) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
  };
  for (let tries = 1; ; tries++) {
    const answer = await fetch(new URL(path, home), options).catch(() => null);
    const seconds = Number(answer?.headers.get("Retry-After") ?? 2);
    const again = answer === null || answer.status === 503 || (answer.status === 429 && seconds <= 10);
    if (!again || tries === 5) {
      if (answer === null) throw new Error("no connection");
      const told = await answer.json();
      showHelp(told.urgent_help ?? told.in_crisis);
      return { ok: answer.ok, ...told };
    }
    await new Promise((later) => setTimeout(later, seconds * 1000));
  }
}

// Before anything else, and from then on.
function showHelp(help) {
  if (!help) return;
  const box = document.getElementById("help");
  box.querySelector("[data-text]").textContent = help.text ?? "If this cannot wait, somebody is there at any hour.";
  for (const [name, number] of [["crisis", help.crisis_line], ["emergency", help.emergency_line]]) {
    const link = box.querySelector(`[data-${name}]`);
    link.href = `tel:${number}`;
    link.textContent = `Call ${number}`;
  }
  box.hidden = false;
}

function make(tag, text = "", attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.textContent = text; // never innerHTML: whatever comes is text
  return made;
}

function drawField(field, kept) {
  const group = make("fieldset");
  group.dataset.field = field.name;
  group.append(make("legend", field.label));
  if (field.hint) group.append(make("small", field.hint));
  group.append(make("p", "", { className: "error", id: `${field.name}-error`, hidden: true }));
  if (field.options.length === 0) {
    const type = { email: "email", phone: "tel", date: "date" }[field.kind] ?? "text";
    const input = make("input", "", { name: field.name, type, value: kept[0] ?? "" });
    input.setAttribute("aria-label", field.label);
    group.append(input);
  }
  for (const option of field.options) {
    const label = make("label", "", { className: "option" });
    const type = field.kind === "one" ? "radio" : "checkbox";
    label.append(make("input", "", { type, name: field.name, value: option.value, checked: kept.includes(option.value) }));
    const words = make("span", option.label);
    if (option.note) words.append(make("small", option.note));
    label.append(words);
    group.append(label);
  }
  return group;
}

function show(...parts) {
  place.replaceChildren(...parts);
  const title = place.querySelector("h1");
  title.tabIndex = -1;
  title.focus();
}

function ask(question, before = draft.answered.at(-1)) {
  const form = make("form", "", { noValidate: true });
  form.append(make("p", `${question.step.name}, step ${question.step.number} of ${question.step.of}`, { className: "hint" }));
  if (question.above) form.append(make("p", question.above));
  form.append(make("h1", question.asks));
  for (const paragraph of question.text) form.append(make("p", paragraph));
  if (question.hint) form.append(make("p", question.hint, { className: "hint" }));
  for (const field of question.fields) form.append(drawField(field, question.values[field.name] ?? []));
  form.append(make("button", "Next"));
  if (question.may_skip) form.append(" ", make("button", "Leave this out", { name: "skip", value: "yes" }));
  if (before && before !== "who") {
    const back = make("button", "Back", { type: "button" });
    back.addEventListener("click", () => reopen(before));
    form.append(" ", back);
  }
  if (question.note) form.append(make("p", question.note, { className: "hint" }));
  form.addEventListener("submit", (pressed) => {
    pressed.preventDefault();
    answer(question, form, pressed.submitter?.name === "skip");
  });
  show(form);
}

async function reopen(name) {
  const told = await call(draft.links.question.replace("{question}", name));
  if (told.ok) ask(told.question, told.before);
}

async function answer(question, form, skip) {
  const typed = new FormData(form);
  const values = {};
  for (const field of question.fields) {
    const given = typed.getAll(field.name).filter((one) => one !== "");
    if (given.length && !skip) values[field.name] = given;
  }
  const path = draft.links.question.replace("{question}", question.question);
  const told = await call(path, { values, skip, revision: question.revision });
  if (told.ok) return goOn(told);
  if (told.asked) return ask(told.asked); // somebody answered it elsewhere meanwhile
  if (told.other_help) return tell(told.other_help.heading, [...told.other_help.text, told.other_help.now, told.other_help.ask]);
  for (const shown of form.querySelectorAll(".error")) shown.hidden = true;
  for (const error of told.errors ?? []) {
    const beside = document.getElementById(`${error.pointer.split("/")[2]}-error`);
    if (beside) Object.assign(beside, { textContent: error.detail, hidden: false });
  }
  form.querySelector(".error:not([hidden])")?.scrollIntoView({ block: "center" });
}

function goOn(told) {
  draft = told;
  sessionStorage.setItem(KEPT, draft.links.draft);
  if (draft.state === "sent") return follow(draft.links.request);
  if (draft.state === "complete") return check();
  ask(draft.next);
}

async function check() {
  const told = await call(draft.links.check);
  const all = make("div");
  all.append(make("h1", "Is this right?"));
  for (const section of told.sections) {
    all.append(make("h2", section.heading));
    for (const one of section.answers) {
      const said = one.lines.map((line) => [line.asks, line.answer].filter(Boolean).join(" ")).join("; ");
      const change = make("button", "Change", { type: "button", ariaLabel: `Change: ${one.title}` });
      change.addEventListener("click", () => reopen(one.question));
      all.append(make("p", `${one.title}: ${said} `));
      all.lastChild.append(change);
    }
  }
  const send = make("button", "Send it", { type: "button" });
  const key = crypto.randomUUID(); // pressed twice, it is the same sending
  send.addEventListener("click", async () => {
    const sent = await call(draft.links.sending, {}, key);
    if (sent.ok) return follow(sent.links.status);
    if (sent.next) reopen(sent.next);
  });
  all.append(send);
  show(all);
}

async function follow(status) {
  const told = await call(status);
  tell("It has arrived", [
    `Your reference is ${told.reference}.`,
    told.appointment ? `We meet on ${told.appointment.local_start} (${told.appointment.zone}).` : "We look for a time and tell you.",
  ]);
  const page = make("a", "See it at the clinic’s own pages", { href: told.links.page });
  place.append(page);
}

function tell(title, paragraphs) {
  show(make("h1", title), ...paragraphs.map((one) => make("p", one)));
}

document.getElementById("first").addEventListener("submit", async (pressed) => {
  pressed.preventDefault();
  const told = await call("/api/consultation-requests/drafts", { who: pressed.submitter.value, language });
  if (told.ok) return goOn(told);
  tell(told.title, [told.what_to_do]);
});

const kept = sessionStorage.getItem(KEPT);
if (kept) {
  const told = await call(kept);
  if (told.ok) goOn(told);
  else sessionStorage.removeItem(KEPT); // it was left alone for so long that it was erased
}
