"""Where templates take environment variables, and where they take credentials."""

NAMED_PAIRS = (("Name", "Value"), ("Key", "Value"), ("OptionName", "Value"), ("name", "value"))
"""How a list writes a variable."""

ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "AWS::Amplify::App": ("EnvironmentVariables",),
    "AWS::Amplify::Branch": ("EnvironmentVariables",),
    "AWS::ApiGateway::Stage": ("Variables",),
    "AWS::ApiGatewayV2::Stage": ("StageVariables",),
    "AWS::AppRunner::Service": (
        "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables",
        "SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables",
    ),
    "AWS::Batch::JobDefinition": ("ContainerProperties.Environment",),
    "AWS::CodeBuild::Project": ("Environment.EnvironmentVariables",),
    "AWS::ECS::TaskDefinition": ("ContainerDefinitions.*.Environment",),
    "AWS::ElasticBeanstalk::Environment": ("OptionSettings",),
    "AWS::Glue::Job": ("DefaultArguments",),
    "AWS::Lambda::Function": ("Environment.Variables",),
    "AWS::SageMaker::Model": ("PrimaryContainer.Environment", "Containers.*.Environment"),
    "AWS::Synthetics::Canary": ("RunConfig.EnvironmentVariables",),
}

CREDENTIALS: dict[str, tuple[str, ...]] = {
    "AWS::AmazonMQ::Broker": ("Users.*.Password",),
    "AWS::Amplify::App": ("AccessToken", "OauthToken", "BasicAuthConfig.Password"),
    "AWS::ApiGateway::ApiKey": ("Value",),
    "AWS::CodePipeline::Webhook": ("AuthenticationConfiguration.SecretToken",),
    "AWS::CodeBuild::SourceCredential": ("Token",),
    "AWS::CodePipeline::Pipeline": ("Stages.*.Actions.*.Configuration.OAuthToken",),
    "AWS::Cognito::UserPoolIdentityProvider": ("ProviderDetails.client_secret",),
    "AWS::DMS::Endpoint": ("Password",),
    "AWS::DirectoryService::MicrosoftAD": ("Password",),
    "AWS::DirectoryService::SimpleAD": ("Password",),
    "AWS::DocDB::DBCluster": ("MasterUserPassword",),
    "AWS::DocDBElastic::Cluster": ("AdminUserPassword",),
    "AWS::EC2::VPNConnection": ("VpnTunnelOptionsSpecifications.*.PreSharedKey",),
    "AWS::ElastiCache::ReplicationGroup": ("AuthToken",),
    "AWS::ElastiCache::User": ("Passwords", "AuthenticationMode.Passwords"),
    "AWS::Elasticsearch::Domain": ("AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword",),
    "AWS::Events::Connection": (
        "AuthParameters.ApiKeyAuthParameters.ApiKeyValue",
        "AuthParameters.BasicAuthParameters.Password",
        "AuthParameters.OAuthParameters.ClientParameters.ClientSecret",
    ),
    "AWS::FSx::FileSystem": ("WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password",),
    "AWS::Glue::Connection": ("ConnectionInput.ConnectionProperties.PASSWORD",),
    "AWS::IAM::User": ("LoginProfile.Password",),
    "AWS::MemoryDB::User": ("AuthenticationMode.Passwords",),
    "AWS::OpenSearchService::Domain": ("AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword",),
    "AWS::RDS::DBCluster": ("MasterUserPassword",),
    "AWS::RDS::DBInstance": ("MasterUserPassword", "TdeCredentialPassword"),
    "AWS::Redshift::Cluster": ("MasterUserPassword",),
    "AWS::RedshiftServerless::Namespace": ("AdminUserPassword",),
    "AWS::SecretsManager::Secret": ("SecretString",),
    "AWS::Timestream::InfluxDBInstance": ("Password",),
}
"""Properties that take a credential. A secret's own string belongs to them: generate it instead."""
