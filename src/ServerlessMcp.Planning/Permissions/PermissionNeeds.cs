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
        On(step, [.. EntryOf(step) is null ? [] : step.Iam, .. Actions(StepOperations.Forward(step, catalog)), .. Actions(StepOperations.Backward(step, catalog)), .. Actions(declared is null ? [] : [StepOperations.Of(declared)])]);

    public IReadOnlyList<PermissionNeed> OfChange(Step step) =>
        On(step, [.. Actions(StepOperations.Forward(step, catalog)), .. IsEntrysOwn(step) ? Beside(step) : []]);

    /// <returns>Empty when the step has no undo.</returns>
    public IReadOnlyList<PermissionNeed> OfUndo(Step step) => step.Undo.Count == 0
        ? []
        : On(step, [.. Actions(StepOperations.Backward(step, catalog)), .. IsEntrysOwn(step) ? [] : Beside(step)]);

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
}
