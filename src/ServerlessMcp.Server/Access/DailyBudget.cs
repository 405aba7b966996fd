using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>Counts what a principal starts in a day: the item <c>BUDGET#principal#day / COUNT</c>, kept two days.</summary>
internal sealed class DailyBudget(ITable table, TimeProvider time)
{
    /// <summary>Counts one, or refuses it. Counted before the work: what then fails has still been spent.</summary>
    /// <exception cref="CallerException"><c>budget_spent</c>, retryable after midnight UTC.</exception>
    public async Task SpendAsync(Principal caller, int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            var day = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var key = new TableKey($"BUDGET#{caller.Id}#{day}", "COUNT");
            var item = await table.GetAsync(key, strong: true, cancellationToken);
            var spent = (int?)item?.Body["started"] ?? 0;
            if (spent >= most)
            {
                throw new CallerException(
                    "budget_spent", $"You started {spent} executions today, as many as a day has here; the next day begins at 00:00 UTC.", retryable: true);
            }

            try
            {
                var body = new JsonObject { ["started"] = spent + 1 };
                await table.WriteAsync([new TableWrite.Put(key, item?.Version ?? 0, body, null, now.AddDays(2))], cancellationToken);
                return;
            }
            catch (TableConflictException)
            {
                // Another request of the same caller was counted in between: look again.
            }
        }
    }
}
