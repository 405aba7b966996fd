using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>Which IAM actions a step needs, for its change and for its undo, and on what.</summary>
internal sealed class PermissionNeeds(IAwsCatalog catalog, UndoCatalogue undos)
{
    private readonly ActionResource _resources = new(catalog);

    /// <summary>All that the step may need, before its undo is chosen.</summary>
    /// <param name="declared">The caller's own undo.</param>
    public IReadOnlyList<PermissionNeed> Possible(Step step, ApiCall? declared = null) =>
        On(step, [.. EntryOf(step) is null ? [] : step.Iam, .. Actions(Forward(step)), .. Actions(Backward(step)), .. Actions(declared is null ? [] : [Of(declared)])]);

    public IReadOnlyList<PermissionNeed> OfChange(Step step) =>
        On(step, [.. Actions(Forward(step)), .. IsEntrysOwn(step) ? Beside(step) : []]);

    /// <returns>Empty when the step has no undo.</returns>
    public IReadOnlyList<PermissionNeed> OfUndo(Step step) => step.Undo.Count == 0
        ? []
        : On(step, [.. Actions(Backward(step)), .. IsEntrysOwn(step) ? [] : Beside(step)]);

    private PermissionNeed[] On(Step step, IEnumerable<string> actions) =>
        [.. actions.Distinct().SelectMany(action => _resources.Of(action, step)).Distinct()];

    /// <summary>A step of an undo plan bears the entry of what it takes back: the entry's own call is its undo.</summary>
    private bool IsEntrysOwn(Step step) => EntryOf(step) is { } entry && entry.Operation == step.Call.Operation;

    private UndoEntry? EntryOf(Step step) => step.Catalogue?.Split('@')[0].Split(':') is [var service, var operation] ? undos.Find(service, operation) : null;

    /// <summary>What the entry needs beside the actions of its operations, such as <c>iam:PassRole</c>, and tags with a create.</summary>
    private IEnumerable<string> Beside(Step step) => EntryOf(step) is { } entry
        ? step.Iam.Except(Actions(Operations(entry).Select(name => (entry.Service, name))))
        : [];

    private IEnumerable<string> Operations(UndoEntry entry) =>
    [
        entry.Operation,
        .. new[] { entry.Before, entry.After, entry.Locate }.OfType<EntryRead>().Select(read => read.Operation),
        .. entry.Empty.Select(condition => condition.Operation),
        .. entry.Undo.Select(undo => undo.Operation),
        .. entry.Undo.Select(undo => undo.Wait).Append(entry.Wait).OfType<EntryWait>()
            .Select(wait => wait.Operation ?? catalog.LooksWith(entry.Service, wait.Waiter!)),
    ];

    private IEnumerable<string> Actions(IEnumerable<(string Service, string Operation)> operations) =>
        operations.Where(one => one.Service.Length > 0).SelectMany(one => catalog.Actions(one.Service, one.Operation));

    private IEnumerable<(string Service, string Operation)> Forward(Step step) =>
    [
        Of(step.Call),
        .. new[] { step.Before, step.After, step.Repeat.Locate }.OfType<StepRead>().Select(read => Of(read.Call)),
        .. Waits(step.Wait),
        .. step.Requires.Select(condition => Of(condition.Call)),
        .. (step.Collect ?? []).Select(read => Of(read.Call)),
    ];

    private IEnumerable<(string Service, string Operation)> Backward(Step step) =>
    [
        .. step.Undo.Select(undo => Of(undo.Call)),
        .. step.Undo.SelectMany(undo => Waits(undo.Wait)),
        .. step.Empty.Select(condition => Of(condition.Call)),
    ];

    private IEnumerable<(string Service, string Operation)> Waits(StepWait? wait) => wait switch
    {
        { Call: { } call } => [Of(call)],
        { Service: { } service, Waiter: { } waiter } => [(service, catalog.LooksWith(service, waiter))],
        _ => [],
    };

    private static (string Service, string Operation) Of(ApiCall call) => (call.Service, call.Operation);
}
