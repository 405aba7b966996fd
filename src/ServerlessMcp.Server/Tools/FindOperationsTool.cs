using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Search;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Which AWS operation does what a person says, and what one operation wants.</summary>
internal sealed class FindOperationsTool(IAwsCatalog catalog, OperationSearch search, UndoCatalogue undos) : ServerTool
{
    private const int DefaultLimit = 5;

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "find_operations",
        Title = "Find AWS operations",
        Description = "Finds AWS operations by what you want, in plain words (query), with what can be undone; "
            + "or shows one (service and operation): parameters, answer, waiters, undo, and the call to make.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = false,
        InputSchema = """
            {"type":"object","additionalProperties":false,"properties":{
            "query":{"type":"string","minLength":1,"maxLength":500,"description":"Such as: why did my container stop"},
            "service":{"type":"string","maxLength":64,"description":"Such as ec2."},
            "operation":{"type":"string","maxLength":128,"description":"Such as StopInstances; with service, in place of query."},
            "access":{"type":"string","enum":["read","change"]},
            "limit":{"type":"integer","minimum":1,"maximum":20,"description":"Default 5."}},
            "oneOf":[{"required":["query"]},{"required":["service","operation"]}]}
            """,
        OutputSchema = Views.OutputSchema(
            $$$$"""
            "operations":{"type":"array","items":{"type":"object"}},{{{{NextCalls.Schema}}}}
            """,
            "operations"),
    };

    public override Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        ToolAnswer answer = arguments.TextOrNull("operation") is { } operation
            ? Show(catalog.Operation(arguments.Text("service"), operation), call.Caller)
            : Find(arguments);
        return Task.FromResult(answer);
    }

    private ToolAnswer.Said Show(AwsOperation operation, Principal caller)
    {
        var parameters = catalog.Parameters(operation, 1);
        var view = new JsonObject { ["operations"] = new JsonArray(OperationViews.Whole(operation, catalog, undos)) };
        var next = OperationNext.Of(operation, parameters, mayChange: caller.May(Scope.Operate));
        var required = parameters.Where(member => member.IsRequired).Select(member => $"{member.Name} ({member.Type})").ToList();
        List<string> lines =
        [
            OperationViews.Line(operation, undos),
            required.Count == 0 ? "No parameter is required." : $"Required: {string.Join(", ", required)}.",
        ];
        return ToolAnswer.Of(string.Join('\n', lines), view, next);
    }

    private ToolAnswer.Said Find(ToolArguments arguments)
    {
        var service = arguments.TextOrNull("service") is { } name ? catalog.CanonicalService(name) : null;
        var access = arguments.TextOrNull("access");
        var hits = search.Find(arguments.Text("query"), service, access is null ? null : access == "read", arguments.Number("limit", DefaultLimit));
        var found = hits.Select(hit => catalog.Operation(hit.Service, hit.Operation)).ToList();
        var view = new JsonObject { ["operations"] = new JsonArray([.. found.Select(one => (JsonNode)OperationViews.Short(one, catalog, undos))]) };
        if (found.Count == 0)
        {
            var again = new NextCalls(new("find_operations", [], "searches with other words, such as the name of a service or of a thing") { Fill = ["query"] });
            return ToolAnswer.Of("No operation fits these words.", view, again);
        }

        var next = new NextCalls(OperationNext.Look(found[0]));
        return ToolAnswer.Of(string.Join('\n', found.Select(one => OperationViews.Line(one, undos))), view, next);
    }
}
