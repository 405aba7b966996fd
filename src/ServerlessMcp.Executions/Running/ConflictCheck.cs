using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Running;

internal enum ComparisonKind
{
    /// <summary>As the step left it: it may be undone.</summary>
    Same,

    /// <summary>As it was before the step.</summary>
    Back,

    /// <summary>Somebody has changed it since.</summary>
    Changed,

    Unreadable,

    /// <summary>Not known yet: <see cref="Comparison.Answer"/>.</summary>
    Pending,
}

internal sealed record Comparison(ComparisonKind Is, string? Why = null, Answer? Answer = null);

/// <summary>Compares what is there now with what the step left: nobody's later change is ever overwritten.</summary>
/// <remarks>
/// Whatever is not the same is looked at again through settleSeconds, for a read may lag behind.
/// <code>
/// no read in the step          Same: there is nothing to compare
/// after was never read         Changed: nobody can tell
/// present = after              Same
/// present = before             Back
/// else                         Changed
/// </code>
/// </remarks>
internal sealed class ConflictCheck(WorkerPorts ports, StepReader reader)
{
    private const int MostShown = 200;

    public async Task<Comparison> CompareAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (StepReader.AfterOf(visit.Step) is null)
        {
            return new(ComparisonKind.Same);
        }

        if (!visit.Facts.AfterRead)
        {
            return new(ComparisonKind.Changed, "Its state after the change could not be read, so nobody can tell whether it was changed since.");
        }

        switch (await reader.AfterAsync(visit, cancellationToken))
        {
            case ReadOutcome.Busy busy:
                return new(ComparisonKind.Pending, Answer: await visit.BusyAsync(visit.Facts, busy.Trouble, ports.Random, cancellationToken));
            case ReadOutcome.Refused refused:
                return await SettledAsync(
                    visit, new(ComparisonKind.Unreadable, $"It could not be read: {refused.Trouble.Code}: {refused.Trouble.Message}"), cancellationToken);
            case ReadOutcome.Value value:
                var comparison = Compare(visit, value.Selected);
                return comparison.Is == ComparisonKind.Same ? comparison : await SettledAsync(visit, comparison, cancellationToken);
            default:
                throw new InvalidOperationException("A read ended in an unknown way.");
        }
    }

    private static Comparison Compare(StepVisit visit, JsonNode? present)
    {
        var facts = visit.Facts;
        if (JsonNodes.AreEqual(present, facts.After))
        {
            return new(ComparisonKind.Same);
        }

        return JsonNodes.AreEqual(present, StepReader.BaselineOf(visit.Step, facts))
            ? new(ComparisonKind.Back)
            : new(ComparisonKind.Changed, $"It was changed since: the step left {Show(facts.After)}, there is now {Show(present)}.");
    }

    private static async Task<Comparison> SettledAsync(StepVisit visit, Comparison comparison, CancellationToken cancellationToken) =>
        await visit.StillSettlingAsync(cancellationToken) is { } wait ? new(ComparisonKind.Pending, Answer: wait) : comparison;

    private static string Show(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "nothing";
        return text.Length <= MostShown ? text : $"{text[..MostShown]}...";
    }
}
