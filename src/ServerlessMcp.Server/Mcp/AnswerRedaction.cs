using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>The last thing that happens to an answer, whichever handler made it: what is not to be seen is taken out, what looks like a secret is hidden.</summary>
internal static class AnswerRedaction
{
    /// <remarks>The request's id is the client's own and goes back to the letter.</remarks>
    /// <returns>The same bytes if nothing in them is to be changed.</returns>
    public static ReadOnlyMemory<byte> Of(byte[] json)
    {
        var answer = JsonNode.Parse(json);
        var clean = CleanJson.Of(answer);
        if (answer?["id"] is { } id && !ReferenceEquals(answer, clean))
        {
            clean!["id"] = id.DeepClone();
        }

        var shown = Redaction.Json(clean);
        return ReferenceEquals(answer, shown) ? json : Encoding.UTF8.GetBytes(Views.Compact(shown));
    }
}
