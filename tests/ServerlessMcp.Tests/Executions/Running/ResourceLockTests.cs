using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Two executions never work on one resource at once.</summary>
public sealed class ResourceLockTests
{
    private readonly Stage _stage = new();

    public ResourceLockTests() => _stage.Aws.Add("kept", "old");

    [Fact]
    public async Task A_second_plan_on_the_same_resource_is_refused_and_names_the_first()
    {
        await _stage.StartAsync([Change("arn:thing/kept")]);
        var first = _stage.Id;

        var refusal = await Assert.ThrowsAsync<CallerException>(() => _stage.StartAsync([Change("arn:thing/a"), Change("arn:thing/kept", "b")]));

        Assert.Equal(("resource_locked", true), (refusal.Code, refusal.Retryable));
        Assert.Contains($"Execution {first} is at work on arn:thing/kept", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await _stage.Table.GetAsync(Keys.Lock("arn:thing/a"), strong: true, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_same_plan_started_twice_at_once_is_one_execution()
    {
        await _stage.StartAsync([Change("arn:thing/kept")]);
        var plan = (await _stage.Plans.FindAsync((await _stage.ReadAsync()).PlanId, Stage.Owner, TestContext.Current.CancellationToken))!.Plan;
        var twin = plan with { PlanId = PlanId.New().Value };
        await _stage.Engine.RunAllAsync();
        await _stage.Plans.SaveAsync(twin, new() { Changes = [], Verdict = new(VerdictKind.Allow, "test"), Reversibility = UndoClass.Full }, TestContext.Current.CancellationToken);
        Task<Execution>? other = null;
        _stage.Table.BeforeWrite = _ =>
        {
            _stage.Table.BeforeWrite = null;
            other = StartAsync(twin);
        };

        var first = await StartAsync(twin);

        Assert.Equal((await other!).ExecutionId, first.ExecutionId);
    }

    [Fact]
    public async Task The_end_of_the_first_lets_the_second_in()
    {
        await _stage.RunAsync(Change("arn:thing/kept"));
        var first = _stage.Id;

        await _stage.StartAsync([Change("arn:thing/kept")]);

        Assert.NotEqual(first, _stage.Id);
    }

    [Fact]
    public async Task Other_resources_and_resources_that_are_not_made_yet_do_not_wait()
    {
        await _stage.StartAsync([Change("arn:thing/kept"), Change("arn:thing/${output.id}", "b")]);

        await _stage.StartAsync([Change("arn:thing/other"), Change("arn:thing/${output.id}", "b")]);
    }

    [Fact]
    public async Task A_lock_whose_execution_was_never_written_ends_after_two_minutes()
    {
        Step[] many = [Change("arn:thing/kept"), .. Enumerable.Range(0, 9).Select(n => Change($"arn:thing/other-{n}", $"o{n}"))];
        _stage.Table.BeforeWrite = n => _ = n == 4 ? throw new InvalidOperationException("The process dies.") : 0;
        await Assert.ThrowsAsync<InvalidOperationException>(() => _stage.StartAsync(many));
        _stage.Table.BeforeWrite = null;
        Assert.Equal("resource_locked", (await Assert.ThrowsAsync<CallerException>(() => _stage.StartAsync([Change("arn:thing/kept")]))).Code);

        _stage.Time.Advance(TimeSpan.FromMinutes(3));

        await _stage.StartAsync([Change("arn:thing/kept")]);
    }

    private Task<Execution> StartAsync(Plan plan) =>
        _stage.Starter.StartAsync(plan.PlanId, plan.Hash, Stage.Owner, null, TestContext.Current.CancellationToken);

    private static Step Change(string resource, string id = "a") => Steps.Change(id, "kept", "old", "new") with { Resource = resource };
}
