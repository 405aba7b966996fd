using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Prompts;

/// <summary>prompts/list and prompts/get: texts that lead through a change and through its undo, with this server's state.</summary>
internal sealed class PromptCalls(ExecutionStore executions, ToolCatalog tools, Fence fence, ServerOptions options)
{
    public const string Deploy = "deploy_safely";
    public const string Undo = "undo_last_change";

    private const int AtOnce = 50;
    private const int MostPages = 5;
    private const int MostText = 2_000;

    private static readonly IReadOnlyList<Prompt> All =
    [
        new()
        {
            Name = Deploy,
            Title = "Deploy safely",
            Description = "From a goal to a change that can be taken back: find, plan, look, start, watch.",
            Arguments =
            [
                new() { Name = "goal", Description = "What is to be there afterwards, in your words.", Required = true },
                new() { Name = "service", Description = "The AWS service, if it is known, such as sqs." },
            ],
        },
        new()
        {
            Name = Undo,
            Title = "Undo the last change",
            Description = "Takes back your last execution that succeeded, or the one you name.",
            Arguments = [new() { Name = "execution_id", Description = "Another than the last." }],
        },
    ];

    public ListPromptsResult List(RequestContext<ListPromptsRequestParams> request) =>
        new() { Prompts = [.. Callers.Of(request.User).May(Scope.Read) ? All : []], TimeToLive = options.ToolCacheTime, CacheScope = CacheScope.Private };

    public async ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken)
    {
        var (caller, name) = (Callers.Of(request.User), request.Params.Name);
        var prompt = All.FirstOrDefault(one => one.Name == name && caller.May(Scope.Read)) ?? throw Invalid(
            $"Unknown prompt: '{Views.Cut(name)}'.{Nearest.Hint(name, All.Select(one => one.Name))}");
        var text = name == Deploy
            ? DeployText(Argument(request, "goal") ?? throw Invalid($"{Deploy} needs the argument 'goal'."), Argument(request, "service"))
            : await UndoTextAsync(Argument(request, "execution_id"), caller, cancellationToken);
        return new()
        {
            Description = prompt.Description,
            Messages = [new() { Role = Role.User, Content = new TextContentBlock { Text = text } }],
            Meta = name == Undo ? Fence.Meta("executions") : null,
        };
    }

    /// <summary>The caller's last success that changed something and still stands.</summary>
    internal async Task<Execution?> LastAsync(Principal caller, CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var n = 0; n < MostPages; n++)
        {
            var page = await executions.ListAsync(caller.Id, ExecutionStatus.Succeeded, cursor, AtOnce, cancellationToken);
            foreach (var execution in page.Items.Where(one => one.UndoOf is null))
            {
                if (await StandsAsync(execution, caller, cancellationToken))
                {
                    return execution;
                }
            }

            if ((cursor = page.Cursor) is null)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>Nothing takes it back, or what did has ended as if it had never been.</summary>
    private async Task<bool> StandsAsync(Execution execution, Principal caller, CancellationToken cancellationToken) =>
        await executions.UndoneByAsync(execution.ExecutionId, cancellationToken) is not { } by
        || (await executions.FindAsync(by, caller, cancellationToken) is { } undo && await executions.HasChangedNothingAsync(undo, cancellationToken));

    private string DeployText(string goal, string? service) => $$"""
        Goal: {{PlainText.OneLine(goal)}}

        You work through ServerlessMcp ({{options.Mode}}, region {{options.Region}}; changes are {{(options.ChangesAllowed ? "on" : "OFF: plans can be made and not started")}}).
        1. find_operations {"query": the goal in a few words{{(service is null ? "" : $", \"service\":\"{PlainText.OneLine(service)}\"")}}} finds what to call; find_resources shows what is there already.
        2. create_plan with all steps, or with a blueprint (docs://blueprints/NAME), makes a plan. Nothing has happened yet.
        3. Show your user its changes, its class (what can be taken back, and what is lost), its verdict, warnings and what was not checked. Ask for nothing that the plan already says.
        4. execute_plan with its plan_id and plan_hash starts it. If it waits for a yes, your user gives it; you never do.
        5. get_execution with wait_seconds 20 watches it until it has ended.
        6. Succeeded: say what was made, and that rollback_execution takes it back. Rolled back: say why, mend the cause, plan again. rollback_failed: say what is left, and stop.
        Every answer names the call to make next; an error says what was wrong.
        """;

    private async Task<string> UndoTextAsync(string? named, Principal caller, CancellationToken cancellationToken)
    {
        var execution = named is null
            ? await LastAsync(caller, cancellationToken)
            : await executions.FindAsync(named, caller, cancellationToken) ?? throw Invalid($"There is no execution '{Views.Cut(named)}' for you.");
        if (execution is null)
        {
            return "None of your executions stands that could be taken back. list_executions {} shows them all; say so to your user, and do nothing else.";
        }

        var what = $"{execution.ExecutionId} ({ExecutionViews.Word(execution.Status)}, {ExecutionViews.Time(execution.CreatedAt)})";
        return execution.Status != ExecutionStatus.Succeeded
            ? $"Execution {what} has not succeeded, so it is not undone by a plan. {string.Join('\n', ExecutionNext.Of(execution).Where(tools.OfferedTo(caller)).Lines())}"
            : $$"""
                Take back execution {{what}}.
                1. rollback_execution {"execution_id":"{{execution.ExecutionId}}"} makes the plan of its undo: the recorded undos, last step first. It is refused, and says why, if somebody changed the same things since; then show that to your user and stop.
                2. Show your user what the plan takes back and what is lost.
                3. execute_plan with the plan_id and plan_hash of that answer starts it, if it has not been started. A yes is your user's to give.
                4. get_execution with wait_seconds 20 watches it; find_resources {"execution_id":"{{execution.ExecutionId}}"} shows what is left of it.
                Its title, in its caller's words:
                {{fence.Around(PlainText.OneLine(execution.Title))}}
                """;
    }

    private static string? Argument(RequestContext<GetPromptRequestParams> request, string name)
    {
        if (request.Params.Arguments is not { } arguments || !arguments.TryGetValue(name, out var value) || value.ValueKind == System.Text.Json.JsonValueKind.Null)
        {
            return null;
        }

        var text = value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length is > 0 and <= MostText ? text : text.Length == 0 ? null : throw Invalid($"'{name}' has {text.Length} characters; {MostText} are the most.");
    }

    private static McpProtocolException Invalid(string message) => new(message, McpErrorCode.InvalidParams);
}
