using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// The single place where a failure becomes an <c>isError</c> result: <c>{code, message, quoted?, problems[{path, message, quoted?}], retryable, next?}</c>. What is quoted is AWS's or another caller's.
/// </summary>
internal static class ToolErrors
{
    /// <returns>Null for a bug: its message reaches nobody.</returns>
    /// <param name="asked">The call that failed; the result then names the call to make next.</param>
    public static ServerAnswer? From(Exception error, AskedCall? asked = null) => error switch
    {
        CallerException caller => Answer(caller.Code, caller.Message, caller.Problems, caller.Retryable, asked: asked, quoted: caller.Quoted),
        AwsInputException input => Answer(
            input.Code,
            input.Message,
            [.. input.Problems.Select(problem => new Problem(Argument(input.Code, problem.Path), problem.Message))],
            retryable: false,
            asked: asked),
        AwsCallException call => Answer(
            Code(call), Message(call), [], call.Failure != AwsFailure.Refused, AwsTroubles.Of(call), asked, AwsMessage(call)),
        TableUnavailableException => Answer(
            "table_unavailable", "The server's storage (its table or its blobs) does not answer now; the same call may succeed in a moment.", [], retryable: true, asked: asked),
        _ => null,
    };

    /// <param name="quoted">Words of AWS or of another caller.</param>
    public static ServerAnswer Answer(
        string code, string message, IReadOnlyList<Problem> problems, bool retryable, TroubleClass? kind = null, AskedCall? asked = null, string? quoted = null)
    {
        var structured = new JsonObject { ["code"] = code, ["message"] = message };
        ExecutionViews.Add(structured, "quoted", quoted);
        structured["problems"] = new JsonArray([.. problems.Select(View)]);
        structured["retryable"] = retryable;
        if (kind is { } known)
        {
            structured["class"] = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(known.ToString());
        }

        var next = asked is null ? NextCalls.None : ErrorNext.Of(code, problems, retryable, asked).Where(asked.IsOffered);
        var told = problems.Select(problem => $"- {Where(problem)}: {problem.Message}").Prepend($"{code}: {message}");
        var words = problems.Where(problem => problem.Quoted is not null).Select(problem => $"{Where(problem)}: {problem.Quoted}").ToList();
        if (quoted is not null)
        {
            words.Insert(0, quoted);
        }

        return new(string.Join('\n', told.Select(PlainText.OneLine)), structured)
        {
            Data = string.Join('\n', words.Select(PlainText.OneLine)),
            Source = words.Count == 0 ? null : "aws",
            IsError = true,
            Next = next,
        };
    }

    private static string Where(Problem problem) => problem.Path.Length == 0 ? "arguments" : problem.Path;

    private static JsonNode View(Problem problem)
    {
        var view = new JsonObject { ["path"] = problem.Path, ["message"] = problem.Message };
        ExecutionViews.Add(view, "quoted", problem.Quoted);
        return view;
    }

    /// <summary>A path of <c>$</c> is the call itself, so the code says which argument; a longer one is inside the argument <c>parameters</c>.</summary>
    private static string Argument(string code, string path) => (code, path) switch
    {
        ("unknown_service", "$") => "service",
        ("unknown_operation" or "not_a_read" or "sensitive_read", "$") => "operation",
        ("unknown_region", "$") => "region",
        (_, ['$', .. var rest]) => $"parameters{rest}",
        _ => path,
    };

    private static string AwsMessage(AwsCallException call) => $"{call.Code}: {call.AwsMessage}{(call.RequestId is { } id ? $" (request {id})" : "")}";

    private static string Message(AwsCallException call)
    {
        var what = call.Failure switch
        {
            AwsFailure.Refused => "AWS said no.",
            AwsFailure.Busy => "AWS is busy.",
            _ => "AWS did not answer.",
        };
        return Troubles.AfterRefusal(AwsTroubles.Of(call), call.AwsMessage) is { } advice ? $"{what} {advice}" : what;
    }

    private static string Code(AwsCallException call) => call.Failure switch
    {
        AwsFailure.Refused => "aws_refused",
        AwsFailure.Busy => "aws_busy",
        _ => "aws_unreachable",
    };
}

/// <summary>A call that failed.</summary>
/// <param name="IsOffered">Whether its caller may call the tool of this name.</param>
internal sealed record AskedCall(string Tool, ToolArguments Arguments, Func<string, bool> IsOffered);
