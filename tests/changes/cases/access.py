"""Access: policies of identities and of resources, trust, boundaries, authorisers, function URLs."""

from tests.changes.cases import DOCS, IAM, Case, arn, policy, ref, statement

# fmt: off
_ROLE, _POLICY, _BUCKET_POLICY, _KEY = "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::S3::BucketPolicy", "AWS::KMS::Key"
_QUEUE_POLICY, _PERMISSION, _URL = "AWS::SQS::QueuePolicy", "AWS::Lambda::Permission", "AWS::Lambda::Url"
_METHOD, _ROUTE = "AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route"
_LAMBDA = f"{DOCS}/lambda/latest/dg"
_API = f"{DOCS}/apigateway/latest/developerguide"
_OURS = {"R": {"Type": _ROLE, "Properties": {"AssumeRolePolicyDocument": policy()}}, "B": {"Type": "AWS::S3::Bucket", "Properties": {}}, "Q": {"Type": "AWS::SQS::Queue", "Properties": {}}}
_QUEUE, _OTHER_QUEUE = "arn:aws:sqs:eu-west-1:111111111111:orders", "arn:aws:sqs:eu-west-1:111111111111:mails"
_ROOT, _LOCKOUT = "arn:aws:iam::111111111111:root", f"{DOCS}/kms/latest/developerguide/key-policy-default.html"
_ADMIN = statement("kms:*", "*", Principal={"AWS": "arn:aws:iam::111111111111:role/admin"})
_DENY_PLAIN = statement("s3:*", "*", "Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
_READ = statement("s3:GetObject", arn("B"), Principal={"AWS": "arn:aws:iam::111111111111:role/reader"})


def _of_role(*statements: object) -> dict[str, object]:
    return {"PolicyName": "p", "Roles": [ref("R")], "PolicyDocument": policy(*statements)}


def _trust(principal: object, **more: object) -> dict[str, object]:
    return {"AssumeRolePolicyDocument": policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more})}


def _on_bucket(*statements: object) -> dict[str, object]:
    return {"Bucket": ref("B"), "PolicyDocument": policy(*statements)}


def _key(*statements: object) -> dict[str, object]:
    return {"KeyPolicy": policy(statement("kms:*", "*", Principal={"AWS": "arn:aws:iam::111111111111:root"}), *statements)}


CASES = (
    # Narrower
    Case("all of a service becomes one action", _POLICY, _of_role(statement("sqs:*", _QUEUE)), _of_role(statement("sqs:SendMessage", _QUEUE)), "UPDATE", "low", IAM, others=_OURS),
    Case("everything becomes one resource", _POLICY, _of_role(statement("sqs:SendMessage")), _of_role(statement("sqs:SendMessage", _QUEUE)), "UPDATE", "low", IAM, others=_OURS),
    Case("a condition is added", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role(statement("sqs:SendMessage", _QUEUE, Condition={"Bool": {"aws:SecureTransport": "true"}})), "UPDATE", "low", IAM, others=_OURS),
    Case("one of two actions goes", _POLICY, _of_role(statement(["sqs:SendMessage", "sqs:DeleteMessage"], _QUEUE)), _of_role(statement("sqs:SendMessage", _QUEUE)), "UPDATE", "low", IAM, others=_OURS),
    Case("a statement is split in two", _POLICY, _of_role(statement(["sqs:SendMessage", "sqs:DeleteMessage"], _QUEUE)), _of_role(statement("sqs:SendMessage", _QUEUE), statement("sqs:DeleteMessage", _QUEUE)), "UPDATE", "low", IAM, others=_OURS),
    Case("two statements are merged", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE), statement("sqs:DeleteMessage", _QUEUE)), _of_role(statement(["sqs:SendMessage", "sqs:DeleteMessage"], _QUEUE)), "UPDATE", "low", IAM, others=_OURS),
    Case("an action is written as a list", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role(statement(["sqs:SendMessage"], _QUEUE)), "UPDATE", "low", IAM, others=_OURS),
    Case("a denial is added", _POLICY, _of_role(statement("sqs:*", _QUEUE)), _of_role(statement("sqs:*", _QUEUE), statement("sqs:DeleteQueue", "*", "Deny")), "UPDATE", "low", IAM, others=_OURS),
    Case("the whole account becomes one role", _KEY, _key(statement("kms:Decrypt", "*", Principal={"AWS": "arn:aws:iam::111111111111:root"})), _key(statement("kms:Decrypt", "*", Principal={"AWS": "arn:aws:iam::111111111111:role/app"})), "UPDATE", "low", IAM),
    Case("a policy is removed", _POLICY, _of_role(statement("sqs:*")), None, "DESTROY", "low", IAM, others=_OURS),
    # Wider
    Case("one action becomes all of a service", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role(statement("sqs:*", _QUEUE)), "UPDATE", "high", IAM, others=_OURS),
    Case("one resource becomes everything", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role(statement("sqs:SendMessage")), "UPDATE", "high", IAM, others=_OURS),
    Case("an action joins a statement", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role(statement(["sqs:SendMessage", "sqs:DeleteMessage"], _QUEUE)), "UPDATE", "high", IAM, others=_OURS),
    Case("a condition goes", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE, Condition={"Bool": {"aws:SecureTransport": "true"}})), _of_role(statement("sqs:SendMessage", _QUEUE)), "UPDATE", "high", IAM, others=_OURS),
    Case("a statement allows everything", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role(statement("sqs:SendMessage", _QUEUE), statement("*")), "UPDATE", "high", IAM, others=_OURS),
    Case("allowed is all but", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), "UPDATE", "high", IAM, others=_OURS),
    Case("a new scoped statement", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), _of_role(statement("sqs:SendMessage", _QUEUE), statement("sqs:ReceiveMessage", _OTHER_QUEUE)), "UPDATE", "medium", IAM, others=_OURS),
    Case("a new scoped policy", _POLICY, None, _of_role(statement("sqs:SendMessage", arn("Q"))), "CREATE", "medium", IAM, others=_OURS),
    Case("a new policy for everything", _POLICY, None, _of_role(statement("dynamodb:*")), "CREATE", "high", IAM, others=_OURS),
    Case("an action that has no resource", _POLICY, None, _of_role(statement("xray:PutTraceSegments")), "CREATE", "medium", IAM, others=_OURS),
    Case("a policy moves into the role", _POLICY, _of_role(statement("sqs:SendMessage", _QUEUE)), None, "DESTROY", "low", IAM,
         only_before={"R": {"Type": _ROLE, "Properties": {"AssumeRolePolicyDocument": policy()}}}, only_after={"R": {"Type": _ROLE, "Properties": {"AssumeRolePolicyDocument": policy(), "Policies": [{"PolicyName": "p", "PolicyDocument": policy(statement("sqs:SendMessage", _QUEUE))}]}}}),
    Case("a denial goes", _POLICY, _of_role(statement("sqs:*", _QUEUE), statement("sqs:DeleteQueue", "*", "Deny")), _of_role(statement("sqs:*", _QUEUE)), "UPDATE", "high", IAM, others=_OURS),
    Case("a denial denies less", _POLICY, _of_role(statement(["sqs:DeleteQueue", "sqs:PurgeQueue"], "*", "Deny")), _of_role(statement("sqs:DeleteQueue", "*", "Deny")), "UPDATE", "high", IAM, others=_OURS),
    Case("a denial denies more", _POLICY, _of_role(statement("sqs:DeleteQueue", "*", "Deny")), _of_role(statement("sqs:*", "*", "Deny")), "UPDATE", "low", IAM, others=_OURS),
    # Roles
    Case("a boundary goes", _ROLE, {"PermissionsBoundary": "arn:aws:iam::111111111111:policy/b"}, {}, "UPDATE", "high", f"{DOCS}/IAM/latest/UserGuide/access_policies_boundaries.html"),
    Case("a boundary comes", _ROLE, {}, {"PermissionsBoundary": "arn:aws:iam::111111111111:policy/b"}, "UPDATE", "low", f"{DOCS}/IAM/latest/UserGuide/access_policies_boundaries.html"),
    Case("an administrator", _ROLE, {}, {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}, "UPDATE", "high", IAM),
    Case("a service role's managed policy", _ROLE, {}, {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]}, "UPDATE", "medium", IAM),
    Case("a policy of ours is attached", _ROLE, {}, {"ManagedPolicyArns": [ref("P")]}, "UPDATE", "high", IAM, others={"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy(statement("s3:*"))}}}),
    Case("a managed policy goes", _ROLE, {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}, {}, "UPDATE", "low", IAM),
    Case("another account is trusted", _ROLE, _trust({"Service": "ecs-tasks.amazonaws.com"}), _trust({"Service": "ecs-tasks.amazonaws.com", "AWS": "arn:aws:iam::999999999999:root"}), "UPDATE", "high", IAM),
    Case("another service is trusted", _ROLE, _trust({"Service": "ecs-tasks.amazonaws.com"}), _trust({"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]}), "UPDATE", "high", IAM),
    Case("a service is no longer trusted", _ROLE, _trust({"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]}), _trust({"Service": "ecs-tasks.amazonaws.com"}), "UPDATE", "low", IAM),
    Case("trust in one branch becomes trust in an organisation", _ROLE, _trust({"Federated": "p"}, Condition={"StringLike": {"t:sub": "repo:o/r:ref:refs/heads/main"}}), _trust({"Federated": "p"}, Condition={"StringLike": {"t:sub": "repo:o/*"}}), "UPDATE", "high", IAM),
    Case("trust in an organisation becomes trust in one branch", _ROLE, _trust({"Federated": "p"}, Condition={"StringLike": {"t:sub": "repo:o/*"}}), _trust({"Federated": "p"}, Condition={"StringLike": {"t:sub": "repo:o/r:ref:refs/heads/main"}}), "UPDATE", "low", IAM),
    Case("trust asks for an external id", _ROLE, _trust({"AWS": "arn:aws:iam::999999999999:root"}), _trust({"AWS": "arn:aws:iam::999999999999:root"}, Condition={"StringEquals": {"sts:ExternalId": "x"}}), "UPDATE", "low", IAM),
    Case("a new role that everybody may take", _ROLE, None, _trust("*"), "CREATE", "high", IAM),
    Case("a new role of a service", _ROLE, None, _trust({"Service": "lambda.amazonaws.com"}), "CREATE", "low", IAM),
    Case("path of a role changes", _ROLE, {"Path": "/a/"}, {"Path": "/b/"}, "REPLACE", "medium", "schema: createOnlyProperties/Path"),
    Case("description of a named managed policy changes", "AWS::IAM::ManagedPolicy", {"ManagedPolicyName": "p", "Description": "a", "PolicyDocument": policy()}, {"ManagedPolicyName": "p", "Description": "b", "PolicyDocument": policy()}, "REPLACE", "critical", "schema: createOnlyProperties/Description"),
    Case("a key that never expires", "AWS::IAM::AccessKey", None, {"UserName": "u"}, "CREATE", "high", f"{DOCS}/IAM/latest/UserGuide/best-practices.html"),
    # Resource policies
    Case("a bucket is open to everybody", _BUCKET_POLICY, _on_bucket(_READ), _on_bucket(_READ, statement("s3:GetObject", "*", Principal="*")), "UPDATE", "high", IAM, others=_OURS),
    Case("another account may read a bucket", _BUCKET_POLICY, _on_bucket(_READ), _on_bucket(_READ, statement("s3:GetObject", arn("B"), Principal={"AWS": "999999999999"})), "UPDATE", "high", IAM, others=_OURS),
    Case("TLS is no longer forced", _BUCKET_POLICY, _on_bucket(_DENY_PLAIN, _READ), _on_bucket(_READ), "UPDATE", "high", IAM, others=_OURS),
    Case("the policy that forced TLS is removed", _BUCKET_POLICY, _on_bucket(_DENY_PLAIN), None, "DESTROY", "high", IAM, others=_OURS),
    Case("a bucket goes with the policy that forced TLS", _BUCKET_POLICY, _on_bucket(_DENY_PLAIN), None, "DESTROY", "low", IAM, only_before={"B": _OURS["B"]}),
    Case("a service may send to a queue", _QUEUE_POLICY, None, {"Queues": [ref("Q")], "PolicyDocument": policy(statement("sqs:SendMessage", arn("Q"), Principal={"Service": "events.amazonaws.com"}, Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:events:eu-west-1:111111111111:rule/r"}}))}, "CREATE", "medium", IAM, others=_OURS),
    Case("everybody may send to a queue", _QUEUE_POLICY, None, {"Queues": [ref("Q")], "PolicyDocument": policy(statement("sqs:SendMessage", arn("Q"), Principal="*"))}, "CREATE", "high", IAM, others=_OURS),
    Case("a role may use a key", _KEY, _key(), _key(statement(["kms:Decrypt", "kms:GenerateDataKey"], "*", Principal={"AWS": "arn:aws:iam::111111111111:role/app"})), "UPDATE", "medium", IAM),
    Case("another account may use a key", _KEY, _key(), _key(statement("kms:Decrypt", "*", Principal={"AWS": "arn:aws:iam::999999999999:root"})), "UPDATE", "high", IAM),
    Case("the account no longer administers a key", _KEY, _key(_ADMIN), {"KeyPolicy": policy(_ADMIN)}, "UPDATE", "critical", _LOCKOUT),
    Case("nobody administers a key", _KEY, _key(), {"KeyPolicy": policy(statement("kms:Decrypt", "*", Principal={"AWS": _ROOT}))}, "UPDATE", "critical", _LOCKOUT),
    Case("only another account administers a key", _KEY, _key(), {"KeyPolicy": policy(statement("kms:*", "*", Principal={"AWS": "arn:aws:iam::999999999999:root"}))}, "UPDATE", "critical", _LOCKOUT),
    Case("everybody is denied a key", _KEY, _key(), _key(statement("kms:*", "*", "Deny", Principal="*")), "UPDATE", "critical", _LOCKOUT),
    Case("a new key that nobody administers", _KEY, None, {"KeyPolicy": policy(statement("kms:Decrypt", "*", Principal={"AWS": _ROOT}))}, "CREATE", "critical", _LOCKOUT),
    Case("the account administers a key by a list of actions", _KEY, _key(), {"KeyPolicy": policy(statement(["kms:Put*", "kms:Describe*"], "*", Principal={"AWS": _ROOT}))}, "UPDATE", "low", _LOCKOUT),
    Case("a key is given back to its account", _KEY, {"KeyPolicy": policy(_ADMIN)}, {}, "UPDATE", "low", _LOCKOUT),
    Case("a vault no longer denies deletion", "AWS::Backup::BackupVault", {"BackupVaultName": "v", "AccessPolicy": policy(statement("backup:DeleteRecoveryPoint", "*", "Deny", Principal="*"))}, {"BackupVaultName": "v"}, "UPDATE", "high", IAM),
    Case("an endpoint loses its policy", "AWS::EC2::VPCEndpoint", {"ServiceName": "s3", "VpcId": "v", "PolicyDocument": policy(statement("s3:GetObject", "*", Principal="*"))}, {"ServiceName": "s3", "VpcId": "v"}, "UPDATE", "high", f"{DOCS}/vpc/latest/privatelink/vpc-endpoints-access.html"),
    Case("an endpoint gets its first policy", "AWS::EC2::VPCEndpoint", {"ServiceName": "s3", "VpcId": "v"}, {"ServiceName": "s3", "VpcId": "v", "PolicyDocument": policy(statement("s3:GetObject", "*", Principal="*"))}, "UPDATE", "low", f"{DOCS}/vpc/latest/privatelink/vpc-endpoints-access.html"),
    # Functions
    Case("everybody may call a function", _PERMISSION, None, {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "*"}, "CREATE", "high", f"{_LAMBDA}/access-control-resource-based.html"),
    Case("a service may call a function", _PERMISSION, None, {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "SourceArn": "arn:aws:events:eu-west-1:111111111111:rule/r"}, "CREATE", "medium", f"{_LAMBDA}/access-control-resource-based.html"),
    Case("a permission loses its source", _PERMISSION, {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "SourceArn": "arn:aws:events:eu-west-1:111111111111:rule/r"}, {"FunctionName": "f", "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}, "REPLACE", "high", "schema: createOnlyProperties/SourceArn"),
    Case("a function URL opens", _URL, {"AuthType": "AWS_IAM", "TargetFunctionArn": "f"}, {"AuthType": "NONE", "TargetFunctionArn": "f"}, "UPDATE", "high", f"{_LAMBDA}/urls-auth.html"),
    Case("a function URL closes", _URL, {"AuthType": "NONE", "TargetFunctionArn": "f"}, {"AuthType": "AWS_IAM", "TargetFunctionArn": "f"}, "UPDATE", "low", f"{_LAMBDA}/urls-auth.html"),
    Case("a new open function URL", _URL, None, {"AuthType": "NONE", "TargetFunctionArn": "f"}, "CREATE", "high", f"{_LAMBDA}/urls-auth.html"),
    Case("a layer is readable for everybody", "AWS::Lambda::LayerVersionPermission", None, {"Action": "lambda:GetLayerVersion", "LayerVersionArn": "l", "Principal": "*"}, "CREATE", "high", f"{_LAMBDA}/permissions-layer-cross-account.html"),
    # APIs
    Case("a method asks nobody", _METHOD, {"HttpMethod": "GET", "ResourceId": "r", "RestApiId": "a", "AuthorizationType": "COGNITO_USER_POOLS"}, {"HttpMethod": "GET", "ResourceId": "r", "RestApiId": "a", "AuthorizationType": "NONE"}, "UPDATE", "high", f"{_API}/apigateway-control-access-to-api.html"),
    Case("a method asks for a token", _METHOD, {"HttpMethod": "GET", "ResourceId": "r", "RestApiId": "a", "AuthorizationType": "NONE"}, {"HttpMethod": "GET", "ResourceId": "r", "RestApiId": "a", "AuthorizationType": "AWS_IAM"}, "UPDATE", "low", f"{_API}/apigateway-control-access-to-api.html"),
    Case("a new method that asks nobody, where others do", _METHOD, None, {"HttpMethod": "GET", "ResourceId": "r", "RestApiId": "a", "AuthorizationType": "NONE"}, "CREATE", "high", f"{_API}/apigateway-control-access-to-api.html", others={"Other": {"Type": _METHOD, "Properties": {"HttpMethod": "GET", "ResourceId": "q", "RestApiId": "a", "AuthorizationType": "AWS_IAM"}}}),
    Case("a new method that answers browsers", _METHOD, None, {"HttpMethod": "OPTIONS", "ResourceId": "r", "RestApiId": "a", "AuthorizationType": "NONE"}, "CREATE", "low", f"{_API}/how-to-cors.html"),
    Case("a route asks nobody", _ROUTE, {"ApiId": "a", "RouteKey": "GET /", "AuthorizationType": "JWT"}, {"ApiId": "a", "RouteKey": "GET /"}, "UPDATE", "high", f"{_API}/http-api-access-control.html"),
    Case("an authoriser goes", "AWS::ApiGateway::Authorizer", {"Name": "a", "RestApiId": "r", "Type": "TOKEN"}, None, "DESTROY", "high", f"{_API}/apigateway-use-lambda-authorizer.html"),
    Case("an identity pool lets guests in", "AWS::Cognito::IdentityPool", {"AllowUnauthenticatedIdentities": False}, {"AllowUnauthenticatedIdentities": True}, "UPDATE", "high", f"{DOCS}/cognito/latest/developerguide/identity-pools.html"),
)
