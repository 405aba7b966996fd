using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>One harmless AWS read, its pages joined, cut to what a model can take; the rest is one call away. Or the same read in several accounts and regions.</summary>
internal sealed class AwsReadTool(IAwsReads aws, IQueryLanguage language, ReadPlaces places) : ServerTool
{
    private const int DefaultLimit = 50;

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "aws_read",
        Title = "Read AWS",
        Description = "Makes one AWS call that only reads (Describe, Get, List) and follows its pages. "
            + "query (JMESPath over up to 50 joined pages) keeps the answer small. accounts and regions ask the same everywhere at once; where one fails, the others' answers stand. Changes, and reads of secrets, are refused.",
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
            "accounts":{"type":"array","minItems":1,"maxItems":20,"items":{"type":"string","maxLength":32},"description":"Targets' names or digits; default: the server's own."},
            "regions":{"type":"array","minItems":1,"maxItems":40,"items":{"type":"string","maxLength":40}},
            "query":{"type":"string","maxLength":4000,"description":"JMESPath, such as Vpcs[].{id: VpcId, cidr: CidrBlock}"},
            "limit":{"type":"integer","minimum":1,"maximum":1000,"description":"Items; default 50."},
            "cursor":{"type":"string","maxLength":20000,"description":"From the answer before, with the same other arguments."}}}
            """,
        OutputSchema = Views.OutputSchema(
            """
            "service":{"type":"string"},"operation":{"type":"string"},"account":{"type":"string"},"region":{"type":"string"},
            "data":{"description":"The answer, or what query makes of it."},"count":{"type":"integer"},"cursor":{"type":"string"},"pages_left_out":{"type":"boolean"},
            "answered":{"type":"integer"},"failed":{"type":"integer"},
            "results":{"type":"array","description":"Of several places: each with data or error.","items":{"type":"object"}},
            "next":{"type":"object"}
            """,
            "operation"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var start = arguments.TextOrNull("cursor") is { } text ? ReadCursor.Parse(text) : ReadCursor.Start;
        var question = new ReadQuestion(
            arguments.Text("service"), arguments.Text("operation"), arguments.Json("parameters"), arguments.TextOrNull("query"),
            arguments.Number("limit", DefaultLimit), start);
        var asked = await places.OfAsync(arguments, cancellationToken);
        if (asked is [var only])
        {
            var outcome = await question.AskAsync(aws, language, new(only.Region, only.Account), JoinedPages.MaxPages, cancellationToken);
            return Answer(arguments, only, outcome);
        }

        return start == ReadCursor.Start
            ? PlaceViews.Answer(arguments, asked, await places.AskAsync(question, asked, cancellationToken))
            : throw new CallerException(
                "invalid_arguments", "aws_read cannot take these arguments; nothing was done.",
                [new("cursor", "goes on in one place; name its account and its region alone")]);
    }

    private static ToolAnswer.Said Answer(ToolArguments arguments, ReadPlace place, ReadOutcome outcome)
    {
        var slice = outcome.Cut(ReadSlice.MaxCharacters);
        var view = new JsonObject { ["service"] = outcome.Question.Service, ["operation"] = outcome.Question.Operation };
        ExecutionViews.Add(view, "account", place.Account);
        view["region"] = place.Region;
        view["data"] = slice.Data;
        var words = $"{outcome.Question.Call} in {(place.Account is { } account ? $"{account}, " : "")}{place.Region}";
        if (slice.Count is { } count)
        {
            view["count"] = count;
            words += $": {count} item{(count == 1 ? "" : "s")}";
        }

        if (outcome.Next(slice)?.ToString() is { } cursor)
        {
            view["cursor"] = cursor;
            view["next"] = new NextCall("aws_read", arguments.With("cursor", cursor), "reads what comes after").Json();
            words += $"; there are more: repeat with \"cursor\":\"{cursor}\"";
        }

        if (outcome.IsPart)
        {
            view["pages_left_out"] = true;
            words += $"; the query saw {JoinedPages.MaxPages} pages, and sees the next ones with the cursor";
        }

        return ToolAnswer.Of($"{words}.", view, source: $"aws:{outcome.Question.Call}", data: Views.Compact(slice.Data));
    }
}
