using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>The operations that a step may call.</summary>
internal static class StepOperations
{
    /// <summary>Of its change: reads, waits and conditions included.</summary>
    public static IEnumerable<(string Service, string Operation)> Forward(Step step, IAwsCatalog catalog) =>
    [
        Of(step.Call),
        .. new[] { step.Before, step.After, step.Repeat.Locate }.OfType<StepRead>().Select(read => Of(read.Call)),
        .. Waits(step.Wait, catalog),
        .. step.Requires.Select(condition => Of(condition.Call)),
        .. (step.Collect ?? []).Select(read => Of(read.Call)),
    ];

    /// <summary>Of its undo.</summary>
    public static IEnumerable<(string Service, string Operation)> Backward(Step step, IAwsCatalog catalog) =>
    [
        .. step.Undo.Select(undo => Of(undo.Call)),
        .. step.Undo.SelectMany(undo => Waits(undo.Wait, catalog)),
        .. step.Empty.Select(condition => Of(condition.Call)),
    ];

    private static IEnumerable<(string Service, string Operation)> Waits(StepWait? wait, IAwsCatalog catalog) => wait switch
    {
        { Call: { } call } => [Of(call)],
        { Service: { } service, Waiter: { } waiter } => [(service, catalog.LooksWith(service, waiter))],
        _ => [],
    };

    public static (string Service, string Operation) Of(ApiCall call) => (call.Service, call.Operation);
}
