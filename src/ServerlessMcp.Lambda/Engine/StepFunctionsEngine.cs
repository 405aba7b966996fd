using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Engine;

/// <summary>Runs as executions of one standard state machine. Source: Step Functions API reference, StartExecution, SendTaskSuccess, DescribeExecution.</summary>
/// <param name="machine">ARN of the state machine.</param>
internal sealed class StepFunctionsEngine(IAwsChanges aws, string machine, AwsTarget target) : IExecutionEngine
{
    private const string Service = "sfn";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task StartAsync(string name, JsonObject input, CancellationToken cancellationToken) => UnlessAsync(
        ["ExecutionAlreadyExists"],
        () => CallAsync("StartExecution", new() { ["stateMachineArn"] = machine, ["name"] = name, ["input"] = input.ToJsonString() }, cancellationToken));

    /// <inheritdoc/>
    public Task SendTaskSuccessAsync(string taskToken, JsonNode output, CancellationToken cancellationToken) => UnlessAsync(
        ["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"],
        () => CallAsync("SendTaskSuccess", new() { ["taskToken"] = taskToken, ["output"] = output.ToJsonString() }, cancellationToken));

    /// <inheritdoc/>
    public async Task<RunStatus?> DescribeAsync(string name, CancellationToken cancellationToken)
    {
        var arn = $"{machine.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}";
        try
        {
            var found = await CallAsync("DescribeExecution", new() { ["executionArn"] = arn }, cancellationToken);
            var status = (string?)found.Output["status"];
            return RunStatusNames.Parse(status) ?? throw new InvalidOperationException($"Step Functions says that {name} is '{status}'.");
        }
        catch (AwsCallException unknown) when (unknown.Code == "ExecutionDoesNotExist")
        {
            return null;
        }
    }

    private Task<AwsResult> CallAsync(string operation, JsonObject parameters, CancellationToken cancellationToken) =>
        aws.CallAsync(target, Service, operation, parameters, Timeout, cancellationToken);

    /// <summary>Refusals that say that nothing is left to do.</summary>
    private static async Task UnlessAsync(string[] done, Func<Task<AwsResult>> call)
    {
        try
        {
            await call();
        }
        catch (AwsCallException refused) when (done.Contains(refused.Code))
        {
            // As the port says: the same name again is the same run, and a token that nobody waits with is no error.
        }
    }
}
