using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>
/// An engine for tests: follows the machine's own definition (the seven fields it uses), with a clock that jumps over every wait.
/// A <see cref="CrashException"/> is what a retrier sees; any other exception goes to Catch.
/// </summary>
internal sealed class MachineDriver(FakeTimeProvider time) : IExecutionEngine
{
    private const int MaxTasks = 4_000;

    private static readonly JsonObject States = JsonNode.Parse(ExecutionMachine.DefinitionText)!["States"]!.AsObject();

    private readonly Dictionary<string, RunStatus> _runs = [];
    private readonly Queue<(string Name, JsonObject Input)> _toRun = new();
    private readonly HashSet<string> _woken = [];
    private int _tokens;

    public Worker? Worker { get; set; }

    /// <summary>Called before each task with its ordinal from 1.</summary>
    public Action<int>? BeforeTask { get; set; }

    /// <summary>Called with what each task is sent.</summary>
    public Action<JsonObject>? OnPayload { get; set; }

    /// <summary>Called when the machine waits for a decision.</summary>
    public Func<Task>? AtGate { get; set; }

    public int Tasks { get; private set; }

    /// <summary>Events of the histories, as Step Functions would count them.</summary>
    public int Events { get; private set; }

    public List<string> Visited { get; } = [];

    public IReadOnlyDictionary<string, RunStatus> Runs => _runs;

    public bool LosesStarts { get; set; }

    public Task StartAsync(string name, JsonObject input, CancellationToken cancellationToken)
    {
        if (!LosesStarts && _runs.TryAdd(name, RunStatus.Running))
        {
            _toRun.Enqueue((name, input.DeepClone().AsObject()));
        }

        return Task.CompletedTask;
    }

    public Task SendTaskSuccessAsync(string taskToken, JsonNode output, CancellationToken cancellationToken)
    {
        _woken.Add(taskToken);
        return Task.CompletedTask;
    }

    public Task<RunStatus?> DescribeAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<RunStatus?>(_runs.TryGetValue(name, out var status) ? status : null);

    /// <summary>A run that ended without the machine's doing, such as one that was stopped.</summary>
    public void Kill(string name, RunStatus status) => _runs[name] = status;

    public void Forget() => _toRun.Clear();

    /// <summary>Runs all that was started, and what that starts.</summary>
    public async Task RunAllAsync()
    {
        while (_toRun.TryDequeue(out var run))
        {
            _runs[run.Name] = await RunAsync(run.Input);
        }
    }

    private async Task<RunStatus> RunAsync(JsonObject data)
    {
        var name = "Route";
        Events++;
        while (true)
        {
            Visited.Add(name);
            var state = States[name]!.AsObject();
            switch (state["Type"]!.GetValue<string>())
            {
                case "Choice":
                    Events += 2;
                    name = Choose(state, data);
                    break;
                case "Wait":
                    Events += 2;
                    time.Advance(TimeSpan.FromSeconds(data["delaySeconds"]!.GetValue<int>()));
                    name = state["Next"]!.GetValue<string>();
                    break;
                case "Task":
                    (name, data) = await TaskAsync(state, data);
                    break;
                case "Succeed":
                    Events += 3;
                    return RunStatus.Succeeded;
                default:
                    Events += 2;
                    return RunStatus.Failed;
            }
        }
    }

    private static string Choose(JsonObject state, JsonObject data)
    {
        var rule = state["Choices"]!.AsArray().FirstOrDefault(choice =>
            Read(data, choice!["Variable"]!.GetValue<string>())!.GetValue<string>() == choice["StringEquals"]!.GetValue<string>());
        return (rule?["Next"] ?? state["Default"])!.GetValue<string>();
    }

    private async Task<(string Next, JsonObject Data)> TaskAsync(JsonObject state, JsonObject data)
    {
        for (var attempt = 0; ; attempt++)
        {
            Assert.True(++Tasks < MaxTasks, $"No end in sight: {string.Join(' ', Visited.TakeLast(20))}");
            BeforeTask?.Invoke(Tasks);
            time.Advance(TimeSpan.FromMilliseconds(10));
            var token = $"token-{++_tokens}";
            var payload = Payload(state, data, attempt, token);
            OnPayload?.Invoke(payload);
            try
            {
                var answer = await Worker!.InvokeAsync(payload, TestContext.Current.CancellationToken);
                Events += 5;
                if (!state["Resource"]!.GetValue<string>().EndsWith("waitForTaskToken", StringComparison.Ordinal))
                {
                    Assert.True(answer.ToJsonString().Length < 1024);
                    return (state["Next"]!.GetValue<string>(), answer);
                }

                return await DecideAsync(state, data, token);
            }
            catch (CrashException)
            {
                Events += 3;
                time.Advance(TimeSpan.FromSeconds(2));
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Events += 5;
                return (state["Catch"]![1]!["Next"]!.GetValue<string>(), With(data, "error", Error(failure)));
            }
        }
    }

    private async Task<(string Next, JsonObject Data)> DecideAsync(JsonObject state, JsonObject data, string token)
    {
        Events++;
        if (!_woken.Contains(token) && AtGate is not null)
        {
            await AtGate();
        }

        if (_woken.Contains(token))
        {
            return (state["Next"]!.GetValue<string>(), data);
        }

        time.Advance(TimeSpan.FromSeconds(data["delaySeconds"]!.GetValue<int>()));
        return (state["Catch"]![1]!["Next"]!.GetValue<string>(), With(data, "error", new JsonObject { ["Error"] = "States.Timeout" }));
    }

    private static JsonObject Payload(JsonObject state, JsonObject data, int attempt, string token)
    {
        var payload = new JsonObject();
        foreach (var (key, value) in state["Parameters"]!["Payload"]!.AsObject())
        {
            var text = value!.GetValue<string>();
            var (name, filled) = !key.EndsWith(".$", StringComparison.Ordinal) ? (key, value.DeepClone()) : (key[..^2], text switch
            {
                "$$.State.RetryCount" => JsonValue.Create(attempt),
                "$$.Task.Token" => JsonValue.Create(token),
                _ => Read(data, text)!.DeepClone(),
            });
            payload[name] = filled;
        }

        return payload;
    }

    private static JsonNode? Read(JsonObject data, string path)
    {
        if (path == "$")
        {
            return data;
        }

        Assert.True(data.ContainsKey(path[2..]), $"States.Runtime: {path} is not in {data.ToJsonString()}");
        return data[path[2..]];
    }

    private static JsonObject With(JsonObject data, string name, JsonNode value)
    {
        var copy = data.DeepClone().AsObject();
        copy[name] = value;
        return copy;
    }

    private static JsonObject Error(Exception failure) => new() { ["Error"] = failure.GetType().Name, ["Cause"] = failure.Message };
}
