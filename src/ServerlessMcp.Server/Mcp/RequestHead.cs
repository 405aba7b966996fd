using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Server.Mcp;

/// <summary>What is asked, before it is: enough to say whether the caller may, and to answer under the request's id.</summary>
/// <param name="Id">A number or a text; null for a notification and for what is no request.</param>
/// <param name="Name">Of the tool, in tools/call.</param>
/// <param name="Wrong">What has not the form of any request; null when nothing has.</param>
internal sealed record RequestHead(JsonNode? Id, string Method, string? Name, string? Wrong = null)
{
    /// <param name="json">A body that <see cref="BodyCheck"/> let through.</param>
    public static RequestHead Read(Stream json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new(null, "", null);
        }

        var id = root.TryGetProperty("id", out var written) && written.ValueKind is JsonValueKind.Number or JsonValueKind.String
            ? JsonNode.Parse(written.GetRawText())
            : null;
        var method = Text(root, "method") ?? "";
        return root.TryGetProperty("params", out var parameters)
            ? new(id, method, method == "tools/call" ? Text(parameters, "name") : null, WrongIn(parameters, method))
            : new(id, method, null);
    }

    private static string? WrongIn(JsonElement parameters, string method) =>
        parameters.ValueKind != JsonValueKind.Object ? "params: expected an object."
        : IsOther(parameters, "_meta", JsonValueKind.Object) ? "params._meta: expected an object."
        : method is "tools/call" or "prompts/get" && IsOther(parameters, "name", JsonValueKind.String) ? "params.name: expected a text."
        : method == "resources/read" && IsOther(parameters, "uri", JsonValueKind.String) ? "params.uri: expected a text."
        : method is "tools/call" or "prompts/get" && IsOther(parameters, "arguments", JsonValueKind.Object, JsonValueKind.Null) ? "params.arguments: expected an object."
        : null;

    private static bool IsOther(JsonElement element, string name, params ReadOnlySpan<JsonValueKind> right) =>
        element.TryGetProperty(name, out var value) && !right.Contains(value.ValueKind);

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
