using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>A tool whose argument stands in a header too; the SDK compares the two for the tools of its own collection only.</summary>
internal sealed class HeaderFixture : McpServerTool
{
    public override Tool ProtocolTool { get; } = new()
    {
        Name = "test_header_tool",
        Description = "A fixture of the public MCP suite: test_header_tool.",
        InputSchema = JsonElement.Parse("""{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}"""),
    };

    public override IReadOnlyList<object> Metadata { get; } = [];

    public override ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default) =>
        new(new CallToolResult { Content = [new TextContentBlock { Text = "The header and the argument agree." }] });
}
