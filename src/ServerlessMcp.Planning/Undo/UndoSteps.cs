using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Planning.Undo;

/// <summary>
/// Turns the recorded undo of a step into steps of a new plan. An undo that is in the catalogue itself (StartInstances) is taken back by its own
/// entry; any other (DeleteVpc) by the original call.
/// </summary>
internal sealed class UndoSteps(IAwsCatalog catalog, UndoCatalogue undos, StepBuilder builder, IQueryLanguage query)
{
    private const int MaxId = 32;

    /// <returns>In run order; a step reads nothing before it that is not known yet.</returns>
    public IReadOnlyList<UndoStep> Of(RecordedStep recorded, RecordedValues values, IReadOnlyList<string> taken, PlanTarget target)
    {
        var scope = new JsonObject
        {
            ["before"] = recorded.Facts.Before?.DeepClone(),
            ["output"] = recorded.Facts.Output?.DeepClone(),
            ["after"] = recorded.Facts.After?.DeepClone(),
        };
        var chosen = recorded.Step.Undo.Where(undo => Holds(undo.When, scope)).ToList();
        return [.. chosen.Select((undo, n) => One(recorded, undo, Id(recorded.Step.Id, n, chosen.Count), values, taken, target))];
    }

    private bool Holds(string? condition, JsonObject scope) =>
        condition is null || (query.Search(condition, scope) is JsonValue value && value.TryGetValue<bool>(out var holds) && holds);

    private UndoStep One(RecordedStep recorded, StepUndo undo, string id, RecordedValues values, IReadOnlyList<string> taken, PlanTarget target)
    {
        var (step, facts) = (recorded.Step, recorded.Facts);
        var call = values.Fill(undo.Call, facts);
        if (undos.Find(call.Service, call.Operation) is { } entry)
        {
            var request = new StepRequest(id, Title(step), call.Service, call.Operation, call.Parameters);
            var draft = new StepDraft($"steps[{id}]", id, request, catalog.Operation(call.Service, call.Operation), entry, call.Parameters);
            var built = builder.Build(draft, target, [], new());
            return new(built with { Resource = facts.Resource ?? built.Resource, Wait = values.Fill(undo.Wait, facts) ?? built.Wait }, draft, recorded);
        }

        return new(Plain(recorded, undo, id, call, values, taken), null, recorded);
    }

    private Step Plain(RecordedStep recorded, StepUndo undo, string id, ApiCall call, RecordedValues values, IReadOnlyList<string> taken)
    {
        var (step, facts) = (recorded.Step, recorded.Facts);
        return new()
        {
            Id = id,
            Effect = OperationEffect.Of(call.Operation),
            Title = Title(step),
            Resource = facts.Resource,
            Part = step.Part ?? (step.Effect == StepEffect.Create ? null : "change"),
            Call = call,
            Before = recorded.Look is { } look ? look with { Planned = recorded.Now.Planned, Value = recorded.Now.Value?.DeepClone() } : null,
            Wait = values.Fill(undo.Wait, facts),
            Repeat = new() { Rule = step.Catalogue is null || IsDeclared(step) ? RepeatRule.Never : RepeatRule.Value },
            AlreadyDone = undo.AlreadyDone,
            SettleSeconds = step.SettleSeconds,
            Requires = [.. step.Empty.Select(condition => values.Fill(condition, facts, taken))],
            Undo = [Redo(step, values, facts)],
            Reversibility = RedoClass(step),
            Iam = step.Iam,
            Catalogue = step.Catalogue,
        };
    }

    private static bool IsDeclared(Step step) => step.Reversibility.Class == UndoClass.Declared;

    private static string Title(Step step) => $"Undo: {step.Title}";

    /// <summary>
    /// The original call, with the parameters that AWS took, marked and found again as the original was: what a lost answer hides must not be made twice. What comes back under its
    /// old name bears the old marker too, so that its execution can still be undone.
    /// </summary>
    private StepUndo Redo(Step step, RecordedValues values, StepFacts facts)
    {
        var isNamed = undos.Find(step.Call.Service, step.Call.Operation)?.MarkerIn is not null;
        var repeat = step.Repeat with
        {
            MarkerAt = isNamed ? null : step.Repeat.MarkerAt,
            Locate = step.Repeat.Locate is { } locate ? Again(locate, isNamed) : null,
        };
        var wait = values.Fill(step.Wait is { } given && !NeedsOutput(given) ? given : null, facts);
        var call = values.Fill(step.Call with { Parameters = step.ParametersOf(facts.Alternative) }, facts);
        return new(null, isNamed ? values.Marked(call, facts) : call, wait, step.AlreadyDone, IsDeclared(step) ? null : repeat);

        StepRead Again(StepRead locate, bool marked)
        {
            var filled = values.Fill(locate, facts);
            return marked ? values.Marked(filled, facts) : filled;
        }
    }

    /// <summary>The redo's wait cannot name the old output: the thing comes back with another id.</summary>
    private static bool NeedsOutput(StepWait wait) =>
        References.Find(wait.Parameters, own: true).Concat(References.Find(wait.Call?.Parameters, own: true)).Any(found => found.Reference.StepId is null);

    private Reversibility RedoClass(Step step)
    {
        if (IsDeclared(step))
        {
            return new(UndoClass.Declared, []);
        }

        var entry = undos.Find(step.Call.Service, step.Call.Operation);
        var loses = new List<string>();
        if (entry?.Marker is not null)
        {
            loses.Add("the id: it is made again with a new one, and what referred to the old one does not follow");
        }

        if (entry?.CooldownSeconds is { } seconds)
        {
            loses.Add($"{seconds} seconds: so long AWS refuses to make it again");
        }

        return new(loses.Count == 0 ? UndoClass.Full : UndoClass.Partial, loses);
    }

    private static string Id(string id, int n, int count)
    {
        if (count == 1)
        {
            return id;
        }

        var suffix = $"_u{n + 1}";
        return id[..Math.Min(id.Length, MaxId - suffix.Length)] + suffix;
    }
}

/// <param name="Draft">Set when the undo has a catalogue entry, whose before must be read.</param>
internal sealed record UndoStep(Step Step, StepDraft? Draft, RecordedStep Recorded);
