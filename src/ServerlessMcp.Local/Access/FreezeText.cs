using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Local.Access;

/// <summary>Freezes or unfreezes, and says what stands then.</summary>
internal static class FreezeText
{
    /// <exception cref="CallerException"><c>may_not_freeze</c>, <c>invalid_reason</c>.</exception>
    public static async Task<string> SetAsync(Freezes freezes, Principal by, bool isFrozen, string? reason, CancellationToken cancellationToken)
    {
        if (isFrozen)
        {
            var freeze = await freezes.PutAsync(by, reason, cancellationToken);
            return $"{freeze.Text}. Nothing starts or goes forward; what is under way waits and can be cancelled; taking back goes on.";
        }

        return await freezes.EndAsync(by, cancellationToken) is { } ended
            ? $"The freeze by {ended.By} since {ended.Since:u} has ended. What waits goes on within five minutes."
            : "Changes were not frozen.";
    }
}
