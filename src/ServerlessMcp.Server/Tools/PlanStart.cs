using System.Globalization;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Mcp.Tasks;
using ServerlessMcp.Server.Pages;

namespace ServerlessMcp.Server.Tools;

/// <summary>
/// Starts a plan for the tools that do. When a <c>confirm</c> gate stands before it, the user is asked in the way the client knows: as a
/// task (<c>input_required</c>), else in this very call, which the client then repeats with the answer, else by the command in the text.
/// </summary>
internal sealed class PlanStart(
    PlanStore plans, ExecutionStarter starter, ExecutionStore executions, ExecutionGates gates, CallerBounds bounds, PageLinks pages, RequestStates states,
    ServerOptions options)
{
    /// <param name="stored">Started already: its execution is the answer, whatever the rules say today.</param>
    /// <exception cref="CallerException"><c>changes_off</c>, what <see cref="CallerBounds"/> and <see cref="ExecutionStarter"/> throw.</exception>
    /// <exception cref="InputRequiredException">The client is to ask its user.</exception>
    public async Task<ToolAnswer> StartAsync(
        ToolCall call, StoredPlan stored, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var execution = await BeginAsync(stored, call.Caller, idempotencyKey, cancellationToken);
        if (execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { Kind: "confirm" } gate } && execution.Owner == call.Caller.Id && AsksInCall(call)
            && await executions.DecisionAsync(execution.ExecutionId, gate.Number, cancellationToken) is null)
        {
            var question = ConfirmQuestion.Ask(stored, gate);
            throw new InputRequiredException(
                new Dictionary<string, InputRequest> { [ConfirmQuestion.Key(gate)] = question }, states.Make(call, About(execution, gate)));
        }

        return Started(execution);
    }

    /// <summary>Starts a plan and asks nobody; what asks is its gate.</summary>
    /// <exception cref="CallerException"><c>changes_off</c>, what <see cref="CallerBounds"/> and <see cref="ExecutionStarter"/> throw.</exception>
    public async Task<Execution> BeginAsync(StoredPlan stored, Principal caller, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (stored.ExecutionId is null)
        {
            CheckChanges($"plan {stored.Plan.PlanId} stands and");
            await bounds.DemandAsync(caller, cancellationToken);
        }

        return await starter.StartAsync(stored.Plan.PlanId, stored.Plan.Hash, caller, idempotencyKey, cancellationToken);
    }

    /// <exception cref="CallerException"><c>changes_off</c>.</exception>
    public void CheckChanges(string what)
    {
        if (!options.ChangesAllowed)
        {
            throw new CallerException("changes_off", $"Changes are off on this server: {what} nothing was started. Its operator can allow changes.");
        }
    }

    /// <summary>Takes up a call that the client repeats with its user's answer.</summary>
    /// <remarks>The first answer to a question is an item put if absent: sent again, also changed, it decides nothing more.</remarks>
    /// <returns>Null when this call brings no answer.</returns>
    /// <exception cref="CallerException">What <see cref="RequestStates"/> throws.</exception>
    public async Task<ToolAnswer?> ResumeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (states.Read(call) is not { } about)
        {
            return null;
        }

        var executionId = about.Split(':')[0];
        var execution = await executions.GetAsync(executionId, call.Caller, cancellationToken);
        if (execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { Kind: "confirm" } gate }
            && execution.Owner == call.Caller.Id
            && about == About(execution, gate)
            && call.Request.Params.InputResponses?.TryGetValue(ConfirmQuestion.Key(gate), out var response) is true
            && ConfirmQuestion.Decision(response) is { } decision)
        {
            await gates.DecideAsync(executionId, decision, call.Caller, new(execution.Hash, gate.Number), cancellationToken);
            execution = await executions.GetAsync(executionId, call.Caller, cancellationToken);

            // The decision stands; the worker has yet to see it.
            return Started(execution.Status == ExecutionStatus.AwaitingApproval ? execution with { Gate = null } : execution);
        }

        return Started(execution);
    }

    /// <exception cref="CallerException"><c>plan_not_found</c>.</exception>
    public async Task<StoredPlan> FindPlanAsync(string planId, Principal caller, CancellationToken cancellationToken) =>
        await TryFindPlanAsync(planId, caller, cancellationToken)
        ?? throw new CallerException("plan_not_found", $"There is no plan '{planId}' for you. create_plan makes one.");

    public Task<StoredPlan?> TryFindPlanAsync(string planId, Principal caller, CancellationToken cancellationToken) =>
        plans.FindAsync(planId, caller, cancellationToken);

    private static string About(Execution execution, GateOpen gate) => string.Create(CultureInfo.InvariantCulture, $"{execution.ExecutionId}:{gate.Number}");

    private static bool AsksInCall(ToolCall call) =>
        !TasksExtension.OptedIn(call.Request.JsonRpcRequest)
        && TasksExtension.MayAsk(call.Request.JsonRpcRequest)
        && call.Request.Server.IsMrtrSupported;

    public ToolAnswer.Said Started(Execution execution) => new(ExecutionViews.Answer(execution, pages), execution.ExecutionId);
}
