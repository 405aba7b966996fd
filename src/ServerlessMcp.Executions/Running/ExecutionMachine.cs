namespace ServerlessMcp.Executions.Running;

/// <summary>The machine that runs executions, as built into this assembly from <c>statemachines/execution.asl.json</c>.</summary>
public static class ExecutionMachine
{
    /// <summary>Stands in the definition for the worker's function; the template and the embedded engine put theirs there.</summary>
    public const string FunctionPlaceholder = "${WorkerFunctionArn}";

    private const string Resource = "execution.asl.json";

    /// <summary>Amazon States Language, JSONPath.</summary>
    public static string DefinitionText { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(ExecutionMachine).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly holds no {Resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
