using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Pages;

/// <summary>An execution in pieces of a page. Each piece that may change has an id, and the script puts a changed one in the place of the old.</summary>
internal static class ExecutionParts
{
    private const int MostEvents = 100;

    /// <summary>Milliseconds between two looks.</summary>
    private const int WhileOpen = 1000, AfterEnd = 15_000;

    public static Html All(ExecutionLook look, PageRequest request, Html question)
    {
        var execution = look.Execution;
        var every = execution.IsTerminal ? AfterEnd : WhileOpen;
        return Html.Of($"""
            <div id="p-clock" data-part data-every="{every}" data-title="{PageText.Headline(look)} - ServerlessMcp"></div>
            {Head(look, request)}
            {Now(look)}
            {Plan(look)}
            {question}
            {ExecutionActions.Of(look, request)}
            {Record(look)}
            """);
    }

    private static Html Head(ExecutionLook look, PageRequest request)
    {
        var execution = look.Execution;
        var facts = new List<(string, string)>
        {
            ("Execution", execution.ExecutionId),
            ("Asked for by", execution.Owner == request.Caller.Id ? $"{execution.Owner} (you)" : execution.Owner),
            ("Since", PlanText.Time(execution.CreatedAt)),
        };
        if (look.Question is { } gate)
        {
            facts.AddRange([("Asked because", gate.Rule), ("Decide until", PlanText.Time(gate.ExpiresAt))]);
        }

        Add(facts, "Ended", execution.EndedAt is { } ended ? PlanText.Time(ended) : null);
        Add(facts, "Cancelled by", execution.CancelledBy);
        Add(facts, "Undoes", execution.UndoOf);
        Add(facts, "Tries again", execution.RetryOf);
        return Html.Of($"""
            <section class="card head s-{ExecutionViews.Word(execution.Status)}" id="p-head" data-part>
            <h1 role="status"><span class="dot" aria-hidden="true"></span>{PageText.Headline(look)}</h1>
            {PageLayout.Said("Title, in the words of who asked", execution.Title)}
            {PageLayout.Facts(facts)}
            </section>
            """);
    }

    /// <summary>What it is doing, why it turned, what is left.</summary>
    private static Html Now(ExecutionLook look)
    {
        var execution = look.Execution;
        var parts = new List<Html>();
        if (look.Question is null && ProgressText.Line(execution, look.Current, look.Now) is { } progress)
        {
            parts.Add(execution.Busy is null && look.Current?.Busy is null ? Html.Of($"<p>{progress}</p>") : PageLayout.Said("Now, with what AWS says", progress));
        }

        if (execution.Failure is { } failure)
        {
            parts.Add(Html.Of($"<h2>Why</h2><p>{failure.Code}{(failure.StepId is { } step ? $", at step {step}" : "")}</p>"));
            parts.Add(PageLayout.Said(failure.Class is null ? "As it was found" : "AWS says", failure.Message));
            parts.Add(Troubles.AfterRefusal(Troubles.Of(failure), failure.Message) is { } advice ? Html.Of($"<p>What helps: {advice}</p>") : Html.Nothing);
        }

        parts.AddRange(execution.Left.Select(Left));
        parts.AddRange(look.Problems.Select(problem => PageLayout.Said("Found afterwards", ProblemViews.Text(problem))));
        return Html.Of($"<section class=\"card now\" id=\"p-now\" data-part>{Html.Join(parts)}</section>");
    }

    private static Html Left(Leftover left) => Html.Of($"""
        <div class="left"><h2>Left: <code>{left.Resource ?? left.StepId}</code></h2>{PageLayout.Said("Why", left.Why)}{(left.LookWith is { } read ? Html.Of($"<p>To look: <code>{read}</code></p>") : Html.Nothing)}</div>
        """);

    private static Html Plan(ExecutionLook look)
    {
        if (look.Stored is not { } stored)
        {
            return Html.Of($"<section class=\"card\" id=\"p-plan\" data-part><h2>The plan</h2><p>It is no longer kept.</p></section>");
        }

        var known = look.Facts.ToDictionary(facts => facts.StepId);
        return Html.Of($"{PlanParts.Summary(stored)}{PlanParts.Steps(stored.Plan, step => State(known.GetValueOrDefault(step.Id), look.Execution), step => More(known.GetValueOrDefault(step.Id)))}");
    }

    private static Html State(StepFacts? facts, Execution execution)
    {
        var word = facts is null ? "not begun" : execution.IsTerminal && facts.Status == StepStatus.Looking ? "broken off" : ExecutionViews.Word(facts.Status).Replace('_', ' ');
        return Html.Of($" <span class=\"chip c-{word.Replace(' ', '-')}\">{word}</span>");
    }

    private static Html More(StepFacts? facts)
    {
        if (facts is null)
        {
            return Html.Nothing;
        }

        var lines = new List<(string, string)>();
        Add(lines, "is", facts.Resource);
        Add(lines, "calls", facts.Attempts > 0 ? facts.Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        Add(lines, "requests", facts.RequestIds.Count > 0 ? string.Join(", ", facts.RequestIds.TakeLast(3)) : null);
        Add(lines, "ended", facts.EndedAt is { } ended ? PlanText.Time(ended) : null);
        return Html.Of($"{PageLayout.Facts(lines).When(lines.Count > 0)}{Trouble("Refused", facts.Error)}{Trouble("Waits", facts.Busy)}{(facts.LeftWhy is { } why ? PageLayout.Said("Left, because", why) : Html.Nothing)}");
    }

    private static Html Trouble(string what, StepTrouble? trouble) =>
        trouble is null ? Html.Nothing : Html.Of($"<div class=\"trouble\"><p>{what}: {trouble.Code}</p>{PageLayout.Said(trouble.Class is null ? "As it was found" : "AWS says", trouble.Message)}</div>");

    private static Html Record(ExecutionLook look)
    {
        var lines = Html.Join(look.Events.TakeLast(MostEvents).Select(one => Html.Of($"<li><time>{PlanText.Time(one.At)}</time> {one.Text}</li>")));
        return Html.Of($"<section class=\"card record\" id=\"p-record\" data-part><h2>What happened</h2><p class=\"quiet\">As recorded; lines may quote AWS and who asked.</p><ol>{lines}</ol></section>");
    }

    private static void Add(List<(string, string)> facts, string label, string? text)
    {
        if (text is not null)
        {
            facts.Add((label, text));
        }
    }
}
