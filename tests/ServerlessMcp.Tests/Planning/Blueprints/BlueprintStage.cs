using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Blueprints;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Planning.Fakes;

namespace ServerlessMcp.Tests.Planning.Blueprints;

/// <summary>Blueprints against the real AWS models; what is read of AWS is there by a table: nothing exists, and the facts are these.</summary>
internal sealed class BlueprintStage
{
    private static readonly AwsCatalog Models = new();
    private static readonly UndoCatalogue Undos = UndoCatalogue.Load();

    public BlueprintStage() => Blueprints = new(Catalogue, new(Models, Reads, Undos, new("eu-west-1"), TimeProvider.System));

    public static BlueprintCatalogue Catalogue { get; } = new();

    public EmptyAccount Reads { get; } = new();

    public BlueprintPlanner Blueprints { get; }

    public Task<PlannedPlan> PlanAsync(string name, JsonObject inputs, string? region = null) => Blueprints.PlanAsync(
        Blueprints.Check(name, inputs), new("A test", null, region, []), PlannerFixture.Caller, TestContext.Current.CancellationToken);
}
