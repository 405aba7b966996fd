using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Looks for what calls of an ended execution have done after its end, when an answer to them was lost. It only reads.</summary>
/// <remarks>
/// Only steps of which a call's outcome was unknown at some time.
/// <code>
/// locate, the step took nothing over      found: an effect that came late
/// locate, the step took something over    found, and another thing than that: the call was carried out twice; the same thing: nothing
/// the same by its name, though undone     an effect that came late, if it can be asked for our mark
/// locate by name, and a mark to ask for   found counts only if it bears our mark
/// a token                                 nothing: AWS carries the call out once at most
/// a read before, no effect or unknown     differs from what was there before: perhaps ours, perhaps another's
/// </code>
/// </remarks>
internal sealed partial class LateLook(WorkerPorts ports, WorkerTiming timing, Journal journal)
{
    public const string Kind = "late_effect";

    private const int MostShown = 300;

    private readonly StepReader _reader = new(ports, timing);

    /// <summary>True if an answer was lost that may still turn into something.</summary>
    public static bool IsNeeded(Plan plan, StepFacts facts) =>
        facts.WasUnknown && plan.Steps[facts.Index].Repeat is var repeat
        && (repeat.Locate is not null || (IsOpenChange(facts) && repeat.Rule != RepeatRule.Token && plan.Steps[facts.Index].Before is not null));

    public static string FingerprintOf(string executionId, string stepId) => ProblemStore.Fingerprint(Kind, executionId, stepId);

    /// <returns>What was found; <see cref="Finding.Busy"/> if AWS could not be asked now.</returns>
    public async Task<Finding> OfStepAsync(Snapshot snapshot, StepFacts facts, CancellationToken cancellationToken)
    {
        var step = snapshot.Plan.Steps[facts.Index];
        var visit = new StepVisit(journal, snapshot, step, Direction.Backward, timing);
        return step.Repeat.Locate is not null
            ? await LocatedAsync(visit, cancellationToken)
            : await ComparedAsync(visit, cancellationToken);
    }

    private async Task<Finding> LocatedAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        var facts = visit.Facts;
        var locate = visit.Step.Repeat.Locate!;
        switch (await _reader.LocateAsync(visit, locate with { Select = All(locate.Select) }, cancellationToken))
        {
            case ReadOutcome.Busy busy:
                return new(null, busy.Trouble.Message);
            case ReadOutcome.Value { Selected: { } found }:
                foreach (var one in found is JsonArray many ? many.OfType<JsonNode>().ToList() : [found])
                {
                    visit.Carry(facts with { Output = EffectFinder.AsOutput(one) });
                    if (await OfOneAsync(visit, facts, one, cancellationToken) is { } finding)
                    {
                        return finding;
                    }
                }

                return new(null, null);
            default:
                return new(null, null);
        }
    }

    /// <returns>Null: it is not a late effect.</returns>
    private async Task<Finding?> OfOneAsync(StepVisit visit, StepFacts facts, JsonNode found, CancellationToken cancellationToken)
    {
        var resource = StepCalls.Resource(visit);
        var isSame = facts.Output is not null && (resource is null || resource == facts.Resource);
        var isBack = facts.Status == StepStatus.Undone && !IsMarked(visit) && Mark(visit) is not null;
        if (isSame && !isBack)
        {
            return null;
        }

        return await IsOursAsync(visit, cancellationToken) switch
        {
            null => new(null, "It cannot be asked now whose it is."),
            false => null,
            true => new(Problem(visit, ProblemSeverity.Warning, resource, Title(visit, facts.Output is not null && !isSame), $"Found: {Short(found)}"), null),
        };
    }

    /// <summary>A locate takes the first of a list that it finds; here all count. Any other first in the expression stays.</summary>
    internal static string All(string select) => FirstOfList().Replace(select, "${list}[]");

    [GeneratedRegex(@"(?<list>^[A-Za-z]+|\| )\[0\](?=$|\.)")]
    private static partial Regex FirstOfList();

    private static string Title(StepVisit visit, bool twice) => twice
        ? $"{Call(visit)} of step '{visit.Step.Id}' was carried out twice: a second thing with its mark is there."
        : $"{Call(visit)} of step '{visit.Step.Id}' took effect after the execution had ended.";

    /// <returns>Null: it could not be asked.</returns>
    private async Task<bool?> IsOursAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (IsMarked(visit) || Mark(visit) is not { } mark)
        {
            return true;
        }

        return await _reader.HoldsAsync(visit, mark, cancellationToken) switch
        {
            ReadOutcome.Busy => null,
            ReadOutcome.Value value => StepReader.IsTrue(value.Selected),
            _ => false,
        };
    }

    private static bool IsMarked(StepVisit visit) =>
        visit.Step.Repeat.Locate!.Call.Parameters.ToJsonString().Contains("{marker}", StringComparison.Ordinal);

    private static StepCondition? Mark(StepVisit visit) =>
        visit.Step.Empty.FirstOrDefault(one => one.Until.Contains("{marker}", StringComparison.Ordinal));

    private async Task<Finding> ComparedAsync(StepVisit visit, CancellationToken cancellationToken) => await _reader.BeforeAsync(visit, cancellationToken) switch
    {
        ReadOutcome.Busy busy => new(null, busy.Trouble.Message),
        ReadOutcome.Value value when !JsonNodes.AreEqual(value.Selected, visit.Facts.Before) => new(
            Problem(
                visit, ProblemSeverity.Info, visit.Facts.Resource,
                $"{Call(visit)} of step '{visit.Step.Id}' may have taken effect after the execution had ended; or somebody else changed it.",
                $"Before it was {Short(visit.Facts.Before)}, there is now {Short(value.Selected)}."),
            null),
        _ => new(null, null),
    };

    private ProblemRecord Problem(StepVisit visit, ProblemSeverity severity, string? resource, string title, string seen)
    {
        var execution = visit.Snapshot.Execution;
        return new()
        {
            Fingerprint = FingerprintOf(execution.ExecutionId, visit.Step.Id),
            Kind = Kind,
            Severity = severity,
            Title = title,
            Evidence = [$"The answer to the call was lost; the execution ended {StatusWord(execution.Status)}.", seen],
            Resource = resource,
            ExecutionId = execution.ExecutionId,
            StepId = visit.Step.Id,
            Owner = execution.Owner,
            OpenedAt = journal.Now,
            UpdatedAt = journal.Now,
            Next = Next(visit),
        };
    }

    /// <summary>Its undo, if one call is all of it; else the read that shows it.</summary>
    private static ProposedCall? Next(StepVisit visit)
    {
        try
        {
            return visit.Facts.Output is not null && visit.Step.Undo is [{ When: null }]
                ? new("aws_change", Arguments(StepCalls.Undo(visit, 0)))
                : new("aws_read", Arguments(visit.Step.Repeat.Locate is { } locate
                    ? StepCalls.Locate(visit, locate)
                    : StepCalls.Fill(visit, visit.Step.Before!.Call, own: false)));
        }
        catch (Exception wrong) when (wrong is ReferenceException or FormatException)
        {
            return null;
        }
    }

    private static JsonObject Arguments(ApiCall call) =>
        new() { ["service"] = call.Service, ["operation"] = call.Operation, ["parameters"] = call.Parameters.DeepClone() };

    /// <summary>Nothing of the call was taken over, and what was there before was read.</summary>
    private static bool IsOpenChange(StepFacts facts) => facts is
    {
        BeforeRead: true,
        Status: StepStatus.NoEffect or StepStatus.Refused or StepStatus.Intended or StepStatus.UndoSkipped or StepStatus.UndoFailed,
        Output: null,
    };

    private static string Call(StepVisit visit) => $"{visit.Step.Call.Service}:{visit.Step.Call.Operation}";

    private static string StatusWord(ExecutionStatus status) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    private static string Short(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "nothing";
        return text.Length <= MostShown ? text : $"{text[..MostShown]}...";
    }

    /// <param name="Problem">Null: nothing is wrong.</param>
    /// <param name="Busy">Why it could not be looked at now.</param>
    internal sealed record Finding(ProblemRecord? Problem, string? Busy);
}
