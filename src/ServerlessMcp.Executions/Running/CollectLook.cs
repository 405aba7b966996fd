using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>One round of a collect: the reads that have no answer yet, 8 at a time. What was answered is kept before the next round.</summary>
/// <remarks>
/// <code>
/// read answered, fits                     its answer is kept under its name
/// read answered, too large, wrong select  an error under its name
/// read refused                            an error under its name
/// read busy                               again after a WAIT; at the deadline an error (deadline) under its name
/// all are over
///   no answer at all                      NotPassed (not_collected)
///   a later step refers to an error's     NotPassed (not_collected), before anything else is changed
///   else                                  Passed, with the answers and the errors
/// </code>
/// </remarks>
internal sealed class CollectLook(WorkerPorts ports)
{
    private const int AtOnce = 8;

    /// <summary>UTF-8 bytes of one answer that no later step needs.</summary>
    private const int MostOfOne = 32 * 1024;

    /// <summary>UTF-8 bytes of one answer that a later step refers to.</summary>
    private const int MostNeeded = 1024 * 1024;

    public async Task<Answer?> LookAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        var reads = visit.Step.Collect ?? throw new InvalidOperationException($"The collect {visit.Step.Id} has no reads.");
        var output = visit.Facts.Output?.DeepClone().AsObject() ?? [];
        StepTrouble? busy = null;
        foreach (var round in reads.Where(read => !IsOver(output, read.Name)).Chunk(AtOnce))
        {
            if (!visit.HasTime)
            {
                return visit.Wait(TimeSpan.Zero);
            }

            var outcomes = await Task.WhenAll(round.Select(read => LookEnding.ReadAsync(ports, visit, read.Call, cancellationToken)));
            foreach (var (read, outcome) in round.Zip(outcomes))
            {
                busy = Take(visit, output, read, outcome) ?? busy;
            }

            await visit.SaveAsync(visit.Facts with { Output = Copy(output), Blobs = null }, cancellationToken);
        }

        return busy is null
            ? await EndAsync(visit, output, reads, cancellationToken)
            : await BusyAsync(visit, output, reads, busy, cancellationToken);
    }

    /// <returns>The trouble, if the read is busy.</returns>
    private StepTrouble? Take(StepVisit visit, JsonObject output, StepCollect read, CallOutcome outcome)
    {
        switch (outcome)
        {
            case CallOutcome.Succeeded answer:
                Keep(visit, output, read, answer.Output);
                return null;
            case CallOutcome.Refused refused:
                AddError(output, read.Name, refused.Code, refused.Message);
                return null;
            case CallOutcome.Busy busy:
                return LookEnding.TroubleOf(read.Call, busy);
            default:
                throw new InvalidOperationException("A call ended in an unknown way.");
        }
    }

    private void Keep(StepVisit visit, JsonObject output, StepCollect read, JsonObject answer)
    {
        JsonNode? kept;
        try
        {
            kept = read.Select is { } select ? ports.Language.Search(select, answer)?.DeepClone() : answer.DeepClone();
        }
        catch (FormatException wrong)
        {
            AddError(output, read.Name, "invalid_query", $"{read.Select}: {wrong.Message}");
            return;
        }

        var bytes = Encoding.UTF8.GetByteCount(kept?.ToJsonString() ?? "null");
        var most = StoredOutput.IsReached(visit.Snapshot.Plan, visit.Step, read.Name) ? MostNeeded : MostOfOne;
        if (bytes <= most)
        {
            output[read.Name] = kept;
        }
        else
        {
            AddError(output, read.Name, "too_large", $"The answer has {bytes} bytes; {most} are kept. A select keeps what matters of it.");
        }
    }

    private async Task<Answer?> BusyAsync(
        StepVisit visit, JsonObject output, IReadOnlyList<StepCollect> reads, StepTrouble busy, CancellationToken cancellationToken)
    {
        if (!visit.IsPastDeadline)
        {
            return await LookEnding.BusyAsync(ports, visit, visit.Facts, busy, 0, cancellationToken);
        }

        foreach (var read in reads.Where(read => !IsOver(output, read.Name)))
        {
            AddError(output, read.Name, "deadline", $"It could not be read for {visit.Timing.ForwardDeadline.TotalHours} hours: {busy.Message}");
        }

        return await EndAsync(visit, output, reads, cancellationToken);
    }

    private static async Task<Answer?> EndAsync(
        StepVisit visit, JsonObject output, IReadOnlyList<StepCollect> reads, CancellationToken cancellationToken)
    {
        visit.Carry(visit.Facts with { Blobs = null });
        var failed = reads.Where(read => Errors(output)?.ContainsKey(read.Name) == true).ToList();
        var needed = failed.Where(read => StoredOutput.IsReached(visit.Snapshot.Plan, visit.Step, read.Name)).ToList();
        if (needed.Count > 0 || failed.Count == reads.Count)
        {
            var what = needed.Count > 0 ? "A later step needs what could not be read. " : "Nothing could be read. ";
            var shown = needed.Count > 0 ? needed : failed;
            var trouble = new StepTrouble("not_collected", what + string.Join(" ", shown.Take(3).Select(read => Error(output, read.Name))));
            return await LookEnding.FailAsync(visit, trouble, output, cancellationToken);
        }

        var without = failed.Count == 0 ? "" : $" Not: {string.Join(" ", failed.Take(3).Select(read => Error(output, read.Name)))}";
        return await LookEnding.PassAsync(visit, output, $"{reads.Count - failed.Count} of {reads.Count} read.{without}", cancellationToken);
    }

    private static bool IsOver(JsonObject output, string name) => output.ContainsKey(name) || Errors(output)?.ContainsKey(name) == true;

    private static JsonObject? Errors(JsonObject output) => output[StepCollect.Errors] as JsonObject;

    private static string Error(JsonObject output, string name) =>
        Errors(output)?[name] is { } error ? $"{name}: {error["code"]}: {error["message"]}" : name;

    private static void AddError(JsonObject output, string name, string code, string message)
    {
        if (Errors(output) is not { } errors)
        {
            output[StepCollect.Errors] = errors = [];
        }

        errors[name] = new JsonObject { ["code"] = code, ["message"] = message };
    }

    private static JsonObject Copy(JsonObject output) => output.DeepClone().AsObject();
}
