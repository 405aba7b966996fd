using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Resources;

/// <summary>resources/list, resources/templates/list and resources/read. A list is for its caller: the key's scope is <c>read</c>.</summary>
internal sealed class ResourceCalls(ResourceReader reader, Fence fence, ServerOptions options, ILogger<ResourceCalls> log)
{
    public ListResourcesResult List(RequestContext<ListResourcesRequestParams> request) => new()
    {
        Resources = [.. MayRead(request.User) ? ResourceAddresses.All : []],
        TimeToLive = options.ToolCacheTime,
        CacheScope = CacheScope.Private,
    };

    public ListResourceTemplatesResult Templates(RequestContext<ListResourceTemplatesRequestParams> request) => new()
    {
        ResourceTemplates = [.. MayRead(request.User) ? ResourceAddresses.Templates : []],
        TimeToLive = options.ToolCacheTime,
        CacheScope = CacheScope.Private,
    };

    public async ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        var caller = Callers.Of(request.User);
        var uri = request.Params.Uri;
        if (!caller.May(Scope.Read))
        {
            throw new McpProtocolException($"Reading needs the scope '{Scope.Read}'.", McpErrorCode.InvalidRequest);
        }

        try
        {
            return await reader.ReadAsync(uri, caller, cancellationToken)
                ?? throw NotFound(request, $"There is no resource '{Views.Cut(uri)}'.{Nearest.Hint(uri, reader.Known(caller))}");
        }
        catch (CallerException missing) when (missing.Code is "execution_not_found" or "plan_not_found")
        {
            throw NotFound(request, missing.Message);
        }
        catch (CallerException failed)
        {
            throw Failed(failed);
        }
        catch (AwsCallException failed)
        {
            throw Failed(failed);
        }
        catch (TableUnavailableException)
        {
            throw new McpProtocolException("The server's state cannot be read now; the same call may succeed in a moment.", McpErrorCode.InternalError);
        }
        catch (Exception bug) when (bug is not (McpException or OperationCanceledException))
        {
            throw new McpProtocolException(HiddenFailure.Log(log, bug, "resources/read"), McpErrorCode.InternalError);
        }
    }

    /// <summary>As a tool says it: AWS's words in a fence.</summary>
    private McpProtocolException Failed(Exception failed) => new(ToolErrors.From(failed)!.Text(fence, _ => false), McpErrorCode.InternalError);

    /// <remarks>Source: MCP 2026-07-28, which has no code of its own for it; the versions before have.</remarks>
    private static McpProtocolException NotFound(RequestContext<ReadResourceRequestParams> request, string message) => new(
        message,
        string.CompareOrdinal(request.JsonRpcRequest.Context?.ProtocolVersion, "2026-07-28") >= 0 ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound);

    private static bool MayRead(System.Security.Claims.ClaimsPrincipal? user) => Callers.Of(user).May(Scope.Read);
}
