using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>An inventory under way: <c>service:kind/name/member = value</c>.</summary>
internal sealed class InventoryLines
{
    public SortedDictionary<string, string> All { get; } = new(StringComparer.Ordinal);

    public void Add<T>(string path, T value) => AddNode(path, JsonSerializer.SerializeToNode(value));

    /// <summary>Members of objects get lines of their own; a list is one line, its items sorted.</summary>
    public void AddNode(string path, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    AddNode($"{path}/{name}", value);
                }

                break;
            case JsonArray items:
                All[path] = string.Join(' ', items.Select(item => item?.ToJsonString() ?? "null").Order(StringComparer.Ordinal));
                break;
            default:
                All[path] = node?.ToJsonString() ?? "null";
                break;
        }
    }
}
