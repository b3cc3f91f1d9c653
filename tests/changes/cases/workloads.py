"""Workloads, edge, observation and delivery: functions, services, APIs, CloudFront, WAF, trails, alarms, events."""

from tests.changes.cases import CFN, DELETION, DOCS, Case

# fmt: off
_FUNCTION, _SERVICE, _TASK, _DISTRIBUTION, _ACL = "AWS::Lambda::Function", "AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::CloudFront::Distribution", "AWS::WAFv2::WebACL"
_TRAIL, _ALARM, _STAGE, _RULE = "AWS::CloudTrail::Trail", "AWS::CloudWatch::Alarm", "AWS::ApiGateway::Stage", "AWS::Events::Rule"
_ECS = f"{DOCS}/AmazonECS/latest/developerguide"
_EDGE = f"{DOCS}/AmazonCloudFront/latest/DeveloperGuide"
_WAF = f"{DOCS}/waf/latest/developerguide"
_LAMBDA = f"{DOCS}/lambda/latest/dg"
_CODE = {"S3Bucket": "assets", "S3Key": "a.zip"}


def _site(**more: object) -> dict[str, object]:
    return {"DistributionConfig": {"Enabled": True, **more}}


def _firewall(*rules: object) -> dict[str, object]:
    return {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "Rules": list(rules)}


def _managed(**override: object) -> dict[str, object]:
    return {"Name": "common", "Priority": 1, "OverrideAction": override}


def _task(**container: object) -> dict[str, object]:
    return {"ContainerDefinitions": [{"Name": "app", **container}]}


_METRIC = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": "f"}]}
_ERRORS = {**_METRIC, "AlarmActions": ["t"]}
_MATHS = {
    "AlarmActions": ["t"],
    "AlarmName": "rate",
    "Metrics": [{"Id": "e", "MetricStat": {"Metric": _METRIC, "Period": 60, "Stat": "Sum"}}, {"Id": "r", "Expression": "e/9"}],
}

CASES = (
    # Functions
    Case("new code", _FUNCTION, {"Code": _CODE}, {"Code": {**_CODE, "S3Key": "b.zip"}}, "UPDATE", "low", f"{_LAMBDA}/configuration-function-zip.html"),
    Case("name of a function changes", _FUNCTION, {"FunctionName": "a"}, {"FunctionName": "b"}, "REPLACE", "medium", "schema: createOnlyProperties/FunctionName"),
    Case("a named function becomes an image", _FUNCTION, {"FunctionName": "a", "PackageType": "Zip"}, {"FunctionName": "a", "PackageType": "Image"}, "REPLACE", "critical", f"{CFN}/TemplateReference/aws-properties-name.html"),
    Case("more memory", _FUNCTION, {"MemorySize": 256}, {"MemorySize": 512}, "UPDATE", "low", f"{_LAMBDA}/configuration-memory.html"),
    Case("a function is throttled to nothing", _FUNCTION, {"ReservedConcurrentExecutions": 10}, {"ReservedConcurrentExecutions": 0}, "UPDATE", "high", f"{_LAMBDA}/configuration-concurrency.html"),
    Case("a function leaves the VPC", _FUNCTION, {"VpcConfig": {"SubnetIds": ["a"], "SecurityGroupIds": ["g"]}}, {}, "UPDATE", "high", f"{_LAMBDA}/configuration-vpc.html"),
    Case("a function loses its dead-letter queue", _FUNCTION, {"DeadLetterConfig": {"TargetArn": "q"}}, {}, "UPDATE", "high", f"{_LAMBDA}/invocation-async-retain-records.html"),
    Case("a function is removed", _FUNCTION, {"MemorySize": 256}, None, "DESTROY", "medium", DELETION),
    Case("gradual deployment goes", "AWS::Lambda::Alias", {"Name": "live", "@UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a"}}}, {"Name": "live"}, "UPDATE", "high", f"{CFN}/TemplateReference/aws-attribute-updatepolicy.html"),
    Case("events are read from elsewhere", "AWS::Lambda::EventSourceMapping", {"EventSourceArn": "a", "FunctionName": "f"}, {"EventSourceArn": "b", "FunctionName": "f"}, "REPLACE", "medium", "schema: createOnlyProperties/EventSourceArn"),
    Case("new layer content", "AWS::Lambda::LayerVersion", {"Content": {"S3Bucket": "b", "S3Key": "a"}}, {"Content": {"S3Bucket": "b", "S3Key": "c"}}, "REPLACE", "low", "schema: createOnlyProperties/Content"),
    # Containers
    Case("deployment controller of a service changes", _SERVICE, {"DeploymentController": {"Type": "ECS"}}, {"DeploymentController": {"Type": "CODE_DEPLOY"}}, "MAY_REPLACE", "medium", "spec: DeploymentController"),
    Case("launch type of a service changes", _SERVICE, {"LaunchType": "FARGATE"}, {"LaunchType": "EC2"}, "MAY_REPLACE", "medium", "schema: conditionalCreateOnlyProperties/LaunchType"),
    Case("name of a service changes", _SERVICE, {"ServiceName": "a"}, {"ServiceName": "b"}, "REPLACE", "medium", "schema: createOnlyProperties/ServiceName"),
    Case("a named service moves to another cluster", _SERVICE, {"ServiceName": "a", "Cluster": "c"}, {"ServiceName": "a", "Cluster": "d"}, "REPLACE", "critical", f"{CFN}/TemplateReference/aws-properties-name.html"),
    Case("more tasks", _SERVICE, {"DesiredCount": 2}, {"DesiredCount": 4}, "UPDATE", "low", f"{_ECS}/update-service.html"),
    Case("no task is left", _SERVICE, {"DesiredCount": 2}, {"DesiredCount": 0}, "UPDATE", "high", f"{_ECS}/update-service.html"),
    Case("tasks get a public address", _SERVICE, {"NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "DISABLED"}}}, {"NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}}, "UPDATE", "high", f"{_ECS}/fargate-task-networking.html"),
    Case("a shell may be opened", _SERVICE, {"EnableExecuteCommand": False}, {"EnableExecuteCommand": True}, "UPDATE", "high", f"{_ECS}/ecs-exec.html"),
    Case("the circuit breaker goes", _SERVICE, {"DeploymentConfiguration": {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}}}, {}, "UPDATE", "high", f"{_ECS}/deployment-circuit-breaker.html"),
    Case("a new image", _TASK, _task(Image="repo:1"), _task(Image="repo:2"), "REPLACE", "low", "schema: createOnlyProperties/ContainerDefinitions"),
    Case("a task gets more memory", _TASK, {"Memory": "512"}, {"Memory": "1024"}, "REPLACE", "medium", "schema: createOnlyProperties/Memory"),
    Case("a container may do everything", _TASK, _task(Privileged=False), _task(Privileged=True), "REPLACE", "high", f"{_ECS}/security-tasks-containers.html"),
    Case("a container may write to its root", _TASK, _task(ReadonlyRootFilesystem=True), _task(ReadonlyRootFilesystem=False), "REPLACE", "high", f"{_ECS}/security-tasks-containers.html"),
    # APIs
    Case("an API is removed", "AWS::ApiGateway::RestApi", {"Name": "a"}, None, "DESTROY", "high", f"{DOCS}/apigateway/latest/developerguide/how-to-deploy-api.html"),
    Case("name of a stage changes", _STAGE, {"RestApiId": "a", "StageName": "v1"}, {"RestApiId": "a", "StageName": "v2"}, "REPLACE", "high", "schema: createOnlyProperties/StageName"),
    Case("access logs of a stage go", _STAGE, {"AccessLogSetting": {"DestinationArn": "l", "Format": "f"}}, {}, "UPDATE", "high", f"{DOCS}/apigateway/latest/developerguide/set-up-logging.html"),
    Case("a private API becomes regional", "AWS::ApiGateway::RestApi", {"EndpointConfiguration": {"Types": ["PRIVATE"]}}, {"EndpointConfiguration": {"Types": ["REGIONAL"]}}, "UPDATE", "high", f"{DOCS}/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html"),
    Case("an API speaks another protocol", "AWS::ApiGatewayV2::Api", {"ProtocolType": "HTTP"}, {"ProtocolType": "WEBSOCKET"}, "REPLACE", "high", "schema: createOnlyProperties/ProtocolType"),
    Case("pages of any site may call", "AWS::ApiGatewayV2::Api", {"CorsConfiguration": {"AllowOrigins": ["https://a.example.com"]}}, {"CorsConfiguration": {"AllowOrigins": ["*"]}}, "UPDATE", "high", f"{DOCS}/apigateway/latest/developerguide/http-api-cors.html"),
    # Edge
    Case("a distribution is switched off", _DISTRIBUTION, _site(), {"DistributionConfig": {"Enabled": False}}, "UPDATE", "high", f"{_EDGE}/HowToDeleteDistribution.html"),
    Case("the edge accepts plain HTTP", _DISTRIBUTION, _site(DefaultCacheBehavior={"ViewerProtocolPolicy": "redirect-to-https"}), _site(DefaultCacheBehavior={"ViewerProtocolPolicy": "allow-all"}), "UPDATE", "high", f"{_EDGE}/using-https-viewers-to-cloudfront.html"),
    Case("the edge accepts old TLS", _DISTRIBUTION, _site(ViewerCertificate={"MinimumProtocolVersion": "TLSv1.2_2021"}), _site(ViewerCertificate={"MinimumProtocolVersion": "TLSv1.1_2016"}), "UPDATE", "high", f"{_EDGE}/secure-connections-supported-viewer-protocols-ciphers.html"),
    Case("the edge loses its firewall", _DISTRIBUTION, _site(WebACLId="w"), _site(), "UPDATE", "high", f"{_EDGE}/distribution-web-awswaf.html"),
    Case("the edge answers to one name less", _DISTRIBUTION, _site(Aliases=["a.example.com", "b.example.com"]), _site(Aliases=["a.example.com"]), "UPDATE", "high", f"{_EDGE}/CNAMEs.html"),
    Case("the edge speaks HTTP/3", _DISTRIBUTION, _site(HttpVersion="http2"), _site(HttpVersion="http2and3"), "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-cloudfront-distribution.html"),
    Case("a firewall rule goes", _ACL, _firewall({"Name": "a", "Priority": 1}, {"Name": "b", "Priority": 2}), _firewall({"Name": "a", "Priority": 1}), "UPDATE", "high", f"{_WAF}/web-acl.html"),
    Case("a firewall rule comes", _ACL, _firewall({"Name": "a", "Priority": 1}), _firewall({"Name": "a", "Priority": 1}, {"Name": "b", "Priority": 2}), "UPDATE", "low", f"{_WAF}/web-acl.html"),
    Case("firewall rules change places, and one goes", _ACL, _firewall({"Name": "a"}, {"Name": "b"}, {"Name": "c"}), _firewall({"Name": "b"}, {"Name": "a"}), "UPDATE", "high", f"{_WAF}/web-acl.html"),
    Case("a firewall rule only counts", _ACL, _firewall(_managed(**{"None": {}})), _firewall(_managed(Count={})), "UPDATE", "high", f"{_WAF}/web-acl-rule-group-settings.html"),
    Case("a firewall lets more requests through", _ACL, _firewall({"Name": "rate", "Statement": {"RateBasedStatement": {"Limit": 2000}}}), _firewall({"Name": "rate", "Statement": {"RateBasedStatement": {"Limit": 20000}}}), "UPDATE", "high", f"{_WAF}/waf-rule-statement-type-rate-based.html"),
    Case("name of a firewall changes", _ACL, {"Name": "a", "Scope": "REGIONAL"}, {"Name": "b", "Scope": "REGIONAL"}, "REPLACE", "medium", "schema: createOnlyProperties/Name"),
    Case("nothing stands behind the firewall", "AWS::WAFv2::WebACLAssociation", {"ResourceArn": "a", "WebACLArn": "w"}, None, "DESTROY", "high", f"{_WAF}/web-acl-associating-aws-resource.html"),
    # Observation
    Case("a trail is stopped", _TRAIL, {"IsLogging": True}, {"IsLogging": False}, "UPDATE", "high", f"{DOCS}/awscloudtrail/latest/userguide/cloudtrail-turning-off-logging.html"),
    Case("a trail covers one region", _TRAIL, {"IsLogging": True, "IsMultiRegionTrail": True}, {"IsLogging": True, "IsMultiRegionTrail": False}, "UPDATE", "high", f"{DOCS}/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html"),
    Case("a trail is removed", _TRAIL, {"IsLogging": True}, None, "DESTROY", "high", f"{DOCS}/awscloudtrail/latest/userguide/cloudtrail-delete-trails-console.html"),
    Case("a detector is switched off", "AWS::GuardDuty::Detector", {"Enable": True}, {"Enable": False}, "UPDATE", "high", f"{DOCS}/guardduty/latest/ug/guardduty_suspend-disable.html"),
    Case("the recorder is removed", "AWS::Config::ConfigurationRecorder", {"RoleARN": "r"}, None, "DESTROY", "high", f"{DOCS}/config/latest/developerguide/stop-start-recorder.html"),
    Case("an alarm reaches nobody", _ALARM, {"ActionsEnabled": True, "AlarmActions": ["t"]}, {"ActionsEnabled": False, "AlarmActions": ["t"]}, "UPDATE", "high", f"{DOCS}/AmazonCloudWatch/latest/monitoring/alarm-actions.html"),
    *(Case(f"an alarm goes off {how}", _ALARM, {"ComparisonOperator": f"{side}ThanThreshold", "Period": 60, "EvaluationPeriods": 1, "Threshold": 10}, {"ComparisonOperator": f"{side}ThanThreshold", "Period": period, "EvaluationPeriods": 1, "Threshold": threshold}, "UPDATE", severity, f"{DOCS}/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html")
      for how, side, period, threshold, severity in (("at a hundredfold", "Greater", 60, 1000, "medium"), ("a little later", "Greater", 120, 10, "low"), ("an hour later", "Greater", 3600, 10, "medium"), ("more often", "Greater", 60, 1, "low"), ("at a tenth, from below", "Less", 60, 1, "medium"), ("at a little more", "Greater", 60, 12, "low"))),
    Case("an alarm is removed", _ALARM, {"MetricName": "Errors"}, None, "DESTROY", "high", f"{DOCS}/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"),
    Case("an alarm gives way to another one", _ALARM, {**_ERRORS, "Threshold": 1}, None, "DESTROY", "medium", f"{DOCS}/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html", only_after={"N": {"Type": _ALARM, "Properties": _MATHS}}),
    Case("an alarm gives way to a silent one", _ALARM, _ERRORS, None, "DESTROY", "high", f"{DOCS}/AmazonCloudWatch/latest/monitoring/alarm-actions.html", only_after={"N": {"Type": _ALARM, "Properties": {**_MATHS, "ActionsEnabled": False}}}),
    Case("an alarm gives way to one of something else", _ALARM, _ERRORS, None, "DESTROY", "high", f"{DOCS}/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html", only_after={"N": {"Type": _ALARM, "Properties": {**_MATHS, "Metrics": []}}}),
    Case("an alarm goes with what it watched", _ALARM, {"MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "F"}}]}, None, "DESTROY", "low", DELETION, only_before={"F": {"Type": _FUNCTION, "Properties": {"MemorySize": 256}}}),
    Case("threshold of an alarm changes", _ALARM, {"Threshold": 1}, {"Threshold": 2}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-cloudwatch-alarm.html"),
    Case("a dashboard changes", "AWS::CloudWatch::Dashboard", {"DashboardBody": "{}"}, {"DashboardBody": "{\"widgets\": []}"}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-cloudwatch-dashboard.html"),
    # Events
    Case("a rule is disabled", _RULE, {"State": "ENABLED"}, {"State": "DISABLED"}, "UPDATE", "high", f"{DOCS}/eventbridge/latest/userguide/eb-delete-rule.html"),
    Case("name of a rule changes", _RULE, {"Name": "a"}, {"Name": "b"}, "REPLACE", "medium", "schema: createOnlyProperties/Name"),
    Case("a machine becomes express", "AWS::StepFunctions::StateMachine", {"StateMachineType": "STANDARD"}, {"StateMachineType": "EXPRESS"}, "REPLACE", "medium", "schema: createOnlyProperties/StateMachineType"),
    Case("a machine no longer logs", "AWS::StepFunctions::StateMachine", {"LoggingConfiguration": {"Level": "ALL"}}, {"LoggingConfiguration": {"Level": "OFF"}}, "UPDATE", "high", f"{DOCS}/step-functions/latest/dg/cw-logs.html"),
    # Others
    Case("a custom resource gets other properties", "Custom::Thing", {"ServiceToken": "f", "Size": 1}, {"ServiceToken": "f", "Size": 2}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-cloudformation-customresource.html"),
    Case("a custom resource gets another handler", "Custom::Thing", {"ServiceToken": "f"}, {"ServiceToken": "g"}, "UPDATE", "critical", f"{CFN}/TemplateReference/aws-resource-cloudformation-customresource.html"),
    Case("only metadata changes", _FUNCTION, {"MemorySize": 256, "@Metadata": {"aws:cdk:path": "a"}}, {"MemorySize": 256, "@Metadata": {"aws:cdk:path": "b"}}, "", "", f"{CFN}/TemplateReference/aws-attribute-metadata.html"),
    Case("a number is written as text", _FUNCTION, {"MemorySize": 256}, {"MemorySize": "256"}, "", "", f"{CFN}/TemplateReference/parameters-section-structure.html"),
    Case("only an order of creation changes", _FUNCTION, {"MemorySize": 256}, {"MemorySize": 256, "@DependsOn": ["Y"]}, "", "", f"{CFN}/TemplateReference/aws-attribute-dependson.html", others={"Y": {"Type": "AWS::SNS::Topic", "Properties": {}}}),
    Case("a type that nobody knows", "Some::Private::Thing", {"A": 1}, {"A": 2}, "MAY_REPLACE", "medium", f"{CFN}/UserGuide/registry.html"),
)
