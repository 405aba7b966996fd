using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Lambda.Runtime;
using ServerlessMcp.Tests.Lambda.Http;
using ServerlessMcp.Tests.Lambda.Runtime;

namespace ServerlessMcp.Tests.Lambda.Hosting;

/// <summary>The program from its start to its end; what needs no emulator of AWS.</summary>
public sealed class LambdaProcessTests
{
    /// <summary>Nobody listens there.</summary>
    private static readonly Uri Nobody = new("http://127.0.0.1:9");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_the_first_event_and_the_next_after_one_that_is_none()
    {
        await using var runtime = await RuntimeApiEmulator.StartAsync();
        await using var process = BootstrapProcess.Start(runtime, Nobody);
        var discover = Encoding.UTF8.GetBytes(McpEvent("server/discover").ToJsonString());

        var first = await runtime.InvokeAsync(discover, cancellationToken: Cancelled);
        var refused = await runtime.InvokeAsync("{}"u8.ToArray(), cancellationToken: Cancelled);
        var again = await runtime.InvokeAsync(discover, cancellationToken: Cancelled);

        Assert.Equal(200, (int)first.Json["statusCode"]!);
        Assert.Contains("serverless-mcp", (string?)first.Json["body"], StringComparison.Ordinal);
        Assert.Equal(400, (int)refused.Json["statusCode"]!);
        Assert.Equal((string?)first.Json["body"], (string?)again.Json["body"]);
    }

    /// <summary>Never on the first user's call.</summary>
    [Theory]
    [InlineData("SMCP_TABLE", null)]
    [InlineData("SMCP_MACHINE", "smcp")]
    [InlineData("SMCP_ROLE", "monitor")]
    public async Task What_is_missing_or_malformed_ends_the_start_with_one_line_that_names_it(string name, string? value)
    {
        await using var runtime = await RuntimeApiEmulator.StartAsync();
        await using var process = BootstrapProcess.Start(runtime, Nobody, (name, value));

        var (code, error) = await process.EndAsync(Cancelled);
        var told = await runtime.StartFailure;

        Assert.Equal(1, code);
        Assert.Contains(name, (string?)JsonNode.Parse(error)!["message"], StringComparison.Ordinal);
        Assert.Equal("Runtime.InitError", told.ErrorType);
        Assert.Contains(name, (string?)told.Json["errorMessage"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_runtime_api_answers_it_ends()
    {
        await using var process = BootstrapProcess.Start(null, Nobody, ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9"));

        var (code, error) = await process.EndAsync(Cancelled);

        Assert.Equal(1, code);
        Assert.Contains("127.0.0.1:9", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("512", 402653184UL)]
    [InlineData("10240", 8053063680UL)]
    [InlineData("64", null)]
    [InlineData("many", null)]
    [InlineData(null, null)]
    public void The_heap_gets_its_share_of_the_functions_memory(string? size, ulong? bytes) => Assert.Equal(bytes, MemoryLimit.HeapBytes(size));

    private static JsonObject McpEvent(string method)
    {
        var request = Events.Version2(body: $$$"""
            {"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
             "io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{} } } }
            """);
        var headers = request["headers"]!;
        (headers["host"], headers["accept"]) = ("localhost", "application/json, text/event-stream");
        (headers["mcp-protocol-version"], headers["mcp-method"]) = ("2026-07-28", method);
        return request;
    }
}
