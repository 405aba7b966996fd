using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Planning.Fakes;

namespace ServerlessMcp.Tests.Planning.Undo;

/// <summary>Executions as the worker leaves them in the table, and the undo planner that reads them.</summary>
internal sealed class RecordedExecution
{
    private readonly MemoryTable _table;

    public RecordedExecution()
    {
        _table = new(Fixture.Time);
        Plans = new(_table);
        Undo = new(Fixture.Planner, new FakeCatalog(), UndoCatalogue.Load(), Plans, new(_table), Blobs);
    }

    public MemoryBlobs Blobs { get; } = new();

    public PlannerFixture Fixture { get; } = new();

    public PlanStore Plans { get; }

    public UndoPlanner Undo { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="facts">Of each step: what was recorded.</param>
    public async Task<string> SaveAsync(PlannedPlan planned, ExecutionStatus status, params StepFacts[] facts)
    {
        var id = ExecutionId.New().Value;
        await Plans.SaveAsync(planned.Plan, planned.Preview, Token);
        var execution = new Execution
        {
            ExecutionId = id,
            PlanId = planned.Plan.PlanId,
            Hash = planned.Plan.Hash,
            Title = planned.Plan.Title,
            Owner = PlannerFixture.Caller.Id,
            Status = status,
            Run = 1,
            CreatedAt = Fixture.Time.GetUtcNow(),
            UpdatedAt = Fixture.Time.GetUtcNow(),
            StepCount = planned.Plan.Steps.Count,
            UndoOf = planned.Plan.UndoOf,
        };
        await PutAsync(Keys.Meta(id), JsonSerializer.SerializeToNode(execution, ExecutionsJson.Default.Execution)!);
        foreach (var fact in facts)
        {
            var stored = await new LargeValues(Blobs).TakeOutAsync(id, fact, Token);
            await PutAsync(Keys.Step(id, fact.Index), JsonSerializer.SerializeToNode(stored, ExecutionsJson.Default.StepFacts)!);
        }

        return id;
    }

    public Task ClaimAsync(string undone, string by) => PutAsync(Keys.UndoneBy(undone), new JsonObject { ["executionId"] = by });

    public Task<PlannedPlan> PlanAsync(string id) => Undo.PlanUndoAsync(id, PlannerFixture.Caller, Token);

    public Task<CallerException> RefusalAsync(string id) => Assert.ThrowsAsync<CallerException>(() => PlanAsync(id));

    public static StepFacts Done(Plan plan, string id, string? before, string? output, string? after, string? resource = null) => new()
    {
        StepId = id,
        Index = plan.Steps.Select(step => step.Id).ToList().IndexOf(id),
        Status = StepStatus.Done,
        Resource = resource,
        Before = before is null ? null : JsonNode.Parse(before),
        BeforeRead = before is not null,
        Output = output is null ? null : JsonNode.Parse(output)!.AsObject(),
        After = after is null ? null : JsonNode.Parse(after),
        AfterRead = true,
    };

    private Task PutAsync(TableKey key, JsonNode body) => _table.WriteAsync([new TableWrite.Put(key, 0, body.AsObject())], Token);
}
