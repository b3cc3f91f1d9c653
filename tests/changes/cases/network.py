"""The network: security groups, routes, ACLs, subnets, endpoints, balancers, names."""

from tests.changes.cases import CFN, DOCS, Case, ref

# fmt: off
_GROUP, _IN, _OUT = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
_BALANCER, _LISTENER, _RULE, _TARGETS = (f"AWS::ElasticLoadBalancingV2::{name}" for name in ("LoadBalancer", "Listener", "ListenerRule", "TargetGroup"))
_RECORD, _SUBNET, _ENTRY = "AWS::Route53::RecordSet", "AWS::EC2::Subnet", "AWS::EC2::NetworkAclEntry"
_RULES = f"{DOCS}/vpc/latest/userguide/security-group-rules.html"
_ELB = f"{DOCS}/elasticloadbalancing/latest/application"
_OURS = {"G": {"Type": _GROUP, "Properties": {"GroupDescription": "g"}}, "H": {"Type": _GROUP, "Properties": {"GroupDescription": "h"}}}


def _rule(peer: object, first: int = 443, last: int = 443, protocol: str = "tcp") -> dict[str, object]:
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "CidrIp": peer}


def _group(*rules: object) -> dict[str, object]:
    return {"GroupDescription": "g", "SecurityGroupIngress": list(rules)}


def _out(*rules: object) -> dict[str, object]:
    return {"GroupDescription": "g", "SecurityGroupEgress": list(rules)}


def _from(**rule: object) -> dict[str, object]:
    return {"GroupId": {"Fn::GetAtt": ["G", "GroupId"]}, **rule}


def _open(priority: int, path: str = "/*") -> dict[str, object]:
    return {"ListenerArn": "l", "Priority": priority, "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}], "Actions": [{"Type": "forward", "TargetGroupArn": "t"}]}


def _asking(priority: int, path: str) -> dict[str, object]:
    return {**_open(priority, path), "Actions": [{"Type": "authenticate-oidc", "Order": 1}, {"Type": "forward", "TargetGroupArn": "t", "Order": 2}]}


_GUARDED = {"Y": {"Type": _RULE, "Properties": _asking(5, "/admin/*")}}
_FROM_GROUP = _from(IpProtocol="tcp", FromPort=5432, ToPort=5432, SourceSecurityGroupId={"Fn::GetAtt": ["H", "GroupId"]})

CASES = (
    # Security groups
    Case("description of a group changes", _GROUP, {"GroupDescription": "a"}, {"GroupDescription": "b"}, "REPLACE", "medium", "schema: createOnlyProperties/GroupDescription"),
    Case("description of a named group changes", _GROUP, {"GroupName": "n", "GroupDescription": "a"}, {"GroupName": "n", "GroupDescription": "b"}, "REPLACE", "critical", f"{CFN}/TemplateReference/aws-properties-name.html"),
    Case("the world may come in", _GROUP, _group(_rule("10.0.0.0/16")), _group(_rule("0.0.0.0/0")), "UPDATE", "high", _RULES),
    Case("the world may no longer come in", _GROUP, _group(_rule("0.0.0.0/0")), _group(_rule("10.0.0.0/8")), "UPDATE", "low", _RULES),
    Case("the world may come in over IPv6", _GROUP, _group(), _group({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "::/0"}), "UPDATE", "high", _RULES),
    Case("a range grows", _GROUP, _group(_rule("10.1.2.0/24")), _group(_rule("10.1.0.0/16")), "UPDATE", "high", _RULES),
    Case("a range shrinks", _GROUP, _group(_rule("10.1.0.0/16")), _group(_rule("10.1.2.0/24")), "UPDATE", "low", _RULES),
    Case("ports grow", _GROUP, _group(_rule("10.1.2.0/24", 443, 443)), _group(_rule("10.1.2.0/24", 1, 65535)), "UPDATE", "high", _RULES),
    Case("ports shrink", _GROUP, _group(_rule("10.1.2.0/24", 0, 65535)), _group(_rule("10.1.2.0/24", 443, 443)), "UPDATE", "low", _RULES),
    Case("any protocol becomes one", _GROUP, _group({"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}), _group(_rule("10.0.0.0/8")), "UPDATE", "low", _RULES),
    Case("one address more", _GROUP, _group(_rule("10.1.2.3/32")), _group(_rule("10.1.2.3/32"), _rule("10.1.2.4/32")), "UPDATE", "medium", _RULES),
    Case("everything may go out", _GROUP, _out(_rule("10.0.0.0/8")), _out({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}), "UPDATE", "high", _RULES),
    Case("less may go out", _GROUP, _out({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}), _out(_rule("0.0.0.0/0")), "UPDATE", "low", _RULES),
    *(Case(f"protocol {name} is written {number}", _GROUP, _group(_rule("10.1.2.0/24", protocol=name)), _group(_rule("10.1.2.0/24", protocol=number)), "UPDATE", "low", _RULES)
      for name, number in (("tcp", "6"), ("udp", "17"), ("icmp", "1"), ("icmpv6", "58"), ("-1", "all"))),
    Case("a protocol becomes another", _GROUP, _group(_rule("10.1.2.0/24", protocol="tcp")), _group(_rule("10.1.2.0/24", protocol="17")), "UPDATE", "medium", _RULES),
    Case("a rule is only described", _GROUP, _group({**_rule("10.1.2.0/24"), "Description": "a"}), _group({**_rule("10.1.2.0/24"), "Description": "b"}), "UPDATE", "low", _RULES),
    Case("a group may come in", _IN, None, _FROM_GROUP, "CREATE", "medium", _RULES, others=_OURS),
    Case("the world may come in by a rule of its own", _IN, None, _from(**_rule("0.0.0.0/0", 22, 22)), "CREATE", "high", _RULES, others=_OURS),
    Case("a rule of its own shrinks", _IN, _from(**_rule("0.0.0.0/0", 22, 22)), _from(**_rule("10.1.2.0/24", 22, 22)), "REPLACE", "medium", "schema: createOnlyProperties/CidrIp", others=_OURS),
    Case("a rule of its own grows", _IN, _from(**_rule("10.1.2.0/24", 22, 22)), _from(**_rule("0.0.0.0/0", 22, 22)), "REPLACE", "high", "schema: createOnlyProperties/CidrIp", others=_OURS),
    Case("a rule goes", _IN, _FROM_GROUP, None, "DESTROY", "medium", _RULES, others=_OURS),
    Case("a rule goes with its group", _IN, _FROM_GROUP, None, "DESTROY", "low", _RULES, only_before=_OURS),
    Case("a rule goes that another one includes", _IN, _FROM_GROUP, None, "DESTROY", "low", _RULES, others={**_OURS, "Y": {"Type": _IN, "Properties": {**_FROM_GROUP, "FromPort": 5000, "ToPort": 6000}}}),
    Case("a rule for what goes out goes", _OUT, _from(IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="0.0.0.0/0"), None, "DESTROY", "medium", _RULES, others=_OURS),
    Case("a group may go out to a group", _OUT, None, _from(IpProtocol="tcp", FromPort=443, ToPort=443, DestinationSecurityGroupId={"Fn::GetAtt": ["H", "GroupId"]}), "CREATE", "medium", _RULES, others=_OURS),
    Case("an inline rule becomes a rule of its own", _IN, None, _from(**_rule("10.0.0.0/16")), "CREATE", "low", _RULES, only_before={"G": {"Type": _GROUP, "Properties": _group(_rule("10.0.0.0/16"))}}, only_after={"G": {"Type": _GROUP, "Properties": {"GroupDescription": "g"}}}),
    Case("a new group that is open to the world", _GROUP, None, _group(_rule("0.0.0.0/0", 22, 22)), "CREATE", "high", _RULES),
    # VPC
    Case("range of a VPC changes", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}, {"CidrBlock": "10.1.0.0/16"}, "REPLACE", "medium", "schema: createOnlyProperties/CidrBlock"),
    Case("range of a subnet changes", _SUBNET, {"VpcId": "v", "CidrBlock": "10.0.0.0/24"}, {"VpcId": "v", "CidrBlock": "10.0.1.0/24"}, "REPLACE", "medium", "schema: createOnlyProperties/CidrBlock"),
    Case("a subnet moves to another zone: its range is taken", _SUBNET, {"VpcId": "v", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "a"}, {"VpcId": "v", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/AvailabilityZone"),
    Case("a subnet gives public addresses", _SUBNET, {"MapPublicIpOnLaunch": False}, {"MapPublicIpOnLaunch": True}, "UPDATE", "high", f"{DOCS}/vpc/latest/userguide/subnet-public-ip.html"),
    Case("a subnet gets a way to the internet", "AWS::EC2::Route", None, {"RouteTableId": ref("T"), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}, "CREATE", "high", f"{DOCS}/vpc/latest/userguide/VPC_Internet_Gateway.html", others={"T": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": "v"}}}),
    Case("a subnet is moved to a table that leads out", "AWS::EC2::SubnetRouteTableAssociation", {"SubnetId": "s", "RouteTableId": ref("T")}, {"SubnetId": "s", "RouteTableId": ref("U")}, "REPLACE", "high", f"{DOCS}/vpc/latest/userguide/VPC_Internet_Gateway.html", others={"T": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": "v"}}, "U": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": "v"}}, "Out": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": ref("U"), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}}}),
    Case("a subnet gets a NAT gateway", "AWS::EC2::Route", None, {"RouteTableId": ref("T"), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}, "CREATE", "medium", f"{DOCS}/vpc/latest/userguide/vpc-nat-gateway.html", others={"T": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": "v"}}}),
    Case("a network ACL lets more through", _ENTRY, {"NetworkAclId": "n", "RuleNumber": 100, "Protocol": -1, "RuleAction": "allow", "CidrBlock": "10.0.0.0/16"}, {"NetworkAclId": "n", "RuleNumber": 100, "Protocol": -1, "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}, "UPDATE", "high", f"{DOCS}/vpc/latest/userguide/vpc-network-acls.html"),
    Case("a network ACL allows what it denied", _ENTRY, {"NetworkAclId": "n", "RuleNumber": 100, "Protocol": -1, "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}, {"NetworkAclId": "n", "RuleNumber": 100, "Protocol": -1, "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}, "UPDATE", "high", f"{DOCS}/vpc/latest/userguide/vpc-network-acls.html"),
    Case("flow logs go", "AWS::EC2::FlowLog", {"ResourceId": "v", "ResourceType": "VPC"}, None, "DESTROY", "high", f"{DOCS}/vpc/latest/userguide/flow-logs.html"),
    Case("an endpoint is for another service", "AWS::EC2::VPCEndpoint", {"ServiceName": "a", "VpcId": "v"}, {"ServiceName": "b", "VpcId": "v"}, "REPLACE", "medium", "schema: createOnlyProperties/ServiceName"),
    Case("a NAT gateway moves", "AWS::EC2::NatGateway", {"SubnetId": "a"}, {"SubnetId": "b"}, "REPLACE", "medium", "schema: createOnlyProperties/SubnetId"),
    # Balancers
    Case("a balancer faces the internet", _BALANCER, {"Scheme": "internal"}, {"Scheme": "internet-facing"}, "REPLACE", "high", "schema: createOnlyProperties/Scheme"),
    Case("a balancer is removed", _BALANCER, {"Scheme": "internal"}, None, "DESTROY", "high", f"{_ELB}/load-balancer-delete.html"),
    Case("deletion protection of a balancer goes", _BALANCER, {"LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": "true"}]}, {"LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": "false"}]}, "UPDATE", "high", f"{_ELB}/edit-load-balancer-attributes.html"),
    Case("access logs of a balancer go", _BALANCER, {"LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "x", "Value": "1"}]}, {"LoadBalancerAttributes": [{"Key": "x", "Value": "1"}]}, "UPDATE", "high", f"{_ELB}/load-balancer-access-logs.html"),
    Case("a listener speaks plain HTTP", _LISTENER, {"Port": 443, "Protocol": "HTTPS"}, {"Port": 443, "Protocol": "HTTP"}, "UPDATE", "high", f"{_ELB}/create-https-listener.html"),
    Case("a listener accepts old TLS", _LISTENER, {"SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}, {"SslPolicy": "ELBSecurityPolicy-2016-08"}, "UPDATE", "high", f"{_ELB}/describe-ssl-policies.html"),
    Case("a listener no longer sends browsers to HTTPS", _LISTENER, {"Port": 80, "DefaultActions": [{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}]}, {"Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroupArn": "t"}]}, "UPDATE", "high", f"{_ELB}/rule-action-types.html"),
    Case("a listener has another certificate", _LISTENER, {"Certificates": [{"CertificateArn": "a"}]}, {"Certificates": [{"CertificateArn": "b"}]}, "UPDATE", "low", f"{_ELB}/https-listener-certificates.html"),
    Case("a listener no longer asks who it is", _LISTENER, {"DefaultActions": [{"Type": "authenticate-cognito", "Order": 1}, {"Type": "forward", "Order": 2}]}, {"DefaultActions": [{"Type": "forward", "Order": 1}]}, "UPDATE", "high", f"{_ELB}/listener-authenticate-users.html"),
    Case("a rule has another priority", _RULE, {"ListenerArn": "l", "Priority": 10}, {"ListenerArn": "l", "Priority": 20}, "UPDATE", "low", f"{_ELB}/listener-rules.html"),
    Case("an open rule moves before one that authenticates", _RULE, _open(10), _open(1), "UPDATE", "high", f"{_ELB}/listener-rules.html", others=_GUARDED),
    Case("a rule that authenticates moves behind an open one", _RULE, _asking(5, "/admin/*"), _asking(20, "/admin/*"), "UPDATE", "high", f"{_ELB}/listener-rules.html", others={"Y": {"Type": _RULE, "Properties": _open(10)}}),
    Case("an open rule for other paths moves before one that authenticates", _RULE, _open(10, "/shop/*"), _open(1, "/shop/*"), "UPDATE", "low", f"{_ELB}/listener-rules.html", others=_GUARDED),
    Case("an open rule that may match moves before one that authenticates", _RULE, _open(10, "*/public"), _open(1, "*/public"), "UPDATE", "high", f"{_ELB}/listener-rules.html", others=_GUARDED),
    Case("an open rule moves behind one that authenticates", _RULE, _open(1), _open(10), "UPDATE", "low", f"{_ELB}/listener-rules.html", others=_GUARDED),
    Case("a new open rule before one that authenticates", _RULE, None, _open(1), "CREATE", "high", f"{_ELB}/listener-rules.html", others=_GUARDED),
    Case("a rule takes the priority of another", _RULE, {"ListenerArn": "l", "Priority": 10}, {"ListenerArn": "l", "Priority": 20}, "UPDATE", "critical", f"{DOCS}/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html", only_before={"Y": {"Type": _RULE, "Properties": {"ListenerArn": "l", "Priority": 20}}}, only_after={"Y": {"Type": _RULE, "Properties": {"ListenerArn": "l", "Priority": 10}}}),
    Case("protocol of a target group changes", _TARGETS, {"Protocol": "HTTP", "Port": 80}, {"Protocol": "HTTPS", "Port": 80}, "REPLACE", "medium", "schema: createOnlyProperties/Protocol"),
    Case("port of a named target group changes", _TARGETS, {"Name": "t", "Port": 80}, {"Name": "t", "Port": 81}, "REPLACE", "critical", f"{CFN}/TemplateReference/aws-properties-name.html"),
    Case("health check of a target group changes", _TARGETS, {"HealthCheckPath": "/a"}, {"HealthCheckPath": "/b"}, "UPDATE", "low", f"{_ELB}/target-group-health-checks.html"),
    # Names
    Case("a record has another name", _RECORD, {"HostedZoneId": "z", "Type": "A", "Name": "a.example.com."}, {"HostedZoneId": "z", "Type": "A", "Name": "b.example.com."}, "MAY_REPLACE", "high", "spec: Name"),
    Case("a record is removed", _RECORD, {"HostedZoneId": "z", "Type": "A", "Name": "a.example.com."}, None, "DESTROY", "high", f"{DOCS}/Route53/latest/DeveloperGuide/resource-record-sets-deleting.html"),
    Case("a record lives for another time", _RECORD, {"HostedZoneId": "z", "Type": "A", "Name": "a.", "TTL": "60"}, {"HostedZoneId": "z", "Type": "A", "Name": "a.", "TTL": "300"}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-route53-recordset.html"),
    Case("a hosted zone is removed", "AWS::Route53::HostedZone", {"Name": "example.com."}, None, "DESTROY", "critical", f"{DOCS}/Route53/latest/DeveloperGuide/DeleteHostedZone.html"),
    Case("a certificate is for another name", "AWS::CertificateManager::Certificate", {"DomainName": "a.example.com"}, {"DomainName": "b.example.com"}, "REPLACE", "medium", "schema: createOnlyProperties/DomainName"),
)
