using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Tools;

/// <summary>Problems as a client sees them.</summary>
internal static class ProblemViews
{
    /// <summary>The one to look at first: open before closed, then the worst, then the oldest.</summary>
    public static ProblemRecord? First(IReadOnlyList<ProblemRecord> problems) =>
        problems.OrderBy(one => one.ClosedAt is not null).ThenByDescending(one => one.Severity).ThenBy(one => one.OpenedAt).FirstOrDefault();

    /// <summary>Adds <c>problem</c>, and says how many more there are.</summary>
    public static void Add(JsonObject view, IReadOnlyList<ProblemRecord> problems)
    {
        if (First(problems) is not { } first)
        {
            return;
        }

        view["problem"] = Json(first);
        if (problems.Count > 1)
        {
            view["more_problems"] = problems.Count - 1;
        }
    }

    public static string Text(ProblemRecord problem)
    {
        var state = problem.ClosedAt is { } closed
            ? $"closed {ExecutionViews.Time(closed)}"
            : $"open since {ExecutionViews.Time(problem.OpenedAt)}";
        var next = problem is { ClosedAt: null, Next: { } call } ? $" What helps: {call.Tool} {Views.Compact(call.Arguments)}" : "";
        return $"Problem ({ExecutionViews.Word(problem.Severity)}, {state}): {problem.Title}{next}";
    }

    private static JsonObject Json(ProblemRecord problem)
    {
        var view = new JsonObject
        {
            ["fingerprint"] = problem.Fingerprint,
            ["kind"] = problem.Kind,
            ["severity"] = ExecutionViews.Word(problem.Severity),
            ["title"] = problem.Title,
            ["evidence"] = Views.Texts(problem.Evidence),
            ["opened_at"] = ExecutionViews.Time(problem.OpenedAt),
            ["updated_at"] = ExecutionViews.Time(problem.UpdatedAt),
        };
        ExecutionViews.Add(view, "resource", problem.Resource);
        ExecutionViews.Add(view, "step_id", problem.StepId);
        ExecutionViews.Add(view, "closed_at", problem.ClosedAt is { } closed ? ExecutionViews.Time(closed) : null);
        if (problem.Next is { } next)
        {
            view["next"] = new NextCall(next.Tool, next.Arguments, "is what helps").Json();
        }

        return view;
    }
}
