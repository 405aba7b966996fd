using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>A plan of one call and, if the verdict allows, its execution.</summary>
internal sealed class AwsChangeTool(Planner planner, PlanStore plans, PlanStart start, ChangeKeys keys) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "aws_change",
        Title = "Change AWS",
        Description = "Makes one AWS call that changes something, as a plan with its undo, and starts it. dry_run shows the plan only. "
            + "Several calls that belong together: create_plan.",
        Scope = Scope.Operate,
        ReadOnly = false,
        Destructive = true,
        Idempotent = false,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","required":["service","operation","parameters"],"additionalProperties":false,"properties":{
            "service":{"type":"string","maxLength":64,"description":"Such as ec2."},
            "operation":{"type":"string","maxLength":128,"description":"Such as StopInstances."},
            "parameters":{"type":"object"},
            "account":{"type":"string","maxLength":32,"description":"A target's name or digits."},
            "region":{"type":"string","maxLength":40},
            "undo":{"type":"object","required":["operation","parameters"],"additionalProperties":false,
            "description":"Your own undo, where there is none built in.","properties":{
            "service":{"type":"string","description":"Default: the same."},"operation":{"type":"string"},"parameters":{"type":"object"}}},
            "dry_run":{"type":"boolean","description":"Only plan."},
            "idempotency_key":{"type":"string","minLength":1,"maxLength":128,
            "description":"The same key and arguments again: the same execution."},
            "reason":{"type":"string","maxLength":200,"description":"Why; the plan's title."}}}
            """,
        OutputSchema = Views.OutputSchema(ExecutionViews.Schema, "plan_id", "plan_hash"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (await start.ResumeAsync(call, cancellationToken) is { } resumed)
        {
            return resumed;
        }

        if (call.Arguments.Flag("dry_run"))
        {
            var shown = await PlanAsync(call, cancellationToken);
            return PlanViews.Answer(shown.Plan, shown.Preview);
        }

        var key = call.Arguments.TextOrNull("idempotency_key");
        var stored = await start.FindPlanAsync(await PlanIdAsync(call, key, cancellationToken), call.Caller, cancellationToken);
        return await start.StartAsync(call, stored, idempotencyKey: null, cancellationToken);
    }

    private async Task<string> PlanIdAsync(ToolCall call, string? key, CancellationToken cancellationToken)
    {
        var said = new JsonObject
        {
            ["service"] = call.Arguments.Text("service"),
            ["operation"] = call.Arguments.Text("operation"),
            ["parameters"] = call.Arguments.Json("parameters"),
            ["region"] = call.Arguments.TextOrNull("region"),
            ["undo"] = call.Arguments.JsonOrNull("undo"),
        };
        ExecutionViews.Add(said, "account", call.Arguments.TextOrNull("account"));
        if (key is not null && await keys.FindAsync(key, said, call.Caller, cancellationToken) is { } earlier)
        {
            return earlier;
        }

        var planId = (await PlanAsync(call, cancellationToken)).Plan.PlanId;
        return key is null ? planId : await keys.KeepAsync(key, said, planId, call.Caller, cancellationToken);
    }

    private async Task<PlannedPlan> PlanAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (service, operation) = (call.Arguments.Text("service"), call.Arguments.Text("operation"));
        var undo = call.Arguments.JsonOrNull("undo") is { } own ? Undo(own, service) : null;
        var step = new StepRequest("change", null, service, operation, call.Arguments.Json("parameters"), Undo: undo);
        var title = call.Arguments.TextOrNull("reason") ?? $"{service}:{operation}";
        var request = new PlanRequest(title, call.Arguments.TextOrNull("account"), call.Arguments.TextOrNull("region"), [step]) { Tool = Definition.Name };
        var planned = await PlanAsync(request, call.Caller, cancellationToken);
        await plans.SaveAsync(planned.Plan, planned.Preview, cancellationToken);
        return planned;
    }

    private static UndoRequest Undo(JsonObject undo, string service) => new(
        undo["service"]?.GetValue<string>() ?? service, undo["operation"]!.GetValue<string>(), undo["parameters"]!.DeepClone().AsObject());

    /// <summary>The planner speaks of <c>steps[0]</c>; here the caller's arguments are that step.</summary>
    private async Task<PlannedPlan> PlanAsync(PlanRequest request, Principal caller, CancellationToken cancellationToken)
    {
        const string step = "steps[0].";
        try
        {
            return await planner.PlanAsync(request, caller, cancellationToken);
        }
        catch (CallerException error) when (error.Problems.Count > 0)
        {
            var problems = error.Problems.Select(problem =>
                problem.Path.StartsWith(step, StringComparison.Ordinal) ? problem with { Path = problem.Path[step.Length..] } : problem);
            throw new CallerException(error.Code, error.Message, [.. problems], error.Retryable, error);
        }
    }
}
