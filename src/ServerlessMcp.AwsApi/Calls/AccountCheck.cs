using System.Collections.Concurrent;
using Amazon.Runtime;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Stops a call meant for one account from being made with the credentials of another.</summary>
internal sealed class AccountCheck(TimeProvider time)
{
    // Long enough to cost nothing, short enough to notice that a profile's file now names another account.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<AWSCredentials, (string Account, DateTimeOffset Until)> _known = new();

    /// <exception cref="AwsCallException"><c>WrongAccount</c>.</exception>
    public async Task DemandAsync(string account, AWSCredentials credentials, Func<Task<string>> askAsync)
    {
        if (!_known.TryGetValue(credentials, out var known) || known.Until < time.GetUtcNow())
        {
            known = (await askAsync(), time.GetUtcNow() + Remembered);
            _known[credentials] = known;
        }

        if (known.Account != account)
        {
            throw new AwsCallException(
                AwsFailure.Refused, "WrongAccount", $"The credentials are of account {known.Account}, the call is for {account}.", 0, null, false);
        }
    }
}
