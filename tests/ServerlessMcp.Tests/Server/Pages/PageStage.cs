using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Pages;
using ServerlessMcp.Tests.Fakes;
using Rules = ServerlessMcp.Tests.Executions.Policies.Policies;

namespace ServerlessMcp.Tests.Server.Pages;

/// <summary>The endpoint with an execution of the agent that waits for another person, or for the agent's own yes.</summary>
internal sealed class PageStage : IAsyncDisposable
{
    private PageStage(TestEndpoint server, FakeTimeProvider time, CountedTable table, JsonNode started)
    {
        (Server, Time, Table) = (server, time, table);
        Id = (string)started["execution_id"]!;
        PlanId = (string)started["plan_id"]!;
        Hash = (string)started["plan_hash"]!;
        First = (string?)started["next"]?["first"] ?? "";
    }

    public TestEndpoint Server { get; }

    public FakeTimeProvider Time { get; }

    public CountedTable Table { get; }

    public string Id { get; }

    public string PlanId { get; }

    public string Hash { get; }

    /// <summary>What the answer told its reader to do first.</summary>
    public string First { get; }

    public string Page => $"/page/executions/{Id}";

    /// <summary>The path of the link in the answer.</summary>
    public string Link => new Uri(First.Split(' ').Single(word => word.StartsWith("http", StringComparison.Ordinal))).PathAndQuery;

    public static async Task<PageStage> StartAsync(bool isConfirm = false, string title = "Stop it")
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var table = new CountedTable(new ServerlessMcp.Conformance.Fixtures.MemoryTable(time));
        var policy = new SwitchedPolicy { Now = Rules.Of(isConfirm ? Rules.Confirm() : Rules.Approve()) };
        var server = await TestEndpoint.StartAsync(also: services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton<ITable>(table);
            services.AddSingleton<IPolicySource>(policy);
            services.AddSingleton(new PageAddress(() => new Uri("http://127.0.0.1:1")));
        });
        var arguments = JsonNode.Parse(ToolTests.Stop)!;
        arguments["reason"] = title;
        return new(server, time, table, (await server.CallAsync("aws_change", arguments.ToJsonString()))["structuredContent"]!);
    }

    public async Task<PageVisitor> VisitorAsync(params string[] scopes) => await PageVisitor.LoggedInAsync(Server, await Server.NewKeyAsync(scopes));

    public Task<PageVisitor> AgentAsync() => PageVisitor.LoggedInAsync(Server, Server.Keys.Agent);

    /// <summary>Who the agent's key lets in may do no more than this from now on.</summary>
    public async Task CutAsync(params string[] scopes)
    {
        var (record, version) = await new KeyRecords(Table).GetAsync(Server.Keys.Agent, TestContext.Current.CancellationToken);
        await Table.WriteAsync([KeyRecords.Put(record with { Scopes = scopes }, version)], TestContext.Current.CancellationToken);
    }

    public Task<GateRecord?> DecisionAsync() => Server.Executions.DecisionAsync(Id, 1, TestContext.Current.CancellationToken);

    public Task<Execution> ExecutionAsync() => Server.Executions.GetAsync(Id, TestEndpoint.Everything, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
