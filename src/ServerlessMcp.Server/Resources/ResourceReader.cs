using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Blueprints;
using ServerlessMcp.Planning.Resources;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Resources;

/// <summary>Reads one address for one caller; scoped as the tools are.</summary>
internal sealed class ResourceReader(
    LiveLists lists, IEnumerable<ServerTool> tools, ToolCatalog catalog, BlueprintCatalogue blueprints, Fence fence, ServerOptions options)
{
    /// <returns>Null if there is nothing at this address.</returns>
    /// <exception cref="CallerException">Not there for this caller, or what is behind it cannot be read now.</exception>
    /// <exception cref="AwsApi.AwsCallException">AWS refused or did not answer.</exception>
    public async Task<ReadResourceResult?> ReadAsync(string uri, Principal caller, CancellationToken cancellationToken)
    {
        if (LiveSource.All.FirstOrDefault(source => source.Uri == uri) is { } live)
        {
            return await ListAsync(live, caller, cancellationToken);
        }

        return uri.Split("://", 2) switch
        {
            ["config", "server"] => Answer(uri, ServerConfiguration.Of(options, caller, lists.Region), options.ToolCacheTime),
            ["execution", var id] when Ids.IsWellFormed(id, "ex") => await ShowAsync(uri, id, caller, cancellationToken),
            ["plan", var id] when Ids.IsWellFormed(id, "pl") => await ShowAsync(uri, id, caller, cancellationToken),
            ["docs", var page] => Documentation(page, caller) is { } text ? new() { Contents = [Text(uri, ResourceAddresses.Markdown, text)], TimeToLive = options.ToolCacheTime, CacheScope = CacheScope.Private } : null,
            _ => null,
        };
    }

    /// <summary>Addresses that a mistyped one may have meant.</summary>
    public IEnumerable<string> Known(Principal caller) =>
    [
        .. ResourceAddresses.All.Select(resource => resource.Uri),
        .. catalog.NamesFor(caller).Select(name => $"docs://tools/{name}"),
        .. blueprints.Names.Select(name => $"docs://blueprints/{name}"),
        .. ResourceAddresses.Templates.Select(template => template.UriTemplate),
    ];

    private string? Documentation(string page, Principal caller) => page.Split('/', 2) switch
    {
        ["tools", var name] when catalog.Find(name) is { } entry && caller.May(entry.Tool.Definition.Scope) => ToolDocumentation.Of(entry.Tool.Definition, entry.Schema),
        ["blueprints", var name] when blueprints.Find(name) is { } blueprint => BlueprintDocumentation.Of(blueprint),
        _ => null,
    };

    private async Task<ReadResourceResult> ListAsync(LiveSource source, Principal caller, CancellationToken cancellationToken)
    {
        var at = await lists.PlaceAsync(null, null, cancellationToken);
        var list = await lists.GetAsync(source, at, caller, cancellationToken);
        var view = new JsonObject
        {
            ["region"] = lists.Region,
            ["read_at"] = ExecutionViews.Time(list.At),
            ["count"] = list.Rows.Count,
            ["resources"] = new JsonArray([.. list.Rows.Select(row => (JsonNode)ResourceViews.Row(new(row, null), lists.Region, caller))]),
        };
        foreach (var row in view["resources"]!.AsArray())
        {
            // Whether an execution made it is find_resources' to say; it is not looked up here.
            row!.AsObject().Remove("owned_by_agent");
        }

        if (list.More)
        {
            view["more"] = $"There are more than these: aws_read {{\"service\":\"{source.Service}\",\"operation\":\"{source.Operation}\"}} goes on, or find_resources with a text.";
        }

        return Answer(source.Uri, CleanJson.Cut(view)!.AsObject(), options.ToolCacheTime, Fence.Meta($"aws:{source.Service}:{source.Operation}"));
    }

    private async Task<ReadResourceResult> ShowAsync(string uri, string id, Principal caller, CancellationToken cancellationToken)
    {
        var answer = await tools.OfType<GetExecutionTool>().Single().ShowAsync(id, TimeSpan.Zero, "summary", caller, cancellationToken);
        var result = ((ToolAnswer.Said)answer).Answer.Write(fence, catalog.OfferedTo(caller));
        var text = result.Content.OfType<TextContentBlock>().Single().Text;
        return new()
        {
            Contents =
            [
                Text(uri, "text/plain", text, result.Meta),
                Text(uri, ResourceAddresses.Json, Views.Compact(JsonObject.Create(result.StructuredContent!.Value)), result.Meta),
            ],
            CacheScope = CacheScope.Private,
        };
    }

    private static ReadResourceResult Answer(string uri, JsonObject view, TimeSpan kept, JsonObject? meta = null) =>
        new() { Contents = [Text(uri, ResourceAddresses.Json, Views.Compact(view), meta)], TimeToLive = kept, CacheScope = CacheScope.Private };

    private static TextResourceContents Text(string uri, string type, string text, JsonObject? meta = null) =>
        new() { Uri = uri, MimeType = type, Text = text, Meta = meta?.DeepClone().AsObject() };
}
