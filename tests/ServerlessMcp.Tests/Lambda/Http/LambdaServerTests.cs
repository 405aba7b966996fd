using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Lambda.Http;
using ServerlessMcp.Tests.Lambda.Runtime;

namespace ServerlessMcp.Tests.Lambda.Http;

/// <summary>What an application sees of an event, and what becomes of its answer.</summary>
public sealed class LambdaServerTests
{
    [Fact]
    public async Task A_request_reaches_the_application_and_its_answer_goes_back()
    {
        await using var app = await LambdaApp.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            context.Response.StatusCode = 201;
            context.Response.ContentType = "text/plain";
            context.Response.Headers.Append("X-Twice", new(["a", "b"]));
            context.Response.Cookies.Append("one", "1");
            context.Response.Cookies.Append("two", "2");
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Scheme} {context.Request.Host} {context.Connection.RemoteIpAddress} {body}");
        });

        var two = await app.InvokeAsync(Events.Version2(body: "grün"));
        var one = await app.InvokeAsync(Events.Version1(body: "grün"));

        Assert.Equal((201, "a, b"), ((int)two.Json["statusCode"]!, (string?)two.Json["headers"]!["X-Twice"]));
        Assert.Equal($"POST https abc.lambda-url.eu-west-1.on.aws {Events.SourceIp} grün", (string?)two.Json["body"]);
        Assert.Equal(["one=1; path=/", "two=2; path=/"], two.Json["cookies"]!.AsArray().Select(cookie => (string?)cookie));
        Assert.Null(two.Json["multiValueHeaders"]);
        Assert.Equal($"POST https abc.execute-api.eu-west-1.amazonaws.com {Events.SourceIp} grün", (string?)one.Json["body"]);
        Assert.Equal(["a", "b"], one.Json["multiValueHeaders"]!["X-Twice"]!.AsArray().Select(value => (string?)value));
        Assert.Equal(2, one.Json["multiValueHeaders"]!["Set-Cookie"]!.AsArray().Count);
        Assert.Null(one.Json["cookies"]);
    }

    [Theory]
    [InlineData("image/png", null, true)]
    [InlineData("application/json", "gzip", true)]
    [InlineData("application/json", "identity", false)]
    [InlineData("text/event-stream", null, false)]
    [InlineData("application/octet-stream", null, true)]
    public async Task What_is_no_text_travels_as_base64(string type, string? encoding, bool isBase64)
    {
        await using var app = await LambdaApp.StartAsync(context =>
        {
            context.Response.ContentType = type;
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.WriteAsync("text");
        });

        var answer = (await app.InvokeAsync(Events.Version2("GET"))).Json;

        Assert.Equal(isBase64, (bool?)answer["isBase64Encoded"] is true);
        Assert.Equal(isBase64 ? Convert.ToBase64String("text"u8) : "text", (string?)answer["body"]);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"requestContext":{}}""")]
    [InlineData("""{"requestContext":{"elb":{}},"httpMethod":7}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"}]}""")]
    public async Task An_event_of_unknown_shape_is_refused_with_the_shapes_that_are_taken(string payload)
    {
        await using var app = await LambdaApp.StartAsync(context => context.Response.WriteAsync("reached"));

        var refused = (await app.InvokeAsync(payload)).Json;
        var served = (await app.InvokeAsync(Events.Version2())).Json;

        Assert.Equal(400, (int)refused["statusCode"]!);
        Assert.Contains("payload version 2.0", (string?)refused["body"], StringComparison.Ordinal);
        Assert.Equal("reached", (string?)served["body"]);
    }

    [Fact]
    public async Task A_failure_costs_its_own_request_alone_and_says_nothing_of_itself()
    {
        var calls = 0;
        await using var app = await LambdaApp.StartAsync(async context =>
        {
            if (calls++ == 0)
            {
                await context.Response.WriteAsync("half of it");
                throw new InvalidOperationException("secret of the server");
            }

            await context.Response.WriteAsync("fine");
        });

        var failed = (await app.InvokeAsync(Events.Version2(body: """{"jsonrpc":"2.0","id":"q-7","method":"ping"}"""))).Json;
        var served = (await app.InvokeAsync(Events.Version2())).Json;

        Assert.Equal(500, (int)failed["statusCode"]!);
        Assert.Equal("q-7", (string?)JsonNode.Parse((string)failed["body"]!)!["id"]);
        Assert.DoesNotContain("secret", failed.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("secret of the server", app.Log, StringComparison.Ordinal);
        Assert.Equal("fine", (string?)served["body"]);
    }

    [Fact]
    public async Task The_deadline_reaches_the_application_before_lambda_ends_it()
    {
        await using var app = await LambdaApp.StartAsync(context => Task.Delay(TimeSpan.FromMinutes(1), context.RequestAborted));

        var answer = (await app.InvokeAsync(Events.Version2(body: """{"jsonrpc":"2.0","id":7,"method":"tools/call"}"""), left: TimeSpan.FromMilliseconds(600))).Json;

        Assert.Equal(504, (int)answer["statusCode"]!);
        Assert.Contains("get_execution", (string?)answer["body"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7_000_000, 1)]
    [InlineData(3_200_000, 2)]
    public async Task An_answer_that_lambda_would_not_take_becomes_an_error_that_helps(int letters, int bytesOfOne)
    {
        await using var app = await LambdaApp.StartAsync(context => context.Response.WriteAsync(new string(bytesOfOne == 1 ? 'a' : '"', letters)));

        var answer = (await app.InvokeAsync(Events.Version2(body: """{"jsonrpc":"2.0","id":7,"method":"tools/call"}"""))).Json;
        var error = JsonNode.Parse((string)answer["body"]!)!;

        Assert.Equal((200, 7), ((int)answer["statusCode"]!, (int)error["id"]!));
        Assert.Contains("cursor", (string?)error["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_streamed_answer_comes_as_it_is_written()
    {
        var goOn = new TaskCompletionSource();
        await using var app = await LambdaApp.StartAsync(
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("one,");
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await goOn.Task;
                await context.Response.WriteAsync("two");
            },
            isStreamed: true);

        var invocation = app.Runtime.Begin(Encoding.UTF8.GetBytes(Events.Version2().ToJsonString()));
        await invocation.FirstBytes.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        goOn.SetResult();
        var answer = await invocation.Answer.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal("application/vnd.awslambda.http-integration-response", answer.ContentType);
        Assert.Equal((200, "text/event-stream"), ((int)answer.Parts.Head["statusCode"]!, (string?)answer.Parts.Head["headers"]!["Content-Type"]));
        Assert.Equal(("one,two", (string?)null), (answer.Parts.Body, answer.ErrorType));
    }

    [Fact]
    public async Task A_stream_that_breaks_says_so_in_its_trailers()
    {
        await using var app = await LambdaApp.StartAsync(
            async context =>
            {
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync(context.RequestAborted);
                throw new InvalidOperationException("secret of the server");
            },
            isStreamed: true);

        var answer = await app.InvokeAsync(Events.Version2());
        var refused = await app.InvokeAsync("{}");

        Assert.Equal(("half", "InvalidOperationException"), (answer.Parts.Body, answer.ErrorType));
        Assert.Contains("InvalidOperationException", answer.ErrorBody, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.ErrorBody, StringComparison.Ordinal);
        Assert.Equal(400, (int)refused.Parts.Head["statusCode"]!);
    }

    [Fact]
    public async Task Starting_and_completing_callbacks_run_in_their_order_and_before_the_next_event()
    {
        var order = new List<string>();
        await using var app = await LambdaApp.StartAsync(context =>
        {
            context.Response.OnStarting(() => Note("starting 1"));
            context.Response.OnStarting(() => Note("starting 2"));
            context.Response.OnCompleted(() => Note("completed"));
            order.Add($"begun {context.Response.HasStarted}");
            return context.Response.WriteAsync("x");
        });

        await app.InvokeAsync(Events.Version2());
        await app.InvokeAsync("{}");

        Assert.Equal(["begun False", "starting 2", "starting 1", "completed"], order);

        Task Note(string what)
        {
            order.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_trace_goes_on()
    {
        await using var app = await LambdaApp.StartAsync(context => context.Response.WriteAsync(
            $"{context.Request.Headers.TraceParent} {Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID")}"));

        var answer = (await app.InvokeAsync(Events.Version2())).Json;

        Assert.Equal($"00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01 {EmulatedInvocation.TraceId}", (string?)answer["body"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a99427279Z;Parent=53995c3f42cd8ad8")]
    [InlineData("Root=1;Parent=;Sampled")]
    public void A_trace_id_of_another_form_is_none(string? xray) => Assert.Null(TraceContext.ToTraceParent(xray));

    [Fact]
    public async Task A_runtime_api_that_is_of_no_more_use_ends_the_process()
    {
        await using var app = await LambdaApp.StartAsync(context => context.Response.WriteAsync("x"));
        app.Runtime.Refuses = 500;
        var ended = new TaskCompletionSource();
        await using var registration = app.Stopping.Register(ended.SetResult);

        app.Runtime.Begin(Encoding.UTF8.GetBytes(Events.Version2().ToJsonString()));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Contains("500", app.Server.Failure?.Message, StringComparison.Ordinal);
    }
}
