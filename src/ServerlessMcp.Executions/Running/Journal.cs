using System.Globalization;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Reads an execution whole and writes it: facts and META, each with the events that tell of them in one write.</summary>
/// <param name="invocation">This invocation's own name: it holds leases and keeps event keys apart.</param>
internal sealed class Journal(WorkerPorts ports, string invocation)
{
    private const int ResourceTries = 3;

    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(15);

    private readonly LargeValues _large = new(ports.Blobs);
    private readonly PlanStore _plans = new(ports.Table);
    private readonly ResourceTracking _resources = new(ports.Table);
    private int _events;

    public string Invocation => invocation;

    public DateTimeOffset Now => ports.Time.GetUtcNow();

    /// <exception cref="InvalidOperationException">There is no such execution.</exception>
    public async Task<Snapshot> LoadAsync(string executionId, CancellationToken cancellationToken)
    {
        var meta = await ports.Table.GetAsync(Keys.Meta(executionId), strong: true, cancellationToken)
            ?? throw new InvalidOperationException($"Execution {executionId} is not there.");
        var execution = JsonNodes.To(meta.Body, ExecutionsJson.Default.Execution);
        var plan = await _plans.GetAsync(execution.PlanId, cancellationToken);
        return new(execution, meta.Version, plan, await StepsAsync(executionId, cancellationToken));
    }

    /// <param name="fenced">True: fails if the execution's run or status has changed since the snapshot.</param>
    /// <exception cref="TableConflictException">Another invocation was first.</exception>
    public async Task<SavedStep> SaveStepAsync(
        Snapshot snapshot, StepFacts facts, long version, bool fenced, IEnumerable<ExecutionEvent> events, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        var stored = await _large.TakeOutAsync(execution.ExecutionId, facts with { UpdatedAt = Now, Run = execution.Run }, cancellationToken);
        List<TableWrite> beside = fenced ? [new TableWrite.Check(Keys.Meta(execution.ExecutionId), snapshot.MetaVersion)] : [];
        beside.AddRange(events.Select(line => EventPut(execution, line)));
        return await WithResourceAsync(snapshot, facts, stored, version, beside, cancellationToken);
    }

    /// <exception cref="TableConflictException">The execution's run or status has changed since the snapshot.</exception>
    public Task SaveMetaAsync(Snapshot snapshot, Execution updated, ExecutionEvent line, CancellationToken cancellationToken) =>
        ports.Table.WriteAsync([MetaPut(snapshot, updated), EventPut(updated, line)], cancellationToken);

    /// <summary>META and a step's facts in one write.</summary>
    /// <exception cref="TableConflictException">The execution's run or status, or the step, has changed since the snapshot.</exception>
    public async Task SaveMetaAsync(
        Snapshot snapshot, Execution updated, StepFacts facts, ExecutionEvent line, CancellationToken cancellationToken)
    {
        var version = snapshot.Steps.GetValueOrDefault(facts.Index)?.Version ?? 0;
        var step = await StepPutAsync(updated, facts, version, cancellationToken);
        await ports.Table.WriteAsync([MetaPut(snapshot, updated), step, EventPut(updated, line)], cancellationToken);
    }

    public Task SaveMetaAsync(Snapshot snapshot, Execution updated, CancellationToken cancellationToken) =>
        ports.Table.WriteAsync([MetaPut(snapshot, updated)], cancellationToken);

    /// <summary>The end: META, the OPEN item's deletion and the event are one write; success also insists that nobody has cancelled.</summary>
    public async Task EndAsync(Snapshot snapshot, Execution ended, ExecutionEvent line, CancellationToken cancellationToken)
    {
        if (await RepairResourcesAsync(snapshot, cancellationToken) is { Count: > 0 } steps)
        {
            line = line with { Text = $"{line.Text} What {string.Join(", ", steps)} did is not tracked: the records of its resources cannot be written." };
        }

        var lookAt = snapshot.Steps.Values.Any(stored => LateLook.IsNeeded(snapshot.Plan, stored.Facts)) ? Now + LateAfter : (DateTimeOffset?)null;
        List<TableWrite> writes =
        [
            MetaPut(snapshot, ended with { EndedAt = Now, Gate = null, Busy = null, LateLookAt = lookAt }),
            new TableWrite.Delete(Keys.Open(ended.ExecutionId), null),
            EventPut(ended, line),
        ];
        if (lookAt is { } dueAt)
        {
            writes.Add(LateSweep.Put(new(ended.ExecutionId, dueAt, Now, [])));
        }

        if (ended.Status == ExecutionStatus.Succeeded)
        {
            writes.Add(new TableWrite.Check(Keys.Cancel(ended.ExecutionId), 0));
        }

        await ports.Table.WriteAsync(writes, cancellationToken);
    }

    /// <summary>Writes what of the steps' resources could not be written with their facts.</summary>
    /// <returns>The steps whose resource still cannot be written.</returns>
    private async Task<IReadOnlyList<string>> RepairResourcesAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var (facts, version) in snapshot.Steps.Values.OrderBy(one => one.Facts.Index))
        {
            if (ResourceMarks.New(snapshot.Plan.Steps[facts.Index], facts) is not { } mark)
            {
                continue;
            }

            var stored = await _large.TakeOutAsync(snapshot.Execution.ExecutionId, facts, cancellationToken);
            if ((await WithResourceAsync(snapshot, facts, stored, version, [], cancellationToken)).Tracked != mark)
            {
                missing.Add(facts.StepId);
            }
        }

        return missing;
    }

    /// <summary>A record of a resource that others write at once, or that is too large, does not keep the facts from being written.</summary>
    private async Task<SavedStep> WithResourceAsync(
        Snapshot snapshot, StepFacts facts, StepFacts stored, long version, List<TableWrite> beside, CancellationToken cancellationToken)
    {
        var step = snapshot.Plan.Steps[facts.Index];
        for (var attempt = 1; ; attempt++)
        {
            var resource = attempt <= ResourceTries ? await _resources.WritesAsync(snapshot, step, facts, Now, cancellationToken) : [];
            if (1 + beside.Count + resource.Count > TableLimits.Writes)
            {
                resource = [];
            }

            var tracked = resource.Count > 0 ? ResourceMarks.New(step, facts) : facts.Tracked;
            var body = JsonNodes.ToObject(stored with { Tracked = tracked }, ExecutionsJson.Default.StepFacts);
            var put = new TableWrite.Put(Keys.Step(snapshot.Execution.ExecutionId, facts.Index), version, body, Ttl: TtlOf(snapshot.Execution));
            try
            {
                await ports.Table.WriteAsync([put, .. beside, .. resource], cancellationToken);
                return new(version + 1, tracked);
            }
            catch (Exception failed) when (resource.Any(write => write.Key == KeyOf(failed)))
            {
                // Read again, and in the end left out: RepairResourcesAsync comes back to it.
            }
        }
    }

    private static TableKey? KeyOf(Exception failed) => failed switch
    {
        TableConflictException conflict => conflict.Key,
        TableItemTooLargeException large => large.Key,
        _ => null,
    };

    public ExecutionEvent Event(string kind, string? stepId, string text) => new(Now, kind, stepId, text);

    private async Task<TableWrite.Put> StepPutAsync(Execution execution, StepFacts facts, long version, CancellationToken cancellationToken)
    {
        var stored = await _large.TakeOutAsync(execution.ExecutionId, facts with { UpdatedAt = Now, Run = execution.Run }, cancellationToken);
        var body = JsonNodes.ToObject(stored, ExecutionsJson.Default.StepFacts);
        return new(Keys.Step(execution.ExecutionId, facts.Index), version, body, Ttl: TtlOf(execution));
    }

    private TableWrite.Put MetaPut(Snapshot snapshot, Execution updated) => new(
        Keys.Meta(updated.ExecutionId),
        snapshot.MetaVersion,
        JsonNodes.ToObject(updated with { UpdatedAt = Now }, ExecutionsJson.Default.Execution),
        Keys.OwnerIndex(updated.Owner, updated.CreatedAt, updated.ExecutionId),
        TtlOf(updated));

    public TableWrite.Put EventPut(Execution execution, ExecutionEvent line)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"{_events++:000}{invocation}");
        return new(
            Keys.Event(execution.ExecutionId, line.At, suffix), 0, JsonNodes.ToObject(line, ExecutionsJson.Default.ExecutionEvent),
            Ttl: TtlOf(execution));
    }

    private async Task<Dictionary<int, StoredFacts>> StepsAsync(string executionId, CancellationToken cancellationToken)
    {
        var steps = new Dictionary<int, StoredFacts>();
        string? cursor = null;
        do
        {
            var page = await ports.Table.QueryAsync(Keys.Execution(executionId), "STEP#", cursor, 100, backward: false, cancellationToken);
            foreach (var item in page.Items)
            {
                var facts = await _large.TakeInAsync(JsonNodes.To(item.Body, ExecutionsJson.Default.StepFacts), cancellationToken);
                steps[facts.Index] = new(facts, item.Version);
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);

        return steps;
    }

    private static DateTimeOffset TtlOf(Execution execution) => execution.CreatedAt + LargeValues.Kept;
}

/// <param name="Version">The one that now stands.</param>
/// <param name="Tracked">What of the step is in its resource's record.</param>
internal sealed record SavedStep(long Version, ResourceMark? Tracked);
