using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Tools;

/// <summary>The steps and events of an execution in structured content.</summary>
internal static class StepViews
{
    public const int MaxEvents = 100;

    private const int MaxOutput = 2000;

    private const int MaxSizes = 50;

    public static JsonNode Json(StepFacts facts)
    {
        var view = new JsonObject
        {
            ["id"] = facts.StepId,
            ["status"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(facts.Status.ToString()),
            ["attempts"] = facts.Attempts,
            ["started_at"] = ExecutionViews.Time(facts.StartedAt),
        };
        ExecutionViews.Add(view, "resource", facts.Resource);
        ExecutionViews.Add(view, "ended_at", facts.EndedAt is { } ended ? ExecutionViews.Time(ended) : null);
        ExecutionViews.Add(view, "left_why", facts.LeftWhy);
        Add(view, "error", facts.Error, waits: false);
        Add(view, "waits", facts.Busy, waits: true);
        if (facts.RequestIds.Count > 0)
        {
            view["request_ids"] = Views.Texts(facts.RequestIds.TakeLast(5));
        }

        AddOutput(view, facts);
        return view;
    }

    public static JsonNode Json(ExecutionEvent happened)
    {
        var view = new JsonObject { ["at"] = ExecutionViews.Time(happened.At), ["kind"] = happened.Kind, ["text"] = happened.Text };
        ExecutionViews.Add(view, "step_id", happened.StepId);
        return view;
    }

    public static string Text(ExecutionEvent happened) => $"{ExecutionViews.Time(happened.At)} {PlainText.OneLine(happened.Text)}";

    private static void Add(JsonObject view, string name, StepTrouble? trouble, bool waits)
    {
        if (trouble is null)
        {
            return;
        }

        var kind = Troubles.Of(trouble);
        var shown = new JsonObject { ["code"] = trouble.Code, ["message"] = trouble.Message, ["class"] = ExecutionViews.Word(kind) };
        ExecutionViews.Add(shown, "advice", waits ? Troubles.WhileWaiting(kind) : Troubles.AfterRefusal(kind, trouble.Message));
        ExecutionViews.Add(shown, "since", trouble.Since is { } since ? ExecutionViews.Time(since) : null);
        view[name] = shown;
    }

    /// <summary>What later calls need (ids) is small; a large answer would only cost its reader.</summary>
    private static void AddOutput(JsonObject view, StepFacts facts)
    {
        if (facts.Blobs?.ContainsKey("output") == true)
        {
            view["output_is_large"] = true;
        }

        if (facts.Output is not { } output)
        {
            return;
        }

        var size = Views.Compact(output).Length;
        if (size <= MaxOutput)
        {
            view["output"] = output.DeepClone();
        }
        else
        {
            view["output_characters"] = size;
            AddParts(view, output);
        }
    }

    /// <summary>Of an answer that is too large as a whole, the members that fit, and how large the others are.</summary>
    private static void AddParts(JsonObject view, JsonObject output)
    {
        var (left, parts, sizes) = (MaxOutput, new JsonObject(), new JsonObject());
        foreach (var (name, value) in output.OrderBy(member => Views.Compact(member.Value).Length))
        {
            var size = Views.Compact(value).Length + name.Length;
            left -= size;
            if (left >= 0)
            {
                parts[name] = value?.DeepClone();
            }
            else if (sizes.Count < MaxSizes)
            {
                sizes[name] = size;
            }
        }

        view["output"] = parts;
        view["output_left_out"] = sizes;
    }
}
