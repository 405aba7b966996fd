using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>What a tool says, before it is written down: what is ours apart from what AWS or a caller wrote.</summary>
/// <param name="Ours">Short, for the model: what is. Ids, numbers and words of ours alone.</param>
/// <param name="View">The structured content: everything in it that is not ours is cleaned when it is written.</param>
internal sealed record ServerAnswer(string Ours, JsonObject View)
{
    /// <summary>Characters of data in a text; the structured content has the rest.</summary>
    private const int MostData = 24_000;

    /// <summary>Lines that may hold words of AWS or of a caller; they are shown inside a <see cref="Fence"/>. Empty: none.</summary>
    public string Data { get; init; } = "";

    /// <summary>Where the data in <see cref="Data"/> and <see cref="View"/> is from; null: all of it is ours.</summary>
    public string? Source { get; init; }

    public bool IsError { get; init; }

    /// <summary>Told after the answer, as far as the caller is offered the tools.</summary>
    public NextCalls Next { get; init; } = NextCalls.None;

    public string Text(Fence fence, Func<string, bool> offered)
    {
        var data = string.Join('\n', PlainText.Lines(Data).Split('\n').Select(PlainText.Data)).TrimEnd('\n');
        return string.Join('\n', [
            .. Ours.Length > 0 ? [PlainText.Lines(Ours).TrimEnd('\n')] : Array.Empty<string>(),
            .. data.Length > MostData ? [fence.Around(Whole(data)), $"({data.Length} characters; the rest is in the structured content.)"]
                : data.Length > 0 ? [fence.Around(data)] : Array.Empty<string>(),
            .. Next.Where(offered).Lines().Select(PlainText.OneLine)]);
    }

    /// <summary>As many whole lines as there is room for.</summary>
    private static string Whole(string data) => data[..(data.LastIndexOf('\n', MostData) is > 0 and var line ? line : MostData)];

    public CallToolResult Write(Fence fence, Func<string, bool> offered)
    {
        var view = CleanJson.Cut(View)!.AsObject();
        Next.Where(offered).AddTo(view);
        return new()
        {
            Content = [new TextContentBlock { Text = Text(fence, offered) }],
            StructuredContent = JsonElement.Parse(view.ToJsonString()),
            IsError = IsError,
            Meta = Source is null ? null : Fence.Meta(PlainText.OneLine(Source)),
        };
    }
}
