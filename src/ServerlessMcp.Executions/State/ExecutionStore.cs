using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>Reads executions for callers.</summary>
public sealed class ExecutionStore(ITable table)
{
    /// <summary>Executions that one page of a list looks through for those of a status; the cursor goes on.</summary>
    private const int MostLooked = 1_000;

    /// <returns>Null if it is not there or not the caller's: the same answer.</returns>
    public async Task<Execution?> FindAsync(string executionId, Principal caller, CancellationToken cancellationToken)
    {
        if (!Ids.IsWellFormed(executionId, "ex") || await table.GetAsync(Keys.Meta(executionId), strong: true, cancellationToken) is not { } item)
        {
            return null;
        }

        var execution = JsonNodes.To(item.Body, ExecutionsJson.Default.Execution);
        return execution.Owner == caller.Id || caller.SeesAll ? execution : null;
    }

    /// <exception cref="CallerException"><c>execution_not_found</c>: not there, or not the caller's.</exception>
    public async Task<Execution> GetAsync(string executionId, Principal caller, CancellationToken cancellationToken) =>
        await FindAsync(executionId, caller, cancellationToken) ?? throw NotFound(executionId);

    /// <summary>What is known of each step that has begun, in plan order; large values are pointers, which <see cref="LargeValues"/> follows.</summary>
    public async Task<IReadOnlyList<StepFacts>> StepsAsync(string executionId, CancellationToken cancellationToken)
    {
        var items = await AllAsync(executionId, "STEP#", cancellationToken);
        return [.. items.Select(item => JsonNodes.To(item.Body, ExecutionsJson.Default.StepFacts))];
    }

    /// <summary>The step that is under way: the last that has begun, or on the way back the last that is still to be taken back. Null: none.</summary>
    public async Task<StepFacts?> CurrentStepAsync(Execution execution, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await table.QueryAsync(Keys.Execution(execution.ExecutionId), "STEP#", cursor, 1, backward: true, cancellationToken);
            var facts = page.Items.Select(item => JsonNodes.To(item.Body, ExecutionsJson.Default.StepFacts)).FirstOrDefault();
            if (facts is null || execution.Status != ExecutionStatus.RollingBack || Running.StepTurns.NeedsUndo(facts))
            {
                return facts;
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);

        return null;
    }

    /// <summary>The record, oldest first.</summary>
    public async Task<IReadOnlyList<ExecutionEvent>> EventsAsync(string executionId, CancellationToken cancellationToken)
    {
        var items = await AllAsync(executionId, "EVENT#", cancellationToken);
        return [.. items.Select(item => JsonNodes.To(item.Body, ExecutionsJson.Default.ExecutionEvent))];
    }

    /// <summary>The decision of the open gate, if there is one already.</summary>
    public async Task<GateRecord?> DecisionAsync(string executionId, int gate, CancellationToken cancellationToken) =>
        await table.GetAsync(Keys.Gate(executionId, gate), strong: true, cancellationToken) is { } item
            ? JsonNodes.To(item.Body, ExecutionsJson.Default.GateRecord)
            : null;

    public async Task<bool> IsCancelRequestedAsync(string executionId, CancellationToken cancellationToken) =>
        await table.GetAsync(Keys.Cancel(executionId), strong: true, cancellationToken) is not null;

    /// <summary>The execution that takes this one back, if one was started.</summary>
    public async Task<string?> UndoneByAsync(string executionId, CancellationToken cancellationToken) =>
        (await table.GetAsync(Keys.UndoneBy(executionId), strong: true, cancellationToken))?.Body["executionId"]?.GetValue<string>();

    /// <summary>What tries this one again, with the version of its item; null if nothing was asked for.</summary>
    public async Task<(RetryRecord? Retry, long Version)> RetryAsync(string executionId, CancellationToken cancellationToken) =>
        await table.GetAsync(Keys.Retry(executionId), strong: true, cancellationToken) is { } item
            ? (JsonNodes.To(item.Body, ExecutionsJson.Default.RetryRecord), item.Version)
            : (null, 0);

    /// <summary>It has ended as if it had never been, or the rest of it was taken back by a resumed rollback.</summary>
    public async Task<bool> HasChangedNothingAsync(Execution execution, CancellationToken cancellationToken)
    {
        while (execution is { Status: ExecutionStatus.RollbackFailed }
            && (await RetryAsync(execution.ExecutionId, cancellationToken)).Retry?.ExecutionId is { } next
            && await table.GetAsync(Keys.Meta(next), strong: true, cancellationToken) is { } item)
        {
            execution = JsonNodes.To(item.Body, ExecutionsJson.Default.Execution);
        }

        return execution.ChangedNothing;
    }

    /// <summary>The caller's executions, newest first. A page may be empty and not the last.</summary>
    /// <param name="status">Null for all.</param>
    public async Task<ExecutionPage> ListAsync(
        string owner, ExecutionStatus? status, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var found = new List<Execution>();
        var looked = 0;
        do
        {
            var page = await table.QueryIndexAsync(Keys.OwnerPartition(owner), cursor, limit, backward: true, cancellationToken);
            found.AddRange(page.Items
                .Select(item => JsonNodes.To(item.Body, ExecutionsJson.Default.Execution))
                .Where(execution => status is null || execution.Status == status));
            looked += page.Items.Count;
            cursor = page.Cursor;
        }
        while (cursor is not null && found.Count == 0 && looked < MostLooked);

        return new(found, cursor);
    }

    /// <summary>What has not ended and the caller may see: their own, and everybody's for who <see cref="Principal.SeesAll"/>. In no order; a page may be empty and not the last.</summary>
    /// <remarks>The cursor is the last execution of the page: to who sees only their own it must name none of another, so they are looked for until the page is full.</remarks>
    /// <param name="status">Null for all.</param>
    public async Task<ExecutionPage> ListOpenAsync(
        Principal caller, ExecutionStatus? status, string? cursor, int limit, CancellationToken cancellationToken)
    {
        const int atOnce = 100;
        var found = new List<Execution>();
        var looked = 0;
        do
        {
            var page = await table.QueryAsync(Keys.OpenPartition, "", cursor, caller.SeesAll ? limit : atOnce, backward: false, cancellationToken);
            foreach (var item in page.Items)
            {
                if (await FindAsync(item.Key.Sort, caller, cancellationToken) is { IsTerminal: false } open && (status is null || open.Status == status))
                {
                    found.Add(open);
                }
            }

            looked += page.Items.Count;
            cursor = page.Cursor;
        }
        while (cursor is not null && (caller.SeesAll ? found.Count == 0 && looked < MostLooked : found.Count < limit));

        return caller.SeesAll || (cursor is null && found.Count <= limit)
            ? new(found, cursor)
            : new(found[..limit], TableCursor.Write(found[limit - 1].ExecutionId));
    }

    /// <summary>Of all callers; at most so many are counted.</summary>
    public async Task<int> CountOpenAsync(int most, CancellationToken cancellationToken)
    {
        var (count, cursor) = (0, (string?)null);
        do
        {
            var page = await table.QueryAsync(Keys.OpenPartition, "", cursor, Math.Min(most, MostLooked), backward: false, cancellationToken);
            (count, cursor) = (count + page.Items.Count, page.Cursor);
        }
        while (cursor is not null && count < most);

        return Math.Min(count, most);
    }

    internal static CallerException NotFound(string executionId) => new(
        "execution_not_found", $"There is no execution '{(executionId.Length <= 64 ? executionId : executionId[..64] + "...")}' for you. list_executions shows yours.");

    private async Task<List<TableItem>> AllAsync(string executionId, string prefix, CancellationToken cancellationToken)
    {
        var items = new List<TableItem>();
        string? cursor = null;
        do
        {
            var page = await table.QueryAsync(Keys.Execution(executionId), prefix, cursor, 100, backward: false, cancellationToken);
            items.AddRange(page.Items);
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return items;
    }
}

public sealed record ExecutionPage(IReadOnlyList<Execution> Items, string? Cursor);
