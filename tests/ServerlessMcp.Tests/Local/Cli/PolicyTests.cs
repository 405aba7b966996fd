using ServerlessMcp.Local.Access;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;
using ServerlessMcp.Tests.Local.Hosting;

namespace ServerlessMcp.Tests.Local.Cli;

/// <summary>A policy file, a freeze and <c>smcp policy</c>, on the whole of local mode.</summary>
[Collection(WithProgramEmulator.Name)]
public sealed class PolicyTests(EmulatorFixture emulator) : IDisposable
{
    private const string Allows = "rules:\n  - { id: topics, allow: 'sns:*' }\n  - { id: names, forbid: '*', when: { arguments: [{ at: /Name, is: forbidden-* }] }, reason: no such name }\n";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.Path, "policy.yaml");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_in_force_as_it_is_now_and_a_freeze_stops_what_is_new()
    {
        await WriteAsync(Allows);
        await using var server = Serve();
        var agent = new RawClient(await server.ListeningAsync(Cancelled), Keys.Agent, "{}");

        Assert.Equal(("forbidden_by_policy", "policy.yaml: change forbidden by rule 'names' (no such name)"), await ChangeAsync(agent, "sns", "CreateTopic", "forbidden-1"));
        Assert.Equal("forbidden_by_policy", (await ChangeAsync(agent, "sqs", "CreateQueue", "q")).Code);
        Assert.Null((await ChangeAsync(agent, "sns", "CreateTopic", $"t-{Guid.NewGuid():N}")).Code);

        await WriteAsync("rules: [");
        var (code, message) = await ChangeAsync(agent, "sns", "CreateTopic", "t");
        Assert.Equal("policy_broken", code);
        Assert.DoesNotContain(_folder.Path, message, StringComparison.Ordinal);
        var shown = await RunAsync(1, "policy", "show");
        Assert.Contains("BROKEN: every change is refused; reading goes on.\n  line 2, column 1: this is not YAML", shown, StringComparison.Ordinal);
        var me = await agent.CallAsync("whoami", "{}", Cancelled);
        Assert.True((bool)me["structuredContent"]!["policy"]!["broken"]!);

        await WriteAsync(Allows);
        Assert.StartsWith("Changes are frozen by operator since ", await RunAsync(0, "freeze", "--reason", "incident 7"), StringComparison.Ordinal);
        (code, message) = await ChangeAsync(agent, "sns", "CreateTopic", "t");
        Assert.Equal("frozen", code);
        Assert.Contains("by operator since", message, StringComparison.Ordinal);
        Assert.Contains("(incident 7)", message, StringComparison.Ordinal);
        Assert.Contains("(incident 7)", await RunAsync(0, "policy", "show"), StringComparison.Ordinal);
        Assert.Contains("has ended", await RunAsync(0, "unfreeze"), StringComparison.Ordinal);
        Assert.Null((await ChangeAsync(agent, "sns", "CreateTopic", $"t-{Guid.NewGuid():N}")).Code);
    }

    [Fact]
    public async Task A_server_with_a_broken_file_starts_says_so_and_reads()
    {
        await WriteAsync("rules: 5\n");
        await using var server = Serve();
        var agent = new RawClient(await server.ListeningAsync(Cancelled), Keys.Agent, "{}");
        var read = await agent.CallAsync("aws_read", """{"service":"sns","operation":"ListTopics","parameters":{}}""", Cancelled);

        Assert.Null(read["structuredContent"]!["error"]);
        Assert.Equal("policy_broken", (await ChangeAsync(agent, "sns", "CreateTopic", "t")).Code);
        server.Terminate();
        var (_, _, error) = await server.EndAsync(Cancelled);
        Assert.Contains($"The policy file {File} is broken: every change is refused until it is mended; reading goes on.", error, StringComparison.Ordinal);
        Assert.Contains("line 1, column 8: rules: a list of at most 500 rules is expected; there is '5'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_is_explained_rule_by_rule_from_the_server_and_from_a_file()
    {
        await WriteAsync(Allows);
        string fromServer;
        var kept = Path.Combine(_folder.Path, "plan.json");
        await using (var server = Serve())
        {
            var agent = new RawClient(await server.ListeningAsync(Cancelled), Keys.Agent, "{}");
            var plan = await agent.CallAsync(
                "create_plan", """{"title":"T","steps":[{"id":"topic","service":"sns","operation":"CreateTopic","parameters":{"Name":"forbidden-2"}}]}""", Cancelled);
            fromServer = await RunAsync(
                1, "policy", "test", File, "--plan", (string)plan["structuredContent"]!["plan_id"]!, "--keep", kept, "--at", "2026-11-27T17:30");
        }

        Assert.Equal(fromServer, await RunAsync(1, "policy", "test", File, "--plan", kept, "--at", "2026-11-27T17:30"));
        Assert.Contains("at Fri 2026-11-27 17:30 UTC", fromServer, StringComparison.Ordinal);
        Assert.Contains("topic: sns:CreateTopic\n  allow   topics: applies\n            operation holds: wanted sns:*; is sns:CreateTopic\n", fromServer, StringComparison.Ordinal);
        Assert.Contains("            arguments /Name holds: wanted \"forbidden-*\"; is \"forbidden-2\"\n", fromServer, StringComparison.Ordinal);
        Assert.Contains("Verdict: forbid [forbidden_by_policy]: policy.yaml: topic forbidden by rule 'names' (no such name)", fromServer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rules: [", "plan.json", 1, "plan.json cannot be read")]
    [InlineData(Allows, "policy.yaml", 1, "is not a plan")]
    public async Task What_cannot_be_judged_is_a_sentence(string policy, string plan, int code, string says)
    {
        await WriteAsync(policy);

        Assert.Contains(says, await RunAsync(code, "policy", "test", File, "--plan", Path.Combine(_folder.Path, plan)), StringComparison.Ordinal);
    }

    private LocalKeys Keys => new LocalFiles(_folder.Path).Keys()!;

    private SmcpProcess Serve() => SmcpProcess.Start(
        ["serve", "--port", "0", "--data", _folder.Path, "--aws-endpoint", emulator.Endpoint.ToString(), "--policy", File]);

    private Task WriteAsync(string text) => System.IO.File.WriteAllTextAsync(File, text, Cancelled);

    private static async Task<(string? Code, string Message)> ChangeAsync(RawClient agent, string service, string operation, string name)
    {
        var parameters = service == "sqs" ? $$"""{"QueueName":"{{name}}"}""" : $$"""{"Name":"{{name}}"}""";
        var answer = await agent.CallAsync("aws_change", $$"""{"service":"{{service}}","operation":"{{operation}}","parameters":{{parameters}}}""", Cancelled);
        var error = answer["structuredContent"]?["error"] ?? answer["structuredContent"];
        return ((string?)error?["code"], Says((string?)error?["message"] ?? ""));
    }

    /// <summary>Without the frame around what the verdict says.</summary>
    private static string Says(string message) =>
        message.Replace("The verdict on this plan is 'forbid': ", "", StringComparison.Ordinal).Replace(". Nothing was started.", "", StringComparison.Ordinal);

    private async Task<string> RunAsync(int expected, params string[] arguments)
    {
        await using var command = SmcpProcess.Start([.. arguments, "--data", _folder.Path]);
        var (code, output, error) = await command.EndAsync(Cancelled);
        Assert.True(code == expected, $"{code}: {output}{error}");
        return output + error;
    }
}
