using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Planning.Checks;

/// <summary>Where a step stands among the others. A draft is null when its operation is not known.</summary>
internal sealed record StepOrder(IReadOnlyList<StepRequest> Steps, IReadOnlyList<StepDraft?> Drafts, int Index)
{
    public int IndexOf(string id) => Steps.Select(step => step.Id).ToList().IndexOf(id);
}

/// <summary>Whether every reference leads to an earlier step, and there to something that its operation puts out.</summary>
internal sealed class ReferenceCheck(IAwsCatalog catalog)
{
    public void Check(JsonNode? node, bool own, StepOrder order, string path, ProblemList problems)
    {
        foreach (var (reference, where) in References.Find(node, own))
        {
            if (Problem(reference, order) is { } message)
            {
                problems.Add(ProblemList.At(path, where), message);
            }
        }
    }

    /// <summary>The same for a text in which only references to earlier steps count.</summary>
    public void CheckText(string text, StepOrder order, string path, ProblemList problems)
    {
        foreach (var reference in References.FindInText(text, own: false))
        {
            if (Problem(reference, order) is { } message)
            {
                problems.Add(path, message);
            }
        }
    }

    private string? Problem(Reference reference, StepOrder order)
    {
        if (reference.StepId is not { } id)
        {
            return Member(reference, order.Drafts[order.Index]);
        }

        var at = order.IndexOf(id);
        if (at < 0)
        {
            return $"{reference} refers to step '{id}', and there is none{Near(order)}";
        }

        return at >= order.Index
            ? $"{reference} refers to step '{id}', which does not run before this one"
            : Member(reference, order.Drafts[at]);
    }

    /// <summary>The first name is the read's; the rest can be told from its operation, unless a select has made something else of the answer.</summary>
    private string? OfCollect(Reference reference, StepDraft draft)
    {
        var end = reference.Path.IndexOfAny(['.', '[']);
        var name = end < 0 ? reference.Path : reference.Path[..end];
        if (!draft.Reads.TryGetValue(name, out var operation))
        {
            return $"{reference} leads to nothing: the reads of '{draft.Id}' are {string.Join(", ", draft.Reads.Keys)}";
        }

        var rest = end < 0 ? "" : reference.Path[end..].TrimStart('.');
        var isWhole = draft.Look!.Collect!.Single(read => read.Name == name).Select is null;
        return isWhole && catalog.CheckOutputPath(operation, rest) is { } problem ? $"{reference} leads to nothing: {problem.Message}" : null;
    }

    private static string Near(StepOrder order)
    {
        var earlier = order.Steps.Take(order.Index).Select(step => step.Id).ToList();
        return earlier.Count == 0 ? "" : $"; earlier steps are {string.Join(", ", earlier.Take(10))}";
    }

    private string? Member(Reference reference, StepDraft? draft)
    {
        if (draft is null)
        {
            return null;
        }

        if (draft.Look is { Kind: not StepKind.Check } look)
        {
            return look.Kind == StepKind.Collect && reference.Source == "output"
                ? OfCollect(reference, draft)
                : $"{reference} leads to nothing: a step of kind {look.Kind.ToString().ToLowerInvariant()} puts nothing out there";
        }

        if (reference.Source == "output")
        {
            return catalog.CheckOutputPath(draft.Operation, reference.Path) is { } problem
                ? $"{reference} leads to nothing: {problem.Message}"
                : null;
        }

        return draft.Entry?.Before is null
            ? $"{reference} leads to nothing: nothing is read before {draft.Operation.Service}:{draft.Operation.Name}"
            : null;
    }
}
