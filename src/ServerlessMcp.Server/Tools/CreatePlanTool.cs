using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Makes a plan and stores it; nothing is changed in AWS.</summary>
internal sealed class CreatePlanTool(Planner planner, BlueprintPlans blueprints, PlanStore plans) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "create_plan",
        Title = "Plan changes",
        Description = "Plans 1 to 100 AWS calls in run order, with the undo of each, a preview, a verdict and a hash. Changes nothing. "
            + "Give title and steps, or blueprint and inputs: a blueprint writes the steps, with safe defaults. "
            + "A later step's parameters may hold ${steps.ID.output.Path} of an earlier one. "
            + "execute_plan runs the plan; on failure all of it is undone.",
        Scope = Scope.Operate,
        ReadOnly = false,
        Destructive = false,
        Idempotent = false,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","additionalProperties":false,"properties":{
            "title":{"type":"string","minLength":1,"maxLength":200,"description":"What the plan is for, in a few words."},
            "account":{"type":"string","pattern":"^[0-9]{12}$","description":"Default: the server's own."},
            "region":{"type":"string","maxLength":40},
            "expires_in_hours":{"type":"integer","minimum":1,"maximum":168,"description":"Default 24."},
            "blueprint":{"type":"string","enum":["network","queue-worker"],
            "description":"Instead of steps. network: a VPC with public and private subnets. queue-worker: a queue with a dead letter queue. With no inputs the answer says which it takes."},
            "inputs":{"type":"object","description":"The blueprint's inputs by name; each has a name."},
            "steps":{"type":"array","minItems":1,"maxItems":100,"items":{
            "type":"object","required":["id","service","operation","parameters"],"additionalProperties":false,"properties":{
            "id":{"type":"string","pattern":"^[a-z][a-z0-9_-]{0,31}$"},
            "title":{"type":"string","maxLength":200},
            "service":{"type":"string","maxLength":64,"description":"Such as ec2."},
            "operation":{"type":"string","maxLength":128,"description":"Such as CreateVpc."},
            "parameters":{"type":"object"},
            "wait":{"type":"object","additionalProperties":false,
            "description":"Until when the step lasts, if not the built-in wait: a waiter, or an operation with until.","properties":{
            "waiter":{"type":"string"},"operation":{"type":"string"},"parameters":{"type":"object"},
            "until":{"type":"string","description":"JMESPath over the answer."},"fail_when":{"type":"string"},
            "timeout_seconds":{"type":"integer","minimum":1,"maximum":86400}},
            "oneOf":[{"required":["waiter"]},{"required":["operation","until"]}]},
            "undo":{"type":"object","required":["service","operation","parameters"],"additionalProperties":false,
            "description":"Your own undo, where there is none built in.","properties":{
            "service":{"type":"string"},"operation":{"type":"string"},"parameters":{"type":"object"}}},
            "alternatives":{"type":"array","maxItems":10,"description":"Tried in order when AWS refuses.","items":{
            "type":"object","required":["parameters"],"additionalProperties":false,"properties":{"parameters":{"type":"object"}}}}}}}}}
            """,
        OutputSchema = Views.OutputSchema(PlanViews.Schema, "plan_id", "plan_hash", "verdict", "steps"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        CheckWay(call.Arguments);
        var planned = call.Arguments.TextOrNull("blueprint") is { } blueprint
            ? await blueprints.PlanAsync(call, blueprint, cancellationToken)
            : await planner.PlanAsync(Request(call.Arguments), call.Caller, cancellationToken);
        await plans.SaveAsync(planned.Plan, planned.Preview, cancellationToken);
        return PlanViews.Answer(planned.Plan, planned.Preview);
    }

    /// <summary>Not in the schema: some clients refuse a tool whose schema begins with alternatives.</summary>
    private static void CheckWay(ToolArguments arguments)
    {
        var hasBlueprint = arguments.Has("blueprint");
        Problem?[] problems =
        [
            hasBlueprint || arguments.Has("title") ? null : new("title", "Missing; expected a string."),
            hasBlueprint || arguments.Has("steps") ? null : new("steps", "Missing; expected an array, or a blueprint instead."),
            hasBlueprint && arguments.Has("steps") ? new("steps", "A blueprint writes the steps itself; give one of the two.") : null,
            !hasBlueprint && arguments.Has("inputs") ? new("inputs", "Inputs are for a blueprint, and none is named.") : null,
        ];
        if (problems.OfType<Problem>().ToList() is { Count: > 0 } found)
        {
            throw new CallerException("invalid_arguments", "create_plan cannot take these arguments; nothing was done.", found);
        }
    }

    private static PlanRequest Request(ToolArguments arguments) => new(
        arguments.Text("title"),
        arguments.TextOrNull("account"),
        arguments.TextOrNull("region"),
        [.. arguments["steps"].EnumerateArray().Select(Step)],
        arguments.Number("expires_in_hours", 24));

    private static StepRequest Step(JsonElement step) => new(
        Text(step, "id")!,
        Text(step, "title"),
        Text(step, "service")!,
        Text(step, "operation")!,
        Json(step, "parameters")!,
        step.TryGetProperty("wait", out var wait) ? Wait(wait) : null,
        step.TryGetProperty("undo", out var undo) ? Undo(undo) : null,
        step.TryGetProperty("alternatives", out var others)
            ? [.. others.EnumerateArray().Select(other => Json(other, "parameters")!)]
            : null);

    private static UndoRequest Undo(JsonElement undo) => new(Text(undo, "service")!, Text(undo, "operation")!, Json(undo, "parameters")!);

    private static WaitRequest Wait(JsonElement wait) => new(
        Text(wait, "waiter"),
        Text(wait, "operation"),
        Json(wait, "parameters"),
        Text(wait, "until"),
        Text(wait, "fail_when"),
        wait.TryGetProperty("timeout_seconds", out var seconds) ? seconds.GetInt32() : null);

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonObject? Json(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) ? JsonObject.Create(value) : null;
}
