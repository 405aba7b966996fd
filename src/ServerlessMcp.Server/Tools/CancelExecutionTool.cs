using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Pages;

namespace ServerlessMcp.Server.Tools;

/// <summary>Asks for a cancel: seen by the next verb, then everything done so far is taken back.</summary>
internal sealed class CancelExecutionTool(ExecutionGates gates, PageLinks pages) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "cancel_execution",
        Title = "Cancel an execution",
        Description = "Stops an execution that has not ended and undoes what it did. The step under way is finished first. "
            + "(One that succeeded: rollback_execution.)",
        Scope = Scope.Operate,
        ReadOnly = false,
        Destructive = true,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","required":["execution_id"],"additionalProperties":false,"properties":{
            "execution_id":{"type":"string","pattern":"^ex_[a-z2-7]{26}$"},
            "reason":{"type":"string","maxLength":200}}}
            """,
        OutputSchema = Views.OutputSchema(ExecutionViews.Schema, "execution_id", "status"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var execution = await gates.CancelAsync(
            call.Arguments.Text("execution_id"), call.Caller, call.Arguments.TextOrNull("reason"), cancellationToken);
        if (execution.IsTerminal)
        {
            return new ToolAnswer.Said(ExecutionViews.Answer(execution, pages) with { IsError = false });
        }

        var asked = execution with { Gate = null };
        return ToolAnswer.Of(
            $"Cancel asked for: {execution.ExecutionId} finishes the step under way and takes back what it did.",
            ExecutionViews.Json(asked, pages.Page(asked)),
            new(ExecutionNext.Of(asked).Next),
            ExecutionViews.Source(asked));
    }
}
