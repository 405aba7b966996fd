using System.Diagnostics;
using System.Text;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Lambda.Runtime;

/// <summary>
/// AWS's own client of the Runtime API, <c>aws-lambda-ric</c> 4.0.2, on the emulated one: what the emulator takes from our client it takes from
/// theirs. <c>LAMBDA_RIC_DIR</c> is a folder where <c>npm install aws-lambda-ric@4.0.2 node@22</c> was run.
/// </summary>
public sealed class AwsClientTests : IDisposable
{
    private const string Handlers = """
        export async function buffered(event, context) {
          if (event.fail) { throw new TypeError("boom"); }
          return { echo: event, requestId: context.awsRequestId, left: context.getRemainingTimeInMillis() > 0 };
        }
        export const streamed = awslambda.streamifyResponse(async (event, stream) => {
          const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { "content-type": "text/plain" } });
          http.write("one,");
          if (event.fail) { http.destroy(new TypeError("boom")); return; }
          http.write("two");
          http.end();
        });
        """;

    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Answers_and_errors_are_as_ours()
    {
        await using var runtime = await StartAsync("buffered");

        var answer = await runtime.InvokeAsync("""{"a":"ü"}"""u8.ToArray(), cancellationToken: Cancelled);
        var failed = await runtime.InvokeAsync("""{"fail":true}"""u8.ToArray(), cancellationToken: Cancelled);
        var again = await runtime.InvokeAsync("{}"u8.ToArray(), cancellationToken: Cancelled);

        Assert.Equal(("ü", true, false), ((string?)answer.Json["echo"]!["a"], (bool)answer.Json["left"]!, answer.IsError));
        Assert.Equal((true, "TypeError", "boom"), (failed.IsError, (string?)failed.Json["errorType"], (string?)failed.Json["errorMessage"]));
        Assert.False(again.IsError);
    }

    [Fact]
    public async Task A_streamed_answer_has_the_form_of_ours()
    {
        await using var runtime = await StartAsync("streamed");

        var answer = await runtime.InvokeAsync("{}"u8.ToArray(), cancellationToken: Cancelled);

        Assert.Equal("application/vnd.awslambda.http-integration-response", answer.ContentType);
        Assert.Equal((true, 201, "one,two", (string?)null), (answer.IsStreamed, (int)answer.Parts.Head["statusCode"]!, answer.Parts.Body, answer.ErrorType));
    }

    private async Task<RuntimeApiEmulator> StartAsync(string handler)
    {
        var modules = Path.Combine(Environment.GetEnvironmentVariable("LAMBDA_RIC_DIR") ?? "", "node_modules");
        Assert.SkipUnless(File.Exists(Path.Combine(modules, "aws-lambda-ric", "index.mjs")), "LAMBDA_RIC_DIR names no folder with aws-lambda-ric and node@22.");
        await File.WriteAllTextAsync(_folder.File("handlers.mjs"), Handlers, Encoding.UTF8, Cancelled);
        var runtime = await RuntimeApiEmulator.StartAsync();
        var start = new ProcessStartInfo(Path.Combine(modules, ".bin", "node"), [Path.Combine(modules, "aws-lambda-ric", "index.mjs")]);
        foreach (var (name, value) in new[]
        {
            ("AWS_LAMBDA_RUNTIME_API", runtime.Address), ("_HANDLER", $"handlers.{handler}"), ("LAMBDA_TASK_ROOT", _folder.Path), ("AWS_LAMBDA_FUNCTION_NAME", "f"), ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"), ("AWS_LAMBDA_LOG_GROUP_NAME", "g"), ("AWS_LAMBDA_LOG_STREAM_NAME", "s"), ("AWS_REGION", "eu-west-1"),
        })
        {
            start.Environment[name] = value;
        }

        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _process = Process.Start(start)!;
        return runtime;
    }
}
