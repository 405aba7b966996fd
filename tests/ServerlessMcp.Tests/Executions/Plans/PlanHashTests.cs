using System.Text.Json;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Tests.Executions.Running;

namespace ServerlessMcp.Tests.Executions.Plans;

public sealed class PlanHashTests
{
    /// <summary>Computed by Python's json (sorted keys, no spaces) and hashlib over the same plan.</summary>
    private const string Known = "sha256:d23022914f8751fa319afcf37d651f3b2cf272adaf7564dd124c6081266a993f";

    private static readonly PlanTarget Target = new("111122223333", "eu-west-1");

    /// <summary>A stored plan must have this hash in every later version too: a changed record is a changed agreement.</summary>
    [Fact]
    public void The_hash_of_a_plan_does_not_change_with_the_program() =>
        Assert.Equal(Known, PlanHash.Compute(Target, [Steps.CreateByName("a", "named"), Steps.Change("b", "kept", "old", "new")]));

    [Fact]
    public void A_plan_has_the_same_hash_after_it_was_stored_and_read()
    {
        var steps = new[] { Steps.CreateByMarker("a") with { Wait = Steps.Ready() }, Steps.Delete("b", "kept", "old") };
        var text = JsonSerializer.Serialize(steps, ExecutionsJson.Default.Steps);
        var read = JsonSerializer.Deserialize(text, ExecutionsJson.Default.Steps)!;

        Assert.Equal(PlanHash.Compute(Target, steps), PlanHash.Compute(Target, read));
    }

    [Fact]
    public void Whatever_a_person_agrees_to_is_inside()
    {
        var step = Steps.CreateByName("a", "named");
        Step[] others =
        [
            step with { Title = "Other" }, step with { Undo = [] }, step with { SettleSeconds = 11 }, step with { Catalogue = "x@1" },
            step with { Before = null }, step with { Call = step.Call with { Operation = "Delete" } }, step with { Wait = Steps.Ready() },
            step with { Reversibility = new(UndoClass.None, []) }, step with { Alternatives = [[]] }, step with { Resource = null },
        ];

        var hashes = others.Prepend(step).Select(each => PlanHash.Compute(Target, [each])).Append(PlanHash.Compute(Target with { Region = "us-east-1" }, [step]));

        Assert.Equal(others.Length + 2, hashes.Distinct().Count());
        Assert.All(hashes, hash => Assert.Matches("^sha256:[0-9a-f]{64}$", hash));
    }
}
