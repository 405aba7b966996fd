using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Running;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>What must hold of the definition whatever engine runs it.</summary>
public sealed class MachineTests
{
    private static readonly JsonObject Machine = JsonNode.Parse(ExecutionMachine.DefinitionText)!.AsObject();
    private static readonly Dictionary<string, JsonObject> States = Machine["States"]!.AsObject().ToDictionary(state => state.Key, state => state.Value!.AsObject());
    private static readonly string[] KnownTypes = ["Choice", "Fail", "Succeed", "Task", "Wait"];

    [Fact]
    public void Every_state_is_reached_and_every_next_exists()
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>([Machine["StartAt"]!.GetValue<string>()]);
        while (open.TryDequeue(out var name))
        {
            if (reached.Add(name))
            {
                Targets(States[name]).ToList().ForEach(open.Enqueue);
            }
        }

        Assert.Equal(States.Keys.Order(), reached.Order());
        Assert.All(States.Values, state => Assert.Contains(state["Type"]!.GetValue<string>(), KnownTypes));
    }

    [Fact]
    public void Every_choice_has_a_default() =>
        Assert.All(States.Values.Where(state => Is(state, "Choice")), state => Assert.NotNull(state["Default"]));

    [Fact]
    public void Every_task_is_caught_and_retries_only_the_worker()
    {
        foreach (var state in States.Values.Where(state => Is(state, "Task")))
        {
            Assert.Contains("States.ALL", state["Catch"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("States.ALL", state["Retry"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("States.TaskFailed", state["Retry"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.True(state["TimeoutSeconds"]?.GetValue<int>() == 120 || state["TimeoutSecondsPath"] is not null);
        }
    }

    [Fact]
    public void Every_end_but_success_is_a_failure_that_alarms_can_see() =>
        Assert.Equal(
            ["Cancelled", "Rejected", "RollbackFailed", "RolledBack"],
            States.Where(state => Is(state.Value, "Fail")).Select(state => state.Key).Order(StringComparer.Ordinal));

    private static bool Is(JsonObject state, string type) => state["Type"]!.GetValue<string>() == type;

    private static IEnumerable<string> Targets(JsonObject state) =>
        new[] { state["Next"], state["Default"] }
            .Concat((state["Choices"] as JsonArray ?? []).Select(choice => choice!["Next"]))
            .Concat((state["Catch"] as JsonArray ?? []).Select(caught => caught!["Next"]))
            .OfType<JsonNode>()
            .Select(node => node.GetValue<string>());
}
