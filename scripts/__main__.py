"""`python -m scripts VERB`: registers the verbs; each lives in a file of its own name."""

import typer

from scripts.alarms import alarms
from scripts.backup import backup
from scripts.bench import bench
from scripts.bootstrap import bootstrap
from scripts.bundle import bundle
from scripts.check import check
from scripts.cleanup import cleanup
from scripts.config import config
from scripts.cost import cost
from scripts.cutover import cutover
from scripts.dashboards import dashboards
from scripts.deploy import deploy
from scripts.diagram import diagram
from scripts.docs import docs
from scripts.down import down
from scripts.drift import drift
from scripts.drill import drill
from scripts.empty_vaults import empty_vaults
from scripts.failover import failover
from scripts.find import find
from scripts.images import images
from scripts.load_test import load_test
from scripts.lock import lock
from scripts.mute import mute
from scripts.protection import protection
from scripts.redrive import redrive
from scripts.release import release
from scripts.report import report
from scripts.restore import restore
from scripts.rollback import rollback
from scripts.smoke import smoke
from scripts.token import token
from scripts.up import up
from scripts.validate import validate
from scripts.watch import watch

app = typer.Typer(
    name="python -m scripts",
    help="Operate the platform. Progress goes to stderr, data to stdout. "
    "Exit codes: 0 ok, 1 error, 2 usage, 3 findings, 4 timeout.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _main() -> None:
    """Operate the platform."""


app.command()(bundle)
app.command()(up)
app.command()(down)
app.command()(smoke)
app.command()(token)
app.command()(cost)
app.command()(alarms)
app.command()(check)
app.command()(dashboards)
app.command()(mute)
app.add_typer(config, name="config")
app.command()(lock)
app.command()(report)
app.command()(backup)
app.command()(restore)
app.command()(cutover)
app.command()(drill)
app.command()(protection)
app.command()(failover)
app.command()(bench)
app.command()(bootstrap)
app.command()(validate)
app.command()(deploy)
app.command()(rollback)
app.command()(release)
app.command()(images)
app.command()(drift)
app.command()(cleanup)
app.command()(empty_vaults)
app.command()(redrive)
app.command()(find)
app.command()(load_test)
app.command()(diagram)
app.command()(docs)
app.command()(watch)

if __name__ == "__main__":
    app()
