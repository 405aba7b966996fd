using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>What the preview says of permissions, step by step.</summary>
internal sealed class PermissionReport
{
    private readonly List<string> _warnings = [];

    private readonly List<(string StepId, string Why)> _unknown = [];

    private readonly PermissionsFound _found;

    private readonly List<StepPermissions> _steps = [];

    private readonly SortedSet<string> _conditions = new(StringComparer.Ordinal);

    private PermissionReport(PermissionsFound found) => _found = found;

    /// <summary>Loudest first: what can be done and not taken back.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public IReadOnlyList<string> NotChecked => _found.How is null
        ? [$"permissions: {_found.Why}"]
        :
        [
            .. _unknown.GroupBy(one => one.Why).Select(group => $"permissions of {Named([.. group.Select(one => one.StepId).Distinct()])}: {group.Key}"),
            .. _conditions.Count == 0 ? [] : new[] { $"permissions: conditions of the caller's policies on {string.Join(", ", _conditions)}, which only the real request has" },
            $"permissions: {_found.Blind}",
        ];

    /// <summary>Null where nothing was checked.</summary>
    public PlanPermissions? Permissions => _found.How is null ? null : new(_found.Who!, _found.How, _steps);

    public static PermissionReport Of(IReadOnlyList<Step> steps, PermissionsFound found, PermissionNeeds needs)
    {
        var report = new PermissionReport(found);
        var loud = new List<string>();
        foreach (var step in steps)
        {
            report.Add(step, needs, loud);
        }

        report._warnings.InsertRange(0, loud);
        return report;
    }

    private void Add(Step step, PermissionNeeds needs, List<string> loud)
    {
        var change = Decided(needs.OfChange(step));
        var undo = Decided(needs.OfUndo(step));
        var denied = Denied(change, PermissionUse.Change).Concat(Denied(undo, PermissionUse.Undo)).ToList();
        var unknown = change.Concat(undo).Where(one => one.Decision.Ruling == Ruling.Unknown).ToList();
        if (change.Count + undo.Count == 0 || _found.How is null)
        {
            return;
        }

        _conditions.UnionWith(change.Concat(undo).SelectMany(one => one.Decision.Conditions));
        _unknown.AddRange(unknown.GroupBy(one => one.Decision.Why)
            .Select(group => (step.Id, $"{string.Join(", ", group.Select(one => one.Need.Action).Distinct())}: {group.Key}")));
        var isChangeDenied = denied.Exists(one => one.For == PermissionUse.Change);
        if (isChangeDenied)
        {
            _warnings.Add($"AWS will refuse '{step.Id}': {Sentence(denied.Where(one => one.For == PermissionUse.Change))}. Allow it for {_found.Who}");
        }

        if (denied.Exists(one => one.For == PermissionUse.Undo))
        {
            var undos = Sentence(denied.Where(one => one.For == PermissionUse.Undo));
            (isChangeDenied ? _warnings : loud).Add(isChangeDenied
                ? $"nor could '{step.Id}' be taken back: {undos}"
                : $"UNDO NOT ALLOWED: '{step.Id}' may be done but not taken back: {undos}. Allow it for {_found.Who} before this plan runs, or its rollback will fail");
        }

        _warnings.AddRange(unknown.Where(one => one.Decision.MayBeDenied)
            .Select(one => $"AWS may refuse '{step.Id}' or its undo: {one.Need.Action}: {one.Decision.Why}").Distinct());
        _steps.Add(new(
            step.Id,
            denied.Count > 0 ? PermissionState.Denied : unknown.Count > 0 ? PermissionState.NotChecked : PermissionState.Allowed,
            denied,
            unknown.Count == 0 ? null : string.Join("; ", unknown.Select(one => $"{one.Need.Action}: {one.Decision.Why}").Distinct())));
    }

    private List<(PermissionNeed Need, Decision Decision)> Decided(IReadOnlyList<PermissionNeed> needs) => [.. needs.Select(need => (need, _found.Of(need)))];

    private static IEnumerable<DeniedAction> Denied(IEnumerable<(PermissionNeed Need, Decision Decision)> decided, PermissionUse use) => decided
        .Where(one => one.Decision.Ruling is Ruling.ImplicitDeny or Ruling.ExplicitDeny)
        .Select(one => new DeniedAction(one.Need.Action, one.Need.Resource, use, one.Decision.Why));

    private static string Sentence(IEnumerable<DeniedAction> denied) =>
        string.Join("; ", denied.GroupBy(one => (one.Resource, one.Why))
            .Select(group => $"{string.Join(", ", group.Select(one => one.Action))} on {group.Key.Resource}: {group.Key.Why}"));

    private static string Named(List<string> ids) => string.Join(", ", ids.Take(5)) + (ids.Count > 5 ? $" and {ids.Count - 5} more" : "");
}
