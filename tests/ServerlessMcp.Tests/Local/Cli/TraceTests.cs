using ServerlessMcp.Local.Access;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;
using ServerlessMcp.Tests.Local.Hosting;

namespace ServerlessMcp.Tests.Local.Cli;

[Collection(WithProgramEmulator.Name)]
public sealed class TraceTests(EmulatorFixture emulator) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_operator_sees_an_execution_whole_while_the_server_runs_and_after_it()
    {
        var name = $"trace-{Guid.NewGuid():N}";
        string id, running;
        await using (var server = SmcpProcess.Start(["serve", "--port", "0", "--data", _folder.Path, "--aws-endpoint", emulator.Endpoint.ToString()]))
        {
            var url = await server.ListeningAsync(Cancelled);
            var agent = new RawClient(url, new LocalFiles(_folder.Path).Keys()!.Agent, """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""");
            var task = await agent.CallAsync("aws_change", $$$"""{"service":"sns","operation":"CreateTopic","parameters":{"Name":"{{{name}}}"}}""", Cancelled);
            id = (string)task["taskId"]!;
            await agent.TaskUntilAsync(id, state => (string?)state["status"] == "completed", Cancelled);
            running = await TraceAsync(id);
        }

        var stopped = await TraceAsync(id);

        Assert.StartsWith($"Execution {id}: succeeded", running, StringComparison.Ordinal);
        foreach (var part in (string[])["agent (key_", "sns:CreateTopic", name, "1 call", "rollback_execution plans it"])
        {
            Assert.Contains(part, running, StringComparison.Ordinal);
        }

        Assert.Equal(running, stopped);
    }

    [Fact]
    public async Task An_unknown_execution_is_a_sentence_and_exit_1()
    {
        await using var trace = SmcpProcess.Start(["trace", "ex_aaaaaaaaaaaaaaaaaaaaaaaaaa", "--data", _folder.Path]);
        var (code, _, error) = await trace.EndAsync(Cancelled);

        Assert.Equal(1, code);
        Assert.StartsWith("There is no execution", error, StringComparison.Ordinal);
    }

    private async Task<string> TraceAsync(string id)
    {
        await using var trace = SmcpProcess.Start(["trace", id, "--data", _folder.Path]);
        var (code, output, error) = await trace.EndAsync(Cancelled);
        Assert.Equal((0, ""), (code, error));
        return output;
    }
}
