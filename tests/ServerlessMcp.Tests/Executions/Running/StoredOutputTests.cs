using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Running;

namespace ServerlessMcp.Tests.Executions.Running;

public sealed class StoredOutputTests
{
    [Fact]
    public void What_is_reached_is_kept_whatever_its_size_and_the_rest_while_it_fits()
    {
        var large = new string('x', 20_000);
        var first = Steps.CreateByToken("a") with { Undo = [new("output.state == 'on'", Steps.Call("Delete", ("id", "${output.id}")), null, [])] };
        var second = Steps.CreateByToken("b", "${steps.a.output.used.deep}");
        var output = new JsonObject { ["id"] = large, ["used"] = large, ["state"] = large, ["small"] = "s", ["unused"] = large };

        var kept = StoredOutput.Trim(PlanOf(first, second), first, output);

        Assert.Equal(["id", "small", "state", "used"], kept.Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    private static Plan PlanOf(params Step[] steps) => new()
    {
        PlanId = "pl_x",
        Hash = "",
        Title = "",
        CreatedBy = "",
        CreatedAt = default,
        ExpiresAt = default,
        Target = new("111122223333", "eu-west-1"),
        Steps = steps,
    };
}
