"""A Cognito user pool: a second factor for everybody, stolen passwords refused, sign-in by code and PKCE alone."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from constructs import Construct

ATTRIBUTES = {
    "boolean": "Boolean",
    "datetime": "DateTime",
    "number": "Number",
    "string": "String",
}
PASSWORD_LENGTH = 14
REFRESH_GRACE_SECONDS = 30
"""How long a refresh token that was just replaced still works: a page that lost the answer can ask again."""


class UserDirectory(Construct):
    """Users, their groups, and the pages on which they sign up and in.

    People sign in with their e-mail address and a password and an authenticator app, or with a passkey that asks who
    holds it. Who may sign in is fixed: by e-mail address, upper or lower case. Custom attributes are fixed, too:
    Cognito adds attributes to a pool that exists, but never changes or removes one, so a change of name or type fails
    at deploy. docs/runbooks/change-user-directory.md says how to move users to a new pool.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain_prefix: str,
        self_sign_up: bool,
        retain_data: bool,
        attributes: Mapping[str, str] | None = None,
        groups: Mapping[str, str] | None = None,
        sender: str | None = None,
    ) -> None:
        """Make the pool.

        Args:
            domain_prefix: first label of the sign-in pages' address, free in the whole region.
            self_sign_up: whether people may register by themselves.
            attributes: custom attributes, name to type (string, number, boolean, datetime).
            groups: groups, name to description; a token names its user's groups.
            sender: address that SES has verified; none: Cognito's own, which sends 50 messages a day at most.

        Raises:
            ValueError: an attribute has a type that Cognito does not know.
        """
        unknown = sorted(set((attributes or {}).values()) - set(ATTRIBUTES))
        if unknown:
            raise ValueError(f"attributes must have one of the types {', '.join(ATTRIBUTES)}, got {unknown[0]}")
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Resource",
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            deletion_protection=retain_data,
            email=cognito.UserPoolEmail.with_ses(from_email=sender) if sender else None,
            feature_plan=cognito.FeaturePlan.PLUS,
            keep_original=cognito.KeepOriginalAttrs(email=True),
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=PASSWORD_LENGTH,
                password_history_size=5,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
                temp_password_validity=cdk.Duration.days(3),
            ),
            passkey_user_verification=cognito.PasskeyUserVerification.REQUIRED,
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
            self_sign_up_enabled=self_sign_up,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            sign_in_policy=cognito.SignInPolicy(
                allowed_first_auth_factors=cognito.AllowedFirstAuthFactors(password=True, passkey=True)
            ),
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
        )
        self._resource = self.pool.node.default_child
        # A passkey that checked who holds it is two factors; without this, it could not be used where two are asked.
        self._set("WebAuthnFactorConfiguration", "MULTI_FACTOR_WITH_USER_VERIFICATION")
        if attributes:
            self._set("Schema", [_attribute(name, kind) for name, kind in sorted(attributes.items())])
        for name, description in (groups or {}).items():
            cognito.CfnUserPoolGroup(
                self, f"{name}Group", user_pool_id=self.pool.user_pool_id, group_name=name, description=description
            )
        self.clients: dict[str, cognito.CfnUserPoolClient] = {}
        self._domain = cognito.CfnUserPoolDomain(
            self, "Domain", user_pool_id=self.pool.user_pool_id, domain=domain_prefix, managed_login_version=2
        )
        region = cdk.Stack.of(self).region
        self.login_url = f"https://{domain_prefix}.auth.{region}.amazoncognito.com"

    def _set(self, name: str, value: object) -> None:
        if isinstance(self._resource, cdk.CfnResource):
            self._resource.add_property_override(name, value)

    def add_public_client(
        self,
        construct_id: str,
        *,
        callback_urls: Sequence[str],
        logout_urls: Sequence[str],
        scope: Construct | None = None,
    ) -> cognito.CfnUserPoolClient:
        """Add an application that keeps no secret, such as a page in a browser.

        It signs in by the code grant alone: without a secret, PKCE is what binds the code to the page that asked for
        it. Every answer that says whether a user exists is the same; tokens can be revoked, and a refresh token works
        once. Where its addresses come from another stack, the client stands there, in `scope`.
        """
        client = self._client(
            construct_id,
            scope,
            allowed_o_auth_flows=["code"],
            allowed_o_auth_flows_user_pool_client=True,
            allowed_o_auth_scopes=["openid", "email", "profile"],
            callback_ur_ls=list(callback_urls),
            explicit_auth_flows=["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"],
            logout_ur_ls=list(logout_urls),
            refresh_token_rotation=cognito.CfnUserPoolClient.RefreshTokenRotationProperty(
                feature="ENABLED", retry_grace_period_seconds=REFRESH_GRACE_SECONDS
            ),
            refresh_token_validity=7 * 24 * 60,
        )
        branding = cognito.CfnManagedLoginBranding(
            scope or self,
            f"{construct_id}Branding",
            user_pool_id=self.pool.user_pool_id,
            client_id=client.ref,
            use_cognito_provided_values=True,
        )
        branding.add_resource_dependency(self._domain)
        return client

    def add_operations_client(self, construct_id: str) -> cognito.CfnUserPoolClient:
        """Add a client for checks and tools: only who may call `AdminInitiateAuth` in the account can sign in by it."""
        return self._client(
            construct_id,
            None,
            allowed_o_auth_flows_user_pool_client=False,
            explicit_auth_flows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
            refresh_token_validity=60,
        )

    def _client(self, construct_id: str, scope: Construct | None, **settings: object) -> cognito.CfnUserPoolClient:
        client = cognito.CfnUserPoolClient(
            scope or self,
            construct_id,
            user_pool_id=self.pool.user_pool_id,
            access_token_validity=30,
            enable_token_revocation=True,
            generate_secret=False,
            id_token_validity=30,
            prevent_user_existence_errors="ENABLED",
            supported_identity_providers=["COGNITO"],
            token_validity_units=cognito.CfnUserPoolClient.TokenValidityUnitsProperty(
                **dict.fromkeys(("access_token", "id_token", "refresh_token"), "minutes")
            ),
            **settings,  # type: ignore[arg-type]
        )
        self.clients[construct_id] = client
        return client

    def grant_administer(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` list, make, disable and delete users and their groups; nothing changes the pool itself."""
        return self.pool.grant(
            grantee,
            "cognito-idp:AdminAddUserToGroup",
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminDeleteUser",
            "cognito-idp:AdminDisableUser",
            "cognito-idp:AdminEnableUser",
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminRemoveUserFromGroup",
            "cognito-idp:AdminUserGlobalSignOut",
            "cognito-idp:ListUsers",
        )


def _attribute(name: str, kind: str) -> dict[str, object]:
    return {"Name": name, "AttributeDataType": ATTRIBUTES[kind], "Mutable": True}
