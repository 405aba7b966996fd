using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Text;

public sealed class TraceTextTests
{
    private const string Vpc = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1";

    [Fact]
    public async Task A_rolled_back_execution_reads_as_in_the_golden_file()
    {
        var trace = await RolledBackAsync();

        Golden.Matches("trace.txt", TraceText.Render(trace));
    }

    [Fact]
    public async Task Of_a_long_record_the_beginning_and_the_end_are_shown()
    {
        var trace = await RolledBackAsync();
        var events = Enumerable.Range(0, 100).Select(n => new ExecutionEvent(trace.Plan.CreatedAt.AddSeconds(n), "step_done", "vpc", $"event {n}.")).ToList();

        var text = TraceText.Render(trace with { Events = events });

        Assert.Contains("event 19.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("event 20.", text, StringComparison.Ordinal);
        Assert.Contains("... 60 more", text, StringComparison.Ordinal);
        Assert.Contains("event 80.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_moment_before_the_start_is_no_negative_zero()
    {
        var trace = await RolledBackAsync();
        var early = new ExecutionEvent(trace.Execution.StartedAt!.Value.AddMilliseconds(-20), "started", null, "Started.");

        Assert.Contains("    0.0 s Started.", TraceText.Render(trace with { Events = [early] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExecutionStatus.Succeeded, null, "rollback_execution plans it")]
    [InlineData(ExecutionStatus.Succeeded, "ex_bbbbbbbbbbbbbbbbbbbbbbbbbb", "taken back by execution ex_bbbbbbbbbbbbbbbbbbbbbbbbbb")]
    [InlineData(ExecutionStatus.RollbackFailed, null, "retry_execution goes on with it")]
    [InlineData(ExecutionStatus.Rejected, null, "nothing to take back")]
    [InlineData(ExecutionStatus.Running, null, "on cancel_execution")]
    public async Task It_says_how_it_is_taken_back(ExecutionStatus status, string? undoneBy, string expected)
    {
        var trace = await RolledBackAsync();

        var text = TraceText.Render(trace with { Execution = trace.Execution with { Status = status }, UndoneBy = undoneBy });

        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    private static async Task<ExecutionTrace> RolledBackAsync()
    {
        var planned = await new PlannerFixture().PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.9.0.0/24" }"""));
        var at = planned.Plan.CreatedAt;
        var execution = new Execution
        {
            ExecutionId = "ex_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            PlanId = "pl_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            Hash = planned.Plan.Hash,
            Title = "Network",
            Owner = "key_ab12",
            Status = ExecutionStatus.RolledBack,
            Run = 1,
            CreatedAt = at,
            UpdatedAt = at.AddSeconds(12),
            StartedAt = at.AddSeconds(1),
            EndedAt = at.AddSeconds(12.3),
            StepCount = 2,
            Failure = new("subnet", "InvalidSubnet.Range", "The CIDR '10.9.0.0/24' is invalid.", "req-2"),
        };
        return new(
            execution,
            planned.Plan with { PlanId = execution.PlanId },
            planned.Preview,
            "agent",
            [(1, new(GateDecision.Approve, "key_op", planned.Plan.Hash, at.AddSeconds(0.5)))],
            [
                new()
                {
                    StepId = "vpc", Index = 0, Status = StepStatus.Undone, Resource = Vpc, Attempts = 2, RequestIds = ["req-1", "req-3"],
                    StartedAt = at.AddSeconds(1), EndedAt = at.AddSeconds(12),
                },
                new()
                {
                    StepId = "subnet", Index = 1, Status = StepStatus.Refused, Attempts = 1, RequestIds = ["req-2"],
                    StartedAt = at.AddSeconds(2), EndedAt = at.AddSeconds(2.5), Error = new("InvalidSubnet.Range", "The CIDR\n+ fake: line is invalid."),
                },
            ],
            [
                new(at.AddSeconds(1), "step_begun", "vpc", "vpc begins: ec2:CreateVpc."),
                new(at.AddSeconds(2.5), "step_refused", "subnet", "subnet was refused: InvalidSubnet.Range."),
                new(at.AddSeconds(12), "undone", "vpc", "vpc is undone."),
            ],
            [
                new(
                    new()
                    {
                        Key = Vpc, Arn = Vpc, Service = "ec2", Type = "vpc", Identifier = "vpc-1", Account = "111122223333", Region = "eu-west-1",
                        How = ResourceHow.Made, ExecutionId = execution.ExecutionId, PlanId = execution.PlanId, StepId = "vpc", Owner = "key_ab12",
                        CreatedAt = at, UpdatedAt = at, State = ResourceState.Gone, Last = new(execution.ExecutionId, "vpc", 0),
                    },
                    null),
            ],
            null,
            null);
    }
}
