using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// Of a caller who is known: 429 when they ask too often, 403 when they may not ask for this. Reads go on, slower, while nothing can be
/// counted; what may change something does not.
/// </summary>
internal sealed class CallCheck(RequestDelegate next, ServerOptions options, IRateLimiter limiter, ScopeNeeds needs, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly MemoryRateLimiter _alone = new(time);

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
        if (await TakeAsync(caller, limit, context.RequestAborted) is not { } answer)
        {
            context.Response.Headers.RetryAfter = "5";
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Requests that may change something cannot be counted now. Try again.", id: head.Id);
            return;
        }

        Tell(context.Response.Headers, limit, answer);
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

    /// <returns>Null: it must be counted and cannot be.</returns>
    private async Task<RateAnswer?> TakeAsync(Principal caller, RateLimit limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await limiter.TakeAsync(caller.Id, limit, patience.Token);
        }
        catch (Exception away) when (away is TableUnavailableException || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return limit == options.Limits.Read ? _alone.Take(caller.Id, limit with { Interval = limit.Interval * 4, Burst = Math.Max(1, limit.Burst / 4) }) : null;
        }
    }

    /// <remarks>Source: draft-ietf-httpapi-ratelimit-headers-11; Retry-After is RFC 9110.</remarks>
    private static void Tell(IHeaderDictionary headers, RateLimit limit, RateAnswer answer)
    {
        var (window, wait) = ((int)Math.Ceiling(limit.Window.TotalSeconds), (int)Math.Ceiling(answer.Wait.TotalSeconds));
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";q={limit.Burst};w={window}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";r={answer.Left};t={wait}");
        if (!answer.Fits)
        {
            headers.RetryAfter = Math.Max(1, wait).ToString(CultureInfo.InvariantCulture);
        }
    }
}
