using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Pages;

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

    /// <summary>An execution as the answer of the tool that started it.</summary>
    public static ServerAnswer Answer(Execution execution, PageLinks pages) => new(Head(execution), Json(execution, pages.Page(execution)))
    {
        Data = Words(execution),
        Source = Source(execution),
        IsError = IsError(execution),
        Next = ExecutionNext.Of(execution, pages.Question(execution)),
    };

    /// <summary>Of a title that its caller wrote, and of what AWS said.</summary>
    public static string Source(Execution execution) => $"execution://{execution.ExecutionId}";

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

    /// <summary>Where it stands and what helps, in words of ours.</summary>
    /// <param name="facts">Of the steps that have begun; null when they were not read.</param>
    public static string Head(Execution execution, IReadOnlyList<StepFacts>? facts = null)
    {
        var done = facts?.Count(step => step.Status is StepStatus.Done or StepStatus.NoEffect or StepStatus.Passed);
        var progress = done is null ? "" : $" {done} of {execution.StepCount} steps stand.";
        var head = $"Execution {execution.ExecutionId}: {Word(execution.Status)}.{progress}";
        return execution.Failure is { } failure && Troubles.AfterRefusal(Troubles.Of(failure), failure.Message) is { } advice
            ? $"{head}\nWhat helps: {advice}"
            : head;
    }

    /// <summary>Why it failed and what is left, with AWS's words and the caller's.</summary>
    public static string Words(Execution execution)
    {
        List<string> lines = [];
        if (execution.Failure is { } failure)
        {
            var step = failure.StepId is { } id ? $" in step {id}" : "";
            lines.Add($"Why{step}: {failure.Code}: {failure.Message}");
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
