using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>The blobs in memory, under the same contract as the real ones.</summary>
internal sealed class MemoryBlobs : IBlobs
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> _blobs = new();

    public IReadOnlyDictionary<string, byte[]> All => _blobs;

    public bool IsAway { get; set; }

    public int Puts { get; private set; }

    /// <summary>Called before and after each put with its ordinal from 1; may throw, as when the process dies.</summary>
    public Action<int, bool>? AtPut { get; set; }

    public Task PutAsync(string key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        BlobKeys.Check(key);
        ThrowIfAway();
        Puts++;
        AtPut?.Invoke(Puts, false);
        _blobs[key] = json.ToArray();
        AtPut?.Invoke(Puts, true);
        return Task.CompletedTask;
    }

    public Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        BlobKeys.Check(key);
        ThrowIfAway();
        return Task.FromResult(_blobs.TryGetValue(key, out var json) ? new ReadOnlyMemory<byte>([.. json]) : (ReadOnlyMemory<byte>?)null);
    }

    public void Clear() => _blobs.Clear();

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new TableUnavailableException("The blobs are away.");
        }
    }
}
