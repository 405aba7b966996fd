using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Checks;
using ServerlessMcp.Planning.Permissions;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning;

/// <summary>Makes plans: checks the request, reads what is there, and writes down each step with its undo. Changes and stores nothing.</summary>
public sealed class Planner
{
    private readonly TimeProvider _time;
    private readonly TargetAccounts _accounts;
    private readonly RequestCheck _check;
    private readonly PlanJudge _judge;
    private readonly IAwsCatalog _catalog;
    private readonly Func<string, bool?> _isNarrowed;

    /// <param name="judge">Null: the built-in policy judges.</param>
    public Planner(
        IAwsCatalog catalog, IAwsReads reads, UndoCatalogue undos, PlannerOptions options, TimeProvider time, PlanJudge? judge = null)
    {
        (_time, _catalog, _isNarrowed) = (time, catalog, options.IsNarrowed);
        _judge = judge ?? new(BuiltInPolicy.Source, table: null, time);
        _accounts = new(reads, catalog, options, time);
        var calls = new CallCheck(catalog);
        var references = new ReferenceCheck(catalog);
        _check = new(catalog, undos, calls, references, new(catalog, calls, references), new(calls, references));
        Builder = new(catalog, Query);
        Reads = new(reads, Query, time);
        Permissions = new(reads, time);
        Needs = new(catalog, undos);
    }

    internal StepBuilder Builder { get; }

    internal BeforeReads Reads { get; }

    internal PermissionCheck Permissions { get; }

    internal PermissionNeeds Needs { get; }

    internal IQueryLanguage Query { get; } = new JmesQueryLanguage();

    /// <exception cref="CallerException">
    /// <c>invalid_plan</c> (nothing was read), <c>account_unknown</c>, <c>unknown_account</c>, <c>region_not_allowed</c>, <c>exists</c>, <c>target_not_found</c>, <c>plan_too_large</c>,
    /// <c>alarm_not_found</c>, <c>in_alarm</c>, <c>alarms_unreadable</c>.
    /// </exception>
    public Task<PlannedPlan> PlanAsync(PlanRequest request, Principal caller, CancellationToken cancellationToken) =>
        PlanAsync(request, caller, undoOf: null, cancellationToken);

    internal async Task<PlannedPlan> PlanAsync(
        PlanRequest request, Principal caller, string? undoOf, CancellationToken cancellationToken)
    {
        var problems = new ProblemList();
        var drafts = TargetSplitter.Split(_check.Run(request), problems);
        problems.ThrowIfAny();
        var target = await TargetAsync(request, cancellationToken);
        var steps = Build(drafts, target, problems);
        CheckOnce(drafts, steps, problems);
        problems.ThrowIfAny();

        var permitting = Permissions.RunAsync(target, Possible(drafts, steps), cancellationToken);
        var (reads, looks, owners) = await ReadAsync(target, steps, cancellationToken);
        var permitted = await permitting;
        Refuse(drafts, steps, reads, looks);
        var finished = steps.Select((step, n) => Builder.Finish(step, drafts[n], target, reads[n], problems)).ToList();
        problems.ThrowIfAny();
        var preview = PreviewWriter.Write(target, finished, reads, owners, PermissionReport.Of(finished, permitted, Needs), looks);
        return await AssembleAsync(request, caller, undoOf, target, finished, preview, owners, cancellationToken);
    }

    private List<PermissionNeed> Possible(IReadOnlyList<StepDraft> drafts, IReadOnlyList<Step> steps) =>
        [.. drafts.Zip(steps).SelectMany(pair => Needs.Possible(pair.Second, Builder.Declared(pair.First))).Distinct()];

    /// <returns>The tags of what the plan changes as AWS shows them now, by ARN; none where they cannot be read.</returns>
    public async Task<IReadOnlyDictionary<string, JsonNode>> TagsAsync(Plan plan, CancellationToken cancellationToken)
    {
        var owners = OwnerReads.Of(plan.Target, plan.Steps);
        return owners.Find(await Reads.RunAsync(plan.Target, [], owners.Wanted, cancellationToken)).Tags;
    }

    /// <returns>What calls read before them, what the steps that change nothing see now, and who else manages what is changed.</returns>
    private async Task<(List<BeforeResult> Reads, IReadOnlyList<BeforeResult> Looks, OwnersFound Owners)> ReadAsync(
        PlanTarget target, List<Step> steps, CancellationToken cancellationToken)
    {
        var owners = OwnerReads.Of(target, steps);
        var all = await Reads.RunAsync(
            target, [.. steps.Select(step => step.Before), .. steps.Select(LookAhead.Of)], owners.Wanted, cancellationToken);
        var found = await Reads.OwnersAsync(target, owners, [.. all.Skip(2 * steps.Count)], cancellationToken);
        return (MadeHere(steps, all), [.. all.Skip(steps.Count).Take(steps.Count)], found);
    }

    /// <exception cref="CallerException"><c>plan_too_large</c>.</exception>
    internal async Task<PlannedPlan> AssembleAsync(
        PlanRequest request, Principal caller, string? undoOf, PlanTarget target, IReadOnlyList<Step> steps, PlanPreview preview, OwnersFound owners,
        CancellationToken cancellationToken)
    {
        var verdict = await _judge.JudgeAsync(
            new()
            {
                Target = target,
                Steps = steps,
                PrincipalId = caller.Id,
                Scopes = caller.Scopes,
                Tool = request.Tool,
                TakesBack = preview.TakesBack,
                MonthlyCostUsd = preview.MonthlyCostDeltaUsd,
                Tags = owners.Tags,
            },
            cancellationToken);
        return Assemble(request, caller, undoOf, target, steps, preview with
        {
            Verdict = verdict,
            Tool = request.Tool,
            Warnings = [.. preview.Warnings, .. SessionNotes.Of(steps, target, _isNarrowed(target.Account), _catalog)],
        });
    }

    private PlannedPlan Assemble(
        PlanRequest request, Principal caller, string? undoOf, PlanTarget target, IReadOnlyList<Step> steps, PlanPreview preview)
    {
        var now = _time.GetUtcNow();
        var asked = request.Steps.Count == 0 ? null : JsonSerializer.SerializeToNode(request, RequestJson.Default.PlanRequest)!.AsObject();
        var plan = new Plan
        {
            PlanId = PlanId.New().Value,
            Hash = PlanHash.Compute(target, steps),
            Title = request.Title,
            CreatedBy = caller.Id,
            CreatedByOwner = caller.Owner,
            CreatedAt = now,
            ExpiresAt = now.AddHours(request.ExpiresInHours),
            UndoOf = undoOf,
            Target = target,
            Steps = steps,
        };
        var bytes = Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(plan, ExecutionsJson.Default.Plan));
        return bytes <= PlanLimits.MaxBytes
            ? new(plan, preview with { Request = asked })
            : throw new CallerException(
                "plan_too_large",
                $"With its reads and undos the plan is {bytes} bytes; at most {PlanLimits.MaxBytes} fit. Make several plans of it.");
    }

    internal Task<PlanTarget> TargetAsync(PlanRequest request, CancellationToken cancellationToken) =>
        _accounts.ResolveAsync(request.Account, request.Region, cancellationToken);

    private List<Step> Build(IReadOnlyList<StepDraft> drafts, PlanTarget target, ProblemList problems)
    {
        var steps = new List<Step>();
        foreach (var draft in drafts)
        {
            steps.Add(Builder.Build(draft, target, steps, problems));
        }

        return steps;
    }

    private static void CheckOnce(IReadOnlyList<StepDraft> drafts, IReadOnlyList<Step> steps, ProblemList problems)
    {
        foreach (var again in drafts.Zip(steps).Where(pair => pair.First.Entry is { Once: true }).GroupBy(pair => (pair.Second.Catalogue, pair.Second.Resource)))
        {
            foreach (var (draft, step) in again.Skip(1))
            {
                problems.Add(
                    draft.Path,
                    $"step '{again.First().First.Id}' does {step.Call.Operation} to the same resource already, and could not be taken back after this one; write one step with the last value, or make two plans");
            }
        }
    }

    /// <summary>What is not there because an earlier step of the plan makes it is not known yet, rather than missing.</summary>
    private static List<BeforeResult> MadeHere(List<Step> steps, IReadOnlyList<BeforeResult> reads) =>
        [.. reads.Take(steps.Count).Select((read, n) => read is { Planned: true, Value: null } && steps[n] is { Before.Exists: false, Resource: { } resource }
            && steps.Take(n).FirstOrDefault(earlier => earlier.Effect == StepEffect.Create && earlier.Resource == resource) is { } maker
                ? new BeforeResult(false, Why: $"step '{maker.Id}' makes it")
                : read)];

    private static void Refuse(
        IReadOnlyList<StepDraft> drafts, List<Step> steps, List<BeforeResult> reads, IReadOnlyList<BeforeResult> looks)
    {
        var refusals = steps.Select((step, n) => Refusal(drafts[n], step, reads[n])).OfType<(string Code, Problem Problem)>()
            .Concat(drafts.Zip(looks).SelectMany(pair => AlarmReads.Refusals(pair.First, pair.Second)))
            .ToList();
        if (refusals.Count > 0)
        {
            throw new CallerException(
                refusals[0].Code,
                string.Join(" ", refusals.Take(3).Select(refusal => refusal.Problem.Message)) + " Nothing was changed.",
                [.. refusals.Select(refusal => refusal.Problem)]);
        }
    }

    private static (string Code, Problem Problem)? Refusal(StepDraft draft, Step step, BeforeResult read)
    {
        if (step.Before is not { } before || !read.Planned)
        {
            return null;
        }

        var name = StepResource.Shown(step.Resource, step.Call);
        if (before.Exists)
        {
            return read.Value is null
                ? null
                : ("exists", new(draft.Path, $"{name} exists already; {step.Call.Operation} would not make it, and its undo would delete what was there."));
        }

        return read.Value is null && draft.Entry?.Before?.Optional != true
            ? ("target_not_found", new(draft.Path, $"{name} does not exist in this account and region."))
            : null;
    }
}

/// <param name="DefaultRegion">For plans that name none.</param>
public sealed record PlannerOptions(string DefaultRegion)
{
    /// <summary>The accounts beside the server's own.</summary>
    public IReadOnlyList<TargetAccount> Targets { get; init; } = [];

    /// <summary>By account, whether each step runs in a session of a change role; null: nothing runs there, or it is no real account.</summary>
    public Func<string, bool?> IsNarrowed { get; init; } = _ => null;
}
