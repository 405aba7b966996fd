using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Pages;

/// <summary>The page of an execution: what it is, where it stands, and what its reader may do about it.</summary>
internal sealed class ExecutionPage(ExecutionLooks looks, PageLinks links, ExecutionStore executions, ExecutionGates gates, UndoPlans undos, TimeProvider time)
{
    private const int MostOfReason = 200;

    public async Task<PageAnswer> ShowAsync(PageRequest request)
    {
        if (await looks.FindAsync(request.Id, request.Caller, request.Cancelled) is not { } look)
        {
            return RefusalPage.NotFound;
        }

        var live = PageLinks.PathOf(look.Execution) + "/live" + request.Http.Request.QueryString.Value;
        var main = Html.Of($"<p id=\"stale\" class=\"alert\" role=\"alert\" hidden></p><div data-live=\"{live}\">{Parts(look, request)}</div>");
        return PageAnswer.Of(PageLayout.Of(PageText.Headline(look), main, request));
    }

    /// <summary>The pieces alone, for the script.</summary>
    public async Task<PageAnswer> LiveAsync(PageRequest request) =>
        await looks.FindAsync(request.Id, request.Caller, request.Cancelled) is { } look
            ? PageAnswer.Of(Parts(look, request)) with { IsCompared = true }
            : RefusalPage.NotFound;

    public async Task<PageAnswer> DecideAsync(PageRequest request)
    {
        if (await executions.FindAsync(request.Id, request.Caller, request.Cancelled) is not { } execution)
        {
            return RefusalPage.NotFound;
        }

        var decision = request.Form.One("decision") switch
        {
            "approve" => GateDecision.Approve,
            "deny" => GateDecision.Deny,
            _ => throw new CallerException("invalid_arguments", "decision: expected approve or deny. Nothing was decided."),
        };
        if (!int.TryParse(request.Form.One("gate"), out var number))
        {
            throw new CallerException("invalid_arguments", "gate: expected the number of the question. Nothing was decided.");
        }

        DemandLink(links.Read(request.Http.Request.Query, execution));
        if (execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate })
        {
            PageRights.DemandDecide(execution, gate, request.Caller);
            PageRights.Demand("gate_expired", gate.ExpiresAt <= time.GetUtcNow() ? "The time for this decision is over; nothing was decided." : null);
        }

        var seen = new GateSeen(request.Form.One("hash"), number);
        var before = await executions.DecisionAsync(execution.ExecutionId, number, request.Cancelled);
        var stands = before ?? await gates.DecideAsync(execution.ExecutionId, decision, request.Caller, seen, request.Cancelled);
        return stands.Decision == decision && stands.By == request.Caller.Id
            ? PageAnswer.SeeOther(PageLinks.PathOf(execution))
            : throw new CallerException("decided_already", $"Another decision was first, and it stands: {ExecutionLooks.Says(stands)}.");
    }

    public async Task<PageAnswer> CancelAsync(PageRequest request)
    {
        if (await executions.FindAsync(request.Id, request.Caller, request.Cancelled) is not { } execution)
        {
            return RefusalPage.NotFound;
        }

        PageRights.DemandOperate(request.Caller);
        var reason = request.Form.One("reason").Trim();
        PageRights.Demand("invalid_arguments", reason.Length > MostOfReason ? $"reason: at most {MostOfReason} characters. Nothing was cancelled." : null);
        await gates.CancelAsync(execution.ExecutionId, request.Caller, reason.Length == 0 ? "on the page" : reason, request.Cancelled);
        return PageAnswer.SeeOther(PageLinks.PathOf(execution));
    }

    /// <summary>Looks whether anybody has changed anything since, and plans the undo; the plan's own page starts it.</summary>
    public async Task<PageAnswer> UndoAsync(PageRequest request)
    {
        if (await executions.FindAsync(request.Id, request.Caller, request.Cancelled) is null)
        {
            return RefusalPage.NotFound;
        }

        PageRights.DemandOperate(request.Caller);
        var undo = await undos.FindOrPlanAsync(request.Id, request.Caller, request.Cancelled);
        return PageAnswer.SeeOther(PageLinks.PathOfPlan(undo.Plan.PlanId));
    }

    private Html Parts(ExecutionLook look, PageRequest request) => ExecutionParts.All(
        look, request, ExecutionActions.Question(look, request, links.Read(request.Http.Request.Query, look.Execution)));

    private static void DemandLink(PageLink? link)
    {
        PageRights.Demand("link_not_genuine", link == PageLink.NotGenuine
            ? "The link you came by is not genuine: this server has not made it for this plan and this question. Nothing was decided." : null);
        PageRights.Demand("another_question", link == PageLink.Earlier ? "The link you came by is of an earlier question. Nothing was decided." : null);
        PageRights.Demand("link_expired", link == PageLink.Expired ? "The link you came by has expired. Nothing was decided." : null);
    }
}
