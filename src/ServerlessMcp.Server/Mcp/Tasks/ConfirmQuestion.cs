using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Mcp.Tasks;

/// <summary>The question of a <c>confirm</c> gate. Its text is made here from the stored plan, never by a model.</summary>
internal static class ConfirmQuestion
{
    private const string Field = "confirm";
    private const int MaxSteps = 20;

    /// <summary>Unique within the task: a gate has one number, and each number is asked once.</summary>
    public static string Key(GateOpen gate) => $"confirm:{gate.Number}";

    public static InputRequest Ask(StoredPlan stored, GateOpen gate)
    {
        var plan = stored.Plan;
        List<string> lines = [$"Start \"{plan.Title}\" in account {plan.Target.Account}, {plan.Target.Region}?"];
        lines.AddRange(stored.Preview.Changes.Zip(plan.Steps).Take(MaxSteps).SelectMany(one => Lines(one.First, one.Second)));
        if (plan.Steps.Count > MaxSteps)
        {
            lines.Add($"... and {plan.Steps.Count - MaxSteps} more");
        }

        lines.Add($"Asked because: {gate.Rule}. Plan {plan.Hash}.");
        return InputRequest.ForElicitation(new ElicitRequestParams
        {
            Message = string.Join('\n', lines.Select(PlainText.OneLine)),
            RequestedSchema = new()
            {
                Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>
                {
                    [Field] = new ElicitRequestParams.BooleanSchema
                    {
                        Title = "Start it",
                        Description = "true starts the plan; false rejects it.",
                    },
                },
                Required = [Field],
            },
        });
    }

    /// <summary>The call itself too: titles are the caller's words, and the resource of an operation without an undo is not known.</summary>
    private static IEnumerable<string> Lines(string change, Step step) =>
        [change, $"    call: {PlanText.Call(step.Call)}", $"    undo: {PlanText.Class(step.Reversibility)}"];

    /// <returns>Null when nothing was decided: dismissed, or not an answer to this question. Only an explicit true is a yes.</returns>
    public static GateDecision? Decision(InputResponse response)
    {
        var answer = response.Deserialize(InputResponse.ElicitResultJsonTypeInfo);
        return answer?.Action switch
        {
            "accept" when answer.Content?.TryGetValue(Field, out var said) is true && said.ValueKind == System.Text.Json.JsonValueKind.True
                => GateDecision.Approve,
            "accept" when answer.Content?.TryGetValue(Field, out var said) is true && said.ValueKind == System.Text.Json.JsonValueKind.False
                => GateDecision.Deny,
            "decline" => GateDecision.Deny,
            _ => null,
        };
    }
}
