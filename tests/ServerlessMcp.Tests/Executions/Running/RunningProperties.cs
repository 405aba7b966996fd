using CsCheck;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>The laws of an execution: it ends, all or nothing, whatever happens on the way, and nothing takes effect twice.</summary>
public sealed class RunningProperties
{
    private const int MaxCalls = 40;

    private sealed record Trouble(int[] Kinds, int? Refused, int? CancelAt, (int At, Fault Fault)[] Faults, int[] WriteCrashes, int[] CallCrashes, int Lag)
    {
        public override string ToString() =>
            $"kinds {string.Join(',', Kinds)} refused {Refused} cancel {CancelAt} faults {string.Join(',', Faults)} "
            + $"writes {string.Join(',', WriteCrashes)} calls {string.Join(',', CallCrashes)} lag {Lag}";
    }

    private static readonly Gen<Trouble> AnyTrouble =
        from kinds in Gen.Int[0, 6].Array[1, 6]
        from refused in Gen.Int[-3, kinds.Length - 1]
        from cancel in Gen.Int[-10, 30]
        from faults in Gen.Select(Gen.Int[1, MaxCalls], Gen.OneOf(Gen.Const(Fault.Busy), Gen.Const(Fault.LostBefore), Gen.Const(Fault.LostAfter))).Array[0, 4]
        from writes in Gen.Int[1, 60].Array[0, 3]
        from calls in Gen.Int[1, MaxCalls].Array[0, 3]
        from lag in Gen.Int[0, 9]
        select new Trouble(
            [.. kinds.Select((kind, n) => kind == 5 && FirstCreate(n, kinds) is null ? 0 : kind)], refused < 0 ? null : refused, cancel < 1 ? null : cancel, [.. faults.DistinctBy(fault => fault.Item1)], writes, calls, lag);

    /// <summary>Busy, lost before, lost after, late visibility, death at writes and calls, a refusal and a cancel, in any mixture.</summary>
    [Fact]
    public async Task Whatever_happens_all_is_done_or_nothing_is_left_and_nothing_took_effect_twice() =>
        await AnyTrouble.SampleAsync(async trouble => await CheckAsync(trouble), iter: 1_500);

    private static async Task CheckAsync(Trouble trouble)
    {
        var stage = Prepare(trouble);
        var initial = stage.Aws.Inventory();
        var steps = trouble.Kinds.Select((kind, n) => StepOf(kind, n, trouble.Kinds)).ToList();

        await stage.StartAsync(steps);
        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        var shown = $"{trouble} -> {execution.Status}\n{string.Join('\n', (await stage.EventsAsync()).Select(line => line.Text))}";
        if (execution.Status == ExecutionStatus.Succeeded)
        {
            Assert.True(trouble.Refused is null, shown);
            Assert.Equal(Expected(trouble.Kinds), stage.Aws.Inventory());
            Assert.Equal(trouble.Kinds.Length, stage.Aws.Effects.Distinct().Count());
        }
        else
        {
            Assert.True(execution.Status is ExecutionStatus.RolledBack or ExecutionStatus.Cancelled, shown);
            Assert.True(execution.Status == ExecutionStatus.Cancelled ? trouble.CancelAt is not null : trouble.Refused is not null, shown);
            Assert.Equal(initial, stage.Aws.Inventory());
        }

        var creates = stage.Aws.Effects.Count(effect => effect.StartsWith("Create", StringComparison.Ordinal));
        var restored = trouble.Kinds.Count(kind => kind == 4);
        Assert.True(creates <= trouble.Kinds.Count(kind => kind is 0 or 1 or 2 or 6) + restored, $"{creates} creates: {shown}");
        Assert.False(await stage.IsOpenAsync());
    }

    private static Stage Prepare(Trouble trouble)
    {
        var stage = new Stage();
        for (var n = 0; n < trouble.Kinds.Length; n++)
        {
            if (trouble.Kinds[n] is 3 or 4)
            {
                stage.Aws.Add($"kept{n}", "old");
            }
        }

        stage.Time.Advance(TimeSpan.FromMinutes(1));
        stage.Aws.Lag = TimeSpan.FromSeconds(trouble.Lag);
        stage.Aws.ReadyAfter = 3;
        var faults = trouble.Faults.ToDictionary(fault => fault.At, fault => fault.Fault);
        stage.Aws.FaultOf = (call, ordinal) => IsRefused(call, trouble) ? Fault.Refuse : faults.GetValueOrDefault(ordinal);
        stage.Aws.Boundary = (ordinal, after) => CrashIf(after == (ordinal % 2 == 1) && trouble.CallCrashes.Contains(ordinal));
        var crashes = trouble.WriteCrashes.ToHashSet();
        stage.Table.BeforeWrite = n => CrashIf(stage.Id != "" && n % 2 == 0 && crashes.Remove(n));
        stage.Table.AfterWrite = n => CrashIf(stage.Id != "" && n % 2 == 1 && crashes.Remove(n));
        stage.Engine.BeforeTask = n =>
        {
            if (n == trouble.CancelAt)
            {
                var (before, after) = (stage.Table.BeforeWrite, stage.Table.AfterWrite);
                (stage.Table.BeforeWrite, stage.Table.AfterWrite) = (null, null);
                CancelUnlessEnded(stage);
                (stage.Table.BeforeWrite, stage.Table.AfterWrite) = (before, after);
            }
        };
        return stage;
    }

    private static void CancelUnlessEnded(Stage stage)
    {
        if (stage.ReadAsync().GetAwaiter().GetResult() is { IsTerminal: false })
        {
            stage.CancelAsync().GetAwaiter().GetResult();
        }
    }

    private static bool IsRefused(ApiCall call, Trouble trouble) =>
        trouble.Refused is { } failing
        && (call.Operation is "Create" or "Ensure" or "Change" or "Delete")
        && (call.Parameters["value"]?.GetValue<string>() == $"v{failing}"
            || (call.Operation == "Delete" && call.Parameters["name"]?.GetValue<string>() == $"kept{failing}"));

    private static void CrashIf(bool crashes)
    {
        if (crashes)
        {
            throw new CrashException();
        }
    }

    private static Step StepOf(int kind, int n, int[] kinds) => kind switch
    {
        0 => Steps.CreateByToken($"s{n}", $"v{n}") with { Wait = Steps.Ready() },
        1 => Steps.CreateByMarker($"s{n}", $"v{n}"),
        2 => Steps.CreateByName($"s{n}", $"named{n}", $"v{n}"),
        3 => Steps.Change($"s{n}", $"kept{n}", "old", $"v{n}"),
        6 => Steps.CreateByValue($"s{n}", $"named{n}", $"v{n}"),
        4 => Steps.Delete($"s{n}", $"kept{n}", "old"),
        _ => Steps.ChangeOf($"s{n}", "id", $"${{steps.s{FirstCreate(n, kinds)}.output.id}}", $"v{n}"),
    };

    private static int? FirstCreate(int n, int[] kinds)
    {
        var made = Array.FindIndex(kinds, kind => kind is 0 or 1 or 2 or 6);
        return made >= 0 && made < n ? made : null;
    }

    private static List<string> Expected(int[] kinds)
    {
        var things = new Dictionary<int, string>();
        for (var n = 0; n < kinds.Length; n++)
        {
            switch (kinds[n])
            {
                case 2 or 6:
                    things[n] = $"named{n}=v{n}";
                    break;
                case 3:
                    things[n] = $"kept{n}=v{n}";
                    break;
                case 4:
                    break;
                case 5 when FirstCreate(n, kinds) is { } made:
                    things[made] = $"{things[made].Split('=')[0]}=v{n}";
                    break;
                default:
                    things[n] = $"=v{n}";
                    break;
            }
        }

        return [.. things.Values.Order(StringComparer.Ordinal)];
    }
}
