using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>The caller's own executions, or what is open and the caller may see.</summary>
internal sealed class ListExecutionsTool(ExecutionStore executions, ProblemStore problems) : ServerTool
{
    private const int DefaultLimit = 20;

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "list_executions",
        Title = "List executions",
        Description = "Lists your executions, newest first; or, with scope open, those that have not ended, with what waits for a decision.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = false,
        InputSchema = $$$$"""
            {"type":"object","additionalProperties":false,"properties":{
            "scope":{"type":"string","enum":["mine","open"],
            "description":"Default mine. open: not ended; everybody's, if your key has approve or admin."},
            "status":{{{{ExecutionViews.StatusSchema}}}},
            "limit":{"type":"integer","minimum":1,"maximum":100,"description":"Default 20."},
            "cursor":{"type":"string","maxLength":2000,"description":"From the answer before."}}}
            """,
        OutputSchema = Views.OutputSchema(
            $$$$"""
            "executions":{"type":"array","items":{"type":"object"}},"cursor":{"type":"string"},{{{{NextCalls.Schema}}}}
            """,
            "executions"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var status = call.Arguments.TextOrNull("status") is { } word
            ? Enum.GetValues<ExecutionStatus>().Single(one => ExecutionViews.Word(one) == word)
            : (ExecutionStatus?)null;
        var (cursor, limit) = (call.Arguments.TextOrNull("cursor"), call.Arguments.Number("limit", DefaultLimit));
        var page = call.Arguments.TextOrNull("scope") == "open"
            ? await executions.ListOpenAsync(call.Caller, status, cursor, limit, cancellationToken)
            : await executions.ListAsync(call.Caller.Id, status, cursor, limit, cancellationToken);
        var found = await ProblemsAsync(page.Items, cancellationToken);
        var view = new JsonObject { ["executions"] = new JsonArray([.. page.Items.Select(one => Row(one, found))]) };
        ExecutionViews.Add(view, "cursor", page.Cursor);
        var count = page.Items.Count;
        return ToolAnswer.Of(
            count > 0 ? $"{count} execution{(count == 1 ? "" : "s")}." : page.Cursor is null ? "No executions." : "None among those looked through; there are more.",
            view,
            Next(page, call.Arguments),
            source: "executions",
            data: string.Join('\n', page.Items.Select(one => Line(one, call.Caller, found))));
    }

    /// <summary>A look at the newest, and the rest of the list.</summary>
    private static NextCalls Next(ExecutionPage page, ToolArguments arguments)
    {
        var look = page.Items.Count == 0 ? null : new NextCall("get_execution", new() { ["id"] = page.Items[0].ExecutionId }, "shows the newest of these");
        return page.Cursor is null ? new(look) : new(look, new NextCall("list_executions", arguments.With("cursor", page.Cursor), "shows older ones"));
    }

    /// <summary>Only of those for which somebody looks at all: few.</summary>
    private async Task<Dictionary<string, IReadOnlyList<ProblemRecord>>> ProblemsAsync(IEnumerable<Execution> all, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IReadOnlyList<ProblemRecord>>();
        foreach (var one in all.Where(one => one.LateLookAt is not null))
        {
            found[one.ExecutionId] = await problems.OfExecutionAsync(one.ExecutionId, cancellationToken);
        }

        return found;
    }

    private static string Line(Execution one, Principal caller, Dictionary<string, IReadOnlyList<ProblemRecord>> found)
    {
        var owner = one.Owner == caller.Id ? "" : $" of {one.Owner}";
        var line = $"{one.ExecutionId} {ExecutionViews.Word(one.Status)} {ExecutionViews.Time(one.CreatedAt)}{owner} {PlainText.OneLine(one.Title)}";
        if (ProblemViews.First(found.GetValueOrDefault(one.ExecutionId, [])) is { } problem)
        {
            line += $"\n  {PlainText.OneLine(ProblemViews.Text(problem))}";
        }

        return Waits(one) is { } gate
            ? $"{line}\n  waits for a person to {gate.Kind} ({gate.Rule}): 'smcp confirm {one.ExecutionId}' or 'smcp deny {one.ExecutionId}'"
            : line;
    }

    private static GateOpen? Waits(Execution execution) => execution.Status == ExecutionStatus.AwaitingApproval ? execution.Gate : null;

    private static JsonObject Row(Execution execution, Dictionary<string, IReadOnlyList<ProblemRecord>> found)
    {
        var row = new JsonObject
        {
            ["execution_id"] = execution.ExecutionId,
            ["title"] = execution.Title,
            ["status"] = ExecutionViews.Word(execution.Status),
            ["owner"] = execution.Owner,
            ["created_at"] = ExecutionViews.Time(execution.CreatedAt),
        };
        ExecutionViews.Add(row, "ended_at", execution.EndedAt is { } ended ? ExecutionViews.Time(ended) : null);
        ExecutionViews.Add(row, "undo_of", execution.UndoOf);
        ExecutionViews.Add(row, "retry_of", execution.RetryOf);
        ProblemViews.Add(row, found.GetValueOrDefault(execution.ExecutionId, []));
        if (Waits(execution) is { } gate)
        {
            row["gate"] = ExecutionViews.Gate(gate);
        }

        return row;
    }
}
