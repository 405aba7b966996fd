using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>What the steps that change nothing have in common: one read, and how they end or wait.</summary>
internal static class LookEnding
{
    private const int MostShown = 600;

    /// <summary>One attempt; a reference that leads to nothing is a refusal.</summary>
    public static async Task<CallOutcome> ReadAsync(WorkerPorts ports, StepVisit visit, ApiCall call, CancellationToken cancellationToken)
    {
        ApiCall filled;
        try
        {
            filled = StepCalls.Fill(visit, call, own: false);
        }
        catch (ReferenceException wrong)
        {
            return new CallOutcome.Refused("reference", wrong.Message, null);
        }

        return await ports.Apis[call.Api].ReadAsync(visit.Snapshot.Plan.Target, filled, visit.Timing.Call, cancellationToken);
    }

    public static StepTrouble TroubleOf(ApiCall call, CallOutcome.Refused refused) =>
        new(refused.Code, $"{call.Service}:{call.Operation}: {refused.Message}", refused.RequestId, Class: refused.Class);

    public static StepTrouble TroubleOf(ApiCall call, CallOutcome.Busy busy) =>
        new(busy.Code, $"{call.Service}:{call.Operation}: {busy.Message}", busy.RequestId, Class: busy.Class);

    public static async Task<Answer?> PassAsync(StepVisit visit, JsonObject? output, string text, CancellationToken cancellationToken)
    {
        var facts = Calm(visit.Facts) with { Status = StepStatus.Passed, Output = output, EndedAt = visit.Now };
        await visit.SaveAsync(facts, cancellationToken, visit.Event("step_passed", $"{visit.Step.Id}: {text}"));
        return null;
    }

    public static async Task<Answer?> FailAsync(StepVisit visit, StepTrouble trouble, JsonObject? output, CancellationToken cancellationToken)
    {
        var facts = Calm(visit.Facts) with { Status = StepStatus.NotPassed, Error = trouble, Output = output, EndedAt = visit.Now };
        await visit.SaveAsync(facts, cancellationToken, visit.Event("step_not_passed", $"{visit.Step.Id}: {trouble.Code}: {trouble.Message}"));
        return null;
    }

    /// <summary>Waits, until the deadline; <paramref name="lasts"/> is what the step may take by itself.</summary>
    public static async Task<Answer?> BusyAsync(
        WorkerPorts ports, StepVisit visit, StepFacts facts, StepTrouble trouble, int lasts, CancellationToken cancellationToken)
    {
        if (visit.Now - visit.Facts.StartedAt <= visit.Timing.ForwardDeadline + TimeSpan.FromSeconds(lasts))
        {
            return await visit.BusyAsync(facts, trouble, ports.Random, cancellationToken);
        }

        var late = new StepTrouble("deadline", $"It could not be read for {visit.Timing.ForwardDeadline.TotalHours} hours: {trouble.Message}");
        return await FailAsync(visit, late, facts.Output, cancellationToken);
    }

    /// <summary>Notes when the time began to run, once, and that nothing is busy any more.</summary>
    public static async Task WatchAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.Facts.WaitingSince is null || visit.Facts.Busy is not null)
        {
            await visit.SaveAsync(Calm(visit.Facts) with { WaitingSince = visit.Facts.WaitingSince ?? visit.Now }, cancellationToken);
        }
    }

    public static StepFacts Calm(StepFacts facts) => facts with { Busy = null, BusyCount = 0 };

    public static string Cut(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return text.Length <= MostShown ? text : $"{text[..MostShown]}... ({text.Length} characters)";
    }
}
