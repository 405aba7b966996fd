using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>Addresses whose keys or tokens did not open too often: they are refused without cryptography and without a read. Thread safe.</summary>
internal sealed class FailedCallers(IRateLimiter limiter, ServerOptions options, TimeProvider time)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _refused = new(StringComparer.Ordinal);

    /// <returns>How long this address has to wait; null when it need not.</returns>
    public TimeSpan? Wait(IPAddress? address) =>
        _refused.TryGetValue(Subject(address), out var until) && until - time.GetUtcNow() is { Ticks: > 0 } left ? left : null;

    public async Task CountAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        var subject = Subject(address);
        var answer = await TakeAsync(subject, cancellationToken);
        if (answer.Left > 0)
        {
            return;
        }

        if (_refused.Count >= Most)
        {
            var now = time.GetUtcNow();
            foreach (var past in _refused.Where(one => one.Value <= now))
            {
                _refused.TryRemove(past);
            }
        }

        if (_refused.Count < Most)
        {
            _refused[subject] = time.GetUtcNow() + answer.Wait;
        }
    }

    private async Task<RateAnswer> TakeAsync(string subject, CancellationToken cancellationToken)
    {
        try
        {
            return await limiter.TakeAsync(subject, options.Limits.Failures, cancellationToken);
        }
        catch (TableUnavailableException)
        {
            return new(true, 1, TimeSpan.Zero); // While nothing can be counted no key opens either.
        }
    }

    /// <summary>Of IPv6 the first 64 bits: whoever has one address there has them all.</summary>
    private static string Subject(IPAddress? address)
    {
        var one = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return one?.AddressFamily == AddressFamily.InterNetworkV6 ? $"ip:{Convert.ToHexStringLower(one.GetAddressBytes().AsSpan(0, 8))}" : $"ip:{one}";
    }
}
