using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>The file <c>tests/inventory-exceptions.json</c>.</summary>
internal static class InventoryExceptions
{
    private static readonly JsonNode File = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "tests", "inventory-exceptions.json")))!;

    public static IEnumerable<string> Loses => File["lost"]!.AsArray().Select(item => item!["loses"]!.GetValue<string>());

    /// <summary>Lines that differ and that no exception explains.</summary>
    /// <param name="loses">What the step's class announces.</param>
    /// <param name="operation">Such as <c>ec2:CreateNatGateway</c>, for the exceptions that are only of it.</param>
    public static IReadOnlyList<string> Unexplained(
        SortedDictionary<string, string> before, SortedDictionary<string, string> after, IReadOnlyList<string> loses, string? operation = null)
    {
        var lost = File["lost"]!.AsArray()
            .Where(item => loses.Contains(item!["loses"]!.GetValue<string>()))
            .SelectMany(item => item!["paths"]!.AsArray())
            .Select(path => path!.GetValue<string>());
        var allowed = File["ignored"]!.AsArray().Where(item => item!["of"] is not { } of || of.ToString() == operation).Select(item => item!["path"]!.GetValue<string>()).Concat(lost).Select(Pattern).ToList();
        return
        [
            .. before.Keys.Union(after.Keys)
                .Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
                .Where(path => !allowed.Exists(pattern => pattern.IsMatch(path)))
                .Select(path => $"{path}: {before.GetValueOrDefault(path) ?? "absent"} -> {after.GetValueOrDefault(path) ?? "absent"}"),
        ];
    }

    /// <summary>A star at the end stands for everything below.</summary>
    private static Regex Pattern(string path) => new($"^{Regex.Escape(path).Replace("\\*", "[^/]*", StringComparison.Ordinal)}{(path.EndsWith('*') ? ".*" : "")}$");
}
