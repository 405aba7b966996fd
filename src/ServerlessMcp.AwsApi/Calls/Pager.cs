using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Jmes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Finds in an answer what asks for the page after it.</summary>
internal sealed class Pager(IReadOnlyList<PageKey> keys)
{
    private readonly IReadOnlyList<(string Parameter, JmesExpression Value)> _keys =
        [.. keys.Select(key => (key.Parameter, JmesExpression.Parse(key.Value)))];

    /// <summary>Null after the last page: no value, the value that was asked with, or an answer that says it is not cut off.</summary>
    public AwsPageToken? Next(JsonObject asked, JsonObject answer)
    {
        if (answer["IsTruncated"]?.GetValueKind() == System.Text.Json.JsonValueKind.False)
        {
            return null;
        }

        var next = new JsonObject();
        foreach (var (parameter, value) in _keys)
        {
            // A key without a value goes too: it belonged to the page before.
            next[parameter] = value.Search(answer) is { } found && found.ToString().Length > 0 ? found.DeepClone() : null;
        }

        return next.All(key => key.Value is null) || next.All(key => JsonNode.DeepEquals(key.Value, asked[key.Key])) ? null : new(next);
    }
}
