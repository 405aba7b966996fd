using CsCheck;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

public sealed class ForeignChangeProperties
{
    private static readonly Gen<(int Kind, bool IsForeign)[]> AnyPlan = Gen.Select(Gen.Int[0, 4], Gen.Bool).Array[1, 6];

    /// <summary>Whichever steps another hand has touched: exactly these are left, untouched, and all others are undone.</summary>
    [Fact]
    public async Task Exactly_what_others_changed_is_left() => await AnyPlan.SampleAsync(async plan =>
    {
        var stage = new Stage();
        for (var n = 0; n < plan.Length; n++)
        {
            stage.Aws.Add($"kept{n}", "old");
        }

        stage.Aws.FaultOf = (call, _) =>
        {
            if (call.Parameters["value"]?.GetValue<string>() != "last")
            {
                return Fault.None;
            }

            Touch(stage, plan);
            return Fault.Refuse;
        };

        var execution = await stage.RunAsync([.. plan.Select((each, n) => StepOf(each.Kind, n)), Steps.CreateByToken("z", "last")]);

        var foreign = Enumerable.Range(0, plan.Length).Where(n => plan[n].IsForeign).ToList();
        Assert.Equal(foreign.Count == 0 ? ExecutionStatus.RolledBack : ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Equal(foreign.Select(n => $"s{n}"), execution.Left.Select(left => left.StepId));
        var expected = Enumerable.Range(0, plan.Length).Select(n => $"kept{n}={(plan[n] is (3, true) ? $"theirs{n}" : "old")}")
            .Concat(foreign.Where(n => plan[n].Kind != 3).Select(n => $"{NameOf(plan[n].Kind, n)}=theirs{n}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), stage.Aws.Inventory());
    }, iter: 500);

    private static void Touch(Stage stage, (int Kind, bool IsForeign)[] plan)
    {
        var facts = stage.StepsAsync().GetAwaiter().GetResult();
        for (var n = 0; n < plan.Length; n++)
        {
            if (plan[n].IsForeign)
            {
                stage.Aws.Alien(plan[n].Kind == 3 ? stage.Aws.IdOf($"kept{n}") : facts[n].Output!["id"]!.GetValue<string>(), $"theirs{n}");
            }
        }
    }

    private static string NameOf(int kind, int n) => kind is 2 or 4 ? $"named{n}" : "";

    private static Step StepOf(int kind, int n) => kind switch
    {
        0 => Steps.CreateByToken($"s{n}", $"v{n}"),
        1 => Steps.CreateByMarker($"s{n}", $"v{n}"),
        2 => Steps.CreateByName($"s{n}", $"named{n}", $"v{n}"),
        3 => Steps.Change($"s{n}", $"kept{n}", "old", $"v{n}"),
        _ => Steps.CreateByValue($"s{n}", $"named{n}", $"v{n}"),
    };
}
