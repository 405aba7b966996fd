using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Cost;
using ServerlessMcp.Planning.Text;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Cost;

public sealed class PlanCostTests
{
    private static readonly PlanTarget Virginia = new("111122223333", "us-east-1");

    private readonly PlannerFixture _fixture = new();

    [Fact]
    public void What_is_priced_or_free_are_operations_of_the_models() => Assert.All(
        PlanCost.FreeOperations.Concat(PriceList.Current.Operations.Keys),
        name => Assert.Equal(name.Split(':')[1], new AwsCatalog().Operation(name.Split(':')[0], name.Split(':')[1]).Name));

    [Fact]
    public void Every_part_has_its_price_and_every_price_its_page_and_day_and_a_use()
    {
        var used = PriceList.Current.Operations.Values.SelectMany(costs => costs).SelectMany(cost => cost.Parts).Select(part => part.Price).Distinct();

        Assert.Equal(PriceList.Current.Prices.Keys.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
        Assert.All(PriceList.Current.Prices.Values, price => Assert.Multiple(
            () => Assert.StartsWith("https://aws.amazon.com/", price.Source, StringComparison.Ordinal),
            () => Assert.True(price.Usd > 0 && price.Unit is "hour" or "month"),
            () => Assert.True(price.Read.Year >= 2025)));
    }

    /// <summary>Parameters that the list's conditions and quantities name are parameters of the operation.</summary>
    [Fact]
    public void Conditions_and_quantities_speak_of_parameters_that_there_are()
    {
        var catalog = new AwsCatalog();
        foreach (var (name, costs) in PriceList.Current.Operations)
        {
            var known = catalog.Parameters(catalog.Operation(name.Split(':')[0], name.Split(':')[1]), 1).Select(member => member.Name).ToList();
            var spoken = costs.SelectMany(cost => cost.Parts.Select(part => part.Quantity).Append(cost.Given ?? ""))
                .SelectMany(text => System.Text.RegularExpressions.Regex.Matches(text, @"param\.([A-Za-z0-9]+)").Select(match => match.Groups[1].Value));
            Assert.Empty(spoken.Except(known).Select(one => $"{name} {one}"));
        }
    }

    /// <summary>730 hours a month, as AWS's own estimates count: 0.045 x 730 = 32.85.</summary>
    [Theory]
    [InlineData("ec2", "CreateNatGateway", """{ "SubnetId": "subnet-1" }""", 32.85)]
    [InlineData("ec2", "AllocateAddress", """{ "Domain": "vpc" }""", 3.65)]
    [InlineData("ec2", "CreateVpcEndpoint", """{ "VpcEndpointType": "Interface", "SubnetIds": ["${steps.a.output.Subnet.SubnetId}", "subnet-2"] }""", 14.60)]
    [InlineData("ec2", "CreateVpcEndpoint", """{ "VpcEndpointType": "Gateway" }""", 0)]
    [InlineData("ec2", "CreateVolume", """{ "VolumeType": "gp3", "Size": 40, "Iops": 4000, "Throughput": 130 }""", 8.40)]
    [InlineData("ec2", "CreateVolume", """{ "VolumeType": "gp3", "Size": 40 }""", 3.20)]
    [InlineData("ec2", "CreateVolume", """{ "Size": 10 }""", 1)]
    [InlineData("cloudwatch", "PutMetricAlarm", """{ "Period": 60 }""", 0.10)]
    [InlineData("cloudwatch", "PutMetricAlarm", """{ "Period": 10 }""", 0.30)]
    [InlineData("elastic-load-balancing-v2", "CreateLoadBalancer", """{ "Scheme": "internal", "Subnets": ["a", "b"] }""", 16.425)]
    [InlineData("elastic-load-balancing-v2", "CreateLoadBalancer", """{ "Type": "application", "Subnets": ["a", "b"] }""", 23.725)]
    [InlineData("sqs", "CreateQueue", """{ "QueueName": "q" }""", 0)]
    public void What_stands_costs(string service, string operation, string parameters, double usd)
    {
        var found = PlanCost.Of(Virginia, [Making(service, operation, parameters)]);

        Assert.Equal((decimal)usd, found.MonthlyDeltaUsd);
        Assert.Null(found.Why);
    }

    [Theory]
    [InlineData("ec2", "CreateVolume", """{ "VolumeType": "gp3", "Size": "${steps.a.output.x}" }""", "s (how much of it ec2:CreateVolume makes is known only when the plan runs)")]
    [InlineData("ec2", "CreateVolume", """{ "VolumeType": "io2", "Size": 10 }""", "s (the price list does not say what ec2:CreateVolume costs with these parameters)")]
    [InlineData("ec2", "AllocateAddress", """{ "PublicIpv4Pool": "p" }""", "s (the price list does not say what ec2:AllocateAddress costs with these parameters)")]
    [InlineData("rds", "CreateDBInstance", "{}", "s (rds:CreateDBInstance may cost or save something, and is not in the price list)")]
    public void What_is_not_known_is_null_with_the_step_and_the_reason(string service, string operation, string parameters, string why)
    {
        var found = PlanCost.Of(Virginia, [Making("ec2", "CreateNatGateway", "{}") with { Id = "nat" }, Making(service, operation, parameters)]);

        Assert.Equal((null, why), (found.MonthlyDeltaUsd, found.Why));
        Assert.Contains("nat: 1 NAT gateway at 0.045 USD an hour", found.Notes);
    }

    [Fact]
    public void Another_region_has_other_prices()
    {
        var found = PlanCost.Of(new("111122223333", "eu-west-1"), [Making("ec2", "CreateNatGateway", "{}"), Making("sqs", "CreateQueue", "{}")]);

        Assert.Equal((null, "s (ec2:CreateNatGateway costs while it stands, and the price list is of us-east-1 alone)"), (found.MonthlyDeltaUsd, found.Why));
        Assert.Contains("not counted: requests to the queue (s)", found.Notes);
    }

    [Fact]
    public async Task A_plan_of_what_has_no_price_costs_nothing_and_says_why()
    {
        var planned = await _fixture.PlanAsync(Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""));

        Assert.Equal(0m, planned.Preview.MonthlyCostDeltaUsd);
        Assert.DoesNotContain(planned.Preview.NotChecked, text => text.StartsWith("cost", StringComparison.Ordinal));
        Assert.Contains("0.00 USD a month: no step makes or ends what costs while it stands", PlanText.Render(planned.Plan, planned.Preview), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_of_a_managed_pool_are_charged_for()
    {
        var planned = await _fixture.PlanAsync(Step("vpc", "ec2", "CreateVpc", """{ "Ipv4IpamPoolId": "ipam-pool-1", "Ipv4NetmaskLength": 24 }"""));

        Assert.Null(planned.Preview.MonthlyCostDeltaUsd);
    }

    [Fact]
    public async Task One_step_that_may_cost_leaves_the_whole_unknown_and_is_named()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running);

        var planned = await _fixture.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }"""));

        Assert.Null(planned.Preview.MonthlyCostDeltaUsd);
        Assert.Contains("cost: not known for stop (ec2:StopInstances may cost or save something, and is not in the price list)", planned.Preview.NotChecked);
    }

    private static Step Making(string service, string operation, string parameters) => new()
    {
        Id = "s",
        Title = "x",
        Effect = StepEffect.Create,
        Call = new("aws", service, operation, JsonNode.Parse(parameters)!.AsObject()),
        Repeat = new() { Rule = RepeatRule.Never },
        Reversibility = new(UndoClass.None, []),
    };
}
