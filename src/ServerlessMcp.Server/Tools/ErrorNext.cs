using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>The call that leads on from an error, by its code and by what was asked. No value of a call's <c>parameters</c> is repeated: it may be a secret.</summary>
internal static partial class ErrorNext
{
    private const int MaxQuery = 200;

    /// <summary>Tools whose arguments are ids and names only.</summary>
    private static readonly string[] Repeatable =
        ["whoami", "find_operations", "find_resources", "get_resource", "get_execution", "list_executions", "execute_plan", "cancel_execution", "rollback_execution", "retry_execution"];

    /// <returns>None where only other arguments of the same call help.</returns>
    public static NextCalls Of(string code, IReadOnlyList<Problem> problems, bool retryable, AskedCall asked) =>
        Of(code, problems, retryable, asked.Tool, asked.Arguments);

    private static NextCalls Of(string code, IReadOnlyList<Problem> problems, bool retryable, string tool, ToolArguments arguments) => code switch
    {
        "unknown_service" or "unknown_operation" => new(Search(Text(arguments, "service"), Text(arguments, "operation"))),
        "not_a_read" or "invalid_parameters" when Call(arguments, tool, problems) is var (service, operation) => new(OperationNext.Look(service, operation)),
        "invalid_plan" when Call(arguments, tool, problems) is var (service, operation) => new(
            problems.Any(problem => problem.Path.EndsWith("operation", StringComparison.Ordinal) || problem.Path.EndsWith("service", StringComparison.Ordinal))
                ? Search(service, operation)
                : OperationNext.Look(service, operation)),
        "execution_not_found" or "plan_not_found" or "nothing_to_undo" or "nothing_to_retry" => new(
            new NextCall("list_executions", [], "shows what there is")),
        "resource_not_found" => new(new NextCall("find_resources", [], "shows what there is")),
        "missing_inputs" or "invalid_inputs" when Text(arguments, "blueprint") is { Length: > 0 } => new(Inputs(problems, arguments)),
        "hash_mismatch" when Text(arguments, "plan_id") is { Length: > 0 } plan => new(
            new NextCall("get_execution", new() { ["id"] = plan }, "shows the plan with its hash")),
        "not_ended" when Text(arguments, "execution_id") is { Length: > 0 } execution => new(ExecutionNext.Watch(execution)),
        "unknown_account" or "region_not_allowed" => new(new NextCall("whoami", [], "shows the accounts and their regions")),
        "missing_scope" => new(new NextCall("whoami", [], "shows what this key may do")),
        "invalid_arguments" when tool is "aws_read" or "aws_change" or "create_plan" && !arguments.Has("blueprint") && !arguments.Has("operation") && !arguments.Has("steps") => new(
            new NextCall("find_operations", [], "finds the operation and its parameters") { Fill = ["query"] }),
        _ when retryable && Repeatable.Contains(tool) => new(new NextCall(tool, arguments.All(), "tries the same again, in a moment")),
        _ => NextCalls.None,
    };

    /// <summary>The same call, with the inputs that were right; a blueprint's inputs are shown with its plan anyway.</summary>
    private static NextCall Inputs(IReadOnlyList<Problem> problems, ToolArguments arguments)
    {
        var again = arguments.All();
        var wrong = problems.Select(problem => problem.Path).Where(path => path.StartsWith("inputs.", StringComparison.Ordinal)).Distinct().ToList();
        foreach (var path in wrong)
        {
            (again["inputs"] as JsonObject)?.Remove(path["inputs.".Length..]);
        }

        return new("create_plan", again, "plans it") { Fill = wrong };
    }

    private static NextCall Search(string service, string operation) =>
        OperationNext.Search(string.Join(' ', new[] { service, operation }.Where(word => word.Length > 0)) is { Length: <= MaxQuery } words ? words : operation[..Math.Min(operation.Length, MaxQuery)]);

    /// <summary>The call that the first problem is about.</summary>
    private static (string Service, string Operation)? Call(ToolArguments arguments, string tool, IReadOnlyList<Problem> problems)
    {
        if (tool != "create_plan")
        {
            return Text(arguments, "operation") is { Length: > 0 } only ? (Text(arguments, "service"), only) : null;
        }

        var steps = arguments.JsonList("steps");
        foreach (var problem in problems)
        {
            if (StepNumber().Match(problem.Path) is { Success: true } match
                && int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is var n && n < steps.Count && steps[n] is JsonObject step)
            {
                return (step["service"]?.ToString() ?? "", step["operation"]?.ToString() ?? "");
            }
        }

        return null;
    }

    private static string Text(ToolArguments arguments, string name) =>
        arguments.Has(name) && arguments[name].ValueKind == JsonValueKind.String ? arguments.Text(name) : "";

    [GeneratedRegex(@"^steps\[(\d{1,3})\]")]
    private static partial Regex StepNumber();
}
