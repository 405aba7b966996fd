using System.Text.Json.Nodes;
using ServerlessMcp.Tests.Lambda.Runtime;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda.Hosting;

[Collection(WithProgramEmulator.Name)]
public sealed class TableCheckTests(EmulatorFixture emulator)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mcp")]
    [InlineData("reaper")]
    public async Task A_table_that_is_not_there_ends_the_start(string role)
    {
        await using var runtime = await RuntimeApiEmulator.StartAsync();
        await using var process = BootstrapProcess.Start(runtime, emulator.Direct, ("SMCP_TABLE", "not-there"), ("SMCP_ROLE", role));

        var (code, error) = await process.EndAsync(Cancelled);
        var told = await runtime.StartFailure;

        Assert.Equal(1, code);
        Assert.Contains("'not-there': there is no such table", (string?)JsonNode.Parse(error)!["message"], StringComparison.Ordinal);
        Assert.Contains("not-there", (string?)told.Json["errorMessage"], StringComparison.Ordinal);
    }
}
