using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Checks;

namespace ServerlessMcp.Planning;

/// <summary>One target a step: <c>stop</c> with three instance ids becomes <c>stop-1</c>, <c>stop-2</c> and <c>stop-3</c>.</summary>
internal static class TargetSplitter
{
    private const int MaxId = 32;

    public static IReadOnlyList<StepDraft> Split(IReadOnlyList<StepDraft> drafts, ProblemList problems)
    {
        var split = drafts.SelectMany(draft => Split(draft, problems)).ToList();
        if (split.Count > PlanLimits.MaxSteps)
        {
            problems.Add("steps", $"has {split.Count} targets, each a step of its own; at most {PlanLimits.MaxSteps} fit. Make several plans of it.");
        }

        foreach (var twice in split.GroupBy(draft => draft.Id).Where(group => group.Count() > 1))
        {
            problems.Add($"{twice.Last().Path}.id", $"'{twice.Key}' is also the id of one of the steps that a list of targets was split into");
        }

        foreach (var draft in drafts.Where(draft => Targets(draft).Count > 1))
        {
            References(draft, drafts, problems);
        }

        return split;
    }

    private static List<JsonNode?> Targets(StepDraft draft) =>
        draft.Entry?.Target is { } target && draft.Parameters[target] is JsonArray items ? [.. items] : [];

    private static IEnumerable<StepDraft> Split(StepDraft draft, ProblemList problems)
    {
        var targets = Targets(draft);
        if (targets.Count < 2)
        {
            return [draft];
        }

        var longest = $"{draft.Id}-{targets.Count}";
        if (longest.Length > MaxId)
        {
            problems.Add(
                $"{draft.Path}.id",
                $"has {targets.Count} targets and is split into steps up to '{longest}', over {MaxId} characters: take a shorter id");
        }

        if (draft.Request.Undo is not null || draft.Request.Wait is not null || draft.Request.Alternatives is { Count: > 0 })
        {
            problems.Add(
                $"{draft.Path}.parameters.{draft.Entry!.Target}",
                "holds several targets, and an undo, wait or alternative is for one: write one step for each target");
        }

        return targets.Select((target, n) => One(draft, target, n));
    }

    private static StepDraft One(StepDraft draft, JsonNode? target, int n)
    {
        var parameters = draft.Parameters.DeepClone().AsObject();
        parameters[draft.Entry!.Target!] = new JsonArray(target?.DeepClone());
        return draft with { Id = $"{draft.Id}-{n + 1}", Parameters = parameters };
    }

    private static void References(StepDraft split, IReadOnlyList<StepDraft> drafts, ProblemList problems)
    {
        foreach (var (path, node) in drafts.SelectMany(Places))
        {
            foreach (var (reference, where) in Executions.Plans.References.Find(node, own: false))
            {
                if (reference.StepId == split.Id)
                {
                    problems.Add(
                        ProblemList.At(path, where),
                        $"{reference} is not clear: step '{split.Id}' has several targets; write one step for each, and refer to one of them");
                }
            }
        }
    }

    /// <summary>Where a step may refer to an earlier one.</summary>
    private static IEnumerable<(string Path, JsonNode? Node)> Places(StepDraft draft) =>
    [
        (draft.ParametersPath, draft.Parameters),
        ($"{draft.Path}.until", draft.Look?.Check?.Until),
        ($"{draft.Path}.wait.parameters", draft.Request.Wait?.Parameters),
        ($"{draft.Path}.undo.parameters", draft.Request.Undo?.Parameters),
        .. (draft.Request.Alternatives ?? []).Select((other, n) => ($"{draft.Path}.alternatives[{n}].parameters", (JsonNode?)other)),
    ];
}
