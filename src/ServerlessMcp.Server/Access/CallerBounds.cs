using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Access;

/// <summary>What one caller may have started: how much at once, and how much in a day.</summary>
internal sealed class CallerBounds(ExecutionStore executions, ITable table, ServerOptions options, TimeProvider time)
{
    private const int Page = 100;

    private readonly DailyBudget _budget = new(table, time);

    /// <summary>Before a start. Two starts at the same moment may be one too many.</summary>
    /// <exception cref="CallerException"><c>too_many_executions</c>, <c>server_full</c>, <c>budget_spent</c>; all retryable.</exception>
    public async Task DemandAsync(Principal caller, CancellationToken cancellationToken)
    {
        var own = caller with { Scopes = new HashSet<string>(StringComparer.Ordinal) { Scope.Read } };
        var (open, cursor) = (0, (string?)null);
        do
        {
            var page = await executions.ListOpenAsync(own, null, cursor, Page, cancellationToken);
            (open, cursor) = (open + page.Items.Count, page.Cursor);
        }
        while (cursor is not null && open < options.Limits.OpenExecutions);

        if (open >= options.Limits.OpenExecutions)
        {
            throw new CallerException(
                "too_many_executions", $"{open} of your executions have not ended, as many as one caller has here; wait for one, or cancel one.", retryable: true);
        }

        var all = options.Limits.AllOpenExecutions;
        if (await executions.CountOpenAsync(all, cancellationToken) >= all)
        {
            throw new CallerException(
                "server_full", $"{all} executions of all callers have not ended, as many as this server has at once; nothing was started. Try again when some have ended.", retryable: true);
        }

        await _budget.SpendAsync(caller, options.Limits.ChangesADay, cancellationToken);
    }
}
