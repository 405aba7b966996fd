using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Tests.Planning.Text;

public sealed class ProgressTextTests
{
    private static readonly DateTimeOffset Begun = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_moment_of_an_execution_reads_as_in_the_golden_file()
    {
        var facts = new StepFacts { StepId = "subnet", Index = 1, Status = StepStatus.Intended, StartedAt = Begun.AddSeconds(20) };
        var throttled = new StepTrouble("RequestLimitExceeded", "Request limit exceeded.", "r-9", Begun.AddSeconds(50), TroubleClass.Throttled);
        (string Name, Execution Execution, StepFacts? Step)[] moments =
        [
            ("confirm", Of(ExecutionStatus.AwaitingApproval) with { Gate = new(1, "confirm", "it deletes", Begun.AddHours(24)), StartedAt = null }, null),
            ("starting", Of(ExecutionStatus.Running) with { StartedAt = null }, null),
            ("starting, AWS away", Of(ExecutionStatus.Running) with { StartedAt = null, Busy = throttled with { Code = "Timeout", Message = "There was no answer within 25 s.", Class = TroubleClass.Unreachable } }, null),
            ("first", Of(ExecutionStatus.Running), null),
            ("reading", Of(ExecutionStatus.Running), facts),
            ("calling", Of(ExecutionStatus.Running), facts with { Sent = true, Attempts = 1 }),
            ("throttled", Of(ExecutionStatus.Running), facts with { Attempts = 4, Busy = throttled }),
            ("answer lost", Of(ExecutionStatus.Running), facts with { Sent = true, WasUnknown = true, Attempts = 2, RequestIds = ["r-1", "r-2"] }),
            ("own lag", Of(ExecutionStatus.Running), facts with { Attempts = 2, Busy = throttled with { Code = "InvalidVpcID.NotFound", Message = "AWS does not see yet what step 'vpc' made", Class = TroubleClass.EventualConsistency } }),
            ("waiting", Of(ExecutionStatus.Running), facts with { Status = StepStatus.Waiting, Sent = true, Attempts = 1, WaitingSince = Begun.AddSeconds(30), RequestIds = ["r-1"] }),
            ("settling", Of(ExecutionStatus.Running), facts with { Status = StepStatus.Settling, Attempts = 1 }),
            ("between", Of(ExecutionStatus.Running), facts with { Status = StepStatus.Done }),
            ("last", Of(ExecutionStatus.Running), facts with { Status = StepStatus.Done, Index = 4 }),
            ("back", Of(ExecutionStatus.RollingBack), facts with { Status = StepStatus.Done, UndoStartedAt = Begun.AddSeconds(60) }),
            ("undo", Of(ExecutionStatus.RollingBack), facts with { Status = StepStatus.UndoIntended, UndoStartedAt = Begun.AddSeconds(60), Attempts = 2 }),
            ("undo waits", Of(ExecutionStatus.RollingBack), facts with { Status = StepStatus.UndoWaiting, WaitingSince = Begun.AddSeconds(70), Attempts = 2 }),
            ("back, nothing left", Of(ExecutionStatus.RollingBack), null),
        ];

        var text = new TextLines();
        foreach (var (name, execution, step) in moments)
        {
            text.Line(name);
            text.Column("  ", ProgressText.Line(execution, step, Begun.AddSeconds(130))!, 2);
        }

        Golden.Matches("progress.txt", text.ToString());
        Assert.Null(ProgressText.Line(Of(ExecutionStatus.Succeeded), facts, Begun));
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(3.25, "3.3 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(11_400, "3 h 10 min")]
    [InlineData(180_000, "2 d 2 h")]
    public void A_duration_has_two_units_at_most(double seconds, string expected) =>
        Assert.Equal(expected, ProgressText.Duration(TimeSpan.FromSeconds(seconds)));

    private static Execution Of(ExecutionStatus status) => new()
    {
        ExecutionId = "ex_aaaaaaaaaaaaaaaaaaaaaaaaaa",
        PlanId = "pl_aaaaaaaaaaaaaaaaaaaaaaaaaa",
        Hash = "sha256:0",
        Title = "Network",
        Owner = "key_ab12",
        Status = status,
        Run = 1,
        CreatedAt = Begun,
        UpdatedAt = Begun,
        StartedAt = Begun,
        StepCount = 5,
    };
}
