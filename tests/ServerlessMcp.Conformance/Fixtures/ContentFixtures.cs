using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>Tools with each kind of content, with notifications, and with an error.</summary>
internal static class ContentFixtures
{
    /// <summary>One red pixel.</summary>
    public static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    private const string Schema2020 = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
        "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
        "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
        "contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},
        "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
        "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
        "then":{"required":["phone"]},"else":{"required":["email"]},
        "additionalProperties":false}
        """;

    /// <summary>A header of an empty WAVE file, 8 kHz, mono, 16 bit.</summary>
    private static readonly byte[] Wav =
    [
        .. "RIFF"u8, 36, 0, 0, 0,
        .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0,
        .. "data"u8, 0, 0, 0, 0,
    ];

    public static IEnumerable<ServerTool> Tools(TimeProvider time) =>
    [
        FixtureTool.Plain("test_simple_text", new TextContentBlock { Text = "This is a simple text response for testing." }),
        FixtureTool.Plain("test_image_content", ImageContentBlock.FromBytes(Png, "image/png")),
        FixtureTool.Plain("test_audio_content", AudioContentBlock.FromBytes(Wav, "audio/wav")),
        FixtureTool.Plain(
            "test_embedded_resource", Resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
        FixtureTool.Plain(
            "test_multiple_content_types",
            new TextContentBlock { Text = "Multiple content types test:" },
            ImageContentBlock.FromBytes(Png, "image/png"),
            Resource("test://mixed-content-resource", "application/json", """{"test":"data","value":123}""")),
        new FixtureTool("test_error_handling", (_, _) =>
            Task.FromResult(FixtureTool.Text("This tool intentionally returns an error for testing", isError: true))),
        new FixtureTool("test_tool_with_progress", (call, cancellationToken) => ProgressAsync(call, time, cancellationToken)),
        FixtureTool.Plain("test_tool_with_logging", new TextContentBlock { Text = "A stateless server keeps no log level." }),
        FixtureTool.Plain("test_logging_tool", new TextContentBlock { Text = "Nothing is logged unless a request asks for it." }),
        FixtureTool.Plain("test_reconnection", new TextContentBlock { Text = "There is no stream to reconnect to." }),
        new FixtureTool("json_schema_2020_12_tool", (_, _) => Task.FromResult(FixtureTool.Text("ok")), Schema2020),
    ];

    public static EmbeddedResourceBlock Resource(string uri, string type, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = text } };

    private static async Task<ToolAnswer> ProgressAsync(ToolCall call, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var progress in (int[])[0, 50, 100])
        {
            if (call.Request.Params.ProgressToken is { } token)
            {
                var value = new ProgressNotificationValue { Progress = progress, Total = 100 };
                await call.Request.Server.NotifyProgressAsync(token, value, cancellationToken: cancellationToken);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }

        return FixtureTool.Text("Progress was reported.");
    }
}
