using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Local.Engine;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Lambda.Hosting;
using ServerlessMcp.Tests.Lambda.Runtime;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda.Cloud;

/// <summary>
/// The cloud's way on one machine: a Function URL, processes of the program in their roles on the emulated Runtime API, the emulator's DynamoDB and
/// S3, the embedded engine behind Step Functions' API, and its events, each delivered twice.
/// </summary>
public sealed class CloudRig(EmulatorFixture emulator) : IAsyncLifetime
{
    private static readonly int OfEachRole = Sweeps.AreFull ? 2 : 1;

    private readonly string _table = $"cloud-{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _started = [];
    private LocalDatabase? _runs;

    /// <summary>With <c>/mcp</c>.</summary>
    public Uri Url { get; private set; } = null!;

    internal RuntimeApiEmulator Workers { get; private set; } = null!;

    internal RuntimeApiEmulator Reapers { get; private set; } = null!;

    internal EmbeddedEngine Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        (await EmulatedTable.MakeAsync(emulator, _table, BootstrapProcess.Region)).Dispose();
        var endpoints = Keep(await RuntimeApiEmulator.StartAsync());
        (Workers, Reapers) = (Keep(await RuntimeApiEmulator.StartAsync()), Keep(await RuntimeApiEmulator.StartAsync()));
        _runs = new(_folder.File("runs.db"));
        Engine = new(
            _runs,
            StateMachine.Parse(ExecutionMachine.DefinitionText, new Dictionary<string, string> { ["WorkerFunctionArn"] = "arn:aws:lambda:eu-west-1:123456789012:function:worker" }),
            WorkAsync,
            new() { RunEnded = (name, status, _) => TellAsync(name, status) });
        await Engine.ResumeAsync(CancellationToken.None);
        var aws = Keep(await StepFunctionsStandIn.StartAsync(emulator.Endpoint, Engine, CancellationToken.None));
        foreach (var (runtime, role) in new[] { (endpoints, "mcp"), (Workers, "worker"), (Reapers, "reaper") })
        {
            for (var n = 0; n < OfEachRole; n++)
            {
                Keep(BootstrapProcess.Start(runtime, aws.Endpoint, ("SMCP_ROLE", role), ("SMCP_TABLE", _table)));
            }
        }

        Url = new(Keep(await HttpFront.StartAsync(endpoints, CancellationToken.None)).Url, "/mcp");
    }

    public async ValueTask DisposeAsync()
    {
        await (Engine?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }

        _runs?.Dispose();
        _folder.Dispose();
    }

    private T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }

    /// <summary>As the machine's <c>lambda:invoke</c>.</summary>
    private async Task<JsonObject> WorkAsync(JsonObject payload, CancellationToken cancellationToken)
    {
        var answer = await Workers.InvokeAsync(Encoding.UTF8.GetBytes(payload.ToJsonString()), TimeSpan.FromSeconds(100), cancellationToken);
        return answer.IsError ? throw new TaskFailureException((string)answer.Json["errorType"]!, (string)answer.Json["errorMessage"]!) : answer.Json.AsObject();
    }

    private async Task TellAsync(string name, RunStatus status)
    {
        var told = new JsonObject
        {
            ["version"] = "0",
            ["detail-type"] = "Step Functions Execution Status Change",
            ["source"] = "aws.states",
            ["detail"] = new JsonObject { ["stateMachineArn"] = BootstrapProcess.Machine, ["name"] = name, ["status"] = StepFunctionsStandIn.Word(status) },
        };
        for (var times = 0; times < 2; times++)
        {
            var answer = await Reapers.InvokeAsync(Encoding.UTF8.GetBytes(told.ToJsonString()));
            Assert.False(answer.IsError, Encoding.UTF8.GetString(answer.Body));
        }
    }
}
