using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>The state that goes out with a question and comes back with its answer is what its client makes of it, until the signature says otherwise.</summary>
public sealed class RequestStateTests : IAsyncLifetime
{
    private const string CanAsk = """{"elicitation":{"form":{}}}""";
    private const string Yes = """{"action":"accept","content":{"confirm":true}}""";
    private const string No = """{"action":"decline"}""";

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private CountedTable _table = null!;
    private TestEndpoint _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What a client may do with a state, and what is said then.</summary>
    public static TheoryData<string, string?> Changes => new()
    {
        { "as it came", null },
        { "members in another order", null },
        { "each character", "invalid_state" },
        { "cut off", "invalid_state" },
        { "empty", "invalid_state" },
        { "longer", "invalid_state" },
        { "the execution's id alone", "invalid_state" },
        { "another execution", "invalid_state" },
        { "a later end", "invalid_state" },
        { "another key name", "invalid_state" },
        { "no state", "invalid_state" },
        { "another server's", "invalid_state" },
        { "other arguments", "state_of_another_call" },
        { "another tool", "state_of_another_call" },
        { "after 9 minutes", null },
        { "after 10 minutes", "state_expired" },
    };

    public async ValueTask InitializeAsync()
    {
        _table = new(new MemoryTable(_time));
        _server = await TestEndpoint.StartAsync(also: services => services.AddSingleton<TimeProvider>(_time).AddSingleton<ITable>(_table));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Only_the_state_that_was_given_decides_and_only_in_its_time(string change, string? code)
    {
        var asked = await AskAsync();
        var (state, execution) = ((string)asked["requestState"]!, TestEndpoint.AskedAbout(asked));
        var (tool, arguments) = Call(change, execution);
        _time.Advance(change.StartsWith("after ", StringComparison.Ordinal) ? TimeSpan.FromMinutes(int.Parse(change.Split(' ')[1], null)) : TimeSpan.Zero);
        IReadOnlyList<string?> sent = change == "each character"
            ? [.. Enumerable.Range(0, state.Length).Select(n => state[..n] + (state[n] == 'g' ? 'w' : 'g') + state[(n + 1)..])]
            : [await ChangedAsync(change, state, execution)];

        foreach (var one in sent)
        {
            var answer = await _server.CallAsync(tool, arguments, capabilities: CanAsk, also: Answered(one));
            Assert.Equal((one, code), (one, (string?)answer["structuredContent"]?["code"]));
        }

        Assert.Equal(code is null ? GateDecision.Approve : null, (await _server.Executions.DecisionAsync(execution, 1, Cancelled))?.Decision);
        Assert.Single((await _server.Executions.ListAsync(await OwnerAsync(), null, null, 10, Cancelled)).Items); // A refusal begins nothing new either.
    }

    [Fact]
    public async Task A_state_of_another_caller_is_one_that_was_never_given()
    {
        var asked = await AskAsync();
        var state = (string)asked["requestState"]!;
        var other = await _server.NewKeyAsync(Scope.All.ToArray());
        var never = state[..^4] + (state[^4] == 'A' ? "B" : "A") + state[^3..];
        await _server.CallAsync("whoami", "{}", other);

        var foreign = await SeenAsync(state, other);
        var invented = await SeenAsync(never, other);

        Assert.Contains("invalid_state", foreign.Text, StringComparison.Ordinal);
        Assert.Equal(foreign, invented);
        Assert.Null(await _server.Executions.DecisionAsync(TestEndpoint.AskedAbout(asked), 1, Cancelled));
    }

    [Fact]
    public async Task An_answer_counts_once_however_often_and_with_whatever_word_it_is_sent()
    {
        var asked = await AskAsync();
        var (state, execution) = ((string)asked["requestState"]!, TestEndpoint.AskedAbout(asked));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            n => _server.CallAsync("aws_change", ToolTests.NoUndo, capabilities: CanAsk, also: Answered(state, n % 2 == 0 ? No : Yes))));
        var first = (await _server.Executions.DecisionAsync(execution, 1, Cancelled))!.Decision;
        await _server.CallAsync("aws_change", ToolTests.NoUndo, capabilities: CanAsk, also: Answered(state, first == GateDecision.Approve ? No : Yes));

        Assert.All(answers, answer => Assert.Equal(execution, (string?)answer["structuredContent"]!["execution_id"]));
        Assert.Equal(first, (await _server.Executions.DecisionAsync(execution, 1, Cancelled))!.Decision);
        Assert.Single((await _server.Executions.ListAsync(await OwnerAsync(), null, null, 10, Cancelled)).Items);
    }

    [Fact]
    public async Task After_its_time_the_message_leads_to_what_still_waits()
    {
        var asked = await AskAsync();
        _time.Advance(TimeSpan.FromMinutes(11));

        var answer = await _server.CallAsync("aws_change", ToolTests.NoUndo, capabilities: CanAsk, also: Answered((string)asked["requestState"]!));

        Assert.Contains(
            $$"""get_execution {"id":"{{TestEndpoint.AskedAbout(asked)}}"} shows it.""", (string)answer["structuredContent"]!["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "missing_inputs")]
    [InlineData(true, "invalid_state")]
    public async Task A_blueprints_question_goes_by_the_same_rules(bool isChanged, string code)
    {
        const string arguments = """{"blueprint":"static-site","inputs":{}}""";
        var asked = await _server.CallAsync("create_plan", arguments, capabilities: CanAsk);
        var state = (string)asked["requestState"]!;

        var answer = await _server.CallAsync("create_plan", arguments, capabilities: CanAsk, also: new()
        {
            ["requestState"] = isChanged ? state[1..] : state,
            ["inputResponses"] = new JsonObject { ["blueprint-inputs"] = JsonNode.Parse(No) },
        });

        Assert.Equal(code, (string?)answer["structuredContent"]!["code"]);
    }

    private static (string Tool, string Arguments) Call(string change, string execution)
    {
        var members = JsonNode.Parse(ToolTests.NoUndo)!.AsObject();
        switch (change)
        {
            case "another tool":
                return ("rollback_execution", $$"""{"execution_id":"{{execution}}"}""");
            case "other arguments":
                members["reason"] = "more";
                break;
            case "members in another order":
                members = new([.. members.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))]);
                break;
            default:
                break;
        }

        return ("aws_change", members.ToJsonString());
    }

    private static async Task<string?> ChangedAsync(string change, string state, string execution) => change switch
    {
        "cut off" => state[..^1],
        "empty" => "",
        "longer" => state + new string('A', 100_000),
        "the execution's id alone" => execution,
        "another execution" => state.Replace(execution, Ids.New("ex"), StringComparison.Ordinal),
        "a later end" => With(state, 1, "9999999999"),
        "another key name" => With(state, 0, "p1"),
        "no state" => null,
        "another server's" => await AnothersAsync(),
        _ => state,
    };

    private static string With(string state, int part, string text) => string.Join('.', state.Split('.').Select((one, n) => n == part ? text : one));

    private static async Task<string> AnothersAsync()
    {
        await using var other = await TestEndpoint.StartAsync();
        return (string)(await other.CallAsync("aws_change", ToolTests.NoUndo, capabilities: CanAsk))["requestState"]!;
    }

    private async Task<(string Text, int Reads)> SeenAsync(string state, string key)
    {
        var reads = _table.Reads;
        var answer = await _server.CallAsync("aws_change", ToolTests.NoUndo, key, CanAsk, Answered(state));
        return (answer.ToJsonString(), _table.Reads - reads);
    }

    private Task<JsonNode> AskAsync() => _server.CallAsync("aws_change", ToolTests.NoUndo, capabilities: CanAsk);

    private async Task<string> OwnerAsync() => (string)(await _server.CallAsync("whoami", "{}"))["structuredContent"]!["principal"]!["id"]!;

    private static JsonObject Answered(string? state, string said = Yes)
    {
        var also = new JsonObject { ["inputResponses"] = new JsonObject { ["confirm:1"] = JsonNode.Parse(said) } };
        if (state is not null)
        {
            also["requestState"] = state;
        }

        return also;
    }
}
