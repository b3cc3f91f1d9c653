// Who is signed in: Cognito's pages by code and PKCE, tokens for this tab alone, renewed before they end.

const STORE = "session";
const ATTEMPT = "attempt";
const RENEW_BEFORE_MS = 60_000;
const HOME = `${location.origin}/`;

let settings = null;
let session = read(STORE);
let renewal = null;

export class SignedOut extends Error {}

/** Prepares signing in with `signIn` ({url, clientId}); null: nobody signs in, the API is open. */
export function configure(signIn) {
  settings = signIn;
}

export function needed() {
  return settings !== null;
}

export function user() {
  return session && session.user;
}

/** Sends the browser to Cognito's page `kind`: "login", or "signup" for a new account. */
export async function begin(kind) {
  const attempt = { state: random(), verifier: random() };
  write(ATTEMPT, attempt);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
  const query = new URLSearchParams({
    client_id: settings.clientId,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
    redirect_uri: HOME,
    response_type: "code",
    scope: "openid email profile",
    state: attempt.state,
  });
  location.assign(`${settings.url}/${kind === "signup" ? "signup" : "oauth2/authorize"}?${query}`);
}

/** Finishes what `begin` began, when Cognito has sent the browser back. Throws what the person is to be told. */
export async function finish() {
  const query = new URLSearchParams(location.search);
  if (!query.has("code") && !query.has("error")) return;
  const attempt = read(ATTEMPT);
  sessionStorage.removeItem(ATTEMPT);
  history.replaceState(null, "", "/");
  if (query.has("error")) throw new Error(query.get("error_description") || "The sign-in was not completed.");
  if (!attempt || attempt.state !== query.get("state")) {
    throw new Error("This sign-in did not begin on this page. Please sign in again.");
  }
  await ask({ grant_type: "authorization_code", code: query.get("code"), code_verifier: attempt.verifier, redirect_uri: HOME });
}

/** Returns an access token that is valid for a while; null where the API is open. Throws SignedOut. */
export async function token({ fresh = false } = {}) {
  if (!needed()) return null;
  if (!session) throw new SignedOut();
  if (fresh || session.until - Date.now() < RENEW_BEFORE_MS) {
    renewal ??= renew().finally(() => { renewal = null; });
    await renewal;
  }
  return session.access;
}

/** Forgets the session here and at Cognito, and comes back signed out. */
export function end() {
  const refresh = session && session.refresh;
  forget();
  if (refresh) {
    const body = new URLSearchParams({ client_id: settings.clientId, token: refresh });
    fetch(`${settings.url}/oauth2/revoke`, { method: "POST", mode: "no-cors", keepalive: true, body }).catch(() => {});
  }
  location.assign(`${settings.url}/logout?${new URLSearchParams({ client_id: settings.clientId, logout_uri: HOME })}`);
}

export function forget() {
  session = null;
  sessionStorage.removeItem(STORE);
}

async function renew() {
  if (!session.refresh) {
    forget();
    throw new SignedOut();
  }
  await ask({ grant_type: "refresh_token", refresh_token: session.refresh });
}

async function ask(values) {
  const body = new URLSearchParams({ client_id: settings.clientId, ...values });
  const answer = await fetch(`${settings.url}/oauth2/token`, { method: "POST", body });
  if (!answer.ok) {
    if (answer.status >= 500) throw new Error("The sign-in service does not answer. Please try again.");
    forget();
    throw values.grant_type === "refresh_token" ? new SignedOut() : new Error("The sign-in has ended. Please sign in again.");
  }
  const told = await answer.json();
  session = {
    access: told.access_token,
    refresh: told.refresh_token || (session && session.refresh), // rotation sends a new one each time
    until: Date.now() + told.expires_in * 1000,
    user: told.id_token ? claims(told.id_token).email : user(),
  };
  write(STORE, session);
}

/** What a token says; shown, never trusted: the API checks it. */
function claims(jwt) {
  const bytes = Uint8Array.from(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function read(key) {
  return JSON.parse(sessionStorage.getItem(key) || "null");
}

function write(key, value) {
  sessionStorage.setItem(key, JSON.stringify(value));
}
