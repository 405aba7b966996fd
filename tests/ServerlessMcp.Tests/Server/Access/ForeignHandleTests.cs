using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>To one caller the plans and executions of another look like what is not there: same status, same words, same number of reads.</summary>
public sealed class ForeignHandleTests
{
    private const string Tasks = """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    /// <summary>Every request that takes the id of an execution.</summary>
    public static TheoryData<string> OfExecutions =>
    [
        "get_execution", "get_execution steps", "cancel_execution", "rollback_execution", "retry_execution",
        "tasks/get", "tasks/update", "tasks/cancel", "resources/read", "prompts/get",
    ];

    public static TheoryData<string> OfPlans => ["get_execution", "execute_plan", "resources/read"];

    [Theory]
    [MemberData(nameof(OfExecutions))]
    public async Task An_execution_of_another_is_one_that_is_not_there(string request)
    {
        await using var stage = await StageAsync();

        await SameAsync(stage, request, stage.Execution, Ids.New("ex"));
    }

    [Theory]
    [MemberData(nameof(OfPlans))]
    public async Task A_plan_of_another_is_one_that_is_not_there(string request)
    {
        await using var stage = await StageAsync();

        await SameAsync(stage, request, stage.Plan, Ids.New("pl"));
    }

    private static async Task SameAsync(Stage stage, string request, string theirs, string nobodys)
    {
        await AskAsync(stage, request, nobodys); // The first use of a key and the first answer of a list cost more.
        var unknown = await AskAsync(stage, request, nobodys);
        var foreign = await AskAsync(stage, request, theirs);
        var own = await AskAsync(stage, request, theirs, stage.Server.Keys.Agent);

        Assert.Equal(unknown, foreign);
        Assert.NotEqual(unknown.Body, own.Body);
    }

    private static async Task<(HttpStatusCode Status, string Body, int Reads)> AskAsync(Stage stage, string request, string id, string? key = null)
    {
        var reads = stage.Table.Reads;
        var (method, name, parameters) = Request(request, id, stage.Hash);
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = JsonNode.Parse(Tasks),
            ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
        };
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        var (response, text) = await stage.Server.PostAsync(
            body.ToJsonString(),
            sent =>
            {
                sent.Headers.Add("MCP-Protocol-Version", "2026-07-28");
                sent.Headers.Add("Mcp-Method", method);
                sent.Headers.Add("Mcp-Name", name);
            },
            key ?? stage.Other);
        return (response.StatusCode, text.Replace(id, "ID", StringComparison.Ordinal), stage.Table.Reads - reads);
    }

    private static (string Method, string Name, JsonObject Parameters) Request(string request, string id, string hash) => request switch
    {
        "get_execution" => Tool("get_execution", new() { ["id"] = id }),
        "get_execution steps" => Tool("get_execution", new() { ["id"] = id, ["detail"] = "steps" }),
        "cancel_execution" or "rollback_execution" or "retry_execution" => Tool(request, new() { ["execution_id"] = id }),
        "execute_plan" => Tool(request, new() { ["plan_id"] = id, ["plan_hash"] = hash }),
        "tasks/update" => (request, id, new() { ["taskId"] = id, ["inputResponses"] = JsonNode.Parse("""{"confirm:1":{"action":"accept","content":{"confirm":true}}}""") }),
        "tasks/get" or "tasks/cancel" => (request, id, new() { ["taskId"] = id }),
        "resources/read" => Read(id),
        "prompts/get" => (request, "undo_last_change", new() { ["name"] = "undo_last_change", ["arguments"] = new JsonObject { ["execution_id"] = id } }),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private static (string, string, JsonObject) Tool(string name, JsonObject arguments) => ("tools/call", name, new() { ["name"] = name, ["arguments"] = arguments });

    private static (string, string, JsonObject) Read(string id)
    {
        var uri = $"{(id.StartsWith("ex_", StringComparison.Ordinal) ? "execution" : "plan")}://{id}";
        return ("resources/read", uri, new() { ["uri"] = uri });
    }

    private static async Task<Stage> StageAsync()
    {
        var table = new CountedTable(new MemoryTable(TimeProvider.System));
        var server = await TestEndpoint.StartAsync(also: services => services.AddSingleton<ITable>(table));
        var started = (await server.CallAsync("aws_change", ToolTests.NoUndo))["structuredContent"]!;
        var execution = await server.Executions.GetAsync((string)started["execution_id"]!, TestEndpoint.Everything, TestContext.Current.CancellationToken);
        return new(server, table, await server.NewKeyAsync(Scope.Read, Scope.Operate), execution.ExecutionId, execution.PlanId, execution.Hash);
    }

    private sealed record Stage(TestEndpoint Server, CountedTable Table, string Other, string Execution, string Plan, string Hash) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
