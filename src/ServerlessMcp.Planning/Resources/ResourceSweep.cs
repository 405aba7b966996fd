using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Resources;

/// <summary>Looks at what is tracked in turn, a few at a time: read-only, and never one twice in half an hour. What is gone stays unlooked at.</summary>
public sealed class ResourceSweep(IAwsReads aws, ResourceStore store, ResourceLook look, PlannerOptions options, TimeProvider time)
{
    private const int AtOnce = 10;

    private static readonly TimeSpan Between = TimeSpan.FromMinutes(30);

    private readonly CallerAccount _account = new(aws, time);
    private string? _cursor;

    /// <summary>One turn. The next goes on where it ended, and begins again at the end.</summary>
    /// <returns>How many were looked at.</returns>
    /// <exception cref="Executions.CallerException"><c>account_unknown</c>.</exception>
    /// <exception cref="AggregateException">Some could not be looked at, such as one whose record this version cannot read; all others were.</exception>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var account = await _account.GetAsync(options.DefaultRegion, cancellationToken);
        var page = await store.PageAsync(account, _cursor, AtOnce, cancellationToken);
        _cursor = page.Cursor;
        var due = page.Items.Where(item => item.State != ResourceState.Gone && !IsFresh(item)).ToList();
        var failed = new List<Exception>();
        foreach (var item in due)
        {
            try
            {
                await look.LookAsync(item, cancellationToken);
            }
            catch (Exception failure) when (failure is not (TableUnavailableException or OperationCanceledException))
            {
                failed.Add(new InvalidOperationException($"{item.Record.Key} could not be looked at.", failure));
            }
        }

        return failed.Count == 0 ? due.Count : throw new AggregateException(failed);
    }

    private bool IsFresh(TrackedResource item)
    {
        var looked = item.Seen?.LookedAt > item.Record.UpdatedAt ? item.Seen.LookedAt : item.Record.UpdatedAt;
        return time.GetUtcNow() - looked < Between;
    }
}
