using ServerlessMcp.Executions;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Takes back an execution that has succeeded: a new plan of the recorded undos, and its execution.</summary>
internal sealed class RollbackExecutionTool(UndoPlans undos, PlanStart start) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "rollback_execution",
        Title = "Take back an execution",
        Description = "Undoes an execution that succeeded, newest step first. Refused if anybody changed the resources since. "
            + "Asked again, the same undo is the answer. dry_run shows the undo plan only. (A running execution: cancel_execution.)",
        Scope = Scope.Operate,
        ReadOnly = false,
        Destructive = true,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","required":["execution_id"],"additionalProperties":false,"properties":{
            "execution_id":{"type":"string","pattern":"^ex_[a-z2-7]{26}$"},
            "dry_run":{"type":"boolean","description":"Only show what would be undone."}}}
            """,
        OutputSchema = Views.OutputSchema(ExecutionViews.Schema, "plan_id", "plan_hash"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (await start.ResumeAsync(call, cancellationToken) is { } resumed)
        {
            return resumed;
        }

        var undo = await undos.FindOrPlanAsync(call.Arguments.Text("execution_id"), call.Caller, cancellationToken);
        return call.Arguments.Flag("dry_run")
            ? PlanViews.Answer(undo.Plan, undo.Preview, undo.ExecutionId)
            : await start.StartAsync(call, undo, idempotencyKey: null, cancellationToken);
    }
}
