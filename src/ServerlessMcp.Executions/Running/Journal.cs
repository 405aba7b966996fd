using System.Globalization;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Reads an execution whole and writes it: facts and META, each with the events that tell of them in one write.</summary>
/// <param name="invocation">This invocation's own name: it holds leases and keeps event keys apart.</param>
internal sealed class Journal(WorkerPorts ports, string invocation)
{
    private readonly LargeValues _large = new(ports.Blobs);
    private readonly PlanStore _plans = new(ports.Table);
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

    /// <returns>The version that now stands.</returns>
    /// <param name="fenced">True: fails if the execution's run or status has changed since the snapshot.</param>
    /// <exception cref="TableConflictException">Another invocation was first.</exception>
    public async Task<long> SaveStepAsync(
        Snapshot snapshot, StepFacts facts, long version, bool fenced, IEnumerable<ExecutionEvent> events, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        var stored = await _large.TakeOutAsync(execution.ExecutionId, facts with { UpdatedAt = Now, Run = execution.Run }, cancellationToken);
        var body = JsonNodes.ToObject(stored, ExecutionsJson.Default.StepFacts);
        List<TableWrite> writes = [new TableWrite.Put(Keys.Step(execution.ExecutionId, facts.Index), version, body, Ttl: TtlOf(execution))];
        if (fenced)
        {
            writes.Add(new TableWrite.Check(Keys.Meta(execution.ExecutionId), snapshot.MetaVersion));
        }

        writes.AddRange(events.Select(line => EventPut(execution, line)));
        await ports.Table.WriteAsync(writes, cancellationToken);
        return version + 1;
    }

    /// <exception cref="TableConflictException">The execution's run or status has changed since the snapshot.</exception>
    public Task SaveMetaAsync(Snapshot snapshot, Execution updated, ExecutionEvent line, CancellationToken cancellationToken) =>
        ports.Table.WriteAsync([MetaPut(snapshot, updated), EventPut(updated, line)], cancellationToken);

    public Task SaveMetaAsync(Snapshot snapshot, Execution updated, CancellationToken cancellationToken) =>
        ports.Table.WriteAsync([MetaPut(snapshot, updated)], cancellationToken);

    /// <summary>The end: META, the OPEN item's deletion and the event are one write; success also insists that nobody has cancelled.</summary>
    public Task EndAsync(Snapshot snapshot, Execution ended, ExecutionEvent line, CancellationToken cancellationToken)
    {
        List<TableWrite> writes =
        [
            MetaPut(snapshot, ended with { EndedAt = Now, Gate = null, Busy = null }),
            new TableWrite.Delete(Keys.Open(ended.ExecutionId), null),
            EventPut(ended, line),
        ];
        if (ended.Status == ExecutionStatus.Succeeded)
        {
            writes.Add(new TableWrite.Check(Keys.Cancel(ended.ExecutionId), 0));
        }

        return ports.Table.WriteAsync(writes, cancellationToken);
    }

    public ExecutionEvent Event(string kind, string? stepId, string text) => new(Now, kind, stepId, text);

    private TableWrite.Put MetaPut(Snapshot snapshot, Execution updated) => new(
        Keys.Meta(updated.ExecutionId),
        snapshot.MetaVersion,
        JsonNodes.ToObject(updated with { UpdatedAt = Now }, ExecutionsJson.Default.Execution),
        Keys.OwnerIndex(updated.Owner, updated.CreatedAt, updated.ExecutionId),
        TtlOf(updated));

    private TableWrite.Put EventPut(Execution execution, ExecutionEvent line)
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
