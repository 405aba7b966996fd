using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Local.Verify;

/// <summary>The policy that verify's own server runs by: the operations that were shown and their undos, nothing else.</summary>
internal static class VerifyPolicy
{
    public static string Of(IReadOnlyList<VerifyCase> cases, UndoCatalogue undos)
    {
        var operations = cases.SelectMany(one => one.Operations).SelectMany(operation => WithUndos(operation, undos)).Distinct().Order(StringComparer.Ordinal);
        return $"rules:\n  - id: verify\n    allow: {new JsonArray([.. operations.Select(one => (JsonNode)one)]).ToJsonString()}\n";
    }

    private static IEnumerable<string> WithUndos(string operation, UndoCatalogue undos)
    {
        var (service, name) = operation.Split(':') is [var first, var second] ? (first, second) : throw new FormatException(operation);
        var entry = undos.Find(service, name) ?? throw new InvalidOperationException($"{operation} is not in the undo catalogue.");
        return entry.Undo.Select(undo => $"{service}:{undo.Operation}").Prepend(operation);
    }
}
