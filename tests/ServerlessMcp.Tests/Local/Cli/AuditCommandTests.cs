using Microsoft.Data.Sqlite;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Cli;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;
using ServerlessMcp.Tests.Local.Hosting;

namespace ServerlessMcp.Tests.Local.Cli;

[Collection(WithProgramEmulator.Name)]
public sealed class AuditCommandTests(EmulatorFixture emulator) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_change_is_recorded_before_and_after_and_whoever_edits_the_database_is_found_out()
    {
        var name = $"audit-{Guid.NewGuid():N}";
        string id;
        await using (var server = SmcpProcess.Start(["serve", "--port", "0", "--data", _folder.Path, "--aws-endpoint", emulator.Endpoint.ToString()]))
        {
            var url = await server.ListeningAsync(Cancelled);
            var agent = new RawClient(url, new LocalFiles(_folder.Path).Keys()!.Agent, """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""");
            var task = await agent.CallAsync("aws_change", $$$"""{"service":"sns","operation":"CreateTopic","parameters":{"Name":"{{{name}}}"}}""", Cancelled);
            id = (string)task["taskId"]!;
            await agent.TaskUntilAsync(id, state => (string?)state["status"] == "completed", Cancelled);
            Assert.Contains("all whole.", (await AuditAsync("verify")).Text, StringComparison.Ordinal);
        }

        var lines = (await AuditAsync("show", id)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains("call_outcome", lines[0], StringComparison.Ordinal);
        Assert.Contains("sns:CreateTopic", lines[1], StringComparison.Ordinal);
        Assert.Contains("call_intent", lines[1], StringComparison.Ordinal);
        Assert.Contains("execution_requested", lines[2], StringComparison.Ordinal);

        Edit("UPDATE item SET body = replace(body, 'CreateTopic', 'DeleteTopic') WHERE pk LIKE 'AUDIT#%'");
        var (code, text) = await AuditAsync("verify");

        Assert.Equal(1, code);
        Assert.StartsWith("FAULT chain", text, StringComparison.Ordinal);
    }

    private void Edit(string sql)
    {
        using var database = new SqliteConnection($"Data Source={new LocalFiles(_folder.Path).Database};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    private async Task<(int Code, string Text)> AuditAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await Smcp.RunAsync(["audit", .. arguments, "--data", _folder.Path], new(output, TextWriter.Null, IsPerson: false));
        return (code, output.ToString().ReplaceLineEndings("\n"));
    }
}
