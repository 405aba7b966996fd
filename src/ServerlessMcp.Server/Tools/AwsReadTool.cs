using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>One harmless AWS read, its pages joined, cut to what a model can take; the rest is one call away.</summary>
internal sealed class AwsReadTool(IAwsReads aws, IAwsCatalog catalog, IQueryLanguage language, ServerOptions options) : ServerTool
{
    private const int DefaultLimit = 50;

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "aws_read",
        Title = "Read AWS",
        Description = "Makes one AWS call that only reads (Describe, Get, List) and follows its pages. "
            + "query (JMESPath over up to 50 joined pages) keeps the answer small. Changes, and reads of secrets, are refused.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","required":["service","operation"],"additionalProperties":false,"properties":{
            "service":{"type":"string","maxLength":64,"description":"Such as ec2."},
            "operation":{"type":"string","maxLength":128,"description":"Such as DescribeInstances."},
            "parameters":{"type":"object"},
            "region":{"type":"string","maxLength":40},
            "query":{"type":"string","maxLength":4000,"description":"JMESPath, such as Vpcs[].{id: VpcId, cidr: CidrBlock}"},
            "limit":{"type":"integer","minimum":1,"maximum":1000,"description":"Items; default 50."},
            "cursor":{"type":"string","maxLength":20000,"description":"From the answer before, with the same other arguments."}}}
            """,
        OutputSchema = Views.OutputSchema(
            """
            "service":{"type":"string"},"operation":{"type":"string"},"region":{"type":"string"},
            "data":{"description":"The answer, or what query makes of it."},"count":{"type":"integer"},"cursor":{"type":"string"},"pages_left_out":{"type":"boolean"},
            "next":{"type":"object"}
            """,
            "operation", "data"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var region = catalog.Region(arguments.TextOrNull("region") ?? options.Region);
        var start = arguments.TextOrNull("cursor") is { } text ? ReadCursor.Parse(text) : ReadCursor.Start;
        var limit = arguments.Number("limit", DefaultLimit);
        var query = arguments.TextOrNull("query");
        var pages = await ReadAsync(arguments, region, start, query is null ? start.Item + limit : int.MaxValue, cancellationToken);
        var slice = ReadSlice.Of(query is null ? pages.Document : Search(query, pages.Document), start.Item, limit);
        return Answer(arguments, region, slice, Next(slice, pages, start, isQuery: query is not null), query is not null && pages.Next is not null);
    }

    /// <param name="enough">Items after which no further page is needed.</param>
    private async Task<JoinedPages> ReadAsync(
        ToolArguments arguments, string region, ReadCursor start, int enough, CancellationToken cancellationToken)
    {
        var joined = new JoinedPages(start.Token);
        var pages = aws.PagesAsync(
            new(region),
            arguments.Text("service"),
            arguments.Text("operation"),
            start.In(arguments.Json("parameters")),
            JoinedPages.MaxPages,
            cancellationToken);
        await foreach (var page in pages)
        {
            joined.Add(page);
            if (joined.Items >= enough)
            {
                break;
            }
        }

        return joined;
    }

    /// <summary>Within these pages as long as they hold more, then the page after them. What a query makes of pages has no page of its own.</summary>
    private static ReadCursor? Next(ReadSlice slice, JoinedPages pages, ReadCursor start, bool isQuery) => slice.Next is { } item
        ? isQuery || slice.List is null ? start with { Item = item } : pages.CursorAt(slice.List, item)
        : pages.Next is { } token ? new(token, 0) : null;

    private JsonNode? Search(string query, JsonNode document)
    {
        try
        {
            return language.Search(query, document);
        }
        catch (FormatException error)
        {
            throw new CallerException("invalid_query", "The query does not work; AWS did answer.", [new("query", error.Message)]);
        }
    }

    private static ToolAnswer.Done Answer(ToolArguments arguments, string region, ReadSlice slice, ReadCursor? next, bool isPart)
    {
        var view = new JsonObject
        {
            ["service"] = arguments.Text("service"),
            ["operation"] = arguments.Text("operation"),
            ["region"] = region,
            ["data"] = slice.Data,
        };
        var words = $"{arguments.Text("service")}:{arguments.Text("operation")} in {region}";
        if (slice.Count is { } count)
        {
            view["count"] = count;
            words += $": {count} item{(count == 1 ? "" : "s")}";
        }

        if (next?.ToString() is { } cursor)
        {
            view["cursor"] = cursor;
            view["next"] = new NextCall("aws_read", arguments.With("cursor", cursor), "reads what comes after").Json();
            words += $"; there are more: repeat with \"cursor\":\"{cursor}\"";
        }

        if (isPart)
        {
            view["pages_left_out"] = true;
            words += $"; the query saw {JoinedPages.MaxPages} pages, and sees the next ones with the cursor";
        }

        return ToolAnswer.Of($"{words}.\n{Views.Compact(slice.Data)}", view);
    }
}
