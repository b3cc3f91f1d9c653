"""Whether a key that a template names is one of ours."""

from typing import Any

from infra.assembly.model import Target, Text


def not_our_key(value: Any) -> str | None:
    """Why a resolved value is no key of ours; None where it is one."""
    if isinstance(value, Target):
        foreign = value.resource.type.startswith("AWS::") and not value.resource.type.startswith(
            ("AWS::KMS::", "AWS::CloudFormation::", "AWS::SSM::")
        )
        return f"names {value.resource.logical_id}, which is no key" if foreign else None
    if value is None or value == "":
        return "names no key of ours"
    text = str(value) if isinstance(value, str | Text) else ""
    if "alias/aws/" in text or text in ("AWS_OWNED_KMS_KEY", "AWS_OWNED_KEY"):
        return f"names AWS's key ({text}) instead of one of ours"
    return None
