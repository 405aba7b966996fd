using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Makes the looks that are due: one, 15 minutes after an execution's end; more, less and less often, only while what it found is there.</summary>
/// <remarks>
/// <code>
/// the rollback is gone on with by another    what an earlier look has opened is closed: that one's end has its own look
/// AWS is away                                the next sweep, for a day; then the execution's record says that nobody looked
/// nothing there                              what an earlier look has opened is closed; no more looks
/// something there                            a problem, opened or seen again; again after an hour, doubling to a day, for a week
/// </code>
/// </remarks>
internal sealed class LateSweep(WorkerPorts ports, WorkerTiming timing)
{
    private const int PageSize = 100;

    private static readonly TimeSpan GiveUp = TimeSpan.FromDays(1);
    private static readonly TimeSpan Watched = TimeSpan.FromDays(7);
    private static readonly TimeSpan First = TimeSpan.FromHours(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    private readonly ProblemStore _problems = new(ports.Table);

    /// <param name="failed">Gets what could not be looked at.</param>
    public async Task RunAsync(List<Exception> failed, CancellationToken cancellationToken)
    {
        var now = ports.Time.GetUtcNow();
        string? cursor = null;
        do
        {
            var page = await ports.Table.QueryAsync(Keys.LatePartition, "", cursor, PageSize, backward: false, cancellationToken);
            foreach (var item in page.Items)
            {
                if (string.CompareOrdinal(item.Key.Sort, Keys.LateDue(now)) > 0)
                {
                    return;
                }

                try
                {
                    await LookAsync(item, cancellationToken);
                }
                catch (Exception failure) when (failure is not (TableUnavailableException or OperationCanceledException or TableConflictException))
                {
                    failed.Add(new InvalidOperationException($"The late look {item.Key.Sort} could not be made.", failure));
                }
                catch (TableConflictException)
                {
                    // Another sweep makes the same look.
                }
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    private async Task LookAsync(TableItem item, CancellationToken cancellationToken)
    {
        var look = JsonNodes.To(item.Body, ExecutionsJson.Default.LateLookRecord);
        var journal = new Journal(ports, Ids.New("in"));
        if (await ports.Table.GetAsync(Keys.Meta(look.ExecutionId), strong: true, cancellationToken) is null || await IsResumedAsync(look, cancellationToken))
        {
            await CloseAsync(look.Fingerprints, journal.Now, cancellationToken);
            await ports.Table.WriteAsync([new TableWrite.Delete(item.Key, item.Version)], cancellationToken);
            return;
        }

        var snapshot = await journal.LoadAsync(look.ExecutionId, cancellationToken);
        var late = new LateLook(ports, timing, journal);
        var seen = new List<ProblemRecord>();
        foreach (var facts in snapshot.Steps.Values.Select(stored => stored.Facts).Where(facts => LateLook.IsNeeded(snapshot.Plan, facts)))
        {
            var finding = await late.OfStepAsync(snapshot, facts, cancellationToken);
            if (finding.Busy is { } busy)
            {
                await PutOffAsync(journal, snapshot, item, look, busy, cancellationToken);
                return;
            }

            seen.AddRange(finding.Problem is { } problem ? [problem] : []);
        }

        await SeenAsync(journal, snapshot, item, look, seen, cancellationToken);
    }

    private async Task<bool> IsResumedAsync(LateLookRecord look, CancellationToken cancellationToken) =>
        await ports.Table.GetAsync(Keys.Retry(look.ExecutionId), strong: true, cancellationToken) is { } retry
        && JsonNodes.To(retry.Body, ExecutionsJson.Default.RetryRecord).ExecutionId is not null;

    private async Task PutOffAsync(
        Journal journal, Snapshot snapshot, TableItem item, LateLookRecord look, string why, CancellationToken cancellationToken)
    {
        if (journal.Now - look.DueAt > GiveUp)
        {
            var line = journal.Event("late_look_failed", null, $"Nobody could look for late effects for a day: {why}");
            await ports.Table.WriteAsync([new TableWrite.Delete(item.Key, item.Version), journal.EventPut(snapshot.Execution, line)], cancellationToken);
        }
    }

    /// <summary>Problems first: who dies in between looks again and sees the same.</summary>
    private async Task SeenAsync(
        Journal journal, Snapshot snapshot, TableItem item, LateLookRecord look, List<ProblemRecord> seen, CancellationToken cancellationToken)
    {
        foreach (var problem in seen)
        {
            await _problems.SeeAsync(problem, cancellationToken);
        }

        var gone = look.Fingerprints.Except(seen.Select(problem => problem.Fingerprint)).ToList();
        await CloseAsync(gone, journal.Now, cancellationToken);
        List<TableWrite> writes = [new TableWrite.Delete(item.Key, item.Version)];
        writes.AddRange(seen.Where(problem => !look.Fingerprints.Contains(problem.Fingerprint)).Take(TableLimits.Writes - 3)
            .Select(problem => journal.EventPut(snapshot.Execution, journal.Event("late_effect", problem.StepId, problem.Title))));
        if (gone.Count > 0)
        {
            writes.Add(journal.EventPut(snapshot.Execution, journal.Event("late_effect_gone", null, "What a late call had made is there no more.")));
        }

        if (seen.Count > 0 && journal.Now - look.EndedAt < Watched)
        {
            var pause = look.Fingerprints.Count == 0 ? First : TimeSpan.FromTicks(Math.Min(Most.Ticks, 2 * (journal.Now - look.EndedAt).Ticks));
            writes.Add(Put(look with { DueAt = journal.Now + pause, Fingerprints = [.. seen.Select(problem => problem.Fingerprint)] }));
        }

        await ports.Table.WriteAsync(writes, cancellationToken);
    }

    private async Task CloseAsync(IEnumerable<string> fingerprints, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var fingerprint in fingerprints)
        {
            await _problems.CloseAsync(fingerprint, now, cancellationToken);
        }
    }

    public static TableWrite.Put Put(LateLookRecord look) => new(
        Keys.Late(look.DueAt, look.ExecutionId), null, JsonNodes.ToObject(look, ExecutionsJson.Default.LateLookRecord));
}
