"""How secrets look: by their own shape, by the name they go under, and by entropy."""

import re
from collections import Counter
from collections.abc import Iterator
from math import log2
from typing import Any

from infra.assembly.model import Text

SHAPES: dict[str, str] = {
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,})",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    "a Slack webhook": r"hooks\.slack\.com/services/T\w+/B\w+/\w{8,}",
    "a Stripe key": r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
    "a Google API key": r"\bAIza[\w-]{35}",
    "a SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}",
    "a PyPI token": r"\bpypi-AgE[\w-]{20,}",
    "an API key": r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "a DigitalOcean token": r"\bdo[op]_v1_[a-f0-9]{40,}",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{5,}",
    "an address with a password": r"\b[a-z][a-z0-9+.-]*://[^\s/:@{}$]+:[^\s/:@{}$]{3,}@[\w.-]",
    "a connection string with a password": r"(?i)\b(?:password|pwd|accountkey)\s*=\s*[^\s;{$<'\"]{4,};",
    "a bearer token": r"(?i)\bauthorization:\s*(?:bearer|basic)\s+[\w+/=.-]{12,}",
    "an AWS secret key": r"(?i)secret_?access_?key[\"']?\s*[:=]\s*[\"']?[A-Za-z0-9/+=]{40}\b",
}
_SHAPES = {name: re.compile(pattern) for name, pattern in SHAPES.items()}
_HINTS = re.compile(
    r"AKIA|ASIA|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|[rs]k_|AIza|SG\.|npm_|pypi-"
    r"|sk-|hf_|_v1_|eyJ|://[^\s/]+@|(?i:password|pwd|accountkey|authorization|secret)"
)
ASSIGNMENT = re.compile(
    r"(?i)\b[\w-]*(?:password|passwd|secret|api_?key|token)[\w-]*\s*[=:]\s*[\"']?(?!\$|\{\{|arn:|<)([^\s\"'$&|;]{6,})"
)

_SENSITIVE = re.compile(
    r"(?i)(pass(word|wd|phrase)|pwd|secret|token|api_?key|private_?key|credential|auth_?key|access_?key"
    r"|signing_?key|encryption_?key|conn(ection)?_?str(ing)?|dsn$)"
)
_ABOUT_IT = re.compile(
    r"(?i)(arns?|names?|ids?|paths?|ur[li]|param(eter)?|ttl|seconds|minutes|hours|days|length|policy|enabled|table"
    r"|bucket|queue|topic|header|type|issuer|file|region|version|expir(y|ation|es)|duration|count|limit|algorithm"
    r"|prefix|field|alias|kind|rotation|endpoint|source|store|ref|template|units|provider|required|mode|cache|jwks)$"
)
_HARMLESS = re.compile(r"(?i)^(true|false|none|null|yes|no|\d{1,5}|required|optional|disabled|enabled)?$")
_ADDRESS = re.compile(r"^(arn:|alias/|/|s3://|https?://|\{\{resolve:(secretsmanager|ssm-secure):|projects/)")
_DIGEST_NAME = re.compile(r"(?i)(hash|sha\d*|digest|checksum|version|commit|revision|fingerprint|etag|build)s?$")
_UUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_HEXADECIMAL = re.compile(r"^[0-9a-f]+$|^[0-9A-F]+$")
_CDK_HASH = re.compile(r"(?<=[a-z])[0-9A-F]{8}(?![0-9a-f])")
_WORDS = re.compile(r"^(?:Fn|[A-Z]?[a-z]{2,}|[A-Z]{2,}|\d{1,4})+$")
_SHORTEST, _MIXED_ENTROPY, _HEX_ENTROPY = 16, 3.5, 3.0


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every literal string inside a resolved value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Text):
        # What is known only at deploy time keeps its place, so that the pieces around it do not run together.
        yield path, "".join(part if isinstance(part, str) else "${}" for part in value.parts)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, f"{path}[{index}]")


def shape_of_secret(text: str) -> str | None:
    """What kind of secret the text contains by its shape, or None."""
    if not _HINTS.search(text):
        return None
    return next((name for name, pattern in _SHAPES.items() if pattern.search(text)), None)


def named_secret(name: str, value: Any) -> bool:
    """Whether a literal stands under a name that means a secret."""
    if not isinstance(value, str) or not _SENSITIVE.search(name) or _ABOUT_IT.search(name):
        return False
    return not (_HARMLESS.match(value) or _ADDRESS.match(value))


def random_text(name: str, value: Any) -> str | None:
    """A piece of a literal that looks like chance made it, or None."""
    if not isinstance(value, str) or _ADDRESS.match(value) or _DIGEST_NAME.search(name) or _UUID.match(value):
        return None
    return next((run for run in _RUN.findall(value) if not _UUID.match(run) and _looks_random(run)), None)


def _looks_random(run: str) -> bool:
    return any(_random_piece(piece) for piece in re.split(r"[-_/+=]", run))


def _random_piece(piece: str) -> bool:
    if len(piece) < _SHORTEST or _WORDS.match(_CDK_HASH.sub("", piece) or "hash"):
        return False
    if _HEXADECIMAL.match(piece):
        return len(piece) >= 2 * _SHORTEST and entropy(piece) >= _HEX_ENTROPY
    kinds = sum(any(test(letter) for letter in piece) for test in (str.isdigit, str.islower, str.isupper))
    return kinds > 1 and entropy(piece) >= _MIXED_ENTROPY


def entropy(text: str) -> float:
    """Shannon's entropy of a text, in bits a character."""
    return -sum(count / len(text) * log2(count / len(text)) for count in Counter(text).values())


def masked(text: str) -> str:
    """A secret as it may stand in a report: enough to find it, too little to use it."""
    return f"{text[: min(4, len(text) // 4)]}... ({len(text)} characters)"
