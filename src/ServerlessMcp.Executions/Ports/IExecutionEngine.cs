using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Ports;

/// <summary>Runs <c>statemachines/execution.asl.json</c>: Step Functions in the cloud, the embedded interpreter on a laptop.</summary>
public interface IExecutionEngine
{
    /// <summary>Starts a run durably. The same name again is the same run: nothing happens.</summary>
    /// <param name="name"><c>executionId.run</c>.</param>
    Task StartAsync(string name, JsonObject input, CancellationToken cancellationToken);

    /// <summary>Wakes the state that waits with this task token; a token nobody waits with is no error (the decision stands in the table).</summary>
    Task SendTaskSuccessAsync(string taskToken, JsonNode output, CancellationToken cancellationToken);

    /// <summary>Null when there is no such run.</summary>
    Task<RunStatus?> DescribeAsync(string name, CancellationToken cancellationToken);
}

public enum RunStatus { Running, Succeeded, Failed, TimedOut, Aborted }
