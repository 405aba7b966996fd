using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Pages;

/// <summary>What waits and runs, and what was asked for last; one click from each.</summary>
internal sealed class OverviewPage(ExecutionStore executions)
{
    private const int Most = 50;

    public async Task<PageAnswer> ShowAsync(PageRequest request)
    {
        var open = (await executions.ListOpenAsync(request.Caller, null, null, Most, request.Cancelled)).Items;
        var own = (await executions.ListAsync(request.Caller.Id, null, null, Most, request.Cancelled)).Items.Where(one => one.IsTerminal);
        return PageAnswer.Of(PageLayout.Of("What waits and runs", Html.Of($"""
            <h1>What waits and runs</h1>
            {List(open.OrderBy(one => one.Status).ThenByDescending(one => one.CreatedAt), "Nothing waits and nothing runs.")}
            <h2>Ended, of yours</h2>
            {List(own, "None yet.")}
            """), request));
    }

    private static Html List(IEnumerable<Execution> all, string none)
    {
        var rows = all.Select(one => Html.Of($"""
            <li class="card head s-{ExecutionViews.Word(one.Status)}"><a href="{PageLinks.PathOf(one)}"><span class="dot" aria-hidden="true"></span>{PageText.Headline(one)}</a>
            {PageLayout.Said("Title, in the words of who asked", one.Title)}<p class="quiet">{one.ExecutionId}, {PlanText.Time(one.CreatedAt)}</p></li>
            """)).ToList();
        return rows.Count == 0 ? Html.Of($"<p class=\"quiet\">{none}</p>") : Html.Of($"<ul class=\"list\">{Html.Join(rows)}</ul>");
    }
}
