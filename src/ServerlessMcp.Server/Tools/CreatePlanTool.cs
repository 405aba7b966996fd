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
        Description = "Plans 1 to 100 steps in run order, with the undo of each, a preview, a verdict and a hash. Changes nothing. "
            + "Give title and steps, or blueprint and inputs: a blueprint writes the steps, with safe defaults. "
            + "Kinds: call; check (a read that must hold), bake (no alarm for a time), approval (a person's yes), collect (reads for later steps). "
            + "A later step's parameters may hold ${steps.ID.output.Path} of an earlier one. "
            + "execute_plan runs the plan; on failure all of it is undone.",
        Scope = Scope.Operate,
        ReadOnly = false,
        Destructive = false,
        Idempotent = false,
        OpenWorld = true,
        InputSchema = $$$$"""
            {"type":"object","additionalProperties":false,"properties":{
            "title":{"type":"string","minLength":1,"maxLength":200,"description":"What the plan is for, in a few words."},
            "account":{"type":"string","maxLength":32,"description":"A target's name or digits; default: the server's own."},
            "region":{"type":"string","maxLength":40},
            "expires_in_hours":{"type":"integer","minimum":1,"maximum":168,"description":"Default 24."},
            "blueprint":{"type":"string","enum":["container-service","database","network","queue-worker","serverless-api","static-site"],
            "description":"Instead of steps. container-service: ECS on Fargate in a network. database: PostgreSQL or MySQL in a network. network: a VPC with subnets. queue-worker: a queue and a function. serverless-api: a function behind an HTTP API. static-site: CloudFront before a private bucket. Without inputs the answer says which it takes."},
            "inputs":{"type":"object","description":"The blueprint's inputs by name; each has a name."},
            "steps":{{{{StepArguments.Schema}}}}}}
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
        StepArguments.Read(arguments["steps"]),
        arguments.Number("expires_in_hours", 24));
}
