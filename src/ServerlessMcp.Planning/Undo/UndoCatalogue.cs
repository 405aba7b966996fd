using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Undo;

/// <summary>What is known of taking operations back: the embedded files <c>Undo/catalogue/SERVICE.json</c>. Immutable.</summary>
public sealed class UndoCatalogue
{
    private readonly Dictionary<(string Service, string Operation), UndoEntry> _entries;

    private UndoCatalogue(IEnumerable<UndoEntry> entries) =>
        _entries = entries.ToDictionary(entry => (entry.Service, entry.Operation));

    /// <summary>Sorted by service and operation.</summary>
    public IReadOnlyList<UndoEntry> Entries =>
        [.. _entries.Values.OrderBy(entry => $"{entry.Service}:{entry.Operation}", StringComparer.Ordinal)];

    public UndoEntry? Find(string service, string operation) => _entries.GetValueOrDefault((service, operation));

    /// <exception cref="UndoCatalogueException">A file is not as docs/undo-catalogue.md says; every problem at once.</exception>
    public static UndoCatalogue Load()
    {
        var assembly = typeof(UndoCatalogue).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("undo/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return (name, reader.ReadToEnd());
            });
        return Parse(files);
    }

    /// <exception cref="UndoCatalogueException">Every problem at once.</exception>
    internal static UndoCatalogue Parse(IEnumerable<(string Name, string Json)> files)
    {
        var problems = new List<string>();
        var entries = files.SelectMany(file => ParseFile(file.Name, file.Json, problems)).ToList();
        problems.AddRange(entries.SelectMany(UndoEntryCheck.Problems));
        problems.AddRange(entries.GroupBy(entry => $"{entry.Service}:{entry.Operation}")
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: has {group.Count()} entries; one is right"));
        return problems.Count == 0 ? new(entries) : throw new UndoCatalogueException(problems);
    }

    private static List<UndoEntry> ParseFile(string name, string json, List<string> problems)
    {
        var entries = new List<UndoEntry>();
        try
        {
            var file = JsonSerializer.Deserialize(json, CatalogueJson.Default.CatalogueFile)!;
            for (var n = 0; n < file.Entries.Count; n++)
            {
                ParseEntry($"{name}: entries[{n}]", file, file.Entries[n], entries, problems);
            }
        }
        catch (JsonException e)
        {
            problems.Add($"{name}: {e.Message}");
        }

        return entries;
    }

    private static void ParseEntry(string where, CatalogueFile file, JsonObject body, List<UndoEntry> entries, List<string> problems)
    {
        try
        {
            entries.Add(body.Deserialize(CatalogueJson.Default.UndoEntry)! with
            {
                Service = file.Service,
                Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Write(body))))[..8],
                Types = file.Types ?? new Dictionary<string, string>(),
            });
        }
        catch (JsonException e)
        {
            problems.Add($"{where}: {e.Message}");
        }
    }
}

/// <summary>The catalogue of this build is wrong: a bug, found by its first test.</summary>
public sealed class UndoCatalogueException(IReadOnlyList<string> problems)
    : Exception("The undo catalogue is wrong:\n" + string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
