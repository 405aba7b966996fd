using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Pages;

/// <summary>Which buttons a caller has, and, when they are pressed, whether they may: the same rules as of tools and commands.</summary>
internal static class PageRights
{
    /// <summary>Beside <see cref="ExecutionGates.WhyNot"/>: who asked needs the scope that lets answer in a client, too.</summary>
    /// <returns>Null: they may.</returns>
    public static string? WhyNotDecide(Execution execution, GateOpen gate, Principal caller) =>
        ExecutionGates.WhyNot(execution, gate, caller)
        ?? (gate.Kind == "approve" || caller.May(Scope.Operate) || caller.May(Scope.Admin) ? null : "Who asked confirms with the scope 'operate', which your key has not.");

    public static bool MaySee(Principal caller) => caller.May(Scope.Read) || caller.SeesAll;

    public static bool MayCancel(Execution execution, Principal caller) => !execution.IsTerminal && caller.May(Scope.Operate);

    public static bool MayTakeBack(Execution execution, Principal caller) => execution.Status == ExecutionStatus.Succeeded && caller.May(Scope.Operate);

    /// <returns>Null: they may.</returns>
    public static string? WhyNotStart(StoredPlan stored, Principal caller, DateTimeOffset now) =>
        stored.Plan.CreatedBy != caller.Id || !caller.May(Scope.Operate) ? "Who made a plan starts it, with the scope 'operate'."
        : stored.Plan.ExpiresAt <= now ? "This plan has expired; make it anew."
        : stored.Preview.Verdict.Is == VerdictKind.Forbid ? "The rules forbid this plan."
        : null;

    /// <exception cref="CallerException"><c>may_not_decide</c>.</exception>
    public static void DemandDecide(Execution execution, GateOpen gate, Principal caller) => Demand("may_not_decide", WhyNotDecide(execution, gate, caller));

    /// <exception cref="CallerException"><c>missing_scope</c>.</exception>
    public static void DemandOperate(Principal caller) =>
        Demand("missing_scope", caller.May(Scope.Operate) ? null : "This needs the scope 'operate', which your key has not.");

    /// <exception cref="CallerException">With <paramref name="code"/>, if there is a <paramref name="why"/>.</exception>
    public static void Demand(string code, string? why)
    {
        if (why is not null)
        {
            throw new CallerException(code, why);
        }
    }
}
