using System.Collections.Concurrent;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Conformance;

namespace ServerlessMcp.Tests.Server;

/// <summary>The endpoint with the public suite's fixtures, driven by the C# client: what the product's own tools do not do.</summary>
public sealed class SuiteHostTests
{
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Progress_arrives_before_the_result(string version)
    {
        await using var app = await McpHost.StartAsync(0, isOpen: true, TestContext.Current.CancellationToken);
        await using var client = await ConnectAsync(app.Urls.Single(), new() { ProtocolVersion = version });
        var seen = new ConcurrentQueue<float>();

        await client.CallToolAsync(
            "test_tool_with_progress",
            progress: new Sink(value => seen.Enqueue(value.Progress)),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([0f, 50f, 100f], seen);
    }

    [Fact]
    public async Task A_client_that_can_be_asked_answers_within_the_call()
    {
        await using var app = await McpHost.StartAsync(0, isOpen: true, TestContext.Current.CancellationToken);
        await using var client = await ConnectAsync(app.Urls.Single(), new()
        {
            Handlers = new()
            {
                ElicitationHandler = (_, _) => new(new ElicitResult
                {
                    Action = "accept",
                    Content = new Dictionary<string, System.Text.Json.JsonElement> { ["name"] = System.Text.Json.JsonElement.Parse("\"Ada\"") },
                }),
            },
        });

        var answer = await client.CallToolAsync(
            "test_input_required_result_elicitation", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("Ada", Assert.IsType<TextContentBlock>(answer.Content.Single()).Text, StringComparison.Ordinal);
    }

    private static Task<McpClient> ConnectAsync(string url, McpClientOptions options) => McpClient.CreateAsync(
        new HttpClientTransport(new() { Endpoint = new($"{url}/mcp"), TransportMode = HttpTransportMode.StreamableHttp }),
        options,
        cancellationToken: TestContext.Current.CancellationToken);

    private sealed class Sink(Action<ProgressNotificationValue> take) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => take(value);
    }
}
