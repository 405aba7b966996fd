using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>A step's calls are made in its own session: who is told of it, and what a refused one means.</summary>
public sealed class StepSessionTests
{
    private readonly Stage _stage = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Audit_and_facts_name_the_session_forward_and_back()
    {
        _stage.Aws.Sessions = session => session.Name;
        _stage.Aws.Instead = call => (string?)call.Parameters["value"] == "no" ? new CallOutcome.Refused("Nope", "No.", null) : null;

        await _stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByToken("b", "no"));

        var records = await new AuditTrail(_stage.Table, _stage.Time).ReadAsync(Token)
            .Where(record => record.Entry.Kind is AuditKind.CallIntent or AuditKind.CallOutcome).ToListAsync(Token);
        Assert.Equal(
            [$"backward {_stage.Id}.a", $"forward {_stage.Id}.a", $"forward {_stage.Id}.b"],
            records.Select(record => $"{record.Entry.Direction} {record.Entry.Session}").Distinct().Order());
        Assert.Equal($"{_stage.Id}.a", (await _stage.StepAsync("a")).Session);
        Assert.InRange(new StepSession(_stage.Id, "x", Steps.CreateByToken(new string('s', 32))).Name.Length, 2, 64);
    }

    [Fact]
    public async Task A_session_that_is_refused_turns_the_execution_round_as_a_missing_permission()
    {
        _stage.Aws.Instead = call => (string?)call.Parameters["value"] == "no" ? NoSession : null;

        var execution = await _stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByToken("b", "no"));

        Assert.Equal((ExecutionStatus.RolledBack, "SessionRefused", TroubleClass.Permission), (execution.Status, execution.Failure!.Code, execution.Failure.Class));
        Assert.Empty(_stage.Aws.Inventory());
    }

    [Fact]
    public async Task It_says_nothing_of_an_earlier_try_whose_answer_was_lost()
    {
        await _stage.StartAsync([Steps.CreateByToken("a")]);
        await _stage.WordAsync("start");
        _stage.Aws.FaultOf = (call, _) => call.Operation == "Create" ? Fakes.Fault.LostAfter : Fakes.Fault.None;
        await _stage.WordAsync("act", "a");
        _stage.Aws.FaultOf = (_, _) => Fakes.Fault.None;
        _stage.Aws.Instead = call => call.Operation == "Create" ? NoSession : null;
        _stage.Time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal("WAIT", await _stage.WordAsync("poll", "a"));
        var waiting = await _stage.StepAsync("a");
        _stage.Aws.Instead = _ => null;

        Assert.Equal(("SessionRefused", StepStatus.Intended, true), (waiting.Busy!.Code, waiting.Status, waiting.Sent));
        Assert.Equal("DONE", await _stage.WordAsync("poll", "a"));
        Assert.Equal(["=new"], _stage.Aws.Inventory());
    }

    [Fact]
    public async Task The_way_back_waits_for_a_session_and_leaves_nothing()
    {
        var refused = 0;
        _stage.Aws.Instead = call => call.Operation == "Delete" && refused++ < 3 ? NoSession
            : (string?)call.Parameters["value"] == "no" ? new CallOutcome.Refused("Nope", "No.", null)
            : null;

        var execution = await _stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByToken("b", "no"));

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        Assert.True(refused > 3);
        Assert.Empty(_stage.Aws.Inventory());
    }

    private static CallOutcome.Refused NoSession { get; } =
        new("SessionRefused", "not authorized to perform: sts:TagSession", null, TroubleClass.Permission) { WasNotSent = true };
}
