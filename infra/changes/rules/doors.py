"""Rows about doors: who may come in, how they must show who they are, and what is open to the internet."""

from infra.assembly import Resource, Target
from infra.changes.model import Reason, Severity
from infra.changes.rules.table import (
    Row,
    apply,
    becomes,
    came,
    gone,
    grows,
    leaves,
    less,
    off,
    on,
    other,
    shrinks,
    swapped,
)
from infra.changes.world import World

CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
_PUBLIC = "It can be reached from the internet"
_NOBODY_ASKS = "Nobody asks who is calling"
_OLD_TLS = "Older, weaker encryption is accepted"
_PLAIN = "It is spoken to without encryption"
_ANY_SITE = "Pages of more sites may call it"
_BLOCK = "The block of public access goes"
_WEAK_SIGN_IN = "Signing in asks for less"
_PRIVILEGE = "What runs there may do more"
_OLD_POLICIES = (
    "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "SSLv3", "TLS_1_0", "Policy-Min-TLS-1-0-2019-07",
    "ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS-1-0-2015-04", "ELBSecurityPolicy-TLS-1-1-2017-01",
    "ELBSecurityPolicy-FS-2018-06", "ELBSecurityPolicy-FS-1-1-2019-08", "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "ELBSecurityPolicy-TLS13-1-1-2021-06",
)  # fmt: skip
_NEWEST = ("TLSv1.3_2025", "ELBSecurityPolicy-TLS13-1-3-2021-06")
_TLS_2021 = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")
_CLOUDFRONT = "AWS::CloudFront::Distribution"
_BEHAVIOURS = ("DefaultCacheBehavior", "CacheBehaviors/*")

ROWS = (
    # Reachable
    Row("*", "PubliclyAccessible", on, _PUBLIC, HIGH, new=True),
    Row("AWS::MSK::Cluster", "BrokerNodeGroupInfo/ConnectivityInfo/PublicAccess/Type", leaves("DISABLED"), _PUBLIC,
        HIGH),
    Row("AWS::EC2::Subnet", "MapPublicIpOnLaunch", on, "What is launched there gets a public address", HIGH),
    Row("AWS::EC2::Instance", "NetworkInterfaces/*/AssociatePublicIpAddress", on, _PUBLIC, HIGH),
    Row("AWS::ECS::Service", "NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp", becomes("ENABLED"), _PUBLIC,
        HIGH),
    Row("AWS::ElasticLoadBalancingV2::LoadBalancer", "Scheme", lambda old, new: old == "internal", _PUBLIC, HIGH),
    Row("AWS::ApiGateway::RestApi", "EndpointConfiguration/Types", lambda old, new: "PRIVATE" in str(old) and "PRIVATE"
        not in str(new), _PUBLIC, HIGH),
    Row("AWS::ApiGateway::RestApi", "EndpointConfiguration/Types/*", leaves("PRIVATE"), _PUBLIC, HIGH),
    Row("AWS::ApiGateway*::*Api", "DisableExecuteApiEndpoint", off, "It answers under AWS's own address, too", HIGH),
    Row("AWS::EKS::Cluster", "ResourcesVpcConfig/EndpointPublicAccess", on, _PUBLIC, HIGH),
    Row("AWS::EKS::Cluster", "ResourcesVpcConfig/PublicAccessCidrs", grows, _PUBLIC, HIGH),
    Row("AWS::OpenSearchService::Domain", "VPCOptions", gone, _PUBLIC, HIGH),
    Row("AWS::OpenSearchService::Domain", "VPCOptions/SubnetIds", gone, _PUBLIC, HIGH),
    Row("AWS::Lambda::Function", "VpcConfig/SubnetIds", gone, "It leaves the VPC", HIGH),
    Row("AWS::EC2::VPCBlockPublicAccessOptions", "InternetGatewayBlockMode", other, _BLOCK, HIGH),
    Row("AWS::Redshift::Cluster", "EnhancedVpcRouting", off, "Its traffic leaves the VPC", HIGH),
    Row("AWS::RedshiftServerless::Workgroup", "EnhancedVpcRouting", off, "Its traffic leaves the VPC", HIGH),
    Row("AWS::EC2::NetworkAclEntry", "RuleAction", becomes("allow"), "The network ACL lets through what it denied",
        HIGH),
    Row("AWS::ApiGateway::RestApi", "Policy/Statement", gone, "Its policy goes, and with it whom it kept out", HIGH),
    Row("AWS::EC2::VPCEndpoint", "PolicyDocument/Statement", gone, "Its policy goes: everything passes", HIGH),
    Row("AWS::EFS::FileSystem", "FileSystemPolicy/Statement", gone, "Its policy goes: every client may mount", HIGH),
    Row("AWS::RAM::ResourceShare", "AllowExternalPrincipals", on, "It may be shared with anybody", HIGH, new=True),
    Row("AWS::RAM::ResourceShare", "Principals", grows, "It is shared with more", HIGH),
    Row("AWS::EC2::VPCEndpointService", "AcceptanceRequired", off, "Nobody is asked before somebody connects", HIGH),
    # Buckets
    Row("AWS::S3::Bucket", "PublicAccessBlockConfiguration/*", off, _BLOCK, HIGH),
    Row("AWS::S3::AccessPoint", "PublicAccessBlockConfiguration/*", off, _BLOCK, HIGH),
    Row("AWS::S3::AccessPoint", "VpcConfiguration/VpcId", gone, _PUBLIC, HIGH),
    Row("AWS::S3::Bucket", "AccessControl", becomes("PublicRead", "PublicReadWrite", "AuthenticatedRead"),
        "Everybody may read it", HIGH, new=True),
    Row("AWS::S3::Bucket", "OwnershipControls/Rules/*/ObjectOwnership", leaves("BucketOwnerEnforced"),
        "Access lists count again", HIGH),
    Row("AWS::S3::Bucket", "CorsConfiguration/CorsRules/*/AllowedOrigins", lambda old, new: "*" in str(new) and "*"
        not in str(old), _ANY_SITE, HIGH),
    # Who is calling
    Row("AWS::Lambda::Url", "AuthType", becomes("NONE"), _NOBODY_ASKS, HIGH, new=True),
    Row("AWS::Lambda::Url", "Cors/AllowOrigins", lambda old, new: "*" in str(new) and "*" not in str(old), _ANY_SITE,
        HIGH),
    Row("AWS::Lambda::Url", "Cors/AllowOrigins/*", becomes("*"), _ANY_SITE, HIGH),
    Row("AWS::ApiGateway::Method", "AuthorizationType", lambda old, new: old not in (None, "NONE") and new in (None,
        "NONE"), _NOBODY_ASKS, HIGH),
    Row("AWS::ApiGateway::Method", "ApiKeyRequired", off, "No key is asked for", HIGH),
    Row("AWS::ApiGateway::Method", "AuthorizationScopes", shrinks, "Tokens need fewer scopes", HIGH),
    Row("AWS::ApiGateway::Method", "AuthorizerId", gone, "The authoriser goes", HIGH),
    Row("AWS::ApiGatewayV2::Route", "AuthorizationType", lambda old, new: old not in (None, "NONE") and new in (None,
        "NONE"), _NOBODY_ASKS, HIGH),
    Row("AWS::ApiGatewayV2::Route", "AuthorizationScopes", shrinks, "Tokens need fewer scopes", HIGH),
    Row("AWS::ApiGatewayV2::Route", "AuthorizerId", gone, "The authoriser goes", HIGH),
    Row("AWS::ApiGatewayV2::Authorizer", "JwtConfiguration/Audience", grows, "More clients' tokens are accepted", HIGH),
    Row("AWS::ApiGatewayV2::Authorizer", "JwtConfiguration/Issuer", other, "Another issuer's tokens are accepted",
        HIGH),
    Row("AWS::ApiGateway::Authorizer", "ProviderARNs", grows, "More user pools are let in", HIGH),
    Row("AWS::ApiGateway::Authorizer", "Type", other, "The authoriser decides in another way", HIGH),
    Row("AWS::ApiGatewayV2::Api", "CorsConfiguration/AllowOrigins", grows, _ANY_SITE, HIGH),
    Row("AWS::ApiGatewayV2::Api", "CorsConfiguration/AllowOrigins/*", becomes("*"), _ANY_SITE, HIGH),
    Row("AWS::AppSync::GraphQLApi", "AuthenticationType", becomes("API_KEY"), _NOBODY_ASKS, HIGH),
    Row("AWS::ElasticLoadBalancingV2::Listener*", "*Actions/*/Authenticate*/*", gone, _NOBODY_ASKS, HIGH),
    Row("AWS::ElasticLoadBalancingV2::Listener*", "*Actions", lambda old, new: "authenticate-" in str(old) and
        "authenticate-" not in str(new), _NOBODY_ASKS, HIGH),
    Row("AWS::Cognito::IdentityPool", "AllowUnauthenticatedIdentities", on, _NOBODY_ASKS, HIGH, new=True),
    Row("AWS::Cognito::IdentityPoolRoleAttachment", "Roles/unauthenticated", came, "Guests get a role", HIGH),
    Row("AWS::Cognito::UserPool", "MfaConfiguration", leaves("ON"), _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPool", "MfaConfiguration", becomes("OFF"), _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPool", "EnabledMfas", shrinks, _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPool", "Policies/PasswordPolicy/MinimumLength", less(8), _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPool", "Policies/PasswordPolicy/Require*", off, _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPool", "UserPoolAddOns/AdvancedSecurityMode", leaves("ENFORCED"), _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPool", "AdminCreateUserConfig/AllowAdminCreateUserOnly", off, "Anybody may sign up", HIGH),
    Row("AWS::Cognito::UserPoolClient", "CallbackURLs", grows, "Tokens are sent to more places", HIGH),
    Row("AWS::Cognito::UserPoolClient", "ExplicitAuthFlows", grows, _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPoolClient", "AllowedOAuthFlows", grows, _WEAK_SIGN_IN, HIGH),
    Row("AWS::Cognito::UserPoolClient", "AllowedOAuthScopes", grows, "Tokens allow more", HIGH),
    Row("AWS::Cognito::UserPoolClient", "EnableTokenRevocation", leaves("true"), "Tokens cannot be revoked", HIGH),
    Row("AWS::Cognito::UserPoolClient", "PreventUserExistenceErrors", leaves("ENABLED"), "Answers say who has an "
        "account", HIGH),
    Row("AWS::RDS::*", "EnableIAMDatabaseAuthentication", off, _WEAK_SIGN_IN, MEDIUM),
    Row("AWS::RDS::DBProxy", "Auth/*/IAMAuth", leaves("REQUIRED"), _WEAK_SIGN_IN, HIGH),
    Row("AWS::ElastiCache::ReplicationGroup", "AuthToken", gone, _NOBODY_ASKS, HIGH),
    Row("AWS::ElastiCache::*", "UserGroupId*", gone, _NOBODY_ASKS, HIGH),
    Row("AWS::ElastiCache::User", "NoPasswordRequired", on, _NOBODY_ASKS, HIGH),
    Row("AWS::ElastiCache::User", "AccessString", other, "What the user may do changes", MEDIUM),
    Row("AWS::MSK::Cluster", "ClientAuthentication/Unauthenticated/Enabled", on, _NOBODY_ASKS, HIGH, new=True),
    Row("AWS::OpenSearchService::Domain", "AdvancedSecurityOptions/Enabled", off, _WEAK_SIGN_IN, HIGH),
    Row("AWS::EC2::*", "*MetadataOptions/HttpTokens", leaves("required"), "Credentials are easier to steal (IMDSv1)",
        HIGH),
    Row("AWS::EC2::LaunchTemplate", "LaunchTemplateData/MetadataOptions/HttpTokens", leaves("required"),
        "Credentials are easier to steal (IMDSv1)", HIGH),
    Row("AWS::EC2::ClientVpnAuthorizationRule", "AuthorizeAllGroups", on, "Every user of the VPN is let in", HIGH),
    # How it is spoken to
    Row("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions/*/Type", leaves("redirect"), _PLAIN, HIGH),
    Row("AWS::ElasticLoadBalancingV2::Listener", "Protocol", leaves("HTTPS", "TLS"), _PLAIN, HIGH),
    Row("*", "*SslPolicy", becomes(*_OLD_POLICIES), _OLD_TLS, HIGH),
    Row("*", "*SslPolicy", leaves(*_NEWEST), _OLD_TLS, MEDIUM),
    Row("AWS::ApiGateway*::DomainName", "*SecurityPolicy", becomes(*_OLD_POLICIES), _OLD_TLS, HIGH),
    Row("AWS::OpenSearchService::Domain", "DomainEndpointOptions/TLSSecurityPolicy", becomes(*_OLD_POLICIES), _OLD_TLS,
        HIGH),
    Row(_CLOUDFRONT, "DistributionConfig/ViewerCertificate/MinimumProtocolVersion", becomes(*_OLD_POLICIES), _OLD_TLS,
        HIGH),
    Row(_CLOUDFRONT, "DistributionConfig/ViewerCertificate/MinimumProtocolVersion", leaves(*_TLS_2021), _OLD_TLS, HIGH),
    *(Row(_CLOUDFRONT, f"DistributionConfig/{place}/ViewerProtocolPolicy", becomes("allow-all"), _PLAIN, HIGH)
      for place in _BEHAVIOURS),
    *(Row(_CLOUDFRONT, f"DistributionConfig/{place}/ResponseHeadersPolicyId", gone, "Security headers go", HIGH)
      for place in _BEHAVIOURS),
    *(Row(_CLOUDFRONT, f"DistributionConfig/{place}/Trusted*", gone, _NOBODY_ASKS, HIGH) for place in _BEHAVIOURS),
    Row(_CLOUDFRONT, "DistributionConfig/WebACLId", gone, "The web application firewall goes", HIGH),
    Row(_CLOUDFRONT, "DistributionConfig/Origins/*/OriginAccessControlId", gone, "The origin is open to all", HIGH),
    Row(_CLOUDFRONT, "DistributionConfig/Origins/*/CustomOriginConfig/OriginProtocolPolicy", leaves("https-only"),
        _PLAIN, HIGH),
    *(Row(_CLOUDFRONT, f"DistributionConfig/{place}/AllowedMethods", grows, "More kinds of requests are let in", MEDIUM)
      for place in _BEHAVIOURS),
    Row("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig/SigningBehavior", leaves("always"),
        "Requests to the origin are not signed", HIGH),
    Row("AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig/SecurityHeadersConfig/*/*", gone,
        "Security headers go", HIGH),
    Row(_CLOUDFRONT, "DistributionConfig/Restrictions/GeoRestriction/Locations", swapped, "Other countries are let in",
        MEDIUM),
    Row(_CLOUDFRONT, "DistributionConfig/Restrictions/GeoRestriction/RestrictionType", leaves("whitelist", "blacklist"),
        "Every country is let in", HIGH),
    Row("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes/routing.http.drop_invalid_header_fields."
        "enabled/Value", off, "Malformed headers are let through", HIGH),
    # What runs
    Row("AWS::ECS::TaskDefinition", "ContainerDefinitions/*/Privileged", on, _PRIVILEGE, HIGH, new=True),
    Row("AWS::ECS::TaskDefinition", "ContainerDefinitions/*/ReadonlyRootFilesystem", off, _PRIVILEGE, HIGH),
    Row("AWS::ECS::TaskDefinition", "ContainerDefinitions/*/User", becomes("root", "0"), _PRIVILEGE, HIGH),
    Row("AWS::ECS::TaskDefinition", "ContainerDefinitions/*/LinuxParameters/Capabilities/Add", came, _PRIVILEGE, HIGH),
    Row("AWS::ECS::TaskDefinition", "NetworkMode", becomes("host"), _PRIVILEGE, HIGH),
    Row("AWS::ECS::TaskDefinition", "PidMode", becomes("host"), _PRIVILEGE, HIGH),
    Row("AWS::ECS::TaskDefinition", "Volumes/*/EFSVolumeConfiguration/AuthorizationConfig/IAM", leaves("ENABLED"),
        _NOBODY_ASKS, HIGH),
    Row("AWS::ECS::Service", "EnableExecuteCommand", on, "Somebody may open a shell in it", HIGH),
    Row("AWS::CodeBuild::Project", "Environment/PrivilegedMode", on, _PRIVILEGE, HIGH),
)  # fmt: skip


#: Where each kind of API says which API a way in belongs to.
_WAYS_IN = {"AWS::ApiGateway::Method": "RestApiId", "AWS::ApiGatewayV2::Route": "ApiId"}
#: New resources that let somebody in, or lead somewhere, whatever their properties.
_WAYS = {
    "AWS::EC2::ClientVpnEndpoint": "A new way into the network",
    "AWS::EC2::TransitGatewayAttachment": "The network is joined to others",
    "AWS::EC2::TransitGatewayVpcAttachment": "The network is joined to others",
    "AWS::EC2::VPCPeeringConnection": "The network is joined to another",
    "AWS::EC2::VPNConnection": "A new way into the network",
    "AWS::IAM::OIDCProvider": "Whoever this provider vouches for can be let in",
    "AWS::IAM::SAMLProvider": "Whoever this provider vouches for can be let in",
    "AWS::IAM::User": "Somebody new, with credentials that last",
}


def watch_doors(world: World) -> None:
    """Who may come in, and could not before."""
    apply(world, ROWS)
    for resource in world.pairs.added:
        if resource.type in _WAYS:
            world.note(resource, Reason(MEDIUM, f"{_WAYS[resource.type]}."))
        elif resource.type in _WAYS_IN:
            _way_into_api(world, resource)


def _way_into_api(world: World, resource: Resource) -> None:
    """A new method or route of an API that was there, and that nobody guards."""
    name = _WAYS_IN[resource.type]
    api = resource.get(name)
    if not _is_open(resource) or (isinstance(api, Target) and id(api.resource) not in world.before):
        return
    shown = world.values(resource).get(name)
    others = [each for each in world.base.of_type(resource.type) if world.values(each).get(name) == shown]
    guarded = any(not _is_open(each) for each in others)
    world.note(resource, Reason(HIGH if guarded else MEDIUM, f"{_NOBODY_ASKS} here."), "AuthorizationType")


def _is_open(method: Resource) -> bool:
    return str(method.get("AuthorizationType", default="NONE")) == "NONE" and str(method.get("HttpMethod")) != "OPTIONS"
