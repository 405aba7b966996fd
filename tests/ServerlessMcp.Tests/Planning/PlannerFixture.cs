using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Planning.Fakes;

namespace ServerlessMcp.Tests.Planning;

/// <summary>A planner over fakes, and short ways to ask it.</summary>
internal sealed class PlannerFixture
{
    public static readonly Principal Caller = new("key_ab12", "agent", new HashSet<string> { Scope.Read, Scope.Operate });

    public const string Running = """
        { "Reservations": [{ "Instances": [{ "InstanceId": "i-0abc", "State": { "Name": "running" }, "PublicIpAddress": "203.0.113.7",
          "Tags": [{ "Key": "Name", "Value": "web" }] }] }] }
        """;

    public PlannerFixture() => Planner = new(new FakeCatalog(), Reads, UndoCatalogue.Load(), new("eu-west-1"), Time);

    public FakeReads Reads { get; } = new();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));

    public Planner Planner { get; }

    public static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();

    public static StepRequest Step(string id, string service, string operation, string parameters) =>
        new(id, null, service, operation, Json(parameters));

    public static PlanRequest Request(params StepRequest[] steps) => new("A test", null, null, steps);

    public Task<PlannedPlan> PlanAsync(params StepRequest[] steps) => PlanAsync(Request(steps));

    public Task<PlannedPlan> PlanAsync(PlanRequest request) =>
        Planner.PlanAsync(request, Caller, TestContext.Current.CancellationToken);

    public Task<CallerException> RefusalAsync(params StepRequest[] steps) => RefusalAsync(Request(steps));

    public Task<CallerException> RefusalAsync(PlanRequest request) => Assert.ThrowsAsync<CallerException>(() => PlanAsync(request));
}
