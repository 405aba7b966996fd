using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>Each entry is done and undone, in the same execution and after success; the inventory says whether its class is true.</summary>
/// <remarks>Of the step's own service; of all, for <see cref="SeenWhole"/> after success. An emulator of its own: it runs beside the other tests.</remarks>
[Collection(WithProofEmulator.Name)]
public sealed class UndoCatalogueProofTests(EmulatorFixture emulator)
{
    private static readonly AwsCatalog Catalog = new();

    /// <summary>A second call of these makes a second thing in the emulator, where AWS replaces the first: docs/undo-catalogue.md, "Not proven".</summary>
    private static readonly HashSet<string> TwiceInTheEmulator = ["cloudwatch-logs:PutMetricFilter"];

    /// <summary>The first form of each service's first entry, or of every entry with <c>SMCP_SWEEPS=full</c>: all services are looked at, as an undo's calls are to leave the others alone.</summary>
    private static readonly HashSet<string> SeenWhole =
        [.. ProofCases.Names.Where(name => !name.Contains(' ', StringComparison.Ordinal)).GroupBy(name => Sweeps.AreFull ? name : name.Split(':')[0]).Select(names => names.First())];

    public static TheoryData<string> Cases => [.. ProofCases.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_failing_later_step_brings_back_what_was_there(string name)
    {
        using var stage = new ProofStage(emulator);
        var step = await ProofCases.OfAsync(name, stage);
        var before = await stage.InventoryAsync(step.Service);
        var planned = await stage.PlanAsync(step, Failing());

        var execution = await stage.RunAsync(planned);

        Assert.True(execution.Status == ExecutionStatus.RolledBack, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        Assert.Equal("fail", execution.Failure!.StepId);
        AssertSame(before, await stage.InventoryAsync(step.Service), planned.Plan.Steps[0]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_undo_after_success_brings_back_what_was_there(string name)
    {
        using var stage = new ProofStage(emulator);
        var step = await ProofCases.OfAsync(name, stage);
        string[] looked = SeenWhole.Contains(name) ? [] : [step.Service];
        var before = await stage.InventoryAsync(looked);
        var planned = await stage.PlanAsync(step);

        var execution = await stage.RunAsync(planned);

        Assert.True(execution.Status == ExecutionStatus.Succeeded, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        Assert.NotEmpty(InventoryExceptions.Unexplained(Only(before, step.Service), await stage.InventoryAsync(step.Service), []));

        var undo = await stage.RunAsync(await stage.PlanUndoAsync(execution.ExecutionId));

        Assert.True(undo.Status == ExecutionStatus.Succeeded, $"{undo.Status}: {undo.Failure}\n{await stage.RecordAsync(undo)}");
        AssertSame(before, await stage.InventoryAsync(looked), planned.Plan.Steps[0]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Answers_lost_on_the_way_forth_and_back_leave_nothing_behind(string name)
    {
        using var stage = new ProofStage(emulator);
        var step = await ProofCases.OfAsync(name, stage);
        var before = await stage.InventoryAsync(step.Service);
        var planned = await stage.PlanAsync(step, Failing());
        var isLost = !TwiceInTheEmulator.Contains(name);
        Lose(isLost ? planned.Plan.Steps[0].Call : planned.Plan.Steps[0].Undo[0].Call);
        if (isLost)
        {
            Lose(planned.Plan.Steps[0].Undo[^1].Call);
        }

        var execution = await stage.RunAsync(planned);

        emulator.Proxy.Rules.Clear();
        Assert.True(!isLost || WasLost(stage.Region, planned.Plan.Steps[0].Call), "The answer was not lost: the proxy knows this operation by another name.");
        Assert.True(execution.Status == ExecutionStatus.RolledBack, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        AssertSame(before, await stage.InventoryAsync(step.Service), planned.Plan.Steps[0]);
    }

    [Fact]
    public void Every_entry_has_a_proof_and_everything_lost_is_listed()
    {
        var entries = UndoCatalogue.Load().Entries;

        Assert.Empty(entries.Select(entry => $"{entry.Service}:{entry.Operation}").Except(ProofCases.Names));
        Assert.Empty(entries.SelectMany(entry => entry.Class).SelectMany(item => item.Loses ?? []).Except(InventoryExceptions.Loses));
    }

    private static SortedDictionary<string, string> Only(SortedDictionary<string, string> lines, string service) =>
        new(lines.Where(line => line.Key.StartsWith($"{service}:", StringComparison.Ordinal)).ToDictionary(), StringComparer.Ordinal);

    private static StepRequest Failing() => new(
        "fail", null, "ec2", "CreateSubnet", new JsonObject { ["VpcId"] = "vpc-00000000000000000", ["CidrBlock"] = "10.0.0.0/24" });

    /// <summary>The first such call is carried out, and its answer does not arrive.</summary>
    private void Lose(ApiCall call) => emulator.Proxy.Rules.Add(
        new ProxyRule { Service = Catalog.Model(call.Service).SigningName, Operation = call.Operation, Action = ProxyAction.DropAfter, Times = 1 });

    private bool WasLost(string region, ApiCall call) => emulator.Proxy.Records.All()
        .Any(one => one.Operation == call.Operation && one.Outcome == ProxyOutcome.DroppedAfter && (one.Region == region || one.Service is "iam" or "cloudfront" or "s3" or "route53"));

    private static void AssertSame(SortedDictionary<string, string> before, SortedDictionary<string, string> after, Step step)
    {
        var differs = InventoryExceptions.Unexplained(before, after, step.Reversibility.Loses, $"{step.Call.Service}:{step.Call.Operation}");
        Assert.True(differs.Count == 0, $"{step.Reversibility.Class}, yet different:\n{string.Join('\n', differs)}");
    }
}
