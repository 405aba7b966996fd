using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Text;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning;

public sealed class PlanCostTests
{
    private readonly PlannerFixture _fixture = new();

    [Fact]
    public void What_has_no_price_are_operations_of_the_models() =>
        Assert.All(PlanCost.FreeOperations, name => Assert.Equal(name.Split(':')[1], new AwsCatalog().Operation(name.Split(':')[0], name.Split(':')[1]).Name));

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
        Assert.Contains("cost: there is no price list yet, and these may cost or save something: ec2:StopInstances", planned.Preview.NotChecked);
    }
}
