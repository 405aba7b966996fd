using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ServerlessMcp.StatesLanguage.Paths;

/// <summary>A path into the input (<c>$</c>) or the context object (<c>$$</c>). Filters are outside the subset.</summary>
internal sealed class JsonPath
{
    private JsonPath(string text, bool isContext, IReadOnlyList<PathPart> parts)
    {
        (Text, IsContext, Parts) = (text, isContext, parts);
        IsReference = parts.All(part => part is PathPart.Member or PathPart.Item);
    }

    public string Text { get; }

    public bool IsContext { get; }

    /// <summary>Picks at most one value; any other path picks a list, perhaps an empty one.</summary>
    public bool IsReference { get; }

    public IReadOnlyList<PathPart> Parts { get; }

    /// <param name="problem">A sentence for the author of the definition.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, out string problem)
    {
        var isContext = text.StartsWith("$$", StringComparison.Ordinal);
        if (!text.StartsWith('$'))
        {
            (path, problem) = (null, $"'{text}' is no JSONPath: it begins with $ or $$.");
            return false;
        }

        var reader = new PathReader(text, isContext ? 2 : 1);
        var parts = reader.Read();
        path = parts is null ? null : new(text, isContext, parts);
        problem = reader.Problem;
        return path is not null;
    }

    /// <summary>The values that are there; a reference path has none or one.</summary>
    public IReadOnlyList<JsonNode?> Pick(JsonNode? input, JsonNode context)
    {
        IReadOnlyList<JsonNode?> picked = [IsContext ? context : input];
        foreach (var part in Parts)
        {
            picked = [.. picked.SelectMany(part.Pick)];
        }

        return picked;
    }

    /// <returns>False when a reference path leads to nothing.</returns>
    public bool TryGet(JsonNode? input, JsonNode context, out JsonNode? value)
    {
        var picked = Pick(input, context);
        if (!IsReference)
        {
            value = new JsonArray([.. picked.Select(node => node?.DeepClone())]);
            return true;
        }

        value = picked.Count == 0 ? null : picked[0];
        return picked.Count > 0;
    }
}
