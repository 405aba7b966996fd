using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Local.Engine;

namespace ServerlessMcp.Tests.Lambda.Cloud;

/// <summary>
/// Step Functions' API over the embedded engine, in front of the emulator, which gets everything else: its own Step Functions starts one execution
/// only. Requests to DynamoDB pass one after the other: the emulator checks and writes in two moments.
/// </summary>
internal sealed class StepFunctionsStandIn : IAsyncDisposable
{
    private const string Target = "AWSStepFunctions.";

    private static readonly KeyValuePair<string, string[]>[] JsonHeaders = [KeyValuePair.Create("Content-Type", new[] { "application/x-amz-json-1.0" })];

    private readonly WebApplication _app;
    private readonly Forwarder _forwarder;
    private readonly EmbeddedEngine _engine;
    private readonly SemaphoreSlim _turn = new(1);

    private StepFunctionsStandIn(WebApplication app, Uri emulator, EmbeddedEngine engine) => (_app, _forwarder, _engine) = (app, new(emulator), engine);

    public Uri Endpoint => new(_app.Urls.Single());

    public static async Task<StepFunctionsStandIn> StartAsync(Uri emulator, EmbeddedEngine engine, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var standIn = new StepFunctionsStandIn(app, emulator, engine);
        app.Run(standIn.HandleAsync);
        await app.StartAsync(cancellationToken);
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _forwarder.Dispose();
        _turn.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        var answer = target.StartsWith(Target, StringComparison.Ordinal)
            ? await AnswerAsync(target[Target.Length..], JsonNode.Parse(body.ToArray())!.AsObject(), context.RequestAborted)
            : await ForwardAsync(context, body.ToArray(), isDynamo: target.StartsWith("DynamoDB_", StringComparison.Ordinal));
        context.Response.StatusCode = answer.Status;
        foreach (var (name, values) in answer.Headers)
        {
            context.Response.Headers[name] = values;
        }

        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task<Answer> ForwardAsync(HttpContext context, byte[] body, bool isDynamo)
    {
        await (isDynamo ? _turn.WaitAsync(context.RequestAborted) : Task.CompletedTask);
        try
        {
            return await _forwarder.SendAsync(
                context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, context.Request.Headers, body, context.RequestAborted);
        }
        finally
        {
            if (isDynamo)
            {
                _turn.Release();
            }
        }
    }

    private async Task<Answer> AnswerAsync(string operation, JsonObject input, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case "StartExecution":
                await _engine.StartAsync((string)input["name"]!, JsonNode.Parse((string)input["input"]!)!.AsObject(), cancellationToken);
                return Json(200, new() { ["executionArn"] = $"{input["stateMachineArn"]}:{input["name"]}", ["startDate"] = 1767225600 });
            case "SendTaskSuccess":
                await _engine.SendTaskSuccessAsync((string)input["taskToken"]!, JsonNode.Parse((string)input["output"]!)!, cancellationToken);
                return Json(200, []);
            case "DescribeExecution":
                var name = ((string)input["executionArn"]!).Split(':')[^1];
                return await _engine.DescribeAsync(name, cancellationToken) is { } status
                    ? Json(200, new() { ["name"] = name, ["status"] = Word(status) })
                    : Json(400, new() { ["__type"] = "com.amazonaws.swf.service.v2.model#ExecutionDoesNotExist", ["message"] = "Execution does not exist" });
            default:
                return Json(400, new() { ["__type"] = "UnknownOperationException" });
        }
    }

    /// <summary>In the words of Step Functions, which its events have too.</summary>
    public static string Word(RunStatus status) => status == RunStatus.TimedOut ? "TIMED_OUT" : status.ToString().ToUpperInvariant();

    private static Answer Json(int status, JsonObject body) =>
        new(status, JsonHeaders, Encoding.UTF8.GetBytes(body.ToJsonString()));
}
