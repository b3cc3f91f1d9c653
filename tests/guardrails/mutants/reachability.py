"""Somebody who should not, can reach it."""

from tests.guardrails.mutation import (
    Mutant,
    Platform,
    Step,
    add,
    append,
    both,
    drop,
    linked,
    point,
    put,
    ref,
    remove,
    remove_all,
)

SG, SUBNET, VPC = "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::EC2::VPC"
ENTRY = "AWS::EC2::NetworkAclEntry"
INGRESS, EGRESS = "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
FUNCTION, BUCKET = "AWS::Lambda::Function", "AWS::S3::Bucket"
REFERENCE = ("reference",)
WORLD = {"CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
PUBLIC, ISOLATED = ref(SUBNET, "PublicSubnet1"), ref(SUBNET, "IsolatedSubnet1")

#: What a platform without databases gets first: one, in its isolated subnets, behind its own security group.
DATABASE = both(
    linked(
        "DbAccess", SG, GroupDescription="db", VpcId=ref(VPC), SecurityGroupEgress=[{"CidrIp": "255.255.255.255/32"}]
    ),
    linked(
        "DbSubnets", "AWS::RDS::DBSubnetGroup", SubnetIds=[ISOLATED, ref(SUBNET, "IsolatedSubnet2")], VpcId=ref(VPC)
    ),
    linked(
        "Db",
        "AWS::RDS::DBInstance",
        Engine="postgres",
        VPCSecurityGroups=[ref(SG, "DbAccess").att("GroupId")],
        DBSubnetGroupName=ref("AWS::RDS::DBSubnetGroup", "DbSubnets"),
        PubliclyAccessible=False,
    ),
)


DOOR = linked(
    "Door",
    INGRESS,
    GroupId=ref(SG, "DbAccess").att("GroupId"),
    SourceSecurityGroupId=ref(SG, "DbAccess").att("GroupId"),
    IpProtocol="tcp",
    FromPort=5432,
    ToPort=5432,
)


def opened(**rule: object) -> dict[str, object]:
    """A rule for the database's port."""
    return {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, **rule}


def store(promise: str, name: str, step: object) -> Mutant:
    """The same mutant on prod, with a database, and on the reference, which has one."""
    return Mutant(promise, name, step, on=("prod",), given=DATABASE)  # type: ignore[arg-type]


OPEN = "reachability.no-open-ingress"
NAMED = "reachability.stores-name-their-clients"
FEW = "reachability.stores-open-few-ports"
SILENT = "reachability.data-opens-nothing"
ENDPOINTS = "reachability.endpoints-closed"
ADDRESS = "reachability.no-public-ip"
DATABASES = "reachability.no-public-database"
PLACE = "reachability.no-public-subnet"
BUCKETS = "reachability.no-public-bucket"
ACL_IN, ACL_OUT, ACL = (
    "reachability.acl-keeps-the-internet-out",
    "reachability.acl-keeps-data-in",
    "reachability.data-tier-has-an-acl",
)
ROUTES, DEFAULT = "reachability.data-tier-has-no-way-out", "reachability.default-group-closed"
VALIDATED = "reachability.requests-validated"
FIREWALL, DOORS = "reachability.web-acl", "reachability.doors-refuse-nonsense"
SEPARATE = {"GroupId": ref(SG).att("GroupId"), "IpProtocol": "-1"}


def _close_the_way_out(platform: Platform) -> None:
    for source in platform.stacks():
        resources = source.template["Resources"]
        for name in [n for n, r in resources.items() if "NatGatewayId" in r.get("Properties", {})]:
            del resources[name]


ENDPOINT = "AWS::EC2::VPCEndpoint"
#: What a platform with a way out gets first: none, and the endpoints that its functions need instead.
CLOSED = both(
    _close_the_way_out,
    *(
        linked(
            f"{name.title()}Way",
            ENDPOINT,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.us-east-1.{name}",
            VpcId=ref(VPC),
            SecurityGroupIds=[],
        )
        for name in ("secretsmanager", "monitoring")
    ),
)
CALL = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:us-east-1:777788889999:news"}


def closed(name: str, step: Step) -> Mutant:
    """Something that functions without a way out cannot reach."""
    return Mutant("reachability.endpoints-instead-of-egress", name, step, ("prod",), given=CLOSED)


MUTANTS = [
    closed("the endpoint is gone", remove(ENDPOINT, "SecretsmanagerWay")),
    closed("the table's endpoint is gone", remove(ENDPOINT, "DynamoDb")),
    closed(
        "a function calls more", append("AWS::IAM::ManagedPolicy", "PolicyDocument.Statement", CALL, "TodoFunctionRole")
    ),
    Mutant(OPEN, "SSH inline from anywhere", append(SG, "SecurityGroupIngress", WORLD)),
    Mutant(OPEN, "everything over IPv6", append(SG, "SecurityGroupIngress", {"CidrIpv6": "::/0", "IpProtocol": "-1"})),
    Mutant(OPEN, "a rule of its own", linked("Hole", INGRESS, CidrIp="0.0.0.0/0", **SEPARATE)),
    Mutant(OPEN, "half the internet", append(SG, "SecurityGroupIngress", {**WORLD, "CidrIp": "0.0.0.0/1"})),
    Mutant(
        OPEN,
        "the internet behind a prefix list",
        both(
            linked("Everyone", "AWS::EC2::PrefixList", Entries=[{"Cidr": "0.0.0.0/0"}], VpcId=ref(VPC)),
            linked(
                "Hole",
                INGRESS,
                SourcePrefixListId=ref("AWS::EC2::PrefixList", "Everyone"),
                IpProtocol="-1",
                GroupId="sg-0123456789abcdef0",
            ),
        ),
    ),
    Mutant(
        OPEN,
        "the balancer's group on another port",
        append(SG, "SecurityGroupIngress", WORLD, "BalancerAccess"),
        REFERENCE,
    ),
    Mutant(
        OPEN,
        "the balancer becomes internal",
        put("AWS::ElasticLoadBalancingV2::LoadBalancer", "Scheme", "internal"),
        REFERENCE,
    ),
    store(NAMED, "an address range", append(SG, "SecurityGroupIngress", opened(CidrIp="10.0.0.0/8"), "DbAccess")),
    store(
        NAMED,
        "the VPC",
        append(SG, "SecurityGroupIngress", opened(CidrIp={"Fn::GetAtt": ["x", "CidrBlock"]}), "DbAccess"),
    ),
    store(NAMED, "no group", drop("AWS::RDS::DBInstance", "VPCSecurityGroups", "Db")),
    store(
        NAMED,
        "the default group as a client",
        linked(
            "Door",
            INGRESS,
            GroupId=ref(SG, "DbAccess").att("GroupId"),
            SourceSecurityGroupId=ref(VPC).att("DefaultSecurityGroup"),
            IpProtocol="tcp",
            FromPort=5432,
            ToPort=5432,
        ),
    ),
    Mutant(
        NAMED,
        "the office reaches the cache",
        append(SG, "SecurityGroupIngress", opened(CidrIp="203.0.113.0/24"), "CacheAccess"),
        REFERENCE,
    ),
    Mutant(
        NAMED,
        "a prefix list reaches the files",
        append(SG, "SecurityGroupIngress", opened(SourcePrefixListId="pl-1234"), "FilesAccess"),
        REFERENCE,
    ),
    Mutant(
        NAMED,
        "the search domain in no group",
        drop("AWS::OpenSearchService::Domain", "VPCOptions.SecurityGroupIds"),
        REFERENCE,
    ),
    store(
        FEW,
        "all traffic",
        append(SG, "SecurityGroupIngress", {"IpProtocol": "-1", "SourceSecurityGroupId": "sg-1"}, "DbAccess"),
    ),
    store(
        FEW,
        "all ports",
        append(SG, "SecurityGroupIngress", opened(FromPort=0, ToPort=65535, SourceSecurityGroupId="sg-1"), "DbAccess"),
    ),
    Mutant(FEW, "all ports of Aurora", put(INGRESS, "IpProtocol", "-1", "AuroraAccess"), REFERENCE),
    store(SILENT, "no egress rule, so AWS's", drop(SG, "SecurityGroupEgress", "DbAccess")),
    store(
        SILENT,
        "HTTPS to anywhere",
        append(SG, "SecurityGroupEgress", {**WORLD, "FromPort": 443, "ToPort": 443}, "DbAccess"),
    ),
    store(
        SILENT,
        "a rule of its own",
        linked("Out", EGRESS, GroupId=ref(SG, "DbAccess").att("GroupId"), CidrIpv6="::/0", IpProtocol="-1"),
    ),
    Mutant(
        SILENT,
        "the cache may call home",
        put(SG, "SecurityGroupEgress.0.CidrIp", "0.0.0.0/0", "CacheAccess"),
        REFERENCE,
    ),
    Mutant(ENDPOINTS, "no group", linked("Kms", "AWS::EC2::VPCEndpoint", VpcEndpointType="Interface", VpcId=ref(VPC))),
    Mutant(
        ENDPOINTS,
        "a range larger than the VPC",
        both(
            linked("EpAccess", SG, VpcId=ref(VPC), SecurityGroupIngress=[opened(CidrIp="10.0.0.0/8")]),
            linked(
                "Kms",
                "AWS::EC2::VPCEndpoint",
                VpcEndpointType="Interface",
                VpcId=ref(VPC),
                SecurityGroupIds=[ref(SG, "EpAccess").att("GroupId")],
            ),
        ),
    ),
    Mutant(
        ENDPOINTS,
        "a neighbour's range",
        append(SG, "SecurityGroupIngress", opened(CidrIp="192.168.0.0/16"), "EndpointAccess"),
        REFERENCE,
    ),
    Mutant(ADDRESS, "a subnet hands them out", put(SUBNET, "MapPublicIpOnLaunch", True)),
    Mutant(
        ADDRESS,
        "a task gets one",
        add("Task", "AWS::ECS::Service", NetworkConfiguration={"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}),
    ),
    Mutant(
        ADDRESS,
        "an instance gets one",
        add("Host", "AWS::EC2::Instance", NetworkInterfaces=[{"AssociatePublicIpAddress": True}]),
    ),
    Mutant(ADDRESS, "an elastic one for an instance", put("AWS::EC2::EIP", "InstanceId", "i-1")),
    Mutant(
        ADDRESS,
        "a rule starts a public task",
        add(
            "Rule",
            "AWS::Events::Rule",
            Targets=[
                {"EcsParameters": {"NetworkConfiguration": {"AwsVpcConfiguration": {"AssignPublicIp": "ENABLED"}}}}
            ],
        ),
    ),
    Mutant(
        ADDRESS,
        "the service gets one",
        put("AWS::ECS::Service", "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "ENABLED"),
        REFERENCE,
    ),
    Mutant(DATABASES, "an instance says nothing", add("Db", "AWS::RDS::DBInstance", Engine="mysql")),
    Mutant(DATABASES, "a warehouse says yes", add("Wh", "AWS::Redshift::Cluster", PubliclyAccessible=True)),
    Mutant(DATABASES, "a search domain outside", add("Search", "AWS::OpenSearchService::Domain")),
    Mutant(
        DATABASES,
        "brokers with public addresses",
        add(
            "Kafka",
            "AWS::MSK::Cluster",
            BrokerNodeGroupInfo={"ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}},
        ),
    ),
    Mutant(
        DATABASES,
        "a reader of Aurora",
        put("AWS::RDS::DBInstance", "PubliclyAccessible", True, "AuroraReader"),
        REFERENCE,
    ),
    Mutant(
        "reachability.no-public-cluster-api",
        "Kubernetes by default",
        add("Eks", "AWS::EKS::Cluster", ResourcesVpcConfig={}),
    ),
    Mutant(
        "reachability.no-public-cluster-api",
        "Kubernetes for everybody",
        add(
            "Eks",
            "AWS::EKS::Cluster",
            ResourcesVpcConfig={"EndpointPublicAccess": True, "PublicAccessCidrs": ["10.0.0.0/8", "0.0.0.0/0"]},
        ),
    ),
    Mutant(PLACE, "a function among the balancers", linked("Fn", FUNCTION, VpcConfig={"SubnetIds": [PUBLIC]})),
    Mutant(
        PLACE,
        "a service among the balancers",
        linked("Svc", "AWS::ECS::Service", NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": [PUBLIC]}}),
    ),
    Mutant(
        PLACE,
        "a database among the balancers",
        both(
            linked("Subnets", "AWS::RDS::DBSubnetGroup", SubnetIds=[PUBLIC]),
            linked("Db", "AWS::RDS::DBInstance", DBSubnetGroupName=ref("AWS::RDS::DBSubnetGroup", "Subnets")),
        ),
    ),
    Mutant(
        PLACE,
        "the private route leads to the gateway",
        point("AWS::EC2::Route", "GatewayId", ref("AWS::EC2::InternetGateway"), "PrivateSubnet1"),
    ),
    Mutant(BUCKETS, "one of four is off", put(BUCKET, "PublicAccessBlockConfiguration.BlockPublicPolicy", False)),
    Mutant(BUCKETS, "the block is gone", drop(BUCKET, "PublicAccessBlockConfiguration")),
    Mutant(BUCKETS, "a public ACL", put(BUCKET, "AccessControl", "PublicRead")),
    Mutant(ACL_IN, "an entry for the world", put(ENTRY, "CidrBlock", "0.0.0.0/0", "Ingress")),
    Mutant(
        ACL_IN,
        "an entry before all others",
        linked(
            "First",
            ENTRY,
            NetworkAclId=ref("AWS::EC2::NetworkAcl"),
            RuleNumber=1,
            Protocol=-1,
            RuleAction="allow",
            CidrBlock="0.0.0.0/0",
            Egress=False,
        ),
    ),
    Mutant(ACL_IN, "the public tier as well", put(ENTRY, "CidrBlock", "10.0.0.0/8", "Ingress")),
    Mutant(
        ACL_IN,
        "SSH from the world",
        linked(
            "Ssh",
            ENTRY,
            NetworkAclId=ref("AWS::EC2::NetworkAcl"),
            RuleNumber=5,
            Protocol=6,
            RuleAction="allow",
            CidrBlock="0.0.0.0/0",
            PortRange={"From": 22, "To": 22},
        ),
    ),
    Mutant(ACL_OUT, "an entry for the world", put(ENTRY, "CidrBlock", "0.0.0.0/0", "Egress")),
    Mutant(
        ACL_OUT,
        "HTTPS to the world",
        linked(
            "Out",
            ENTRY,
            NetworkAclId=ref("AWS::EC2::NetworkAcl"),
            RuleNumber=9,
            Egress=True,
            Protocol=6,
            RuleAction="allow",
            CidrBlock="0.0.0.0/0",
            PortRange={"From": 443, "To": 443},
        ),
    ),
    Mutant(ACL, "one association is gone", remove("AWS::EC2::SubnetNetworkAclAssociation")),
    Mutant(ACL, "all are gone", remove_all("AWS::EC2::SubnetNetworkAclAssociation", "AWS::EC2::NetworkAcl")),
    Mutant(
        ROUTES,
        "through the NAT gateway",
        linked(
            "Way",
            "AWS::EC2::Route",
            RouteTableId=ref("AWS::EC2::RouteTable", "IsolatedSubnet1"),
            DestinationCidrBlock="0.0.0.0/0",
            NatGatewayId="nat-1",
        ),
        on=("prod",),
    ),
    Mutant(
        ROUTES,
        "over IPv6",
        linked(
            "Way",
            "AWS::EC2::Route",
            RouteTableId=ref("AWS::EC2::RouteTable", "IsolatedSubnet2"),
            DestinationIpv6CidrBlock="::/0",
            EgressOnlyInternetGatewayId="eigw-1",
        ),
        on=("prod",),
    ),
    Mutant(
        ROUTES,
        "through a transit gateway",
        linked(
            "Way",
            "AWS::EC2::Route",
            RouteTableId=ref("AWS::EC2::RouteTable", "DataSubnet1"),
            DestinationCidrBlock="0.0.0.0/0",
            TransitGatewayId="tgw-1",
        ),
        REFERENCE,
    ),
    Mutant(
        NAMED,
        "a group that nothing is in",
        both(
            linked("Nobody", SG, VpcId=ref(VPC)),
            point(INGRESS, "SourceSecurityGroupId", ref(SG, "Nobody").att("GroupId"), "Door"),
        ),
        ("prod",),
        given=both(DATABASE, DOOR),
    ),
    Mutant(
        NAMED,
        "another store reaches the warehouse",
        append(
            SG,
            "SecurityGroupIngress",
            opened(SourceSecurityGroupId=ref(SG, "SearchAccess").att("GroupId")),
            "WarehouseAccess",
        ),
        REFERENCE,
    ),
    Mutant(PLACE, "a database that says no subnets", add("Db", "AWS::RDS::DBCluster", Engine="aurora-postgresql")),
    Mutant(
        PLACE,
        "the cache's subnets are dropped",
        drop("AWS::ElastiCache::ReplicationGroup", "CacheSubnetGroupName"),
        REFERENCE,
    ),
    Mutant(
        FIREWALL,
        "an alarm would see nothing",
        put("AWS::WAFv2::WebACL", "VisibilityConfig.CloudWatchMetricsEnabled", False),
    ),
    Mutant(DEFAULT, "nobody empties it", remove("Custom::VpcRestrictDefaultSG")),
    Mutant(DEFAULT, "another VPC's is emptied", put("Custom::VpcRestrictDefaultSG", "DefaultSecurityGroupId", "sg-1")),
    Mutant(FIREWALL, "the association is gone", remove_all("AWS::WAFv2::WebACLAssociation")),
    Mutant(FIREWALL, "no managed rules", put("AWS::WAFv2::WebACL", "Rules", [])),
    Mutant(FIREWALL, "one managed group fewer", put("AWS::WAFv2::WebACL", "Rules.2.Statement", {}), ("prod",)),
    Mutant(
        VALIDATED, "bodies are not", put("AWS::ApiGateway::RequestValidator", "ValidateRequestBody", False), ("prod",)
    ),
    Mutant(VALIDATED, "a method's are not", drop("AWS::ApiGateway::Method", "RequestValidatorId", "POST"), ("prod",)),
    Mutant(FIREWALL, "rules that only count", put("AWS::WAFv2::WebACL", "Rules.0.OverrideAction", {"Count": {}})),
    Mutant(FIREWALL, "a distribution without one", add("Cdn", "AWS::CloudFront::Distribution", DistributionConfig={})),
    Mutant(
        FIREWALL,
        "a public balancer without one",
        add("Alb", "AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internet-facing"),
    ),
    Mutant(DOORS, "no rate limit", drop("AWS::ApiGateway::Stage", "MethodSettings.0.ThrottlingRateLimit")),
    Mutant(DOORS, "bodies in the logs", put("AWS::ApiGateway::Stage", "MethodSettings.0.DataTraceEnabled", True)),
    Mutant(DOORS, "no tracing", drop("AWS::ApiGateway::Stage", "TracingEnabled")),
    Mutant(DOORS, "smuggled headers", add("Alb", "AWS::ElasticLoadBalancingV2::LoadBalancer")),
]
