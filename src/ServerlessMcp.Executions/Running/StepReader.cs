using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>What a read showed.</summary>
internal abstract record ReadOutcome
{
    /// <param name="Selected">Null: not there.</param>
    internal sealed record Value(JsonNode? Selected) : ReadOutcome;

    internal sealed record Refused(StepTrouble Trouble) : ReadOutcome;

    internal sealed record Busy(StepTrouble Trouble) : ReadOutcome;
}

/// <summary>Makes the reads of steps and selects the members that matter.</summary>
internal sealed class StepReader(WorkerPorts ports, WorkerTiming timing)
{
    /// <summary>The read that shows what the step has changed.</summary>
    public static StepRead? AfterOf(Step step) => step.After ?? step.Before;

    /// <summary>What the value after is compared with; null where the two reads do not select the same.</summary>
    public static JsonNode? BaselineOf(Step step, StepFacts facts) =>
        step.After is null || step.After.Select == step.Before?.Select ? facts.Before : null;

    public Task<ReadOutcome> BeforeAsync(StepVisit visit, CancellationToken cancellationToken) =>
        ReadAsync(visit, visit.Step.Before!, read => StepCalls.Fill(visit, read.Call, own: false), cancellationToken);

    public Task<ReadOutcome> AfterAsync(StepVisit visit, CancellationToken cancellationToken) =>
        ReadAsync(visit, AfterOf(visit.Step)!, read => StepCalls.Fill(visit, read.Call, own: visit.Step.After is not null), cancellationToken);

    public Task<ReadOutcome> LocateAsync(StepVisit visit, CancellationToken cancellationToken) =>
        LocateAsync(visit, visit.Step.Repeat.Locate!, cancellationToken);

    public Task<ReadOutcome> LocateAsync(StepVisit visit, StepRead locate, CancellationToken cancellationToken) =>
        ReadAsync(
            visit, locate with { Select = StepCalls.Mark(locate.Select, visit.Marker) }, read => StepCalls.Locate(visit, read), cancellationToken);

    /// <returns>A value that is <c>true</c> if the condition holds.</returns>
    public Task<ReadOutcome> HoldsAsync(StepVisit visit, StepCondition condition, CancellationToken cancellationToken) =>
        ReadAsync(
            visit, new StepRead { Call = condition.Call, Select = StepCalls.Mark(condition.Until, visit.Marker) },
            read => StepCalls.Fill(visit, read.Call, own: true), cancellationToken);

    /// <summary>A read that needs no step to have run.</summary>
    public Task<ReadOutcome> PlannedAsync(PlanTarget target, StepRead read, CancellationToken cancellationToken) =>
        SelectAsync(target, read, read.Call, session: null, waits: false, cancellationToken);

    public static bool IsTrue(JsonNode? value) => value is JsonValue truth && truth.GetValueKind() == System.Text.Json.JsonValueKind.True;

    private async Task<ReadOutcome> ReadAsync(
        StepVisit visit, StepRead read, Func<StepRead, ApiCall> fill, CancellationToken cancellationToken)
    {
        try
        {
            return await SelectAsync(visit.Snapshot.Plan.Target, read, fill(read), visit.Session, visit.IsBackward || visit.Facts.Sent, cancellationToken);
        }
        catch (ReferenceException wrong)
        {
            return new ReadOutcome.Refused(new("reference", wrong.Message));
        }
    }

    /// <param name="waits">The step's call may have taken effect: that its session is refused ends nothing.</param>
    private async Task<ReadOutcome> SelectAsync(
        PlanTarget target, StepRead read, ApiCall call, StepSession? session, bool waits, CancellationToken cancellationToken)
    {
        switch (await ports.Apis[call.Api].CallAsync(target, call, session, timing.Call, cancellationToken))
        {
            case CallOutcome.Succeeded answer:
                return Select(read, answer.Output);
            case CallOutcome.Refused { WasNotSent: true } held when waits:
                return new ReadOutcome.Busy(new(held.Code, $"{call.Service}:{call.Operation}: {held.Message}", held.RequestId, Class: held.Class));
            case CallOutcome.Refused refused when read.Absent.Contains(refused.Code):
                return new ReadOutcome.Value(null);
            case CallOutcome.Refused refused:
                return new ReadOutcome.Refused(new(refused.Code, $"{call.Service}:{call.Operation}: {refused.Message}", refused.RequestId, Class: refused.Class));
            case CallOutcome.Busy busy:
                return new ReadOutcome.Busy(new(busy.Code, $"{call.Service}:{call.Operation}: {busy.Message}", busy.RequestId, Class: busy.Class));
            default:
                throw new InvalidOperationException("A call ended in an unknown way.");
        }
    }

    private ReadOutcome Select(StepRead read, JsonObject output)
    {
        try
        {
            return new ReadOutcome.Value(ports.Language.Search(read.Select, output));
        }
        catch (FormatException wrong)
        {
            return new ReadOutcome.Refused(new("invalid_query", $"{read.Select}: {wrong.Message}"));
        }
    }
}
