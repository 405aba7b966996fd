using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// The single place where a failure becomes an <c>isError</c> result: <c>{code, message, problems[{path, message}], retryable, next?}</c>.
/// </summary>
internal static class ToolErrors
{
    /// <returns>Null for a bug: its message reaches nobody.</returns>
    /// <param name="asked">The call that failed; the result then names the call to make next.</param>
    public static CallToolResult? From(Exception error, AskedCall? asked = null) => error switch
    {
        CallerException caller => Result(caller.Code, caller.Message, caller.Problems, caller.Retryable, asked: asked),
        AwsInputException input => Result(
            input.Code,
            input.Message,
            [.. input.Problems.Select(problem => new Problem(Argument(input.Code, problem.Path), problem.Message))],
            retryable: false,
            asked: asked),
        AwsCallException call => Result(
            Code(call), AwsMessage(call), [], call.Failure != AwsFailure.Refused, AwsTroubles.Of(call), asked),
        TableUnavailableException => Result(
            "table_unavailable", "The server's storage (its table or its blobs) does not answer now; the same call may succeed in a moment.", [], retryable: true, asked: asked),
        _ => null,
    };

    public static CallToolResult Result(
        string code, string message, IReadOnlyList<Problem> problems, bool retryable, TroubleClass? kind = null, AskedCall? asked = null)
    {
        var text = new StringBuilder(PlainText.OneLine($"{code}: {message}"));
        foreach (var problem in problems)
        {
            text.Append("\n- ").Append(PlainText.OneLine($"{(problem.Path.Length == 0 ? "arguments" : problem.Path)}: {problem.Message}"));
        }

        var structured = new JsonObject
        {
            ["code"] = code,
            ["message"] = message,
            ["problems"] = new JsonArray(
                [.. problems.Select(problem => (JsonNode)new JsonObject { ["path"] = problem.Path, ["message"] = problem.Message })]),
            ["retryable"] = retryable,
        };
        if (kind is { } known)
        {
            structured["class"] = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(known.ToString());
        }

        var next = asked is null ? NextCalls.None : ErrorNext.Of(code, problems, retryable, asked).Where(asked.IsOffered);
        next.AddTo(structured);
        return ToolAnswer.Content(string.Join('\n', next.Lines().Prepend(text.ToString())), structured, isError: true);
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

    private static string AwsMessage(AwsCallException call)
    {
        var request = call.RequestId is { } id ? $" (request {id})" : "";
        var advice = Troubles.AfterRefusal(AwsTroubles.Of(call), call.AwsMessage);
        return $"AWS: {call.Code}: {call.AwsMessage}{request}{(advice is null ? "" : $" {advice}")}";
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
