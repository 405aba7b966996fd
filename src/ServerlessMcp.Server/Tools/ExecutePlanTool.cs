using ServerlessMcp.Executions;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Starts a stored plan. A plan runs once: asked again, the same execution is the answer.</summary>
internal sealed class ExecutePlanTool(PlanStart start) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "execute_plan",
        Title = "Execute a plan",
        Description = "Starts a plan that create_plan made, exactly as it was shown: the hash proves it. "
            + "A plan runs once; again is the same execution. If a step is refused, all earlier ones are undone. "
            + "Answers at once; watch with get_execution.",
        Scope = Scope.Operate,
        ReadOnly = false,
        Destructive = true,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","required":["plan_id","plan_hash"],"additionalProperties":false,"properties":{
            "plan_id":{"type":"string","pattern":"^pl_[a-z2-7]{26}$"},
            "plan_hash":{"type":"string","pattern":"^sha256:[0-9a-f]{64}$","description":"From the plan you mean to run."},
            "idempotency_key":{"type":"string","minLength":1,"maxLength":128}}}
            """,
        OutputSchema = Views.OutputSchema(ExecutionViews.Schema, "execution_id", "status"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (await start.ResumeAsync(call, cancellationToken) is { } resumed)
        {
            return resumed;
        }

        var stored = await start.FindPlanAsync(call.Arguments.Text("plan_id"), call.Caller, cancellationToken);
        var asked = stored with { Plan = stored.Plan with { Hash = call.Arguments.Text("plan_hash") } };
        return await start.StartAsync(call, asked, call.Arguments.TextOrNull("idempotency_key"), cancellationToken);
    }
}
