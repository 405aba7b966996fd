using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>The one way in and out for values of a step's facts that are too large for the table. For one reader or writer at a time.</summary>
/// <remarks>
/// <code>
/// facts in memory   all values in place; <see cref="StepFacts.Blobs"/> names only what is gone
/// facts stored      the largest values out, until <see cref="MostInFacts"/> holds the rest; Blobs names where they are
/// </code>
/// The blob is put first, then the facts that point to it: whoever dies in between leaves a blob that nobody points to, and that ends with
/// its age. A key ends with its value's hash, so a writer that loses the race for the facts cannot replace what the winner's point to.
/// </remarks>
public sealed class LargeValues(IBlobs blobs)
{
    /// <summary>Bytes of UTF-8 JSON that the values of one step may take in its facts; an item holds three times as much.</summary>
    public const int MostInFacts = 128 * 1024;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Keys that are known to be there: a step's facts are written many times with the same values.</summary>
    private readonly HashSet<string> _there = [];

    /// <summary>How long an execution, and so each of its blobs, is kept.</summary>
    public static TimeSpan Kept { get; } = TimeSpan.FromDays(400);

    /// <returns>The facts as they are to be stored.</returns>
    /// <exception cref="TableUnavailableException">The blobs do not answer.</exception>
    public async Task<StepFacts> TakeOutAsync(string executionId, StepFacts facts, CancellationToken cancellationToken)
    {
        var values = Values(facts).Select(pair => (pair.Name, Json: Bytes(pair.Value))).OrderByDescending(pair => pair.Json.Length).ToList();
        var size = values.Sum(pair => pair.Json.Length);
        var stored = facts;
        foreach (var (name, json) in values)
        {
            if (size <= MostInFacts)
            {
                break;
            }

            var key = $"EXEC/{executionId}/{facts.StepId}/{name}-{Hash(json.Span)}";
            if (!_there.Contains(key))
            {
                await blobs.PutAsync(key, json, cancellationToken);
                _there.Add(key);
            }

            size -= json.Length;
            stored = With(stored, name, null) with { Blobs = Pointers(stored, name, key) };
        }

        return stored;
    }

    /// <returns>The facts with their values; <see cref="StepFacts.Blobs"/> then names what is gone for good.</returns>
    /// <exception cref="TableUnavailableException">The blobs do not answer.</exception>
    public async Task<StepFacts> TakeInAsync(StepFacts stored, CancellationToken cancellationToken)
    {
        var facts = stored;
        foreach (var (name, key) in stored.Blobs ?? new Dictionary<string, string>())
        {
            if (await blobs.GetAsync(key, cancellationToken) is { } json && key.EndsWith($"-{Hash(json.Span)}", StringComparison.Ordinal))
            {
                _there.Add(key);
                facts = With(facts, name, JsonNode.Parse(json.Span)) with { Blobs = Pointers(facts, name, null) };
            }
        }

        return facts;
    }

    private static IEnumerable<(string Name, JsonNode Value)> Values(StepFacts facts)
    {
        (string Name, JsonNode? Value)[] all = [("before", facts.Before), ("output", facts.Output), ("after", facts.After)];
        return all.Where(pair => pair.Value is not null).Select(pair => (pair.Name, pair.Value!));
    }

    private static StepFacts With(StepFacts facts, string name, JsonNode? value) => name switch
    {
        "before" => facts with { Before = value },
        "output" => facts with { Output = value?.AsObject() },
        "after" => facts with { After = value },
        _ => throw new InvalidOperationException($"The facts of step {facts.StepId} point to a blob for '{name}', which they do not have."),
    };

    private static Dictionary<string, string>? Pointers(StepFacts facts, string name, string? key)
    {
        var pointers = (facts.Blobs ?? new Dictionary<string, string>()).Where(pair => pair.Key != name).ToDictionary();
        if (key is not null)
        {
            pointers[name] = key;
        }

        return pointers.Count == 0 ? null : pointers;
    }

    private static ReadOnlyMemory<byte> Bytes(JsonNode value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            value.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    private static string Hash(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json))[..32];
}
