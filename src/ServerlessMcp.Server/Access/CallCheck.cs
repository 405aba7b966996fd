using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// Of a caller who is known: 429 when they ask too often, 403 when they may not ask for this. Reads go on, slower, while nothing can be
/// counted; what may change something does not.
/// </summary>
internal sealed class CallCheck(RequestDelegate next, ServerOptions options, CallRates rates, CallsInFlight inFlight, ScopeNeeds needs)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await next(context);
            return;
        }

        var head = RequestHead.Read(context.Request.Body);
        context.Request.Body.Position = 0;
        var (caller, need) = (Callers.Of(context.User), needs.Of(head));
        var limit = need == Scope.Operate ? options.Limits.Operate : options.Limits.Read;
        if (await rates.TakeAsync(caller, limit, context.RequestAborted) is not { } answer)
        {
            context.Response.Headers.RetryAfter = "5";
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Requests that may change something cannot be counted now. Try again.", id: head.Id);
            return;
        }

        CallRates.Tell(context.Response.Headers, limit, answer);
        if (!answer.Fits)
        {
            var seconds = (int)Math.Ceiling(answer.Wait.TotalSeconds);
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status429TooManyRequests,
                $"Too many requests of the kind '{limit.Name}': {limit.Burst} at once, then one each {limit.Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s. Try again in {seconds} s.",
                JsonRpcErrors.RateLimited, head.Id, new() { ["limit"] = limit.Name, ["retry_after_seconds"] = seconds });
            return;
        }

        if (need is not null && !caller.May(need))
        {
            await RefuseAsync(context, caller, need, head);
            return;
        }

        using var place = inFlight.Enter(caller, options.Limits.InFlight);
        if (place is null)
        {
            context.Response.Headers.RetryAfter = "1";
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status429TooManyRequests,
                $"{options.Limits.InFlight} of your requests are being answered, as many as at once; wait for one and try again.",
                JsonRpcErrors.RateLimited, head.Id, new() { ["limit"] = "in-flight", ["retry_after_seconds"] = 1 });
            return;
        }

        await NextAsync(context, head);
    }

    /// <summary>The SDK fails on some parameters that are not of the method's form, instead of refusing them.</summary>
    private async Task NextAsync(HttpContext context, RequestHead head)
    {
        var wrong = head.Wrong;
        try
        {
            if (wrong is null)
            {
                await next(context);
            }
        }
        catch (JsonException) when (!context.Response.HasStarted)
        {
            wrong = $"params: not the form that '{Views.Cut(head.Method)}' has.";
        }

        if (wrong is not null)
        {
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, wrong, JsonRpcErrors.InvalidParameters, head.Id);
        }
    }

    /// <summary>The body says what the header says: some proxies take the header away.</summary>
    private Task RefuseAsync(HttpContext context, Principal caller, string need, RequestHead head)
    {
        Challenge.Set(context, options, "insufficient_scope", need);
        var data = new JsonObject { ["error"] = "insufficient_scope", ["required"] = new JsonArray(need) };
        if (options.Jwt is { } jwt)
        {
            data["resource_metadata"] = jwt.Metadata.ToString();
        }

        var has = caller.Scopes.Count == 0 ? "none" : string.Join(", ", caller.Scopes.Order(StringComparer.Ordinal));
        return JsonRpcErrors.WriteAsync(
            context, StatusCodes.Status403Forbidden, $"{head.Name ?? head.Method} needs the scope '{need}'; you have: {has}.",
            JsonRpcErrors.InsufficientScope, head.Id, data);
    }
}
