// The page: what is on the list, drawn from one state; every change is shown at once, and taken back if it fails.

import * as api from "./api.js";
import * as session from "./session.js";

const FILTERS = {
  all: { shows: () => true, empty: "Nothing here yet. What comes first?" },
  open: { shows: (item) => !item.completed, empty: "All done. Enjoy it." },
  done: { shows: (item) => item.completed, empty: "Nothing is done yet. It will be." },
};
const TOAST_MS = 6000;

const $ = (id) => document.getElementById(id);
const state = { items: [], cursor: null, filter: "all" };
let toastTimer = 0;

/* Which part of the page is seen. */

function show(part) {
  for (const id of ["starting", "welcome", "board", "broken"]) $(id).hidden = id !== part;
  const name = session.user();
  $("who").hidden = part !== "board" || !session.needed();
  $("user").textContent = name || "";
  $("user").title = name || "";
}

function fail(error) {
  $("broken-text").textContent = error.message;
  show("broken");
}

function toast(text, action) {
  clearTimeout(toastTimer);
  $("toast-text").textContent = text;
  $("toast-action").hidden = !action;
  $("toast-action").textContent = action ? action.label : "";
  $("toast-action").onclick = action ? () => { $("toast").hidden = true; action.run(); } : null;
  $("toast").hidden = false;
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, TOAST_MS);
}

/** Does `work` after `before` showed it as done; `after` takes its answer, `undo` takes back what was shown. */
async function attempt(step) {
  const { before = () => {}, work, after = () => {}, undo = () => {} } = step;
  before();
  draw();
  try {
    after(await work());
    draw();
  } catch (error) {
    undo();
    if (error instanceof session.SignedOut) {
      show("welcome");
      toast("You were signed out.");
    } else {
      draw();
      toast(error.message, { label: "Try again", run: () => attempt(step) });
    }
  }
}

/* The list. */

function draw() {
  const filter = FILTERS[state.filter];
  const shown = state.items.filter(filter.shows);
  const focused = document.activeElement && document.activeElement.closest("[data-id]");
  const kept = focused && { id: focused.dataset.id, class: document.activeElement.className };
  const before = new Set([...$("items").children].map((one) => one.dataset.key));
  $("items").replaceChildren(...shown.map(row));
  for (const one of $("items").children) one.classList.toggle("arrived", !before.has(one.dataset.key));
  $("items").ariaBusy = "false";
  $("nothing").hidden = shown.length > 0;
  $("nothing-text").textContent = filter.empty;
  $("more").hidden = !state.cursor;
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.ariaPressed = String(button.dataset.filter === state.filter);
  }
  drawProgress();
  if (kept) refocus(kept);
}

function drawProgress() {
  const all = state.items.length;
  const done = state.items.filter((item) => item.completed).length;
  const more = state.cursor ? "+" : "";
  $("count").textContent = all ? `${done} of ${all}${more} done` : "";
  $("ring").style.strokeDashoffset = String(all ? 100 - (100 * done) / all : 100);
  $("ring-text").textContent = all ? `${done} of ${all} done` : "Nothing done yet";
}

function refocus({ id, class: name }) {
  const same = $("items").querySelector(`[data-id="${id}"]`);
  const target = same && (name ? same.querySelector(`.${name.split(" ")[0]}`) : same.querySelector("input"));
  (target || $("new-title")).focus();
}

function row(item) {
  const element = $("item").content.cloneNode(true).firstElementChild;
  const find = (selector) => element.querySelector(selector);
  element.dataset.id = item.id;
  element.dataset.key = item.key || item.id;
  element.classList.toggle("completed", item.completed);
  element.classList.toggle("saving", Boolean(item.saving));
  find("input").checked = item.completed;
  find("input").disabled = Boolean(item.saving);
  find("input").onchange = (event) => complete(item, event.target.checked);
  find(".tick .sr").textContent = `Done: ${item.title}`;
  find(".title").textContent = item.title;
  find(".notes").textContent = item.description || "";
  find(".words").onclick = () => openEditor(item);
  find(".words").disabled = Boolean(item.saving);
  find(".remove").onclick = () => remove(item);
  find(".remove").disabled = Boolean(item.saving);
  find(".remove .sr").textContent = `Delete: ${item.title}`;
  if (item.due_on) {
    const due = find(".due");
    due.hidden = false;
    due.dateTime = item.due_on;
    due.textContent = day(item.due_on);
    due.classList.toggle("late", !item.completed && item.due_on < today());
    due.classList.toggle("soon", !item.completed && item.due_on === today());
  }
  return element;
}

function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function day(date) {
  const days = Math.round((Date.parse(date) - Date.parse(today())) / 86_400_000);
  if (Math.abs(days) <= 1) {
    const word = new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(days, "day");
    return word[0].toUpperCase() + word.slice(1);
  }
  const year = date.slice(0, 4) === today().slice(0, 4) ? undefined : "numeric";
  return new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year, timeZone: "UTC" }).format(Date.parse(date));
}

function replace(id, item) {
  // A draft that was saved has another id, and still is the same row.
  state.items = state.items.map((one) => (one.id === id ? { key: one.key || one.id, ...item } : one));
}

function without(id) {
  state.items = state.items.filter((one) => one.id !== id);
}

/* What a person does. */

async function load() {
  show("starting");
  try {
    const page = await api.list();
    Object.assign(state, { items: page.items, cursor: page.next_cursor });
    show("board");
    draw();
  } catch (error) {
    if (error instanceof session.SignedOut) show("welcome");
    else fail(error);
  }
}

function add(form) {
  const values = { title: form.title.value.trim(), ...(form.due_on.value && { due_on: form.due_on.value }) };
  if (!values.title) return;
  const draft = { id: `draft-${crypto.randomUUID()}`, completed: false, saving: true, ...values };
  form.reset();
  attempt({
    before: () => {
      if (state.filter === "done") state.filter = "all";
      state.items.unshift(draft);
    },
    work: () => api.create(values),
    after: (made) => replace(draft.id, made),
    undo: () => without(draft.id),
  });
}

function complete(item, completed) {
  attempt({
    before: () => replace(item.id, { ...item, completed }),
    work: () => api.change(item.id, { completed }),
    after: (changed) => replace(item.id, changed),
    undo: () => replace(item.id, item),
  });
}

function remove(item) {
  const place = state.items.findIndex((one) => one.id === item.id);
  attempt({
    before: () => without(item.id),
    work: () => api.remove(item.id),
    after: () => toast(`Deleted: ${item.title}`),
    undo: () => state.items.splice(place, 0, item),
  });
}

function loadMore() {
  attempt({
    before: () => { $("more").disabled = true; },
    work: () => api.list(state.cursor),
    after: (page) => {
      const known = new Set(state.items.map((item) => item.id));
      state.items.push(...page.items.filter((item) => !known.has(item.id)));
      state.cursor = page.next_cursor;
      $("more").disabled = false;
    },
    undo: () => { $("more").disabled = false; },
  });
}

function openEditor(item) {
  const form = $("edit-form");
  form.title.value = item.title;
  form.description.value = item.description || "";
  form.due_on.value = item.due_on || "";
  $("edit-problem").hidden = true;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const values = {
      title: form.title.value.trim(),
      description: form.description.value.trim() || null,
      due_on: form.due_on.value || null,
    };
    if (!values.title) return;
    form.querySelector("[type=submit]").disabled = true;
    try {
      replace(item.id, await api.change(item.id, values));
      draw();
      $("edit").close();
    } catch (error) {
      if (error instanceof session.SignedOut) { $("edit").close(); show("welcome"); }
      $("edit-problem").textContent = error.message;
      $("edit-problem").hidden = false;
    } finally {
      form.querySelector("[type=submit]").disabled = false;
    }
  };
  $("edit").showModal();
}

/* The beginning. */

function listen() {
  $("sign-in").onclick = () => session.begin("login");
  $("sign-up").onclick = () => session.begin("signup");
  $("sign-out").onclick = () => session.end();
  $("retry").onclick = () => start();
  $("more").onclick = () => loadMore();
  $("new").onsubmit = (event) => { event.preventDefault(); add(event.target); };
  $("edit-cancel").onclick = () => $("edit").close();
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.onclick = () => { state.filter = button.dataset.filter; draw(); };
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, dialog");
    if (event.key === "n" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !$("board").hidden) {
      event.preventDefault();
      $("new-title").focus();
    }
  });
  $("today").textContent = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" }).format();
}

async function start() {
  show("starting");
  try {
    const answer = await fetch("/config.json", { cache: "no-cache" });
    if (!answer.ok) throw new Error("The page is not set up yet. Please try again in a minute.");
    const config = await answer.json();
    api.configure(config.api);
    session.configure(config.signIn);
    await session.finish();
  } catch (error) {
    fail(error instanceof TypeError ? new Error("No connection. Check your network, then try again.") : error);
    return;
  }
  if (session.needed() && !session.user()) show("welcome");
  else await load();
}

listen();
start();
