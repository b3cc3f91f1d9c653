"""`report`: what a change does to every environment, from templates alone: no credentials, no network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scripts.console import Exit, fail, progress

if TYPE_CHECKING:
    from scripts.change_report.collecting import Collected


def report(
    *,
    base: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Assemblies before: one a sub-folder, or one.")
    ] = None,
    head: Annotated[Path | None, typer.Option(metavar="DIR", help="Assemblies after.")] = None,
    base_ref: Annotated[
        str | None, typer.Option(metavar="COMMIT", help="Build both sides instead: this commit, and the work tree.")
    ] = None,
    since_release: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Build this environment, and compare with what its archive says is deployed."
        ),
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    environment: Annotated[
        list[str] | None, typer.Option("--environment", "-e", help="Only this environment; may be repeated.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write it for programs.")] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a pull request's comment.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a page.")] = None,
    page_url: Annotated[str, typer.Option(help="Where the page will be, for the comment to say.")] = "",
    fail_on: Annotated[
        Literal["critical", "high", "never"], typer.Option(help="Exit with 3 from this severity on.")
    ] = "never",
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Accept what is at or above the gate, and say why in the report.")
    ] = "",
) -> None:
    """Compare two versions of the platform: verdicts, severities, cost and findings of all environments at once."""
    from infra.assembly import NotAnAssemblyError
    from infra.changes import Severity
    from infra.cost import PriceBookError
    from infra.cost.usage import UsageError
    from infra.guardrails.acknowledgements import sentence_problem
    from scripts.change_report.collecting import collect
    from scripts.change_report.terminal import show
    from scripts.change_report.work_trees import WorkTreeError

    if override and (problem := sentence_problem(override)):
        fail(f"--override {problem}", Exit.USAGE)
    gate = None if fail_on == "never" else Severity[fail_on.upper()]
    try:
        if bool(base) != bool(head) or sum(map(bool, (base, base_ref, since_release))) != 1:
            fail("give --base DIR and --head DIR, or --base-ref COMMIT, or --since-release NAME", Exit.USAGE)
        released = _since_release(since_release, port) if since_release else None
        with released or _sides(base, head, base_ref, environment) as (before, after):
            collected = collect(before, after, environment, gate=gate, override=override)
    except (NotAnAssemblyError, UsageError, WorkTreeError) as error:
        fail(str(error), Exit.USAGE)
    except PriceBookError as error:
        fail(str(error))
    _write(collected, json_file=json_file, markdown=markdown, html=html, page_url=page_url)
    show(collected)
    if collected.blocked:
        raise SystemExit(int(Exit.FINDINGS))


@contextmanager
def _sides(
    base: Path | None, head: Path | None, base_ref: str | None, environments: list[str] | None
) -> Iterator[tuple[Path, Path]]:
    """Yield both folders: those that are given, or built from a commit and from the work tree."""
    if base and head:
        yield base, head
    elif base_ref:
        from scripts.change_report.work_trees import built

        with progress.status(f"synthesising {base_ref} and the work tree ..."), built(base_ref, environments) as sides:
            yield sides


@contextmanager
def _since_release(environments: list[str], port: int | None) -> Iterator[tuple[Path, Path]]:
    from scripts.aws import told_plainly
    from scripts.change_report.released import since_release
    from scripts.synthesis import SynthesisError

    with (
        told_plainly(SynthesisError),
        progress.status(f"synthesising {', '.join(environments)} ..."),
        since_release(environments, port=port) as sides,
    ):
        yield sides


def _write(
    collected: "Collected", *, json_file: Path | None, markdown: Path | None, html: Path | None, page_url: str
) -> None:
    import json

    from scripts.change_report import markdown as comment
    from scripts.change_report import page

    if json_file:
        _write_file(json_file, json.dumps(collected.as_json(), indent=2, default=str) + "\n")
    if markdown:
        _write_file(markdown, comment.render(collected, page=page_url or (html.name if html else "")))
    if html:
        _write_file(html, page.render(collected))


def _write_file(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}", Exit.USAGE)
