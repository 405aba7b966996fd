using System.Text.Json;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>The services with their other names, and the Regions of each partition: all that is known without reading a model.</summary>
internal sealed class ModelIndex
{
    private readonly Dictionary<string, string> _canonical = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _partitions = new(StringComparer.Ordinal);

    private ModelIndex(JsonElement root)
    {
        var services = root.GetProperty("services").EnumerateObject().ToList();
        Services = [.. services.Select(service => service.Name).Order(StringComparer.Ordinal)];
        var aliases = services
            .SelectMany(service => service.Value.EnumerateArray().Select(alias => (Alias: Folded(alias.GetString()!), service.Name)))
            .Distinct()
            .GroupBy(pair => pair.Alias, pair => pair.Name);
        foreach (var alias in aliases.Where(alias => alias.Count() == 1))
        {
            // A signing name that several services share names none of them.
            _canonical[alias.Key] = alias.Single();
        }

        foreach (var service in Services)
        {
            _canonical[Folded(service)] = service;
        }

        foreach (var partition in root.GetProperty("partitions").EnumerateObject())
        {
            foreach (var region in partition.Value.EnumerateArray())
            {
                _partitions[region.GetString()!] = partition.Name;
            }
        }
    }

    /// <summary>Canonical names, sorted.</summary>
    public IReadOnlyList<string> Services { get; }

    public IEnumerable<string> Regions => _partitions.Keys;

    public static ModelIndex Load()
    {
        using var document = JsonDocument.Parse(ServiceModel.ReadResource("index")!);
        return new ModelIndex(document.RootElement);
    }

    /// <summary>Null for an unknown name. Case, spaces and hyphens do not matter.</summary>
    public string? FindService(string name) => _canonical.GetValueOrDefault(Folded(name));

    /// <summary>Such as <c>aws</c> or <c>aws-cn</c>; null for an unknown Region.</summary>
    public string? FindPartition(string region) => _partitions.GetValueOrDefault(region);

    private static string Folded(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
