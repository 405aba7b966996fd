using ServerlessMcp.Local.Emulator.Proxy;

namespace ServerlessMcp.Local.Demo;

/// <summary>How a scene's execution ended and what it left.</summary>
/// <param name="Undoes">Inventory to compare with; null is the scene's own before.</param>
internal sealed record SceneEnd(string ExecutionId, DemoAnswer Execution, string Wanted, bool ExpectsEqual, InventoryTaken? Undoes = null);

/// <summary>One scene: what is at stake, and how it is played.</summary>
internal sealed record Scene(string Title, string Stake, Func<DemoStage, CancellationToken, Task<SceneEnd>> PlayAsync);

/// <summary>The four scenes; the fourth takes back the first.</summary>
internal sealed class Scenes
{
    private string? _first;
    private InventoryTaken? _beforeFirst;

    public IReadOnlyList<Scene> All =>
    [
        new("a plan succeeds", "A change should be shown, with its undo, before anything happens; then happen once.", SucceedsAsync),
        new("AWS refuses in the middle", "The usual script would now leave half a network behind.", RefusedAsync),
        new("cancelled midway", "You change your mind while it runs: what was done has to go, too.", CancelledAsync),
        new("undone afterwards", "Undo must work later, too, and must never overwrite what somebody else changed since.", UndoneAsync),
    ];

    private async Task<SceneEnd> SucceedsAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        _beforeFirst = await stage.InventoryAsync(cancellationToken);
        var plan = DemoPlans.NetworkAndStorage("Network and storage for the web team", 20, stage.Stamp + "-1", stage.Region);
        _first = await stage.StartAsync(plan, whole: true, cancellationToken);
        return new(_first, await stage.FollowAsync(_first, cancellationToken), "succeeded", ExpectsEqual: false);
    }

    private static async Task<SceneEnd> RefusedAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        const int OutsideStep = 4;
        string[] operations = ["CreateVpc", "CreateSubnet", "CreateSecurityGroup", "CreateSubnet", "CreateBucket"];
        if (stage.BreakAt != OutsideStep)
        {
            stage.Rules.Add(new ProxyRule
            {
                Operation = operations[stage.BreakAt - 1],
                Times = 1,
                Action = ProxyAction.Refuse,
                Code = "UnauthorizedOperation",
                Message = $"Refused by the demo at step {stage.BreakAt}.",
                Status = 403,
            });
        }

        var plan = DemoPlans.SubnetOutside("A network with a subnet outside it", 21, stage.Stamp + "-2", stage.Region, stage.BreakAt == OutsideStep);
        var id = await stage.StartAsync(plan, whole: false, cancellationToken);
        var end = await stage.FollowAsync(id, cancellationToken);
        stage.Rules.Clear();
        return new(id, end, "rolled_back", ExpectsEqual: true);
    }

    private static async Task<SceneEnd> CancelledAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        stage.Rules.Add(new ProxyRule { Operation = "Create*", Action = ProxyAction.Delay, Ms = 2_000 });
        var id = await stage.StartAsync(
            DemoPlans.NetworkAndStorage("A network that is no longer wanted", 22, stage.Stamp + "-3", stage.Region), whole: false, cancellationToken);
        var cancelled = false;
        var end = await stage.FollowAsync(id, cancellationToken, async look =>
        {
            if (!cancelled && look.Structured["steps"] is { } steps && steps.ToJsonString().Contains("\"done\"", StringComparison.Ordinal))
            {
                cancelled = true;
                var answer = await stage.Client.CallAsync("cancel_execution", new() { ["execution_id"] = id }, cancellationToken);
                stage.Voice.Say($"  cancel_execution: {answer.Text.Split('\n')[0]}");
            }
        });
        stage.Rules.Clear();
        return new(id, end, "cancelled", ExpectsEqual: true);
    }

    private async Task<SceneEnd> UndoneAsync(DemoStage stage, CancellationToken cancellationToken)
    {
        var vpc = (await stage.InventoryAsync(cancellationToken)).Except(_beforeFirst!).First(line => line.Kind == "VPC").Id;
        await stage.TagByAnotherHandAsync(vpc, "team", "green", cancellationToken);
        stage.Voice.Say($"  Another hand sets the tag team of {vpc} from blue to green. The undo is refused:");
        var refused = await stage.Client.TryAsync("rollback_execution", new() { ["execution_id"] = _first }, cancellationToken);
        stage.Voice.Quote(Shortened(refused.Text));
        if (!refused.IsError || refused["code"] != "conflict")
        {
            throw new DemoException("The undo was not refused although somebody had changed a tag since.");
        }

        await stage.TagByAnotherHandAsync(vpc, "team", "blue", cancellationToken);
        stage.Voice.Say("  The other hand puts it back. Now the undo is a plan like any other:");
        var shown = await stage.Client.CallAsync("rollback_execution", new() { ["execution_id"] = _first, ["dry_run"] = true }, cancellationToken);
        stage.Voice.Quote(DemoStage.StepLines(shown.Text));
        var undo = await stage.Client.TryAsync("rollback_execution", new() { ["execution_id"] = _first }, cancellationToken);
        var id = undo["execution_id"] is { Length: > 0 } started ? started : throw new DemoException($"rollback_execution: {undo.Text}");
        return new(id, await stage.FollowAsync(id, cancellationToken), "succeeded", ExpectsEqual: true, _beforeFirst);
    }

    private static string Shortened(string text) =>
        string.Join('\n', text.Split('\n').Take(5).Select(line => line.Length <= 240 ? line : line[..240] + " ..."));
}
