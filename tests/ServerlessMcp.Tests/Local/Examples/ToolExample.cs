using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Local.Examples;

/// <summary>A call of a tool and its true answer, as they stand in <c>Golden/examples/NAME.json</c>: ids, hashes and times are made steady.</summary>
/// <param name="Text">What the answer's text says.</param>
/// <param name="Answer">Its structured content.</param>
internal sealed record ToolExample(JsonNode Arguments, string Text, JsonNode Answer)
{
    private static readonly JsonSerializerOptions Indented =
        new(JsonSerializerOptions.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "ServerlessMcp.Tests", "Golden", "examples");

    public static ToolExample Read(string tool) =>
        JsonSerializer.Deserialize<ToolExample>(File.ReadAllText(PathOf(tool)), Indented) ?? throw new InvalidOperationException($"{tool}.json is empty.");

    public void Write(string tool) => File.WriteAllText(PathOf(tool), ToString());

    /// <summary>The file's text.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Indented) + "\n";

    public static string Compact(JsonNode node) => node.ToJsonString(new(Indented) { WriteIndented = false });

    public static string Readable(JsonNode node) => node.ToJsonString(Indented);

    private static string PathOf(string tool) => Path.Combine(Folder, $"{tool}.json");
}
