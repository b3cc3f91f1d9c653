// The to-do API: one function per route; whatever goes wrong becomes a sentence for people.

import { SignedOut, forget, token } from "./session.js";

const TRIES = 3;
const PAUSE_MS = 400;
const PASSING = new Set([429, 502, 503, 504]);

let base = "";

export function configure(path) {
  base = path;
}

export function list(cursor) {
  return call("GET", `/todos?${new URLSearchParams({ limit: "50", ...(cursor && { cursor }) })}`);
}

/** Creates an item once, however often the network makes us ask. */
export function create(values) {
  return call("POST", "/todos", values, { "Idempotency-Key": crypto.randomUUID() });
}

export function change(id, values) {
  return call("PATCH", `/todos/${id}`, values);
}

export async function remove(id) {
  await call("DELETE", `/todos/${id}`).catch((error) => {
    if (error.status !== 404) throw error; // gone already: as asked
  });
}

async function call(method, path, values, headers = {}) {
  let answer = await send(method, path, values, headers, await token());
  if (answer.status === 401) answer = await send(method, path, values, headers, await token({ fresh: true }));
  if (answer.status === 401) {
    forget();
    throw new SignedOut();
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  const fields = (problem.errors || []).map((error) => error.detail || error.message).filter(Boolean);
  throw Object.assign(new Error(fields.join(" ") || problem.detail || problem.title || "Something went wrong."), {
    status: answer.status,
  });
}

async function send(method, path, values, headers, bearer) {
  const all = { ...headers, ...(bearer && { Authorization: `Bearer ${bearer}` }) };
  if (values) all["Content-Type"] = "application/json";
  // Every request may be repeated: POST has its key, the others mean the same twice.
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch(base + path, { method, headers: all, body: values && JSON.stringify(values) });
      if (!PASSING.has(answer.status) || attempt === TRIES) return answer;
    } catch {
      if (attempt === TRIES) throw new Error("No connection. Check your network, then try again.");
    }
    await new Promise((resume) => { setTimeout(resume, attempt * PAUSE_MS); });
  }
}
