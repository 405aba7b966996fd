using System.Text;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning.Checks;

/// <summary>Everything about a request that can be known without asking AWS; all problems at once.</summary>
internal sealed partial class RequestCheck(
    IAwsCatalog catalog, UndoCatalogue undos, CallCheck calls, ReferenceCheck references, WaitCheck waits, LookCheck looks)
{
    private const int MaxTitle = 200;

    /// <returns>The drafts in order, before their targets are split.</returns>
    /// <exception cref="Executions.CallerException"><c>invalid_plan</c>.</exception>
    public IReadOnlyList<StepDraft> Run(PlanRequest request)
    {
        var problems = new ProblemList();
        Envelope(request, problems);
        if (request.Steps.Count > PlanLimits.MaxSteps)
        {
            problems.ThrowIfAny();
        }

        var drafts = request.Steps.Select((step, n) => Draft(step, $"steps[{n}]", problems)).ToList();
        for (var n = 0; n < drafts.Count; n++)
        {
            Ids(request.Steps, n, problems);
            if (drafts[n] is { } draft)
            {
                Step(draft, new StepOrder(request.Steps, drafts, n), problems);
            }
        }

        problems.ThrowIfAny();
        return [.. drafts.OfType<StepDraft>()];
    }

    private void Envelope(PlanRequest request, ProblemList problems)
    {
        if (string.IsNullOrWhiteSpace(request.Title) || request.Title.Length > MaxTitle)
        {
            problems.Add("title", $"must be 1 to {MaxTitle} characters that say what the plan is for");
        }

        if (request.Steps.Count is 0 or > PlanLimits.MaxSteps)
        {
            problems.Add("steps", $"has {request.Steps.Count} steps; 1 to {PlanLimits.MaxSteps} fit in a plan. Make several plans of it.");
        }

        if (request.ExpiresInHours is < 1 or > PlanLimits.MaxExpiryHours)
        {
            problems.Add("expires_in_hours", $"is {request.ExpiresInHours}; 1 to {PlanLimits.MaxExpiryHours} is right");
        }

        if (request.Account is { } account && !Account().IsMatch(account))
        {
            problems.Add("account", "must be the 12 digits of an AWS account, or the name of a target");
        }

        var bytes = request.Steps.Sum(Bytes);
        if (bytes > PlanLimits.MaxBytes)
        {
            problems.Add("steps", $"is {bytes} bytes of parameters; a plan holds at most {PlanLimits.MaxBytes}. Make several plans of it.");
        }

        CheckRegion(request.Region, problems);
    }

    private void CheckRegion(string? region, ProblemList problems)
    {
        if (region is null)
        {
            return;
        }

        try
        {
            _ = catalog.Region(region);
        }
        catch (AwsInputException e)
        {
            problems.Add("region", e.Message);
        }
    }

    private static void Ids(IReadOnlyList<StepRequest> steps, int n, ProblemList problems)
    {
        var id = steps[n].Id;
        if (!StepId().IsMatch(id))
        {
            problems.Add($"steps[{n}].id", $"'{id}' must be a lower-case letter and then up to 31 of a-z, 0-9, _ and -");
        }
        else if (steps.Take(n).Any(step => step.Id == id))
        {
            problems.Add($"steps[{n}].id", $"'{id}' is the id of an earlier step; ids are unique");
        }
    }

    private StepDraft? Draft(StepRequest step, string path, ProblemList problems)
    {
        if (step.Kind != StepKind.Call)
        {
            return looks.Draft(step, path, problems);
        }

        if (calls.Operation(step.Service, step.Operation, path, problems) is not { } operation)
        {
            return null;
        }

        CallCheck.MustChange(operation, path, problems);
        var entry = undos.Find(operation.Service, operation.Name);
        return new(path, step.Id, step, operation, entry, step.Parameters.DeepClone().AsObject());
    }

    private void Step(StepDraft draft, StepOrder order, ProblemList problems)
    {
        if (draft.Look is not null)
        {
            looks.Check(draft, order, problems);
            return;
        }

        var step = draft.Request;
        calls.Parameters(draft.Operation, step.Parameters, own: false, $"{draft.Path}.parameters", problems);
        references.Check(step.Parameters, own: false, order, $"{draft.Path}.parameters", problems);
        foreach (var (alternative, n) in (step.Alternatives ?? []).Select((alternative, n) => (alternative, n)))
        {
            calls.Parameters(draft.Operation, alternative, own: false, $"{draft.Path}.alternatives[{n}].parameters", problems);
            references.Check(alternative, own: false, order, $"{draft.Path}.alternatives[{n}].parameters", problems);
        }

        waits.Check(draft, order, problems);
        if (step.Undo is { } undo && calls.Operation(undo.Service, undo.Operation, $"{draft.Path}.undo", problems) is { } operation)
        {
            CallCheck.MustChange(operation, $"{draft.Path}.undo", problems);
            calls.Parameters(operation, undo.Parameters, own: true, $"{draft.Path}.undo.parameters", problems);
            references.Check(undo.Parameters, own: true, order, $"{draft.Path}.undo.parameters", problems);
        }
    }

    private static long Bytes(StepRequest step) =>
        Encoding.UTF8.GetByteCount(step.Parameters.ToJsonString())
        + (step.Alternatives ?? []).Sum(alternative => (long)Encoding.UTF8.GetByteCount(alternative.ToJsonString()))
        + (step.Reads ?? []).Sum(read => (long)Encoding.UTF8.GetByteCount(read.Parameters.ToJsonString()))
        + (step.Undo is { } undo ? Encoding.UTF8.GetByteCount(undo.Parameters.ToJsonString()) : 0);

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,31}$")]
    private static partial Regex StepId();

    [GeneratedRegex("^([0-9]{12}|[a-z][a-z0-9-]{0,31})$")]
    private static partial Regex Account();
}
