using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ServerlessMcp.Tests.Lambda.Runtime;

namespace ServerlessMcp.Tests.Lambda.Cloud;

/// <summary>A Function URL on 127.0.0.1: requests become events of payload version 2, as its documentation says, and answers requests' answers.</summary>
internal sealed class HttpFront : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RuntimeApiEmulator _function;

    private HttpFront(WebApplication app, RuntimeApiEmulator function) => (_app, _function) = (app, function);

    public Uri Url => new(_app.Urls.Single());

    public static async Task<HttpFront> StartAsync(RuntimeApiEmulator function, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var front = new HttpFront(app, function);
        app.Run(front.HandleAsync);
        await app.StartAsync(cancellationToken);
        return front;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var payload = Encoding.UTF8.GetBytes((await EventAsync(context)).ToJsonString());
        var answer = await _function.InvokeAsync(payload, cancellationToken: context.RequestAborted);
        if (answer.IsError)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        context.Response.StatusCode = (int)answer.Json["statusCode"]!;
        foreach (var (name, value) in answer.Json["headers"]!.AsObject())
        {
            context.Response.Headers[name] = (string?)value;
        }

        var body = (string?)answer.Json["body"] ?? "";
        await context.Response.Body.WriteAsync(
            (bool?)answer.Json["isBase64Encoded"] is true ? Convert.FromBase64String(body) : Encoding.UTF8.GetBytes(body), context.RequestAborted);
    }

    private static async Task<JsonObject> EventAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var headers = request.Headers.Where(header => header.Key != "Cookie").Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)string.Join(",", header.Value.ToArray())));
        return new()
        {
            ["version"] = "2.0",
            ["routeKey"] = "$default",
            ["rawPath"] = target[0],
            ["rawQueryString"] = target.ElementAtOrDefault(1) ?? "",
            ["cookies"] = new JsonArray([.. request.Headers.Cookie.SelectMany(cookie => cookie!.Split("; ")).Select(cookie => (JsonNode)cookie)]),
            ["headers"] = new JsonObject(headers),
            ["requestContext"] = new JsonObject
            {
                ["domainName"] = request.Host.Host,
                ["http"] = new JsonObject { ["method"] = request.Method, ["path"] = target[0], ["protocol"] = request.Protocol, ["sourceIp"] = "192.0.2.1" },
                ["requestId"] = context.TraceIdentifier,
                ["stage"] = "$default",
            },
            ["body"] = Convert.ToBase64String(body.ToArray()),
            ["isBase64Encoded"] = true,
        };
    }
}
