using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>The calls of a plan that a policy judges.</summary>
/// <remarks>
/// Of each changing step its own call, the same call with each alternative's parameters, and, where the caller declared the undo, the undo's
/// calls: they would be made without another question. Undos of the catalogue are not judged: they restore what was there.
/// </remarks>
public static class PlanSubjects
{
    /// <param name="tags">By step id: the tags of what is there already.</param>
    public static IReadOnlyList<PolicySubject> Of(
        IEnumerable<Step> steps, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>? tags = null) =>
        [.. steps.Where(step => step.Kind == StepKind.Call).SelectMany(step => Of(step, tags?.GetValueOrDefault(step.Id)))];

    /// <summary>The call makes the resource, so that it has the tags of the request. Without a catalogue entry nobody knows: CreateTags makes nothing.</summary>
    public static bool MakesItsResource(Step step) => step is { Effect: StepEffect.Create, Part: null, Catalogue: not null };

    private static IEnumerable<PolicySubject> Of(Step step, IReadOnlyDictionary<string, string?>? tags)
    {
        var own = new PolicySubject
        {
            StepId = step.Id,
            Call = step.Call,
            Effect = step.Effect,
            Undo = step.Reversibility.Class,
            Tags = MakesItsResource(step) ? RequestTags.Of(step.Call.Parameters) : tags,
        };
        var others = step.Alternatives.Select(parameters => own with
        {
            Call = step.Call with { Parameters = parameters },
            Tags = MakesItsResource(step) ? RequestTags.Of(parameters) : tags,
        });
        var undos = step.Reversibility.Class != UndoClass.Declared ? [] : step.Undo.Select(undo => own with
        {
            IsUndo = true,
            Call = undo.Call,
            Effect = OperationEffect.Of(undo.Call.Operation),
            Tags = null,
        });
        return [own, .. others, .. undos];
    }
}
