using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>What a preview says of the keys that a plan would run with, where they can do more than its steps.</summary>
internal static class SessionNotes
{
    /// <param name="narrowed">Whether steps run in sessions of a change role; null: nothing to say, for nothing of an account's is at stake.</param>
    public static IEnumerable<string> Of(IReadOnlyList<Step> steps, PlanTarget target, bool? narrowed, IAwsCatalog catalog)
    {
        var calls = steps.Where(step => step.Kind == StepKind.Call).ToList();
        if (narrowed is false && calls.Count > 0)
        {
            return ["not narrowed: the calls run with all that the server's own credentials may do; with changes.role_arn in the settings each step has a session of its own"];
        }

        var policies = new StepPolicies(catalog);
        return narrowed is not true ? [] : calls
            .Select(step => (step, wide: policies.Of(step, target.Region).Wide))
            .Where(one => one.wide.Count > 0)
            .Select(one =>
                $"'{one.step.Id}' is not narrowed to one operation: which actions {one.step.Call.Service}:{one.step.Call.Operation} needs is not in the undo catalogue, so its session has "
                + $"{string.Join(", ", one.wide.Select(prefix => $"{prefix}:*"))} in {target.Region}, as far as the change role does");
    }
}
