using System.Text.Json.Nodes;

namespace ServerlessMcp.Server.Tools;

/// <summary>How things look in structured content: snake_case members.</summary>
internal static partial class Views
{
    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)JsonValue.Create(text))];
}
