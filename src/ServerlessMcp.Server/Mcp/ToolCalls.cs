using System.Text.Json;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp.Tasks;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// tools/list and tools/call: finds the tool, asks whether the caller may, checks the arguments, calls, and turns failures into results.
/// </summary>
internal sealed class ToolCalls(ToolCatalog catalog, ITaskSource tasks, Fence fence, ServerOptions options, ILogger<ToolCalls> log)
{
    private static readonly Dictionary<string, JsonElement> NoArguments = [];

    public ListToolsResult List(RequestContext<ListToolsRequestParams> request) => new()
    {
        Tools = catalog.VisibleTo(Callers.Of(request.User)),
        TimeToLive = options.ToolCacheTime,
        CacheScope = CacheScope.Private,
    };

    public async ValueTask<ResultOrAlternate<CallToolResult>> CallAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var caller = Callers.Of(request.User);
        var name = request.Params.Name;
        var entry = catalog.Find(name) ?? throw new McpProtocolException(
            $"Unknown tool: '{Views.Cut(name)}'.{Nearest.Hint(name, catalog.NamesFor(caller))}", McpErrorCode.InvalidParams);
        try
        {
            var answer = await AnswerAsync(entry, caller, request, cancellationToken);
            return answer switch
            {
                ToolAnswer.Done done => done.Result,
                ToolAnswer.Started started => await StartedAsync(started, caller, request, cancellationToken),
                ToolAnswer.Said { TaskId: null } said => said.Answer.Write(fence, catalog.OfferedTo(caller)),
                ToolAnswer.Said { TaskId: { } task } said => await StartedAsync(
                    new(task, said.Answer.Write(fence, catalog.OfferedTo(caller))), caller, request, cancellationToken),
                var other => throw new InvalidOperationException($"Unknown answer {other.GetType().Name}."),
            };
        }
        catch (Exception error) when (error is not (OperationCanceledException or McpException or InputRequiredException))
        {
            var asked = new AskedCall(
                name, new(request.Params.Arguments is { } sent ? new Dictionary<string, JsonElement>(sent) : NoArguments), catalog.OfferedTo(caller));
            var failed = ToolErrors.From(error, asked) ?? ToolErrors.Answer(
                "internal", HiddenFailure.Log(log, error, $"Tool {request.Params.Name}"), [], retryable: false);
            return failed.Write(fence, catalog.OfferedTo(caller));
        }
    }

    private static Task<ToolAnswer> AnswerAsync(
        ToolCatalog.Entry entry, Principal caller, RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var tool = entry.Tool.Definition;
        if (!caller.May(tool.Scope))
        {
            throw new CallerException(
                "missing_scope", $"{tool.Name} needs the scope '{tool.Scope}'; this key has: {string.Join(", ", caller.Scopes.Order())}.");
        }

        var arguments = request.Params.Arguments is { } sent ? new Dictionary<string, JsonElement>(sent) : NoArguments;
        var problems = ArgumentCheck.Check(entry.Schema, arguments);
        if (problems.Count > 0)
        {
            throw new CallerException("invalid_arguments", $"{tool.Name} cannot take these arguments; nothing was done.", problems);
        }

        return entry.Tool.CallAsync(new(new(arguments), caller, request), cancellationToken);
    }

    private async Task<ResultOrAlternate<CallToolResult>> StartedAsync(
        ToolAnswer.Started started, Principal caller, RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        if (!TasksExtension.OptedIn(request.JsonRpcRequest))
        {
            return started.Result;
        }

        var state = await tasks.FindAsync(started.TaskId, caller, TasksExtension.MayAsk(request.JsonRpcRequest), cancellationToken)
            ?? throw new InvalidOperationException($"Task {started.TaskId} was started and is not there.");
        return ResultOrAlternate<CallToolResult>.FromAlternate(TaskWire.Seed(state), TaskWire.Type);
    }
}
