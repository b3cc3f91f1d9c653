"""`smoke`: drives the to-do API over HTTP, every route well and badly, and says what did not hold."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from scripts.console import Exit, emit, fail, progress

if TYPE_CHECKING:
    import httpx

SECONDS = 30
"""How long an answer may take: the first one starts the function."""

Result = tuple[str, str | None]
"""What should hold, and what was seen instead, or None when it held."""


def smoke(
    url: Annotated[str, typer.Option(help="Address of the API, its stage included.")],
    token: Annotated[
        str | None, typer.Option(envvar="API_TOKEN", help="Access token to call with (`python -m scripts token`).")
    ] = None,
    outside: Annotated[
        bool, typer.Option("--outside", help="Only what anybody may do: it is healthy, and lets no stranger in.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON on stdout.")] = False,
) -> None:
    """Check a deployed to-do API: create, list, read, update, delete, and a bad request for each route."""
    import httpx

    if not url.startswith(("http://", "https://")):
        fail(f"--url must begin with http:// or https://, got {url}", Exit.USAGE)
    try:
        results = list(check_outside(url) if outside else check(url, token=token))
    except httpx.HTTPError as error:
        fail(f"{url} does not answer: {error}")
    failed = show(results)
    if as_json:
        emit([{"check": name, "ok": problem is None, "problem": problem} for name, problem in results])
    if failed:
        raise SystemExit(int(Exit.ERROR))


def show(results: list[Result]) -> int:
    """Print a line for each result; return how many checks did not hold."""
    for name, problem in results:
        mark, said = ("[green]✓[/]", "") if problem is None else ("[red]✗[/]", f": {problem}")
        progress.print(f"  {mark} {name}{escape(said)}", soft_wrap=True)
    return sum(problem is not None for _, problem in results)


def check(url: str, *, token: str | None = None) -> Iterator[Result]:
    """Yield each check with its problem; what is created is deleted again. Without a token, the API must be open.

    Raises:
        httpx.HTTPError: the API cannot be reached.
    """
    import httpx

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=url.rstrip("/"), timeout=SECONDS, headers=headers) as api:
        yield _status("the API is healthy", api.get("/health"), 200)
        todo = {"title": "Smoke test", "description": "Made by a check", "due_on": "2030-01-31"}
        key = {"Idempotency-Key": f"smoke-{id(api)}"}
        created = api.post("/todos", json=todo, headers=key)
        yield _status("a to-do item is created", created, 201)
        if created.status_code != 201:  # noqa: PLR2004
            return
        item = created.json()
        path = f"/todos/{item['id']}"
        yield _same("the new item says what was sent", {name: item.get(name) for name in todo}, todo)
        yield _same("its address is told", created.headers.get("Location", "").endswith(path), True)
        again = api.post("/todos", json=todo, headers=key)
        yield _same("the same request again makes no second item", again.json().get("id"), item["id"])
        yield _status("the item is read", api.get(path), 200)
        changed = api.patch(path, json={"completed": True})
        yield _status("the item is updated", changed, 200)
        yield _same("the update is kept", api.get(path).json().get("completed"), True)
        yield from _listing(api, item["id"])
        yield from _bad_requests(api, path)
        if token:
            yield from _strangers(api, path, token)
        yield _status("the item is deleted", api.delete(path), 204)
        yield _status("a deleted item is unknown", api.get(path), 404)


def check_outside(url: str) -> Iterator[Result]:
    """Yield what holds for somebody without an identity; nothing is created.

    Raises:
        httpx.HTTPError: the API cannot be reached.
    """
    import httpx

    with httpx.Client(base_url=url.rstrip("/"), timeout=SECONDS) as api:
        yield _status("the API is healthy", api.get("/health"), 200)
        refused = api.get("/todos").status_code in (401, 403)
        yield "a stranger is refused", None if refused else "whoever asks gets the list"


def _listing(api: "httpx.Client", wanted: str) -> Iterator[Result]:
    """Read the whole list, a page at a time, until the item appears."""
    cursor: str | None = None
    while True:
        page = api.get("/todos", params={"limit": 100, **({"cursor": cursor} if cursor else {})})
        if page.status_code != 200:  # noqa: PLR2004
            yield _status("the items are listed", page, 200)
            return
        if any(item["id"] == wanted for item in page.json()["items"]):
            yield "the items are listed", None
            return
        cursor = page.json().get("next_cursor")
        if not cursor:
            yield "the items are listed", "the new item is not among them"
            return


def _bad_requests(api: "httpx.Client", path: str) -> Iterator[Result]:
    yield _refused("creating without a title is refused", api.post("/todos", json={}), 400)
    yield _refused("listing none at a time is refused", api.get("/todos", params={"limit": 0}), 400)
    yield _refused("an unknown item is not found", api.get("/todos/no-such-item"), 404)
    yield _refused("updating to an empty title is refused", api.patch(path, json={"title": ""}), 400)
    yield _refused("deleting an unknown item is not found", api.delete("/todos/no-such-item"), 404)


def _strangers(api: "httpx.Client", path: str, token: str) -> Iterator[Result]:
    """Without a token, or with one that was tampered with, no route answers and nothing is written."""
    header, claims, signature = token.split(".")
    forged = f"{header}.{claims}.{signature[::-1]}"
    for named, sent in (("without a token", ""), ("with a forged token", f"Bearer {forged}")):
        headers = {"Authorization": sent}
        yield _refused(f"reading {named} is refused", api.get(path, headers=headers), 401)
        yield _refused(f"writing {named} is refused", api.post("/todos", json={"title": "No"}, headers=headers), 401)
    listed = api.get("/todos", params={"limit": 100}).json()["items"]
    yield _same("nothing refused was written", any(item["title"] == "No" for item in listed), False)


def _status(name: str, answer: "httpx.Response", wanted: int) -> Result:
    if answer.status_code == wanted:
        return name, None
    return name, f"status {answer.status_code} instead of {wanted}: {answer.text[:300]}"


def _refused(name: str, answer: "httpx.Response", wanted: int) -> Result:
    """A refusal has the right status, and says why as problem details."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code == wanted and kind != "application/problem+json":
        return name, f"the answer is {kind or 'of no type'} instead of application/problem+json"
    return _status(name, answer, wanted)


def _same(name: str, found: Any, wanted: Any) -> Result:
    return name, None if found == wanted else f"{found!r} instead of {wanted!r}"
