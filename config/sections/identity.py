"""Identity: the directory of users, and the pages on which they sign up and in."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import EmailAddress, Matches, Section, unique

GroupName = Annotated[str, Matches(r"[A-Z][A-Za-z0-9]{1,31}", "a PascalCase noun of 2-32 letters and digits")]
DomainPrefix = Annotated[
    str,
    Matches(
        r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
        "1-63 lower-case letters, digits and inner hyphens, without aws, amazon or cognito",
    ),
]


class UserAttribute(Section):
    """A custom attribute of every user. Cognito never changes or removes one: a new name is a new attribute."""

    name: Annotated[str, Matches(r"[A-Za-z][A-Za-z0-9_]{0,19}", "1-20 letters, digits and _, a letter first")]
    """Name, without the `custom:` that Cognito puts before it."""

    type: Literal["string", "number", "boolean", "datetime"] = "string"
    """Type of its values."""


class Group(Section):
    """A group of users; a token names the groups of its user."""

    name: GroupName
    """Name of the group. Changing it makes a new, empty group."""

    description: Annotated[str, Field(max_length=2048)] = ""
    """What its members may do."""


class UserPool(Section):
    """A Cognito user pool: second factor, threat protection, sign-in by code and PKCE."""

    self_sign_up: bool = False
    """Whether people may register by themselves; otherwise an administrator invites each."""

    domain_prefix: DomainPrefix | None = None
    """First label of the sign-in pages' address, free in the whole region; none: project, environment and account.
    Changing it makes new pages; whoever is signing in at that moment starts again."""

    groups: Annotated[tuple[Group, ...], Field(max_length=100)] = ()
    """Groups of users."""

    attributes: Annotated[tuple[UserAttribute, ...], Field(max_length=50)] = ()
    """Custom attributes, at most 50; what is listed once must stay (docs/runbooks/change-user-directory.md)."""

    sender: EmailAddress | None = None
    """Sender of codes and invitations, an address that SES has verified in the region; none: Cognito's own sender,
    which sends 50 messages a day at most."""

    callback_urls: Annotated[
        tuple[
            Annotated[
                str,
                Matches(r"https://[^\s#]+|http://localhost(:[0-9]+)?/[^\s#]*", "https://..., or http://localhost..."),
            ],
            ...,
        ],
        Field(max_length=99),
    ] = ()
    """Pages that sign-in and sign-out return to, beside those of `edge.allowed_origins`."""

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        """No group or attribute has the name of another."""
        for field in ("groups", "attributes"):
            names = [item.name for item in getattr(self, field)]
            self._require(unique(names), field, "must have different names", names)
        self._require(unique(self.callback_urls), "callback_urls", "must differ from each other")
        return self
