using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Pages;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp.Tasks;

/// <summary>
/// Executions as tasks; the task id is the execution id.
/// <list type="table">
/// <item><term>confirm pending</term><description><c>input_required</c>; <c>working</c> for a client that cannot ask</description></item>
/// <item><term>approve pending, running, rolling_back</term><description><c>working</c></description></item>
/// <item><term>succeeded</term><description><c>completed</c></description></item>
/// <item><term>rolled_back, rejected, rollback_failed</term><description><c>completed</c> with <c>isError</c></description></item>
/// <item><term>cancelled</term><description><c>cancelled</c></description></item>
/// </list>
/// </summary>
internal sealed class ExecutionTasks(
    ExecutionStore executions, PlanStore plans, ExecutionGates gates, ToolCatalog tools, PageLinks pages, Fence fence, TimeProvider time) : ITaskSource
{
    public async Task<TaskState?> FindAsync(string taskId, Principal caller, bool mayAsk, CancellationToken cancellationToken)
    {
        if (await executions.FindAsync(taskId, caller, cancellationToken) is not { } execution)
        {
            return null;
        }

        var current = execution.IsTerminal ? null : await executions.CurrentStepAsync(execution, cancellationToken);
        var state = State(execution, Progress(ExecutionViews.Answer(execution, pages), execution, current), tools.OfferedTo(caller));
        return mayAsk && await OpenQuestionAsync(execution, caller, cancellationToken) is { } gate
            ? await AskAsync(state, execution, gate, caller, cancellationToken)
            : state;
    }

    public async Task AnswerAsync(
        string taskId, Principal caller, IReadOnlyDictionary<string, InputResponse> answers, CancellationToken cancellationToken)
    {
        var execution = await executions.GetAsync(taskId, caller, cancellationToken);
        if (await OpenQuestionAsync(execution, caller, cancellationToken) is { } gate
            && answers.TryGetValue(ConfirmQuestion.Key(gate), out var answer)
            && ConfirmQuestion.Decision(answer) is { } decision)
        {
            await gates.DecideAsync(taskId, decision, caller, new(execution.Hash, gate.Number), cancellationToken);
        }
    }

    public async Task CancelAsync(string taskId, Principal caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Scope.Operate))
        {
            throw new CallerException("missing_scope", "A cancel needs the scope 'operate'.");
        }

        if (await executions.GetAsync(taskId, caller, cancellationToken) is { IsTerminal: false })
        {
            await gates.CancelAsync(taskId, caller, "tasks/cancel", cancellationToken);
        }
    }

    /// <returns>The confirm gate that nobody has decided yet, for its own requester: anybody else decides at the command line.</returns>
    private async Task<GateOpen?> OpenQuestionAsync(Execution execution, Principal caller, CancellationToken cancellationToken) =>
        execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { Kind: "confirm" } gate } && execution.Owner == caller.Id
        && await executions.DecisionAsync(execution.ExecutionId, gate.Number, cancellationToken) is null
        && !await executions.IsCancelRequestedAsync(execution.ExecutionId, cancellationToken)
            ? gate
            : null;

    private async Task<TaskState> AskAsync(
        TaskState state, Execution execution, GateOpen gate, Principal caller, CancellationToken cancellationToken)
    {
        var plan = await plans.FindAsync(execution.PlanId, caller, cancellationToken)
            ?? throw new InvalidOperationException($"Execution {execution.ExecutionId} has no plan for its owner.");
        return state with
        {
            Status = TaskStatusWord.InputRequired,
            Requests = new Dictionary<string, InputRequest> { [ConfirmQuestion.Key(gate)] = ConfirmQuestion.Ask(plan, gate) },
        };
    }

    /// <summary>The answer with what it is doing now before the rest.</summary>
    private ServerAnswer Progress(ServerAnswer answer, Execution execution, StepFacts? current)
    {
        var line = ProgressText.Line(execution, current, time.GetUtcNow());
        return line is null ? answer
            : ProgressText.IsOurs(execution, current) ? answer with { Ours = $"{PlainText.OneLine(line)}\n{answer.Ours}" }
            : answer with { Data = $"{PlainText.OneLine(line)}\n{answer.Data}" };
    }

    private TaskState State(Execution execution, ServerAnswer answer, Func<string, bool> offered) => new()
    {
        TaskId = execution.ExecutionId,
        Status = execution.Status switch
        {
            ExecutionStatus.AwaitingApproval or ExecutionStatus.Running or ExecutionStatus.RollingBack => TaskStatusWord.Working,
            ExecutionStatus.Cancelled => TaskStatusWord.Cancelled,
            ExecutionStatus.Succeeded or ExecutionStatus.RolledBack or ExecutionStatus.Rejected or ExecutionStatus.RollbackFailed
                => TaskStatusWord.Completed,
            var unknown => throw new InvalidOperationException($"Execution status {unknown} has no task status."),
        },
        Message = answer.Text(fence, offered),
        Source = answer.Data.Length > 0 ? answer.Source : null,
        CreatedAt = execution.CreatedAt,
        UpdatedAt = execution.UpdatedAt,
        TimeToLive = LargeValues.Kept,
        Result = execution.IsTerminal && execution.Status != ExecutionStatus.Cancelled ? answer.Write(fence, offered) : null,
    };
}
