using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Resources;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>What executions made or changed, and what cheap lists of AWS show besides.</summary>
internal sealed class FindResourcesTool(ResourceSearch search, LiveLists lists, IAwsCatalog catalog) : ServerTool
{
    private const int DefaultLimit = 50;

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "find_resources",
        Title = "Find resources",
        Description = "Finds what executions made or changed, newest first, then what AWS has besides: what is tagged, and instances, buckets, "
            + "databases, tables, functions, services, alarms. Says what could not be looked at.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = $$$$"""
            {"type":"object","additionalProperties":false,"properties":{
            "text":{"type":"string","maxLength":200,"description":"Words of the ARN, the name or a tag."},
            "type":{"type":"string","maxLength":100,"description":"Such as ec2:instance, or instance."},
            "service":{"type":"string","maxLength":64},
            "tags":{"type":"array","maxItems":10,"items":{"type":"object","required":["key"],"additionalProperties":false,
            "properties":{"key":{"type":"string","maxLength":128},"value":{"type":"string","maxLength":256}} }},
            "owned_by_agent":{"type":"boolean","description":"Made by an execution and not taken back."},
            "state":{{{{ResourceViews.StateSchema}}}},
            "account":{"type":"string","maxLength":32,"description":"A target's name or digits."},
            "region":{"type":"string","maxLength":40},
            "execution_id":{"type":"string","pattern":"^ex_[a-z2-7]{26}$"},
            "limit":{"type":"integer","minimum":1,"maximum":100,"description":"Default 50."},
            "cursor":{"type":"string","maxLength":2000,"description":"From the answer before."}}}
            """,
        OutputSchema = Views.OutputSchema(
            $$$$"""
            "resources":{"type":"array","items":{"type":"object"}},
            "not_looked_at":{"type":"array","items":{"type":"object"}},
            "cursor":{"type":"string"},{{{{NextCalls.Schema}}}}
            """,
            "resources"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var at = await lists.PlaceAsync(arguments.TextOrNull("account"), arguments.TextOrNull("region"), cancellationToken);
        var query = Query(arguments) with
        {
            Account = arguments.Has("account") ? at.Account : null,
            Region = arguments.Has("region") ? at.Region : null,
        };
        var found = await search.FindAsync(
            query, at, call.Caller, arguments.TextOrNull("cursor"), arguments.Number("limit", DefaultLimit), cancellationToken);
        List<JsonObject> rows =
        [
            .. found.Tracked.Select(item => ResourceViews.Row(item, call.Caller)),
            .. found.Live.Select(item => ResourceViews.Row(item, at.Region, call.Caller)),
        ];
        var view = new JsonObject { ["resources"] = new JsonArray([.. rows]) };
        if (found.NotLooked.Count > 0)
        {
            view["not_looked_at"] = new JsonArray(
                [.. found.NotLooked.Select(one => (JsonNode)new JsonObject { ["source"] = one.Source, ["why"] = one.Why })]);
        }

        ExecutionViews.Add(view, "cursor", found.Cursor);
        var next = Next(rows, found, arguments);
        return ToolAnswer.Of(
            $"{(rows.Count == 0 ? "No" : rows.Count)} resource{(rows.Count == 1 ? "" : "s")}.{(found.NotLooked.Count > 0 ? " Not everything could be looked at." : "")}",
            view,
            next,
            source: "aws",
            data: Text(rows, found));
    }

    private static NextCalls Next(List<JsonObject> rows, FoundResources found, ToolArguments arguments)
    {
        List<NextCall> options = [];
        if (rows.Select(row => (string)(row["arn"] ?? row["key"])!).FirstOrDefault(NextCalls.IsPlainName) is { } first)
        {
            options.Add(new("get_resource", new() { ["arn"] = first }, "looks at one: as it is, and who changed it"));
        }

        if (found.Cursor is { } cursor)
        {
            var again = arguments.All();
            again["cursor"] = cursor;
            options.Add(new("find_resources", again, "shows more, if there are"));
        }

        return new(null, options);
    }

    private static string Text(List<JsonObject> rows, FoundResources found)
    {
        List<string> lines = [.. rows.Select(ResourceViews.Line)];
        lines.AddRange(found.NotLooked.Select(one => PlainText.OneLine($"Not all of {one.Source}: {one.Why}.")));
        return string.Join('\n', lines);
    }

    private ResourceQuery Query(ToolArguments arguments) => new(
        (arguments.TextOrNull("text") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        arguments.TextOrNull("type"),
        arguments.TextOrNull("service") is { } service ? Namespace(service) : null,
        Tags(arguments),
        arguments.Has("owned_by_agent") ? arguments.Flag("owned_by_agent") : null,
        arguments.TextOrNull("state") is { } word ? Enum.GetValues<ResourceState>().Single(state => ResourceViews.Word(state) == word) : null,
        arguments.TextOrNull("execution_id"));

    /// <summary>An ARN says <c>states</c> where the service is called <c>sfn</c>; both are taken.</summary>
    /// <exception cref="AwsInputException"><c>unknown_service</c>.</exception>
    private string Namespace(string service)
    {
        if (ResourceTypes.All.Any(type => type.Namespace == service))
        {
            return service;
        }

        var canonical = catalog.CanonicalService(service);
        return ResourceTypes.All.FirstOrDefault(type => type.Service == canonical)?.Namespace ?? canonical;
    }

    private static Dictionary<string, string?> Tags(ToolArguments arguments)
    {
        var tags = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var tag in arguments.Has("tags") ? [.. arguments["tags"].EnumerateArray()] : Array.Empty<System.Text.Json.JsonElement>())
        {
            tags[tag.GetProperty("key").GetString()!] = tag.TryGetProperty("value", out var value) ? value.GetString() : null;
        }

        return tags;
    }
}
