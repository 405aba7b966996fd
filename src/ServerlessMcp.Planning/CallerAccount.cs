using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Planning;

/// <summary>The account that the server's credentials belong to; asked once in ten minutes.</summary>
/// <remarks>Source: STS GetCallerIdentity, which needs no permission.</remarks>
public sealed class CallerAccount(IAwsReads reads, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private Known? _known;

    /// <returns>12 digits.</returns>
    /// <exception cref="CallerException"><c>account_unknown</c>: AWS refused or did not answer.</exception>
    public async Task<string> GetAsync(string region, CancellationToken cancellationToken)
    {
        if (_known is { } known && known.Until > time.GetUtcNow())
        {
            return known.Account;
        }

        try
        {
            var answer = await reads.ReadAsync(new(region), "sts", "GetCallerIdentity", new JsonObject(), cancellationToken);
            var account = answer.Output["Account"]?.GetValue<string>()
                ?? throw new CallerException("account_unknown", "sts:GetCallerIdentity named no account.", retryable: true);
            _known = new(account, time.GetUtcNow() + Kept);
            return account;
        }
        catch (AwsCallException e)
        {
            throw new CallerException(
                "account_unknown", "AWS does not say which account this is.", retryable: e.Failure != AwsFailure.Refused, cause: e)
            {
                Quoted = $"{e.Code}: {e.AwsMessage}",
            };
        }
    }

    private sealed record Known(string Account, DateTimeOffset Until);
}
