using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Pages;

/// <summary>The buttons of an execution: only those that would do something for this caller.</summary>
internal static class ExecutionActions
{
    /// <param name="link">Null: the page was not opened by a signed link.</param>
    public static Html Question(ExecutionLook look, PageRequest request, PageLink? link)
    {
        if (look.Question is not { } gate)
        {
            return Html.Of($"<div id=\"p-gate\" data-part></div>");
        }

        var why = link switch
        {
            PageLink.NotGenuine => "The link you came by is not genuine: this server has not made it for this plan and this question. Ask who sent it, and do not decide by it.",
            PageLink.Expired => "The link you came by has expired.",
            PageLink.Earlier => "The link you came by is of an earlier question. Read what is asked now; without the link this page has its buttons.",
            _ when gate.ExpiresAt <= look.Now => "The time for this decision is over.",
            _ => PageRights.WhyNotDecide(look.Execution, gate, request.Caller),
        };
        var asks = gate.StepId is { } step
            ? Html.Of($"<p>Step <code>{step}</code> asks. A yes goes on with the steps after it; a no takes back what was done before.</p>")
            : Html.Of($"<p>A yes starts the plan above; a no rejects it, and nothing runs.</p>");
        return Html.Of($"""
            <section class="card gate" id="p-gate" data-part>
            <h2>{(gate.Kind == "approve" ? "Do you approve this?" : "Do you confirm this?")}</h2>
            {asks}
            {(why is null ? Form(look, request, gate) : Html.Of($"<p class=\"alert\">{why}</p>"))}
            </section>
            """);
    }

    public static Html Of(ExecutionLook look, PageRequest request)
    {
        var (execution, parts) = (look.Execution, new List<Html>());
        if (PageRights.MayCancel(execution, request.Caller) && !look.IsCancelAsked)
        {
            parts.Add(Html.Of($"""
                <form method="post" action="{PageLinks.PathOf(execution)}/cancel">{PageLayout.Token(request)}
                <label for="reason">Call it off: the step under way is finished, then what was done is taken back</label>
                <input id="reason" name="reason" maxlength="200" autocomplete="off" placeholder="Why (not asked for)">
                <button class="danger">Cancel the execution</button></form>
                """));
        }

        if (look.UndoneBy is { } undo)
        {
            parts.Add(Html.Of($"<p>Taken back by <a href=\"/page/executions/{undo}\">{undo}</a>.</p>"));
        }

        if (PageRights.MayTakeBack(execution, request.Caller))
        {
            parts.Add(Html.Of($"""
                <form method="post" action="{PageLinks.PathOf(execution)}/undo">{PageLayout.Token(request)}
                <p>Taking it back is a plan of its own. It is shown first, and so is whatever somebody has changed since; nothing is done yet.</p>
                <button>Roll back: show me the plan</button></form>
                """));
        }

        return Html.Of($"<section class=\"{(parts.Count > 0 ? "card " : "")}actions\" id=\"p-actions\" data-part>{Html.Join(parts)}</section>");
    }

    /// <summary>Says which question was seen: a yes to it is no yes to another plan, nor to the next question.</summary>
    private static Html Form(ExecutionLook look, PageRequest request, GateOpen gate) => Html.Of($"""
        <form method="post" action="{PageLinks.PathOf(look.Execution)}/decision{request.Http.Request.QueryString.Value}">{PageLayout.Token(request)}
        <input type="hidden" name="hash" value="{look.Execution.Hash}"><input type="hidden" name="gate" value="{gate.Number}">
        <div class="choice"><button class="primary" name="decision" value="approve">{(gate.Kind == "approve" ? "Approve" : "Confirm")}</button>
        <button class="danger" name="decision" value="deny">Deny</button></div></form>
        """);
}
