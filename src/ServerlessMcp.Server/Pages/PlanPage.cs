using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Pages;

/// <summary>The page of a plan: what would happen, and for who made it the button that starts it.</summary>
internal sealed class PlanPage(PlanStore plans, PlanStart start, ExecutionGates gates, ExecutionStore executions, TimeProvider time)
{
    public async Task<PageAnswer> ShowAsync(PageRequest request)
    {
        if (await plans.FindAsync(request.Id, request.Caller, request.Cancelled) is not { } stored)
        {
            return RefusalPage.NotFound;
        }

        var plan = stored.Plan;
        var undoes = plan.UndoOf is { } undone
            ? Html.Of($"<p>It takes back execution <a href=\"/page/executions/{undone}\">{undone}</a>. Nobody had changed what that left when this plan was made, and it is compared again before the first call.</p>")
            : Html.Nothing;
        var main = Html.Of($"""
            <section class="card head"><h1>{(plan.UndoOf is null ? "A plan" : "A plan that takes back")}; nothing has happened yet</h1>
            {PageLayout.Said("Title, in the words of who asked", plan.Title)}
            {undoes}{PageLayout.Facts([("Plan", plan.PlanId), ("Made by", plan.CreatedBy), ("Since", PlanText.Time(plan.CreatedAt))])}</section>
            {PlanParts.Summary(stored)}
            {PlanParts.Steps(plan, _ => Html.Nothing, _ => Html.Nothing)}
            {Start(stored, request)}
            """);
        return PageAnswer.Of(PageLayout.Of("A plan", main, request));
    }

    /// <summary>Starts it. Who starts a plan that is to be confirmed has seen it on this page: their press is the yes.</summary>
    public async Task<PageAnswer> StartAsync(PageRequest request)
    {
        if (await plans.FindAsync(request.Id, request.Caller, request.Cancelled) is not { } stored)
        {
            return RefusalPage.NotFound;
        }

        if (stored.ExecutionId is null)
        {
            PageRights.Demand("may_not_start", PageRights.WhyNotStart(stored, request.Caller, time.GetUtcNow()));
        }

        var execution = await start.BeginAsync(stored with { Plan = stored.Plan with { Hash = request.Form.One("hash") } }, request.Caller, null, request.Cancelled);
        if (stored is { ExecutionId: null, Preview.Verdict.Is: VerdictKind.Confirm } && execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { Number: 1, Kind: "confirm" } gate }
            && await executions.DecisionAsync(execution.ExecutionId, gate.Number, request.Cancelled) is null)
        {
            await gates.DecideAsync(execution.ExecutionId, GateDecision.Approve, request.Caller, new(execution.Hash, gate.Number), request.Cancelled);
        }

        return PageAnswer.SeeOther(PageLinks.PathOf(execution));
    }

    private Html Start(StoredPlan stored, PageRequest request)
    {
        if (stored.ExecutionId is { } execution)
        {
            return Html.Of($"<section class=\"card\"><p>It was started: execution <a href=\"/page/executions/{execution}\">{execution}</a>.</p></section>");
        }

        if (PageRights.WhyNotStart(stored, request.Caller, time.GetUtcNow()) is { } why)
        {
            return Html.Of($"<section class=\"card\"><p>{why}</p></section>").When(request.Caller.May(Scope.Operate));
        }

        var (button, word) = stored.Preview.Verdict.Is switch
        {
            VerdictKind.Approve => ("Ask for approval", "Another person then decides; nothing runs before."),
            VerdictKind.Confirm => ("Yes, start it", "Your yes is the one that the rules ask for."),
            _ => ("Start it", "The rules ask nobody."),
        };
        return Html.Of($"""
            <section class="card gate"><h2>{(stored.Plan.UndoOf is null ? "Start this plan?" : "Take it back?")}</h2><p>{word}</p>
            <form method="post" action="{PageLinks.PathOfPlan(stored.Plan.PlanId)}/start">{PageLayout.Token(request)}
            <input type="hidden" name="hash" value="{stored.Plan.Hash}"><div class="choice"><button class="primary">{button}</button></div></form></section>
            """);
    }
}
