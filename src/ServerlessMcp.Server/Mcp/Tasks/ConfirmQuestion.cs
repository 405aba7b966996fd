using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Mcp.Tasks;

/// <summary>The question of a <c>confirm</c> gate. Its text is made here from the stored plan, never by a model: see <see cref="GateText"/>.</summary>
internal static class ConfirmQuestion
{
    private const string Field = "confirm";

    /// <summary>Unique within the task: a gate has one number, and each number is asked once.</summary>
    public static string Key(GateOpen gate) => $"confirm:{gate.Number}";

    public static InputRequest Ask(StoredPlan stored, GateOpen gate)
    {
        var lines = GateText.Lines(stored.Plan, gate);
        var (title, description) = gate.StepId is null
            ? ("Start it", "true starts the plan; false rejects it.")
            : ("Go on", "true goes on with the plan; false takes back what was done.");
        return InputRequest.ForElicitation(new ElicitRequestParams
        {
            Message = string.Join('\n', lines.Select(PlainText.OneLine)),
            RequestedSchema = new()
            {
                Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>
                {
                    [Field] = new ElicitRequestParams.BooleanSchema
                    {
                        Title = title,
                        Description = description,
                    },
                },
                Required = [Field],
            },
        });
    }

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
