using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Executions as a client sees them: structured content and a text; what can be done next is <see cref="ExecutionNext"/>'s.</summary>
internal static class ExecutionViews
{
    public const string StatusSchema = """
        {"type":"string","enum":["awaiting_approval","running","rolling_back","succeeded",
        "rolled_back","cancelled","rejected","rollback_failed"]}
        """;

    /// <summary>The members of <see cref="Json"/> that every tool with an execution in its answer has.</summary>
    public const string Schema = $$$$"""
        "execution_id":{"type":"string"},
        "plan_id":{"type":"string"},
        "plan_hash":{"type":"string"},
        "title":{"type":"string"},
        "status":{{{{StatusSchema}}}},
        "step_count":{"type":"integer"},
        "created_at":{"type":"string"},
        "ended_at":{"type":"string"},
        "failure":{"type":"object","properties":{"step_id":{"type":"string"},"code":{"type":"string"},"message":{"type":"string"},"class":{"type":"string"},"advice":{"type":"string"},"missing_action":{"type":"string"}}},
        "left":{"type":"array","items":{"type":"object"}},
        "gate":{"type":"object","properties":{"kind":{"type":"string"},"rule":{"type":"string"},"expires_at":{"type":"string"},"step_id":{"type":"string"}}},
        "undo_of":{"type":"string"},
        "undone_by":{"type":"string"},
        "retry_of":{"type":"string"},
        "poll_after_seconds":{"type":"integer"},
        "dashboard_url":{"type":"string"},
        {{{{NextCalls.Schema}}}}
        """;

    public const int PollAfterSeconds = 5;

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The end of an execution as the result of the tool that started it.</summary>
    /// <param name="page">Its address; null: none is known.</param>
    public static CallToolResult Result(Execution execution, string? page) =>
        ToolAnswer.Content(Text(execution), Json(execution, page), IsError(execution));

    /// <summary>A resumed rollback that ends rolled back has done what was asked of it.</summary>
    public static bool IsError(Execution execution) =>
        execution.Status is ExecutionStatus.Rejected or ExecutionStatus.RollbackFailed
        || execution is { Status: ExecutionStatus.RolledBack, Origin: null };

    /// <param name="page">Its address; null: none is known.</param>
    public static JsonObject Json(Execution execution, string? page = null)
    {
        var view = new JsonObject
        {
            ["execution_id"] = execution.ExecutionId,
            ["plan_id"] = execution.PlanId,
            ["plan_hash"] = execution.Hash,
            ["title"] = execution.Title,
            ["status"] = Word(execution.Status),
            ["step_count"] = execution.StepCount,
            ["created_at"] = Time(execution.CreatedAt),
        };
        Add(view, "ended_at", execution.EndedAt is { } ended ? Time(ended) : null);
        Add(view, "undo_of", execution.UndoOf);
        Add(view, "retry_of", execution.RetryOf);
        if (execution.Failure is { } failure)
        {
            view["failure"] = Failure(failure);
        }

        if (execution.Left.Count > 0)
        {
            view["left"] = new JsonArray([.. execution.Left.Select(Leftover)]);
        }

        if (execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate })
        {
            view["gate"] = Gate(gate);
        }

        if (!execution.IsTerminal)
        {
            view["poll_after_seconds"] = PollAfterSeconds;
        }

        Add(view, "dashboard_url", page);
        return view;
    }

    /// <param name="facts">Of the steps that have begun; null when they were not read.</param>
    /// <param name="now">What it is doing, from <see cref="ProgressText"/>.</param>
    public static string Text(Execution execution, IReadOnlyList<StepFacts>? facts = null, string? now = null)
    {
        var done = facts?.Count(step => step.Status is StepStatus.Done or StepStatus.NoEffect or StepStatus.Passed);
        var progress = done is null ? "" : $" {done} of {execution.StepCount} steps stand.";
        List<string> lines = [$"Execution {execution.ExecutionId} \"{execution.Title}\": {Word(execution.Status)}.{progress}"];
        if (execution.Failure is { } failure)
        {
            var step = failure.StepId is { } id ? $" in step {id}" : "";
            lines.Add($"Why{step}: {failure.Code}: {failure.Message}");
            if (Troubles.AfterRefusal(Troubles.Of(failure), failure.Message) is { } advice)
            {
                lines.Add($"What helps: {advice}");
            }
        }

        if (now is not null)
        {
            lines.Add(now);
        }

        lines.AddRange(execution.Left.Select(left => $"Left: {left.Resource ?? left.StepId}: {left.Why}"));
        return string.Join('\n', lines.Select(PlainText.OneLine));
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public static JsonObject Gate(GateOpen gate)
    {
        var view = new JsonObject { ["kind"] = gate.Kind, ["rule"] = gate.Rule, ["expires_at"] = Time(gate.ExpiresAt) };
        Add(view, "step_id", gate.StepId);
        return view;
    }

    public static void Add(JsonObject view, string name, string? text)
    {
        if (text is not null)
        {
            view[name] = text;
        }
    }

    private static JsonObject Failure(ExecutionFailure failure)
    {
        var view = new JsonObject { ["code"] = failure.Code, ["message"] = failure.Message };
        Add(view, "step_id", failure.StepId);
        Add(view, "request_id", failure.RequestId);
        var kind = Troubles.Of(failure);
        view["class"] = Word(kind);
        Add(view, "advice", Troubles.AfterRefusal(kind, failure.Message));
        Add(view, "missing_action", kind == TroubleClass.Permission ? Troubles.MissingAction(failure.Message) : null);
        return view;
    }

    private static JsonNode Leftover(Leftover left)
    {
        var view = new JsonObject { ["step_id"] = left.StepId, ["why"] = left.Why };
        Add(view, "resource", left.Resource);
        Add(view, "look_with", left.LookWith);
        return view;
    }
}
