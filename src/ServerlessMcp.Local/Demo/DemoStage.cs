using System.Text.Json.Nodes;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Emulator.Proxy;

namespace ServerlessMcp.Local.Demo;

/// <summary>What every scene works with.</summary>
/// <param name="Operator">The person at the terminal, who answers what the agent may not.</param>
/// <param name="Emulator">Past the product: for the inventory and for another hand's change.</param>
/// <param name="BreakAt">The step of the second scene that fails.</param>
internal sealed record DemoStage(
    DemoClient Client, IOperatorDoor Operator, ProxyRules Rules, Forwarder Emulator, DemoVoice Voice, TimeProvider Time, string Region, string Stamp, int BreakAt)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public Task<InventoryTaken> InventoryAsync(CancellationToken cancellationToken) => new Inventory(Emulator, Region).TakeAsync(cancellationToken);

    /// <summary>Plans, shows the plan's text, and starts it.</summary>
    /// <param name="whole">False shows the lines of the steps only.</param>
    /// <returns>The execution's id.</returns>
    public async Task<string> StartAsync(JsonObject plan, bool whole, CancellationToken cancellationToken)
    {
        var made = await Client.CallAsync("create_plan", plan, cancellationToken);
        Voice.Quote(whole ? made.Text : StepLines(made.Text));
        var started = await Client.TryAsync(
            "execute_plan", new() { ["plan_id"] = made["plan_id"], ["plan_hash"] = made["plan_hash"] }, cancellationToken);
        return started["execution_id"] is { Length: > 0 } id ? id : throw new DemoException($"execute_plan: {started.Text}");
    }

    /// <summary>Looks until the execution has ended; says yes where a person is asked.</summary>
    /// <param name="seen">Gets every look.</param>
    public Task<DemoAnswer> FollowAsync(string executionId, CancellationToken cancellationToken, Func<DemoAnswer, Task>? seen = null) =>
        Voice.FollowAsync(async show =>
        {
            var began = Time.GetTimestamp();
            var confirmed = false;
            while (true)
            {
                var look = await Client.TryAsync("get_execution", new() { ["id"] = executionId, ["detail"] = "steps" }, cancellationToken);
                var seconds = Time.GetElapsedTime(began);
                show(seconds.TotalSeconds, look);
                await (seen?.Invoke(look) ?? Task.CompletedTask);
                if (look["status"] is not ("running" or "rolling_back" or "awaiting_approval"))
                {
                    return look;
                }

                if (look["status"] == "awaiting_approval" && !confirmed)
                {
                    confirmed = true;
                    Voice.Say($"  The plan asks its user first; as the operator: smcp confirm {executionId}");
                    await Operator.DecideAsync(executionId, approve: true, seen: null, cancellationToken);
                }

                if (seconds > Patience)
                {
                    throw new DemoException($"Execution {executionId} is still {look["status"]} after {Patience.TotalSeconds:0} s: {look.Text}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), Time, cancellationToken);
            }
        });

    /// <summary>Of a plan's text, the lines that begin a step.</summary>
    public static string StepLines(string text) => string.Join('\n', text.Split('\n').Where(line => line is ['+' or '~' or '-', ' ', ..]));

    /// <summary>Another hand changes a tag of a resource, past us.</summary>
    public Task TagByAnotherHandAsync(string resource, string key, string value, CancellationToken cancellationToken) => Emulator.AskAsync(
        new("another-hand", "ec2", Region, "CreateTags", new Dictionary<string, string>(StringComparer.Ordinal), null, AwsWire.Ec2),
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Action"] = "CreateTags",
            ["Version"] = "2016-11-15",
            ["ResourceId.1"] = resource,
            ["Tag.1.Key"] = key,
            ["Tag.1.Value"] = value,
        },
        cancellationToken);
}
