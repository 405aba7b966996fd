using System.Text.Json.Nodes;

namespace ServerlessMcp.StatesLanguage.Paths;

/// <summary>One part of a JSONPath: what it picks from a value.</summary>
internal abstract record PathPart
{
    public abstract IEnumerable<JsonNode?> Pick(JsonNode? node);

    /// <summary><c>.name</c> or <c>['name']</c>.</summary>
    public sealed record Member(string Name) : PathPart
    {
        public override IEnumerable<JsonNode?> Pick(JsonNode? node) =>
            node is JsonObject members && members.TryGetPropertyValue(Name, out var value) ? [value] : [];
    }

    /// <summary><c>[2]</c>; below 0 counts from the end.</summary>
    public sealed record Item(int Index) : PathPart
    {
        public override IEnumerable<JsonNode?> Pick(JsonNode? node)
        {
            var items = node as JsonArray;
            var index = Index < 0 ? Index + (items?.Count ?? 0) : Index;
            return items is not null && index >= 0 && index < items.Count ? [items[index]] : [];
        }
    }

    /// <summary><c>.*</c> or <c>[*]</c>.</summary>
    public sealed record All : PathPart
    {
        public override IEnumerable<JsonNode?> Pick(JsonNode? node) => node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };
    }

    /// <summary><c>[from:to]</c>, to excluded; below 0 counts from the end.</summary>
    public sealed record Slice(int? From, int? To) : PathPart
    {
        public override IEnumerable<JsonNode?> Pick(JsonNode? node)
        {
            if (node is not JsonArray items)
            {
                return [];
            }

            var (from, to) = (Bound(From ?? 0, items.Count), Bound(To ?? items.Count, items.Count));
            return items.Skip(from).Take(to - from);
        }

        private static int Bound(int index, int count) => Math.Clamp(index < 0 ? index + count : index, 0, count);
    }

    /// <summary><c>..name</c>: every member of this name, however deep.</summary>
    public sealed record Deep(string Name) : PathPart
    {
        public override IEnumerable<JsonNode?> Pick(JsonNode? node) => node switch
        {
            JsonObject members => (members.TryGetPropertyValue(Name, out var value) ? [value] : Array.Empty<JsonNode?>())
                .Concat(members.SelectMany(member => Pick(member.Value))),
            JsonArray items => items.SelectMany(Pick),
            _ => [],
        };
    }
}
