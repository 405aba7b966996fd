using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Blueprints;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Mcp.Tasks;

namespace ServerlessMcp.Server.Tools;

/// <summary>
/// Plans from blueprints. A missing input is asked for in this very call where the client can ask its user (it repeats the call with the answer);
/// else the error names what is missing.
/// </summary>
internal sealed class BlueprintPlans(BlueprintPlanner planner, RequestStates states)
{
    private const string Answered = "blueprint-inputs";

    /// <param name="blueprint">Its name.</param>
    /// <exception cref="CallerException">What <see cref="BlueprintPlanner"/> and <see cref="RequestStates"/> throw.</exception>
    /// <exception cref="InputRequiredException">The client is to ask its user.</exception>
    public Task<PlannedPlan> PlanAsync(ToolCall call, string blueprint, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var given = arguments.Json("inputs");
        var check = planner.Check(blueprint, given);
        if (states.Read(call) is not null)
        {
            var response = call.Request.Params.InputResponses?.TryGetValue(Answered, out var said) is true ? said : null;
            check = planner.Check(blueprint, With(given, check.Missing, response));
        }
        else if (check is { Problems.Count: 0, Missing.Count: > 0 } && TasksExtension.MayAsk(call.Request.JsonRpcRequest) && call.Request.Server.IsMrtrSupported)
        {
            throw new InputRequiredException(new Dictionary<string, InputRequest> { [Answered] = Question(check) }, states.Make(call, Answered));
        }

        check.ThrowIfWrong();
        var request = new PlanRequest(
            arguments.TextOrNull("title") ?? $"{check.Blueprint.Title}: {check.Values["name"]}",
            arguments.TextOrNull("account"),
            arguments.TextOrNull("region"),
            [],
            arguments.Number("expires_in_hours", 24));
        return planner.PlanAsync(check, request, call.Caller, cancellationToken);
    }

    /// <summary>What the user said goes in where the call says nothing; whether it is right is judged like all the rest.</summary>
    private static JsonObject With(JsonObject given, IReadOnlyList<BlueprintInput> missing, InputResponse? response)
    {
        var answer = response?.Deserialize(InputResponse.ElicitResultJsonTypeInfo);
        if (answer is { Action: "accept", Content: { } content })
        {
            foreach (var input in missing)
            {
                if (content.TryGetValue(input.Name, out var said) && said.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
                {
                    given[input.Name] = InputValue.FromLine(input, said);
                }
            }
        }

        return given;
    }

    private static InputRequest Question(InputCheck check) => InputRequest.ForElicitation(new ElicitRequestParams
    {
        Message = $"The blueprint {check.Blueprint.Name} needs {(check.Missing.Count == 1 ? "one thing" : $"{check.Missing.Count} things")} more: "
            + $"{string.Join(", ", check.Missing.Select(input => input.Name))}. Nothing is planned or changed before.",
        RequestedSchema = new()
        {
            Properties = check.Missing.ToDictionary(input => input.Name, Field),
            Required = [.. check.Missing.Select(input => input.Name)],
        },
    });

    private static ElicitRequestParams.PrimitiveSchemaDefinition Field(BlueprintInput input) => input switch
    {
        { Type: "integer" } => new ElicitRequestParams.NumberSchema
        {
            Type = "integer",
            Title = input.Name,
            Description = InputCheck.Describe(input),
            Minimum = input.Minimum,
            Maximum = input.Maximum,
        },
        { Type: "boolean" } => new ElicitRequestParams.BooleanSchema { Title = input.Name, Description = InputCheck.Describe(input) },
        { Enum: { } allowed } => new ElicitRequestParams.UntitledSingleSelectEnumSchema
        {
            Title = input.Name,
            Description = InputCheck.Describe(input),
            Enum = [.. allowed],
        },
        { Type: "array" } => new ElicitRequestParams.StringSchema { Title = input.Name, Description = $"{InputCheck.Describe(input)} Write commas between them." },
        _ => new ElicitRequestParams.StringSchema { Title = input.Name, Description = InputCheck.Describe(input) },
    };
}
