using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Resources;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Tools;

/// <summary>Resources as a client sees them.</summary>
internal static class ResourceViews
{
    public const string StateSchema = """{"type":"string","enum":["present","gone","changed_since","unknown"]}""";

    private const int MostTags = 10;

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Executions of others are not named to who may not see them.</summary>
    public static JsonObject Row(TrackedResource item, Principal caller)
    {
        var record = item.Record;
        var view = new JsonObject
        {
            [record.Arn is null ? "key" : "arn"] = record.Key,
            ["service"] = record.Service,
            ["type"] = record.Type,
            ["identifier"] = record.Identifier,
            ["region"] = record.Region,
            ["state"] = Word(item.State),
        };
        ExecutionViews.Add(view, "why", item.Why);
        view["source"] = "tracked";
        AddTracked(view, item, caller);
        AddTags(view, record.Tags);
        return view;
    }

    public static JsonObject Row(FoundLive found, string region, Principal caller)
    {
        var row = found.Row;
        var colon = row.Type.IndexOf(':', StringComparison.Ordinal);
        var view = new JsonObject
        {
            ["arn"] = row.Arn,
            ["service"] = row.Type[..colon],
            ["type"] = row.Type[(colon + 1)..],
            ["identifier"] = row.Identifier,
            ["region"] = region,
            ["state"] = "present",
        };
        ExecutionViews.Add(view, "name", row.Name == row.Identifier ? null : row.Name);
        ExecutionViews.Add(view, "service_state", row.State);
        ExecutionViews.Add(view, "detail", row.Detail);
        view["source"] = row.Source;
        if (found.Known is { } known)
        {
            AddTracked(view, known, caller);
        }
        else
        {
            view["owned_by_agent"] = false;
        }

        AddTags(view, row.Tags);
        return view;
    }

    public static string Line(JsonObject row)
    {
        var name = row["name"] is { } given ? $" \"{given}\"" : "";
        var state = row["service_state"] is { } own ? $"{row["state"]} ({own})" : $"{row["state"]}";
        var by = row["execution_id"] is { } id ? $", {row["how"]} by {id}{(row["undone_by"] is { } undo ? $", taken back by {undo}" : "")}" : "";
        return PlainText.OneLine($"{row["arn"] ?? row["key"]}{name}: {state}{by} [{row["source"]}]{(row["why"] is { } why ? $" {why}" : "")}");
    }

    public static void AddTracked(JsonObject view, TrackedResource item, Principal caller)
    {
        var record = item.Record;
        view["owned_by_agent"] = ResourceQuery.IsOwned(item);
        view["how"] = Word(record.How);
        if (record.Owner == caller.Id || caller.SeesAll)
        {
            view["execution_id"] = record.ExecutionId;
            ExecutionViews.Add(view, "undone_by", record.UndoneBy);
        }

        view["updated_at"] = ExecutionViews.Time(record.UpdatedAt);
        ExecutionViews.Add(view, "last_seen_at", item.LastSeenAt is { } seen ? ExecutionViews.Time(seen) : null);
    }

    private static void AddTags(JsonObject view, IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is { Count: > 0 })
        {
            view["tags"] = new JsonObject(tags.Take(MostTags).Select(tag => KeyValuePair.Create<string, JsonNode?>(tag.Key, JsonValue.Create(tag.Value))));
        }
    }
}
