using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>The way of one request through the proxy, in this order: token, AWS's refusals, rules, hidden ids, emulator.</summary>
internal sealed class ProxyPath(
    Forwarder forwarder, ProxyRules rules, ProxyRecords records, StrictChecks checks, ReplayMemory replays, HiddenIds hidden, TimeProvider time)
{
    public async Task HandleAsync(HttpContext http)
    {
        var rawTarget = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var incoming = new Incoming(http.Request.Method, rawTarget, http.Request.Headers, await BodyAsync(http));
        if (AwsRequest.Parse(incoming.Method, rawTarget, incoming.Headers, incoming.Body) is not { } request)
        {
            var unsigned = AwsErrorAnswer.Write(AwsWire.S3, 403, "MissingAuthenticationToken", "Request is missing Authentication Token");
            await WriteAsync(http, unsigned);
            return;
        }

        var record = records.Begin(request);
        var end = new Ending(ProxyOutcome.Broken, null, null);
        try
        {
            end = await EndAsync(request, incoming, http.RequestAborted);
        }
        catch (HttpRequestException)
        {
            end = new(ProxyOutcome.Broken, null, null);
        }
        finally
        {
            records.End(record, end.Outcome, end.Answer?.Status ?? 0, end.Code);
        }

        if (end.Outcome is ProxyOutcome.DroppedBefore or ProxyOutcome.DroppedAfter || end.Answer is null)
        {
            http.Abort();
            return;
        }

        await WriteAsync(http, end.Answer);
    }

    private async Task<Ending> EndAsync(AwsRequest request, Incoming incoming, CancellationToken cancellationToken)
    {
        var active = rules.Take(request);
        await WaitAsync(active, ProxyAction.Delay, cancellationToken);
        if (active.Any(rule => rule.Action == ProxyAction.Late))
        {
            cancellationToken = CancellationToken.None;
            await WaitAsync(active, ProxyAction.Late, cancellationToken);
        }

        if (active.Any(rule => rule.Action == ProxyAction.DropBefore))
        {
            return new(ProxyOutcome.DroppedBefore, null, null);
        }

        if (active.FirstOrDefault(rule => rule.Action == ProxyAction.Refuse) is { } refusal)
        {
            return new(ProxyOutcome.Refused, AwsErrorAnswer.Write(request.Wire, refusal.Status, refusal.Code, refusal.Message), refusal.Code);
        }

        var end = request.Token is null
            ? await ForwardAsync(request, incoming, active, cancellationToken)
            : await OnceAsync(request, incoming, active, cancellationToken);
        await WaitAsync(active, ProxyAction.DelayAfter, cancellationToken);
        return active.Any(rule => rule.Action == ProxyAction.DropAfter) ? end with { Outcome = ProxyOutcome.DroppedAfter } : end;
    }

    private async Task<Ending> OnceAsync(
        AwsRequest request, Incoming incoming, IReadOnlyList<ProxyRule> active, CancellationToken cancellationToken)
    {
        var entry = replays.For(request);
        await entry.Turn.WaitAsync(cancellationToken);
        try
        {
            if (entry.First is { } first)
            {
                var mismatch = request.Wire is AwsWire.Json or AwsWire.RestJson ? "IdempotentParameterMismatchException" : "IdempotentParameterMismatch";
                return entry.Fingerprint == request.Fingerprint()
                    ? new(ProxyOutcome.Replayed, first, null)
                    : new(
                        ProxyOutcome.RefusedAsAws,
                        AwsErrorAnswer.Write(request.Wire, 400, mismatch, "Request with the same client token but different parameters."), mismatch);
            }

            var end = await ForwardAsync(request, incoming, active, cancellationToken);
            if (end is { Outcome: ProxyOutcome.Forwarded, Answer: { Status: >= 200 and < 300 } good })
            {
                (entry.First, entry.Fingerprint) = (good, request.Fingerprint());
            }

            return end;
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private async Task<Ending> ForwardAsync(
        AwsRequest request, Incoming incoming, IReadOnlyList<ProxyRule> active, CancellationToken cancellationToken)
    {
        if (await checks.RefusalAsync(request, cancellationToken) is { } rule)
        {
            return new(ProxyOutcome.RefusedAsAws, AwsErrorAnswer.Write(request.Wire, rule.Status, rule.Code, rule.Message), rule.Code);
        }

        if (hidden.NotFound(request) is { } notFound)
        {
            return new(ProxyOutcome.Refused, notFound, "NotFound");
        }

        // What was begun is finished: a caller that hangs up does not take back a change, in AWS neither.
        var answer = await forwarder.SendAsync(incoming.Method, incoming.RawTarget, incoming.Headers, incoming.Body, CancellationToken.None);
        answer = checks.Shown(request, hidden.Without(request, Translated(request, answer)));
        if (answer.Status is >= 200 and < 300)
        {
            checks.Succeeded(request);
            foreach (var hide in active.Where(one => one.Action == ProxyAction.Hide))
            {
                hidden.Hide(request, answer, TimeSpan.FromMilliseconds(hide.Ms));
            }
        }

        return new(ProxyOutcome.Forwarded, answer, null);
    }

    /// <summary>The emulator answers HTML where it lacks an operation or fails at it; AWS never does.</summary>
    private static Answer Translated(AwsRequest request, Answer answer)
    {
        if (answer.Status < 400 || answer.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true
            || !Encoding.UTF8.GetString(answer.Body).Contains("<html", StringComparison.OrdinalIgnoreCase))
        {
            return answer;
        }

        var code = request.Wire switch { AwsWire.Json => "UnknownOperationException", AwsWire.Query or AwsWire.Ec2 => "InvalidAction", _ => "NotImplemented" };
        return AwsErrorAnswer.Write(
            request.Wire, 400, code, $"The emulator cannot do {request.Service}:{request.Operation} (it answered {answer.Status} without an AWS error); AWS may.");
    }

    private async Task WaitAsync(IReadOnlyList<ProxyRule> active, ProxyAction action, CancellationToken cancellationToken)
    {
        foreach (var rule in active.Where(rule => rule.Action == action))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(rule.Ms), time, cancellationToken);
        }
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }

    private static async Task WriteAsync(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        foreach (var (name, values) in answer.Headers)
        {
            http.Response.Headers[name] = values;
        }

        if (!HttpMethods.IsHead(http.Request.Method) && answer.Status is not (204 or 304))
        {
            http.Response.ContentLength = answer.Body.Length;
            await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
        }
    }

    private sealed record Incoming(string Method, string RawTarget, IHeaderDictionary Headers, byte[] Body);

    private sealed record Ending(ProxyOutcome Outcome, Answer? Answer, string? Code);
}
