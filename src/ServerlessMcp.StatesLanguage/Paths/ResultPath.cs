using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Parsing;

namespace ServerlessMcp.StatesLanguage.Paths;

/// <summary>Where a result goes in the state's raw input: absent or <c>$</c> replaces it, JSON null discards the result.</summary>
/// <remarks>Missing objects on the way are made; a list is never extended. Source: ASL, Using Paths: ResultPath.</remarks>
internal sealed class ResultPath(JsonPath? path, bool discards)
{
    public static ResultPath Read(Fields fields)
    {
        var path = fields.Has("ResultPath") && fields.Node("ResultPath") is null ? null : fields.Path("ResultPath");
        if (path is { IsContext: true } or { IsReference: false })
        {
            fields.Problem("ResultPath", $"'{path.Text}' must be one place in the input, such as $.result.");
        }

        return new(path, fields.Has("ResultPath") && path is null);
    }

    public JsonNode? Place(JsonNode? input, JsonNode? result)
    {
        if (discards)
        {
            return input;
        }

        return path is null || path.Parts.Count == 0 ? result : Put(input?.DeepClone(), 0, result);
    }

    /// <returns>The value with the result put at part <paramref name="depth"/> and below.</returns>
    private JsonNode? Put(JsonNode? node, int depth, JsonNode? result)
    {
        if (depth == path!.Parts.Count)
        {
            return result?.DeepClone();
        }

        switch (path.Parts[depth], node)
        {
            case (PathPart.Member member, JsonObject members):
                var inner = members[member.Name];
                members.Remove(member.Name);
                members[member.Name] = Put(inner, depth + 1, result);
                return members;
            case (PathPart.Member, null) when depth > 0:
                return Put(new JsonObject(), depth, result);
            case (PathPart.Item item, JsonArray items) when item.Index >= 0 && item.Index < items.Count:
                var old = items[item.Index];
                items[item.Index] = null;
                items[item.Index] = Put(old, depth + 1, result);
                return items;
            default:
                throw new RunFailureException(
                    ErrorNames.ResultPathMatchFailure, $"The ResultPath '{path.Text}' does not fit the state's input.");
        }
    }
}
