"""Edge: the content delivery network, its public name, and what browsers elsewhere may do."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import HOST_LABEL, Matches, Section, unique
from config.sections.countries import COUNTRIES

Origin = Annotated[
    str,
    Matches(
        rf"https?://{HOST_LABEL}(\.{HOST_LABEL})*(:[1-9][0-9]{{0,4}})?",
        "an origin such as https://app.example.com, without path",
    ),
]
HostName = Annotated[
    str,
    Matches(
        r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])",
        "a host name such as todo.example.com, in lower case",
    ),
]
ServicePath = Annotated[
    str,
    Matches(
        r"(?!/v1)/[A-Za-z0-9_.~@:+&-][A-Za-z0-9_.~@:+&*?/-]{0,126}",
        "a path such as /orders/*, with * and ? as wildcards, not below /v1, which is the API's",
    ),
]
Country = Annotated[str, Matches("|".join(COUNTRIES), "an ISO 3166-1 country code such as CH")]


class Zone(Section):
    """A public hosted zone of Route 53 that this account holds already."""

    id: Annotated[str, Matches(r"Z[A-Z0-9]{1,31}", "the id of a hosted zone, such as Z0123456789ABCDEFGHIJ")]
    """Id of the zone."""

    name: HostName
    """Domain that the zone answers for, such as example.com."""


class Edge(Section):
    """The public face of the platform: CloudFront before the front end and the API. Its stack is in us-east-1."""

    enabled: bool = True
    """Whether there is a front end behind CloudFront; without it, the API answers at its own address alone."""

    domain: HostName | None = None
    """Name that the front end answers to; none: the one that CloudFront gives. Where it is given, so is `zone`."""

    zone: Zone | None = None
    """Hosted zone that receives the records of `domain` and proves its certificate."""

    failover_host: HostName | None = None
    """Host that `domain` leads to while the health check of the front end fails, such as a page that says so;
    none: no fail-over. It needs a `domain` below the zone's own name, where DNS allows a CNAME record."""

    service_paths: Annotated[tuple[ServicePath, ...], Field(max_length=20)] = ()
    """Paths that CloudFront passes on to the services behind the load balancer (`compute.containers`), such as
    /orders/*, and never caches. It asks by `domain`, over HTTPS: the balancer's certificate must be for it, too."""

    price_class: Literal["100", "200", "all"] = "100"
    """Where CloudFront answers from: `100` is North America and Europe, `200` adds Asia, Africa and the Middle East,
    `all` the rest. Viewers elsewhere are served, from further away."""

    allowed_countries: tuple[Country, ...] = ()
    """Countries that CloudFront serves; none: all but `blocked_countries`."""

    blocked_countries: tuple[Country, ...] = ()
    """Countries that CloudFront refuses."""

    web_acl: bool = True
    """Whether CloudFront has a web ACL of its own, with the rules of `security.web_acl`. The API behind it has one in
    any case."""

    log_retention_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    """Days that the access logs of CloudFront and of its buckets are kept."""

    allowed_origins: tuple[Origin, ...] = ()
    """Web origins whose pages may call the API (CORS), such as https://app.example.com; none: no other. The front end
    needs none: it calls the API at its own address."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """No origin, no country and no path is named twice."""
        for field in ("allowed_origins", "allowed_countries", "blocked_countries", "service_paths"):
            self._require(unique(getattr(self, field)), field, "must differ from each other")
        return self

    @model_validator(mode="after")
    def _countries_fit(self) -> Self:
        """CloudFront takes a list of countries to serve, or one of countries to refuse."""
        self._require(
            not (self.allowed_countries and self.blocked_countries),
            "blocked_countries",
            "must be empty where allowed_countries are given",
        )
        return self

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        """A domain lies in the zone, and a fail-over needs a domain that DNS lets be a CNAME."""
        if self.domain:
            self._require(self.zone is not None, "zone", "must be given where domain is", "None")
        if self.domain and self.zone:
            self._require(
                holds(self.zone, self.domain), "domain", f"must be {self.zone.name} or end with .{self.zone.name}"
            )
        if self.failover_host:
            below = bool(self.domain and self.zone and self.domain != self.zone.name)
            self._require(below, "failover_host", "must come with a domain below the zone's own name")
            self._require(self.failover_host != self.domain, "failover_host", "must differ from domain")
        return self


def holds(zone: Zone, name: str) -> bool:
    """Whether `zone` answers for `name`."""
    return name == zone.name or name.endswith(f".{zone.name}")
