"""The directory: who gets in, what a browser's client may do, what stays when the stack goes."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Match, Template

from constructs_lib.user_directory import UserDirectory


def directory(stack: cdk.Stack, *, retain_data: bool = True, **settings: Any) -> UserDirectory:
    return UserDirectory(
        stack, "Users", domain_prefix="groundwork-test", retain_data=retain_data, **{"self_sign_up": True, **settings}
    )


def pool(stack: cdk.Stack) -> dict[str, Any]:
    (found,) = Template.from_stack(stack).find_resources("AWS::Cognito::UserPool").values()
    return dict(found)


def test_everybody_needs_two_factors_and_a_passkey_that_asks_who_holds_it_is_two(stack: cdk.Stack) -> None:
    directory(stack)
    said = pool(stack)["Properties"]
    assert (said["MfaConfiguration"], said["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert set(said["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]) == {"PASSWORD", "WEB_AUTHN"}
    assert said["WebAuthnUserVerification"] == "required"
    assert said["WebAuthnFactorConfiguration"] == "MULTI_FACTOR_WITH_USER_VERIFICATION"


def test_stolen_and_short_passwords_are_refused(stack: cdk.Stack) -> None:
    directory(stack)
    said = pool(stack)["Properties"]
    assert said["UserPoolTier"] == "PLUS"
    assert said["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}
    assert (
        said["Policies"]["PasswordPolicy"] | {"MinimumLength": 14, "PasswordHistorySize": 5}
        == (said["Policies"]["PasswordPolicy"])
    )


def test_an_account_is_recovered_by_its_verified_address_alone(stack: cdk.Stack) -> None:
    directory(stack)
    said = pool(stack)["Properties"]
    assert said["AccountRecoverySetting"] == {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
    assert said["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


@pytest.mark.parametrize(("self_sign_up", "invited_only"), [(True, False), (False, True)])
def test_people_register_themselves_only_where_asked(stack: cdk.Stack, self_sign_up: bool, invited_only: bool) -> None:
    directory(stack, self_sign_up=self_sign_up)
    assert pool(stack)["Properties"]["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is invited_only


@pytest.mark.parametrize(("retain_data", "protection", "policy"), [(True, "ACTIVE", "Retain"), (False, None, "Delete")])
def test_users_are_kept_where_data_is(stack: cdk.Stack, retain_data: bool, protection: str | None, policy: str) -> None:
    directory(stack, retain_data=retain_data)
    found = pool(stack)
    assert found["Properties"].get("DeletionProtection", "INACTIVE") == (protection or "INACTIVE")
    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == (policy, policy)


def test_a_browser_has_no_secret_and_signs_in_by_code_alone(stack: cdk.Stack) -> None:
    page = ["https://app.example.com/"]
    directory(stack).add_public_client("Web", callback_urls=page, logout_urls=page)
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "AllowedOAuthFlows": ["code"],
            "CallbackURLs": page,
            "EnableTokenRevocation": True,
            "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"],
            "GenerateSecret": False,
            "PreventUserExistenceErrors": "ENABLED",
            "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30},
        },
    )
    template.has_resource_properties(
        "AWS::Cognito::ManagedLoginBranding", {"UseCognitoProvidedValues": True, "ClientId": Match.any_value()}
    )


def test_checks_sign_in_only_with_permissions_of_the_account(stack: cdk.Stack) -> None:
    directory(stack).add_operations_client("Operations")
    Template.from_stack(stack).has_resource_properties(
        "AWS::Cognito::UserPoolClient",
        {
            "AllowedOAuthFlows": Match.absent(),
            "AllowedOAuthFlowsUserPoolClient": False,
            "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        },
    )


def test_attributes_and_groups_are_those_that_were_asked_for(stack: cdk.Stack) -> None:
    directory(stack, attributes={"plan": "string", "seats": "number"}, groups={"Editors": "May edit"})
    assert pool(stack)["Properties"]["Schema"] == [
        {"Name": "plan", "AttributeDataType": "String", "Mutable": True},
        {"Name": "seats", "AttributeDataType": "Number", "Mutable": True},
    ]
    Template.from_stack(stack).has_resource_properties("AWS::Cognito::UserPoolGroup", {"GroupName": "Editors"})


def test_an_unknown_type_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match=r"attributes must have one of the types .*, got colour"):
        directory(stack, attributes={"favourite": "colour"})


def test_an_administrator_of_users_cannot_change_the_pool(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    directory(stack).grant_administer(role)
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert "cognito-idp:AdminDisableUser" in statement["Action"]
    assert not [action for action in statement["Action"] if "UserPool" in action]
    assert statement["Resource"] == {"Fn::GetAtt": [_id(stack), "Arn"]}


def _id(stack: cdk.Stack) -> str:
    (found,) = Template.from_stack(stack).find_resources("AWS::Cognito::UserPool")
    return str(found)
