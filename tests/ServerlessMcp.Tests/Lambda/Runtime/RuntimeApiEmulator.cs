using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Tests.Lambda.Runtime;

/// <summary>Lambda's side of the Runtime API on 127.0.0.1, as strict as it: one answer an invocation, buffered answers of 6 MB, states as documented.</summary>
internal sealed class RuntimeApiEmulator : IAsyncDisposable
{
    /// <summary>What Lambda takes, with its 100 bytes more than 6 MB.</summary>
    private const int LargestAnswer = (6 * 1024 * 1024) + 100;

    private const string Path = "/2018-06-01/runtime";

    private readonly Channel<EmulatedInvocation> _waiting = Channel.CreateUnbounded<EmulatedInvocation>();
    private readonly ConcurrentDictionary<string, EmulatedInvocation> _open = new();
    private readonly TaskCompletionSource<EmulatedAnswer> _startFailure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    private RuntimeApiEmulator(WebApplication app) => _app = app;

    /// <summary>As in <c>AWS_LAMBDA_RUNTIME_API</c>.</summary>
    public string Address => new Uri(_app.Urls.Single()).Authority;

    /// <summary>What a process said that could not start.</summary>
    public Task<EmulatedAnswer> StartFailure => _startFailure.Task;

    /// <summary>Set: every answer of the function gets this status.</summary>
    public int? Refuses { get; set; }

    public static async Task<RuntimeApiEmulator> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var emulator = new RuntimeApiEmulator(app);
        app.Run(emulator.AnswerAsync);
        await app.StartAsync();
        return emulator;
    }

    /// <summary>As Lambda's Invoke: the event goes to whatever process asks next.</summary>
    public Task<EmulatedAnswer> InvokeAsync(byte[] payload, TimeSpan? left = null, CancellationToken cancellationToken = default) =>
        Begin(payload, left).Answer.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);

    /// <summary>The same for who wants to see the answer come.</summary>
    public EmulatedInvocation Begin(byte[] payload, TimeSpan? left = null)
    {
        var invocation = new EmulatedInvocation(Guid.NewGuid().ToString(), payload, DateTimeOffset.UtcNow + (left ?? TimeSpan.FromSeconds(30)));
        _open[invocation.RequestId] = invocation;
        _waiting.Writer.TryWrite(invocation);
        return invocation;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        switch (context.Request.Method, context.Request.Path.Value![Path.Length..].Split('/'))
        {
            case ("GET", ["", "invocation", "next"]):
                await NextAsync(context);
                break;
            case ("POST", ["", "invocation", var id, "response" or "error"]) when _open.TryGetValue(id, out var invocation):
                await TakeAsync(context, invocation);
                break;
            case ("POST", ["", "init", "error"]):
                _startFailure.TrySetResult(await EmulatedAnswer.ReadAsync(context, new()));
                await SayAsync(context, StatusCodes.Status202Accepted);
                break;
            default:
                await SayAsync(context, StatusCodes.Status400BadRequest);
                break;
        }
    }

    private async Task NextAsync(HttpContext context)
    {
        var invocation = await _waiting.Reader.ReadAsync(context.RequestAborted);
        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] = invocation.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:eu-west-1:111122223333:function:smcp-mcp";
        headers["Lambda-Runtime-Trace-Id"] = EmulatedInvocation.TraceId;
        context.Response.ContentLength = invocation.Payload.Length;
        await context.Response.Body.WriteAsync(invocation.Payload, context.RequestAborted);
    }

    private async Task TakeAsync(HttpContext context, EmulatedInvocation invocation)
    {
        var answer = await EmulatedAnswer.ReadAsync(context, invocation.FirstBytes);
        if (Refuses is { } refusal)
        {
            await SayAsync(context, refusal);
        }
        else if (!answer.IsStreamed && answer.Body.Length > LargestAnswer)
        {
            await SayAsync(context, StatusCodes.Status413PayloadTooLarge);
        }
        else
        {
            _open.TryRemove(invocation.RequestId, out _);
            await SayAsync(context, StatusCodes.Status202Accepted);
            invocation.Answer.TrySetResult(answer);
        }
    }

    private static Task SayAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(status == StatusCodes.Status202Accepted ? """{"status":"OK"}""" : """{"errorMessage":"refused","errorType":"Emulated"}""");
    }
}
