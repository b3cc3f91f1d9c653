"""The change report's engine: what a new cloud assembly would do to what is deployed. Plain Python over templates.

    report = compare(Path("base"), Path("head"), None)   # or ["dev", "prod"]: only these environments
    report.changes                  # ranked; a change alike in several environments is one ResourceChange
    report.summary, report.worst    # the numbers, and the worst severity (None: nothing changes)
    list(report.rows())             # one dict per change and environment, as the published JSON schema has it

Offline: no credentials, no aws_cdk. NotAnAssemblyError (SchemaMismatchError, UnknownEnvironmentError) says in one
sentence what is wrong with a folder: exit code 2 for whoever calls this.
"""

from infra.assembly import NotAnAssemblyError
from infra.changes.comparing import compare
from infra.changes.environments import SchemaMismatchError, UnknownEnvironmentError
from infra.changes.model import (
    Change,
    Difference,
    Finding,
    FindingsDelta,
    Reason,
    Report,
    ResourceChange,
    Severity,
    Summary,
)

__all__ = [
    "Change",
    "Difference",
    "Finding",
    "FindingsDelta",
    "NotAnAssemblyError",
    "Reason",
    "Report",
    "ResourceChange",
    "SchemaMismatchError",
    "Severity",
    "Summary",
    "UnknownEnvironmentError",
    "compare",
]
