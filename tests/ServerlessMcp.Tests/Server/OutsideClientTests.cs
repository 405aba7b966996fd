using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Server;

/// <summary>The acceptance scripts' client, which shares no code with the product, against the endpoint.</summary>
public sealed class OutsideClientTests
{
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_client_that_is_not_ours_lists_and_calls_tools(string protocol)
    {
        await using var endpoint = await TestEndpoint.StartAsync();

        var (_, tools, _) = await RunAsync(endpoint.Url, endpoint.Keys.Agent, protocol, "tools");
        var (code, answer, error) = await RunAsync(endpoint.Url, endpoint.Keys.Agent, protocol, "whoami");

        Assert.Contains("whoami", JsonNode.Parse(tools)!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal((0, ""), (code, error));
        Assert.IsType<JsonObject>(JsonNode.Parse(answer));
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Without_a_key_it_gets_401(string protocol)
    {
        await using var endpoint = await TestEndpoint.StartAsync();

        var (code, _, error) = await RunAsync(endpoint.Url, "no-key", protocol, "whoami");

        Assert.Equal(1, code);
        Assert.Contains("HTTP 401", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(Uri url, string key, string protocol, string tool)
    {
        var script = Path.Combine(Repository.Root, "tests", "acceptance", "mcp.py");
        var start = new ProcessStartInfo("python3", ["-B", script, "--url", url.ToString(), "--key", key, "--protocol", protocol, tool])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = StartOrSkip(start);
        var cancellationToken = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await error);
    }

    private static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is missing; get it from https://www.python.org or the system's packages.");
            throw;
        }
    }
}
