using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Permissions;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Planning.Undo;

/// <summary>Plans the undo of an execution that has succeeded: the recorded undos in reverse. The undo of an undo plans the original steps anew.</summary>
public sealed class UndoPlanner
{
    private const string Tool = "rollback_execution";
    private const int MostShown = 1_000;

    private readonly Planner _planner;
    private readonly PlanStore _plans;
    private readonly ExecutionStore _executions;
    private readonly UndoSteps _steps;
    private readonly UndoCatalogue _undos;
    private readonly IBlobs _blobs;

    public UndoPlanner(Planner planner, IAwsCatalog catalog, UndoCatalogue undos, PlanStore plans, ExecutionStore executions, IBlobs blobs)
    {
        (_planner, _undos, _plans, _executions, _blobs) = (planner, undos, plans, executions, blobs);
        _steps = new(catalog, undos, planner.Builder, planner.Query);
    }

    /// <exception cref="CallerException">
    /// <c>execution_not_found</c>, <c>not_ended</c>, <c>nothing_to_undo</c>, <c>already_undone</c>, <c>conflict</c> (each resource with what was
    /// recorded and what is there now), and what <see cref="Planner.PlanAsync(PlanRequest, Principal, CancellationToken)"/> throws.
    /// </exception>
    public async Task<PlannedPlan> PlanUndoAsync(string executionId, Principal caller, CancellationToken cancellationToken)
    {
        var execution = await _executions.GetAsync(executionId, caller, cancellationToken);
        CheckEnded(execution);
        await CheckNotUndoneAsync(executionId, caller, cancellationToken);
        var stored = await FindPlanAsync(execution, caller, cancellationToken);
        var facts = await FactsAsync(executionId, cancellationToken);
        return execution.UndoOf is { } original
            ? await RedoAsync(original, stored, execution, caller, cancellationToken)
            : await UndoAsync(stored, execution, facts, caller, cancellationToken);
    }

    private async Task<PlannedPlan> UndoAsync(
        Plan plan, Execution execution, IReadOnlyList<StepFacts> facts, Principal caller, CancellationToken cancellationToken)
    {
        var values = new RecordedValues(execution.ExecutionId, facts);
        var done = facts.Where(item => item.Status == StepStatus.Done).OrderByDescending(item => item.Index).ToList();
        var undone = done.Where(item => plan.Steps[item.Index].Undo.Count > 0).ToList();
        var recorded = await LookAsync(plan, undone, values, cancellationToken);
        await RefuseConflictsAsync(plan.Target, recorded, values, cancellationToken);
        var undos = recorded.SelectMany(item => _steps.Of(item, values, Taken(recorded), plan.Target)).ToList();
        if (undos.Count == 0)
        {
            throw new CallerException("nothing_to_undo", $"Execution {execution.ExecutionId} left nothing that can be taken back.");
        }

        var stays = done.Except(undone).Select(item => $"{item.Resource ?? item.StepId} stays as '{item.StepId}' left it: it has no undo");
        return await FinishAsync(plan, execution, undos, [.. stays], caller, cancellationToken);
    }

    private async Task<PlannedPlan> FinishAsync(
        Plan plan, Execution execution, List<UndoStep> undos, IReadOnlyList<string> stays, Principal caller, CancellationToken cancellationToken)
    {
        var permitting = _planner.Permissions.RunAsync(
            plan.Target, [.. undos.SelectMany(undo => _planner.Needs.Possible(undo.Step)).Distinct()], cancellationToken);
        var owners = OwnerReads.Of(plan.Target, [.. undos.Select(undo => undo.Step)]);
        var reads = await _planner.Reads.RunAsync(
            plan.Target, [.. undos.Select(undo => undo.Draft is null ? null : undo.Step.Before)], owners.Wanted, cancellationToken);
        var steps = undos.Select((undo, n) => undo.Draft is null
            ? undo.Step
            : _planner.Builder.Finish(undo.Step, undo.Draft, plan.Target, reads[n], new())).ToList();
        var shown = undos.Select((undo, n) => undo.Draft is null ? undo.Recorded.Now : reads[n]).ToList();
        var found = await _planner.Reads.OwnersAsync(plan.Target, owners, [.. reads.Skip(undos.Count)], cancellationToken);
        var preview = PreviewWriter.Write(plan.Target, steps, shown, found, PermissionReport.Of(steps, await permitting, _planner.Needs));
        var request = new PlanRequest($"Undo: {plan.Title}", plan.Target.Account, plan.Target.Region, []) { Tool = Tool };
        return await _planner.AssembleAsync(
            request, caller, execution.ExecutionId, plan.Target, steps, preview with { Warnings = [.. preview.Warnings, .. stays], TakesBack = true }, found,
            cancellationToken);
    }

    private async Task<IReadOnlyList<RecordedStep>> LookAsync(
        Plan plan, IReadOnlyList<StepFacts> facts, RecordedValues values, CancellationToken cancellationToken)
    {
        var looks = facts.Select(item => plan.Steps[item.Index] is var step && (step.After ?? step.Before) is { } read
            ? values.Fill(read, item)
            : null).ToList();
        var now = await _planner.Reads.RunAsync(plan.Target, looks, cancellationToken);
        return [.. facts.Select((item, n) => new RecordedStep(plan.Steps[item.Index], item, looks[n], now[n]) { Inside = Inside(plan, item, values) })];
    }

    private string? Inside(Plan plan, StepFacts facts, RecordedValues values)
    {
        var call = plan.Steps[facts.Index].Call;
        return _undos.Find(call.Service, call.Operation)?.Inside is { } inside
            ? new Template(_planner.Query, PlanningScope.Of(plan.Target, values.Fill(call, facts).Parameters, null, null)).Text(inside)
            : null;
    }

    /// <summary>
    /// A resource that differs from what its step left is a conflict, unless a later step of the same execution changed it and that step's own
    /// look shows no foreign change. Then what must still be empty is looked at.
    /// </summary>
    private async Task RefuseConflictsAsync(
        PlanTarget target, IReadOnlyList<RecordedStep> recorded, RecordedValues values, CancellationToken cancellationToken)
    {
        var problems = recorded
            .Where((item, n) => !item.IsUnchanged && !IsExplained(item, [.. recorded.Take(n)]))
            .Select(item => new Problem(item.Step.Id, "is not as this step left it")
            {
                Quoted = $"{item.Resource}: {Difference(item.Facts.After, item.Now.Value)}",
            })
            .ToList();
        problems.AddRange(await NotEmptyAsync(target, recorded, values, cancellationToken));
        if (problems.Count > 0)
        {
            throw new CallerException(
                "conflict",
                $"Somebody changed {(problems.Count == 1 ? "a resource" : $"{problems.Count} resources")} since; an undo would overwrite that. Nothing was changed.",
                problems);
        }
    }

    /// <param name="later">The steps that ran after it.</param>
    private static bool IsExplained(RecordedStep item, IReadOnlyList<RecordedStep> later)
    {
        var same = later.Where(other => other.Facts.Resource is { } resource && resource == item.Facts.Resource).ToList();
        return same.Count > 0 && item.Now.Value is not null && same[^1].IsUnchanged;
    }

    private async Task<IEnumerable<Problem>> NotEmptyAsync(
        PlanTarget target, IReadOnlyList<RecordedStep> recorded, RecordedValues values, CancellationToken cancellationToken)
    {
        var taken = Taken(recorded);
        var conditions = recorded
            .SelectMany(item => item.Step.Empty.Select(condition => (item, condition: values.Fill(condition, item.Facts, taken))))
            .ToList();
        var reads = await _planner.Reads.RunAsync(
            target, [.. conditions.Select(one => new StepRead { Call = one.condition.Call, Select = one.condition.Until })], cancellationToken);
        return conditions.Zip(reads)
            .Where(one => one.Second is { Planned: true, Raw: not null } && !Template.IsTrue(one.Second.Value))
            .Select(one => new Problem(one.First.item.Step.Id, $"it no longer holds that {one.First.condition.Title}") { Quoted = one.First.item.Resource });
    }

    /// <summary>The ids and ARNs that this undo takes away: what of them is inside one another does not count as filled.</summary>
    private static IReadOnlyList<string> Taken(IReadOnlyList<RecordedStep> recorded) =>
        [.. recorded.SelectMany(item => new[] { item.Resource[(item.Resource.LastIndexOfAny(['/', ':']) + 1)..], item.Resource, item.Inside }).OfType<string>().Distinct()];

    private async Task<PlannedPlan> RedoAsync(
        string original, Plan undo, Execution execution, Principal caller, CancellationToken cancellationToken)
    {
        var first = await _executions.GetAsync(original, caller, cancellationToken);
        var plan = await FindPlanAsync(first, caller, cancellationToken);
        var values = new RecordedValues(original, await FactsAsync(original, cancellationToken));
        var requests = RedoRequests.Of(plan, undo, values);
        var request = new PlanRequest($"Redo: {plan.Title}", plan.Target.Account, plan.Target.Region, requests) { Tool = Tool };
        var planned = await _planner.PlanAsync(request, caller, execution.ExecutionId, cancellationToken);
        var cooldowns = planned.Plan.Steps
            .Select(step => (step, seconds: _undos.Find(step.Call.Service, step.Call.Operation)?.CooldownSeconds))
            .Where(item => item.seconds is not null)
            .Select(item => $"AWS refuses '{item.step.Id}' until {item.seconds} seconds after the deletion");
        return planned with { Preview = planned.Preview with { Warnings = [.. planned.Preview.Warnings, .. cooldowns] } };
    }

    private async Task<IReadOnlyList<StepFacts>> FactsAsync(string executionId, CancellationToken cancellationToken)
    {
        var large = new LargeValues(_blobs);
        var facts = new List<StepFacts>();
        foreach (var stored in await _executions.StepsAsync(executionId, cancellationToken))
        {
            facts.Add(await large.TakeInAsync(stored, cancellationToken));
            if (facts[^1].Blobs is { } gone)
            {
                throw new CallerException(
                    "nothing_to_undo",
                    $"The {string.Join(" and ", gone.Keys)} that execution {executionId} recorded of '{stored.StepId}' is gone from the blobs: no undo can be planned without it.");
            }
        }

        return facts;
    }

    private static void CheckEnded(Execution execution)
    {
        if (!execution.IsTerminal)
        {
            throw new CallerException(
                "not_ended", $"Execution {execution.ExecutionId} has not ended; cancel_execution stops it and takes it back.", retryable: true);
        }

        if (execution.Status != ExecutionStatus.Succeeded)
        {
            var left = execution.Status == ExecutionStatus.RollbackFailed
                ? $"it was taken back but for {string.Join(", ", execution.Left.Select(item => item.Resource ?? item.StepId))}"
                : "nothing of it is left";
            throw new CallerException(
                "nothing_to_undo", $"Execution {execution.ExecutionId} ended {Text.PlanText.Word(execution.Status)}: {left}.");
        }
    }

    private async Task CheckNotUndoneAsync(string executionId, Principal caller, CancellationToken cancellationToken)
    {
        if (await _executions.UndoneByAsync(executionId, cancellationToken) is { } by
            && (await _executions.FindAsync(by, caller, cancellationToken) is not { } undo
                || !await _executions.HasChangedNothingAsync(undo, cancellationToken)))
        {
            throw new CallerException("already_undone", $"Execution {executionId} is undone by {by}; get_execution shows it.");
        }
    }

    private async Task<Plan> FindPlanAsync(Execution execution, Principal caller, CancellationToken cancellationToken) =>
        (await _plans.FindAsync(execution.PlanId, caller, cancellationToken))?.Plan
        ?? throw new CallerException("nothing_to_undo", $"The plan of execution {execution.ExecutionId} is no longer kept, and its undo with it.");

    /// <summary>Of two objects only the members that differ: the others say nothing of the conflict.</summary>
    private static string Difference(JsonNode? recorded, JsonNode? now)
    {
        if (recorded is JsonObject before && now is JsonObject after)
        {
            var names = before.Concat(after).Select(member => member.Key).Distinct().Where(name => !JsonNode.DeepEquals(before[name], after[name])).ToList();
            (recorded, now) = (Only(before, names), Only(after, names));
        }

        return $"recorded was {Shown(recorded)}, now it is {Shown(now)}";
    }

    private static JsonObject Only(JsonObject value, IReadOnlyList<string> names) =>
        new(names.Where(value.ContainsKey).Select(name => KeyValuePair.Create(name, value[name]?.DeepClone())));

    private static string Shown(JsonNode? value)
    {
        var text = value is null ? "not there" : PlanText.Json(value);
        return text.Length <= MostShown ? text : $"{text[..MostShown]}...";
    }
}
