using System.Collections.Concurrent;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>
/// The first good answer for each client token, as AWS keeps it: an equal request gets it again, another request with the same token is
/// refused. Requests with one token go one after the other.
/// </summary>
/// <remarks>Source: EC2 "Ensuring idempotency in Amazon EC2 API requests". Bounded: the oldest are forgotten.</remarks>
internal sealed class ReplayMemory(int most = 10_000)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public Entry For(AwsRequest request)
    {
        var key = $"{request.AccessKey}/{request.Region}/{request.Service}/{request.Operation}/{request.Token}";
        return _entries.GetOrAdd(key, added =>
        {
            _order.Enqueue(added);
            if (_order.Count > most && _order.TryDequeue(out var oldest))
            {
                _entries.TryRemove(oldest, out _);
            }

            return new();
        });
    }

    internal sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public string? Fingerprint { get; set; }

        public Answer? First { get; set; }
    }
}
