namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>The services for which no AWS package is on the feed.</summary>
internal static class RawInventories
{
    private const string Logs = "Logs_20140328";
    private const string Ecs = "AmazonEC2ContainerServiceV20141113";
    private const string Elb = "2015-12-01";
    private const string Scaling = "2011-01-01";
    private const string Rds = "2014-10-31";

    public static IEnumerable<IInventoryPart> All(RawAws aws) =>
    [
        new RawInventory(
            aws, "lambda", "lambda",
            new RawListing(
                "function", "GET /2015-03-31/functions", "Functions", "FunctionName",
                One("configuration", "GET /2015-03-31/functions/<FunctionName>", "{Configuration: Configuration, Tags: Tags, Concurrency: Concurrency, Image: Code.ImageUri}"),
                new("version", "GET /2015-03-31/functions/<FunctionName>/versions", "Versions", "Version"),
                new("alias", "GET /2015-03-31/functions/<FunctionName>/aliases", "Aliases", "Name"),
                One("policy", "GET /2015-03-31/functions/<FunctionName>/policy", "Policy"),
                One("url", "GET /2021-10-31/functions/<FunctionName>/url", "@")),
            new RawListing("mapping", "GET /2015-03-31/event-source-mappings/", "EventSourceMappings", "UUID")),
        new RawInventory(
            aws, "cloudwatch-logs", "logs",
            new RawListing(
                "group", $"{Logs}.DescribeLogGroups {{}}", "logGroups", "logGroupName",
                One("tags", $"{Logs}.ListTagsLogGroup {{\"logGroupName\":\"<logGroupName>\"}}", "tags"),
                new("filter", $"{Logs}.DescribeMetricFilters {{\"logGroupName\":\"<logGroupName>\"}}", "metricFilters", "filterName"))),
        new RawInventory(
            aws, "cloudwatch", "monitoring",
            new RawListing(
                "alarm", "2010-08-01 DescribeAlarms", "DescribeAlarmsResult.MetricAlarms", "AlarmName",
                One("tags", "2010-08-01 ListTagsForResource&ResourceARN=<AlarmArn>", "ListTagsForResourceResult.Tags")),
            new RawListing(
                "dashboard", "2010-08-01 ListDashboards", "ListDashboardsResult.DashboardEntries", "DashboardName",
                One("body", "2010-08-01 GetDashboard&DashboardName=<DashboardName>", "GetDashboardResult.DashboardBody"))),
        new RawInventory(
            aws, "secrets-manager", "secretsmanager",
            new RawListing(
                "secret", "secretsmanager.ListSecrets {}", "SecretList", "Name",
                One("version", "secretsmanager.ListSecretVersionIds {\"SecretId\":\"<ARN>\"}", "Versions[].{id: VersionId, stages: VersionStages}"),
                One("value", "secretsmanager.GetSecretValue {\"SecretId\":\"<ARN>\",\"VersionStage\":\"AWSCURRENT\"}", "SecretString"))),
        new RawInventory(
            aws, "apigatewayv2", "apigateway",
            new RawListing(
                "api", "GET /v2/apis", "items", "apiId",
                new("integration", "GET /v2/apis/<apiId>/integrations", "items", "integrationId"),
                new("route", "GET /v2/apis/<apiId>/routes", "items", "routeId"),
                new("stage", "GET /v2/apis/<apiId>/stages", "items", "stageName"))),
        new RawInventory(
            aws, "ecs", "ecs",
            new RawListing(
                "cluster", $"{Ecs}.ListClusters {{}}", "clusterArns[].{arn: @}", "arn",
                One("shown", $"{Ecs}.DescribeClusters {{\"clusters\":[\"<arn>\"],\"include\":[\"TAGS\"]}}", "clusters[?status != 'INACTIVE'] | [0]"),
                new(
                    "service", $"{Ecs}.ListServices {{\"cluster\":\"<arn>\"}}", "serviceArns[].{arn: @}", "arn",
                    One("shown", $"{Ecs}.DescribeServices {{\"cluster\":\"<../arn>\",\"services\":[\"<arn>\"],\"include\":[\"TAGS\"]}}", "services[?status != 'INACTIVE'] | [0]"))),
            new RawListing("definition", $"{Ecs}.ListTaskDefinitions {{}}", "taskDefinitionArns[].{arn: @}", "arn")),
        new RawInventory(
            aws, "elastic-load-balancing-v2", "elasticloadbalancing",
            new RawListing(
                "balancer", $"{Elb} DescribeLoadBalancers", "DescribeLoadBalancersResult.LoadBalancers", "LoadBalancerName",
                new("listener", $"{Elb} DescribeListeners&LoadBalancerArn=<LoadBalancerArn>", "DescribeListenersResult.Listeners", "ListenerArn",
                    new RawListing("rule", $"{Elb} DescribeRules&ListenerArn=<ListenerArn>", "DescribeRulesResult.Rules", "RuleArn")),
                One("attributes", $"{Elb} DescribeLoadBalancerAttributes&LoadBalancerArn=<LoadBalancerArn>", "DescribeLoadBalancerAttributesResult.Attributes"),
                One("tags", $"{Elb} DescribeTags&ResourceArns.member.1=<LoadBalancerArn>", "DescribeTagsResult.TagDescriptions")),
            new RawListing(
                "group", $"{Elb} DescribeTargetGroups", "DescribeTargetGroupsResult.TargetGroups", "TargetGroupName",
                One("attributes", $"{Elb} DescribeTargetGroupAttributes&TargetGroupArn=<TargetGroupArn>", "DescribeTargetGroupAttributesResult.Attributes"),
                One("health", $"{Elb} DescribeTargetHealth&TargetGroupArn=<TargetGroupArn>", "DescribeTargetHealthResult.TargetHealthDescriptions"))),
        new RawInventory(
            aws, "eventbridge", "events",
            new RawListing(
                "rule", "AWSEvents.ListRules {}", "Rules", "Name",
                new RawListing("target", "AWSEvents.ListTargetsByRule {\"Rule\":\"<Name>\"}", "Targets", "Id"))),
        new RawInventory(
            aws, "ecr", "ecr",
            new RawListing(
                "repository", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories {}", "repositories", "repositoryName",
                One("policy", "AmazonEC2ContainerRegistry_V20150921.GetLifecyclePolicy {\"repositoryName\":\"<repositoryName>\"}", "lifecyclePolicyText"),
                One("access", "AmazonEC2ContainerRegistry_V20150921.GetRepositoryPolicy {\"repositoryName\":\"<repositoryName>\"}", "policyText"))),
        new RawInventory(
            aws, "scheduler", "scheduler",
            new RawListing("schedule", "GET /schedules", "Schedules", "Name", One("shown", "GET /schedules/<Name>", "@"))),
        new RawInventory(
            aws, "auto-scaling", "autoscaling",
            new RawListing(
                "group", $"{Scaling} DescribeAutoScalingGroups", "DescribeAutoScalingGroupsResult.AutoScalingGroups", "AutoScalingGroupName",
                new RawListing("policy", $"{Scaling} DescribePolicies&AutoScalingGroupName=<AutoScalingGroupName>", "DescribePoliciesResult.ScalingPolicies", "PolicyName"))),
        new RawInventory(
            aws, "application-auto-scaling", "application-autoscaling",
            new RawListing("target", "AnyScaleFrontendService.DescribeScalableTargets {\"ServiceNamespace\":\"ecs\"}", "ScalableTargets", "ResourceId"),
            new RawListing("policy", "AnyScaleFrontendService.DescribeScalingPolicies {\"ServiceNamespace\":\"ecs\"}", "ScalingPolicies", "PolicyName")),
        new RawInventory(
            aws, "route-53", "route53",
            new RawListing(
                "zone", "GET /2013-04-01/hostedzone", "HostedZones", "Name",
                new RawListing("record", "GET /2013-04-01<Id>/rrset", "ResourceRecordSets", "join(' ', [Name, Type, SetIdentifier || ''])"))),
        new RawInventory(
            aws, "cloudtrail", "cloudtrail",
            new RawListing(
                "trail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails {}", "trailList", "Name",
                One("status", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetTrailStatus {\"Name\":\"<Name>\"}", "IsLogging"))),
        new RawInventory(
            aws, "cloudfront", "cloudfront",
            new RawListing(
                "distribution", "GET /2020-05-31/distribution", "(Items.DistributionSummary && [Items.DistributionSummary]) || Items || `[]`", "Id",
                One("config", "GET /2020-05-31/distribution/<Id>/config", "@")),
            new RawListing(
                "access", "GET /2020-05-31/origin-access-control", "(Items.OriginAccessControlSummary && [Items.OriginAccessControlSummary]) || Items || `[]`", "Id")),
        new RawInventory(
            aws, "rds", "rds",
            new RawListing("instance", $"{Rds} DescribeDBInstances", "DescribeDBInstancesResult.DBInstances", "DBInstanceIdentifier"),
            new RawListing("snapshot", $"{Rds} DescribeDBSnapshots", "DescribeDBSnapshotsResult.DBSnapshots", "DBSnapshotIdentifier"),
            new RawListing("subnets", $"{Rds} DescribeDBSubnetGroups", "DescribeDBSubnetGroupsResult.DBSubnetGroups", "DBSubnetGroupName"),
            new RawListing("parameters", $"{Rds} DescribeDBParameterGroups", "DescribeDBParameterGroupsResult.DBParameterGroups", "DBParameterGroupName")),
    ];

    private static RawListing One(string kind, string request, string select) => new(kind, request, $"{select} | {{value: @}}", "value");
}
