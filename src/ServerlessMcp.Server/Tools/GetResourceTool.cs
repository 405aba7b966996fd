using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Resources;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>One resource: as it is now, what executions did to it, and whether somebody else has changed it since.</summary>
internal sealed class GetResourceTool(
    ResourceStore store, ResourceLook look, LiveLook live, LiveLists lists, ResourceHistory history) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "get_resource",
        Title = "Look at a resource",
        Description = "Shows a resource as it is now, which execution made or changed it, and what somebody has changed since. "
            + "include adds all its executions and the values before and after each change.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","additionalProperties":false,"oneOf":[{"required":["arn"]},{"required":["type","identifier"]}],"properties":{
            "arn":{"type":"string","maxLength":2048,"description":"Such as arn:aws:s3:::logs, or a key that find_resources showed."},
            "type":{"type":"string","maxLength":100,"description":"Without arn, such as ec2:instance."},
            "identifier":{"type":"string","maxLength":1024},
            "include":{"type":"array","maxItems":2,"items":{"type":"string","enum":["changes","executions"]}}}}
            """,
        OutputSchema = Views.OutputSchema(
            $$$$"""
            "arn":{"type":"string"},"state":{{{{ResourceViews.StateSchema}}}},"why":{"type":"string"},"owned_by_agent":{"type":"boolean"},
            "execution_id":{"type":"string"},"undone_by":{"type":"string"},"present":{},"drift":{"type":"object"},
            "executions":{"type":"array","items":{"type":"object"}},"changes":{"type":"array","items":{"type":"object"}},{{{{NextCalls.Schema}}}}
            """,
            "state"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(call.Arguments, cancellationToken);
        var name = ResourceName.Parse(key);
        var tracked = await store.FindAsync(key, call.Caller, cancellationToken);
        if (tracked is null && name is null)
        {
            throw new CallerException("resource_not_found", $"'{Views.Cut(key)}' is not an ARN, and no execution of yours has it as a key. find_resources shows what there is.");
        }

        var sight = tracked is null ? null : await look.LookAsync(tracked, cancellationToken);
        var now = name is null ? null : await live.LookAsync(name, key, cancellationToken);
        if (tracked is null && now is { State: ResourceState.Gone })
        {
            throw new CallerException("resource_not_found", $"AWS shows no {name!.Type} '{Views.Cut(name.Identifier)}' (asked {now.Read}), and no execution of yours made it.");
        }

        tracked = tracked is null ? null : await store.FindAsync(key, call.Caller, cancellationToken) ?? tracked;
        var (state, why) = StateOf(sight, now);
        var view = tracked is null ? Bare(key, name!) : ResourceViews.Row(tracked, call.Caller);
        view["state"] = ResourceViews.Word(state);
        view.Remove("why");
        ExecutionViews.Add(view, "why", why);
        ResourceValues.AddPresent(view, now);
        ResourceValues.AddDrift(view, sight, state);
        await AddHistoryAsync(view, key, tracked, call, cancellationToken);
        var next = Next(state, now?.Read is null ? null : name, key, tracked, call.Caller);
        return ToolAnswer.Of($"State: {ResourceViews.Word(state)}.", view, next, source: key, data: Text(view));
    }

    /// <exception cref="CallerException"><c>invalid_arguments</c>.</exception>
    private async Task<string> KeyAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.TextOrNull("arn") is { } arn)
        {
            return arguments.Has("type") || arguments.Has("identifier") ? throw Invalid("arn", "stands alone; leave out type and identifier") : arn;
        }

        var (type, identifier) = (arguments.Text("type"), arguments.Text("identifier"));
        var known = ResourceTypes.All.FirstOrDefault(one => type.Equals(one.FullName, StringComparison.OrdinalIgnoreCase) || type.Equals(one.Name, StringComparison.OrdinalIgnoreCase))
            ?? throw Invalid("type", $"'{Views.Cut(type)}' is not known here.{Nearest.Hint(type, ResourceTypes.All.Select(one => one.FullName))} Known: {string.Join(", ", ResourceTypes.All.Select(one => one.FullName))}; any other by its arn");
        return ResourceArn.Of(known.FullName, identifier, lists.Region, await lists.AccountAsync(cancellationToken))
            ?? throw Invalid("arn", $"is needed for {known.FullName}: AWS puts a part into it that cannot be told from the name");
    }

    private static CallerException Invalid(string path, string message) =>
        new("invalid_arguments", "get_resource cannot take these arguments; nothing was done.", [new(path, message)]);

    /// <summary>The recorded read says most; where it cannot say, the service's own does.</summary>
    private static (ResourceState State, string? Why) StateOf(ResourceSight? sight, LiveSight? now) => (sight, now) switch
    {
        (null, { } only) => (only.State, only.Why),
        ({ } seen, null) => (seen.State, seen.Why),
        ({ State: ResourceState.Unknown }, { State: not ResourceState.Unknown } better) => (better.State, better.Why),
        ({ State: not ResourceState.Gone }, { State: ResourceState.Gone }) => (ResourceState.Gone, "It is not there any more."),
        _ => (sight!.State, sight.Why),
    };

    private static JsonObject Bare(string arn, ResourceName name)
    {
        var view = new JsonObject { ["arn"] = arn, ["service"] = name.Service, ["type"] = name.Type, ["identifier"] = name.Identifier };
        ExecutionViews.Add(view, "region", name.Region.Length > 0 ? name.Region : null);
        view["owned_by_agent"] = false;
        return view;
    }

    private async Task AddHistoryAsync(JsonObject view, string key, TrackedResource? tracked, ToolCall call, CancellationToken cancellationToken)
    {
        var include = call.Arguments.Has("include") ? call.Arguments["include"].EnumerateArray().Select(item => item.GetString()).ToHashSet() : [];
        if (tracked is null || include.Count == 0)
        {
            return;
        }

        var touches = await history.TouchesAsync(key, call.Caller, cancellationToken);
        if (include.Contains("executions"))
        {
            view["executions"] = new JsonArray([.. touches.Select(ResourceValues.Touch)]);
        }

        if (include.Contains("changes"))
        {
            view["changes"] = new JsonArray([.. await history.ChangesAsync(touches, cancellationToken)]);
        }
    }

    /// <param name="name">Null where the service cannot be asked for it.</param>
    private static NextCalls Next(ResourceState state, ResourceName? name, string key, TrackedResource? tracked, Principal caller)
    {
        List<NextCall> options = [];
        if (tracked is not null && (tracked.Record.Owner == caller.Id || caller.SeesAll))
        {
            var id = tracked.Record.ExecutionId;
            if (state == ResourceState.Present && tracked.Record.UndoneBy is null)
            {
                options.Add(ExecutionNext.Rollback(id));
            }

            var why = state == ResourceState.ChangedSince
                ? "shows what was done to it; an undo is refused while another's change stands"
                : "shows what was done to it";
            options.Add(new("get_execution", new() { ["id"] = id, ["detail"] = "steps" }, why));
        }

        if (name is not null && NextCalls.IsPlainName(key) && ResourceTypes.Find(name.Service, name.Type) is { } type && state != ResourceState.Gone)
        {
            var parameters = ResourceArn.Parameters(type, name.Identifier, key);
            var whole = new JsonObject { ["service"] = type.Service, ["operation"] = type.Operation, ["parameters"] = parameters };
            options.Add(new("aws_read", whole, "reads all that its service says of it"));
        }

        return new(null, options);
    }

    private static string Text(JsonObject view)
    {
        List<string> lines = [ResourceViews.Line(view.ContainsKey("source") ? view : With(view, "source", view["read"]?.ToString() ?? "not looked at"))];
        if (view["drift"] is JsonObject drift)
        {
            lines.Add(PlainText.OneLine($"We left: {Views.Compact(drift["left"])}"));
            lines.Add(PlainText.OneLine($"Now: {Views.Compact(drift["now"])}"));
        }

        if (view["present"] is { } present)
        {
            lines.Add(PlainText.OneLine(Views.Compact(present)));
        }

        lines.AddRange((view["executions"] as JsonArray ?? []).Select(touch => PlainText.OneLine(
            $"{touch!["at"]} {touch["operation"]} {touch["mark"]} ({touch["execution_id"]}/{touch["step_id"]})")));
        return string.Join('\n', lines);
    }

    private static JsonObject With(JsonObject view, string name, string text)
    {
        var copy = view.DeepClone().AsObject();
        copy[name] = text;
        return copy;
    }
}
