"""The web application firewall: who is let in, who is blocked, and which rules only count for now."""

from ipaddress import ip_network
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from config.sections.base import Matches, Section, unique
from config.sections.countries import COUNTRIES

CountryCode = Annotated[
    str, Matches("|".join(COUNTRIES), "a country of AWS WAF's list, such as GB (ISO 3166-1 alpha-2, upper case)")
]

MANAGED = ("Common", "KnownBadInputs", "SqlInjection", "IpReputation", "AnonymousIp")
"""AWS's groups of rules, by the short names that `counted_rules` uses."""

OWN = ("BlockedAddresses", "CountryBlock", "RateLimit")

CountedRule = Annotated[
    str,
    Matches(
        rf"{'|'.join(OWN)}|({'|'.join(MANAGED)})(/[A-Za-z0-9_]{{1,128}})?",
        f"one of {', '.join((*OWN, *MANAGED))}, or a rule inside a group, such as Common/SizeRestrictions_BODY",
    ),
]


def _is_block(text: str) -> str:
    try:
        block = ip_network(text)
    except ValueError:
        raise PydanticCustomError(
            "rule", "must be an IPv4 or IPv6 network such as 198.51.100.0/24, without host bits"
        ) from None
    if block.prefixlen == 0:
        raise PydanticCustomError("rule", "must not be /0: WAF refuses it")
    if "/" not in text:
        raise PydanticCustomError("rule", "must have a prefix length, such as /32 for one IPv4 address")
    return text


AddressBlock = Annotated[str, AfterValidator(_is_block)]

AddressBlocks = Annotated[tuple[AddressBlock, ...], Field(max_length=10_000)]
"""As many as WAF takes into one set."""


class WebAcl(Section):
    """Rules at a front door, in the order in which they are asked: allowed and blocked addresses, countries, the rate,
    then AWS's managed groups (known bad addresses, anonymous ones, common attacks, bad inputs, SQL injection)."""

    rate_limit_per_5_minutes: Annotated[int, Field(ge=10, le=2_000_000_000)] = 2000
    """Requests per client address in five minutes before WAF blocks it (WAF accepts 10 to 2,000,000,000)."""

    blocked_countries: Annotated[tuple[CountryCode, ...], Field(max_length=len(COUNTRIES))] = ()
    """Countries whose requests are blocked, as ISO 3166-1 alpha-2 codes."""

    allowed_addresses: AddressBlocks = ()
    """Networks whose requests pass without any further rule: your own load tests, a partner's scanner."""

    blocked_addresses: AddressBlocks = ()
    """Networks whose requests are blocked."""

    block_anonymous: bool = False
    """Whether VPNs, proxies, Tor and hosting providers are blocked; honest users come through these, too."""

    counted_rules: tuple[CountedRule, ...] = ()
    """Rules that count what they would block and let it pass: how a new rule is tried on real traffic."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """Nothing is named twice, and no network is both allowed and blocked."""
        for field in ("blocked_countries", "allowed_addresses", "blocked_addresses", "counted_rules"):
            self._require(unique(getattr(self, field)), field, "must differ from each other")
        both = sorted(set(self.allowed_addresses) & set(self.blocked_addresses))
        self._require(not both, "blocked_addresses", "must not be in allowed_addresses", both)
        return self

    @model_validator(mode="after")
    def _counted_rules_are_there(self) -> Self:
        """A rule that counts is a rule of this list."""
        needs = {
            "AnonymousIp": "block_anonymous",
            "BlockedAddresses": "blocked_addresses",
            "CountryBlock": "blocked_countries",
        }
        for rule in self.counted_rules:
            field = needs.get(rule.partition("/")[0])
            there = field is None or bool(getattr(self, field))
            self._require(there, "counted_rules", f"must not name {rule} without {field}", rule)
        return self
