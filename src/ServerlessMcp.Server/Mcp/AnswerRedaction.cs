using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>The last thing that happens to an answer, whichever handler made it: what looks like a secret is hidden in it.</summary>
internal static class AnswerRedaction
{
    /// <returns>The same bytes if nothing in them looks like a secret.</returns>
    public static ReadOnlyMemory<byte> Of(byte[] json)
    {
        var answer = JsonNode.Parse(json);
        var shown = Redaction.Json(answer);
        return ReferenceEquals(answer, shown) ? json : Encoding.UTF8.GetBytes(Views.Compact(shown));
    }
}
