using System.Collections.Concurrent;
using System.Text.Json;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>The blueprints of this build: the embedded files <c>Blueprints/catalogue/NAME.json</c>, each read when it is first asked for. Thread safe.</summary>
public sealed class BlueprintCatalogue
{
    private const string Prefix = "blueprints/";
    private const string Suffix = ".json";

    private readonly ConcurrentDictionary<string, Blueprint> _read = new(StringComparer.Ordinal);

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BlueprintCatalogue).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>In the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<Blueprint> All => [.. Names.Select(name => Find(name)!)];

    /// <exception cref="BlueprintException">The file is not as docs/blueprints.md says; every problem at once.</exception>
    public Blueprint? Find(string name) => Names.Contains(name) ? _read.GetOrAdd(name, Read) : null;

    /// <exception cref="BlueprintException">Every problem at once.</exception>
    internal static Blueprint Parse(string name, string json)
    {
        try
        {
            var blueprint = JsonSerializer.Deserialize(json, BlueprintJson.Default.Blueprint)!;
            var problems = BlueprintCheck.Problems(name, blueprint).ToList();
            return problems.Count == 0 ? blueprint : throw new BlueprintException(name, problems);
        }
        catch (JsonException e)
        {
            throw new BlueprintException(name, [e.Message]);
        }
    }

    private static Blueprint Read(string name)
    {
        using var reader = new StreamReader(typeof(BlueprintCatalogue).Assembly.GetManifestResourceStream(Prefix + name + Suffix)!);
        return Parse(name, reader.ReadToEnd());
    }
}

/// <summary>A blueprint of this build is wrong: a bug, found by its first test.</summary>
public sealed class BlueprintException(string name, IReadOnlyList<string> problems)
    : Exception($"The blueprint {name} is wrong:\n" + string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
