using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning;
using ServerlessMcp.Tests.Planning.Fakes;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning;

public sealed class TargetAccountsTests
{
    private readonly PlannerFixture _fixture = new();

    [Theory]
    [InlineData(null, null, "111122223333", "eu-west-1")]
    [InlineData("111122223333", "us-east-1", "111122223333", "us-east-1")]
    [InlineData("prod", null, "222233334444", "us-east-1")]
    [InlineData("222233334444", "us-east-1", "222233334444", "us-east-1")]
    [InlineData("dev", null, "555566667777", "eu-west-1")]
    [InlineData("dev", "us-east-1", "555566667777", "us-east-1")]
    public async Task A_name_or_digits_and_a_region_make_a_target(string? account, string? region, string expectedAccount, string expectedRegion) =>
        Assert.Equal(new PlanTarget(expectedAccount, expectedRegion), await ResolveAsync(account, region));

    [Fact]
    public async Task An_account_that_is_not_known_is_refused_with_those_that_are()
    {
        var refusal = await Assert.ThrowsAsync<CallerException>(() => ResolveAsync("stage", null));

        Assert.Equal("unknown_account", refusal.Code);
        Assert.Equal(
            new Problem("account", "must be one of 111122223333 (the server's own; or leave it out), prod (222233334444), dev (555566667777)"),
            Assert.Single(refusal.Problems));
    }

    [Fact]
    public async Task A_targets_own_regions_are_the_only_ones_called_there()
    {
        var refusal = await Assert.ThrowsAsync<CallerException>(() => ResolveAsync("prod", "eu-west-1"));

        Assert.Equal(("region_not_allowed", "The target prod (222233334444) is not called in eu-west-1."), (refusal.Code, refusal.Message));
        Assert.Equal(new Problem("region", "must be one of us-east-1"), Assert.Single(refusal.Problems));
    }

    [Fact]
    public async Task A_region_that_is_not_there_is_refused_with_the_nearest() =>
        Assert.Equal("unknown_region", (await Assert.ThrowsAsync<AwsInputException>(() => ResolveAsync("dev", "eu-wets-1"))).Code);

    [Fact]
    public async Task A_plan_for_a_target_holds_its_digits_and_reads_in_it()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running);
        var planner = new Planner(new FakeCatalog(), _fixture.Reads, ServerlessMcp.Planning.Undo.UndoCatalogue.Load(), Options, _fixture.Time);

        var planned = await planner.PlanAsync(
            Request(Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }""")) with { Account = "prod" }, Caller, TestContext.Current.CancellationToken);

        Assert.Equal(new PlanTarget("222233334444", "us-east-1"), planned.Plan.Target);
        Assert.Equal("arn:aws:ec2:us-east-1:222233334444:instance/i-0abc", planned.Plan.Steps[0].Resource);
        Assert.Contains(new AwsTarget("us-east-1", "222233334444"), _fixture.Reads.Targets);
        Assert.DoesNotContain(_fixture.Reads.Targets, target => target.Account == "111122223333");
    }

    private static PlannerOptions Options { get; } = new("eu-west-1")
    {
        Targets =
        [
            new("prod", "222233334444", "arn:aws:iam::222233334444:role/smcp", "sesame", ["us-east-1"]),
            new("dev", "555566667777", "arn:aws:iam::555566667777:role/smcp", null, []),
        ],
    };

    private Task<PlanTarget> ResolveAsync(string? account, string? region) =>
        new TargetAccounts(_fixture.Reads, new FakeCatalog(), Options, _fixture.Time).ResolveAsync(account, region, TestContext.Current.CancellationToken);
}
