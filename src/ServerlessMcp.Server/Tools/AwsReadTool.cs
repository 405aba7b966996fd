using System.Globalization;
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
            + "query (JMESPath over the joined pages) keeps the answer small. Changes, and reads of secrets, are refused.",
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
            "cursor":{"type":"string","maxLength":20,"pattern":"^[0-9]{1,9}$","description":"From the answer before."}}}
            """,
        OutputSchema = Views.OutputSchema(
            """
            "service":{"type":"string"},"operation":{"type":"string"},"region":{"type":"string"},
            "data":{"description":"The answer, or what query makes of it."},"count":{"type":"integer"},"cursor":{"type":"string"},"pages_left_out":{"type":"boolean"}
            """,
            "operation", "data"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var region = catalog.Region(arguments.TextOrNull("region") ?? options.Region);
        var from = int.Parse(arguments.TextOrNull("cursor") ?? "0", CultureInfo.InvariantCulture);
        var limit = arguments.Number("limit", DefaultLimit);
        var query = arguments.TextOrNull("query");
        var (document, isAll) = await ReadAsync(arguments, region, query is null ? from + limit + 1 : null, cancellationToken);
        var slice = ReadSlice.Of(query is null ? document : Search(query, document), from, limit);
        return Answer(arguments, region, slice, isAll);
    }

    /// <param name="enough">Items after which no further page is needed; null reads them all.</param>
    private async Task<(JsonObject Document, bool IsAll)> ReadAsync(
        ToolArguments arguments, string region, int? enough, CancellationToken cancellationToken)
    {
        var joined = new JoinedPages();
        var pages = aws.PagesAsync(
            new(region),
            arguments.Text("service"),
            arguments.Text("operation"),
            arguments.Json("parameters"),
            JoinedPages.MaxPages + 1,
            cancellationToken);
        await foreach (var page in pages)
        {
            if (!joined.Add(page.Output))
            {
                return (joined.Document, false);
            }

            if (joined.Items > enough)
            {
                break;
            }
        }

        return (joined.Document, true);
    }

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

    private static ToolAnswer.Done Answer(ToolArguments arguments, string region, ReadSlice slice, bool isAll)
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

        if (slice.Cursor is { } cursor)
        {
            view["cursor"] = cursor;
            words += $"; there are more: repeat with \"cursor\":\"{cursor}\"";
        }

        if (!isAll)
        {
            view["pages_left_out"] = true;
            words += $"; only the first {JoinedPages.MaxPages} pages were read, narrow the parameters";
        }

        return ToolAnswer.Of($"{words}.\n{Views.Compact(slice.Data)}", view);
    }
}
