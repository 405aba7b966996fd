using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>Whether the server's credentials may do what a plan needs: by simulation, else by the caller's own policies, else not checked. Reads only; three seconds in all.</summary>
internal sealed class PermissionCheck(IAwsReads reads, TimeProvider time)
{
    private static readonly TimeSpan InAll = TimeSpan.FromSeconds(3);

    private readonly PolicySimulation _simulation = new(reads);

    private readonly PolicyReads _policies = new(reads);

    public async Task<PermissionsFound> RunAsync(PlanTarget target, IReadOnlyList<PermissionNeed> needs, CancellationToken cancellationToken)
    {
        if (needs.Count == 0)
        {
            return PermissionsFound.None("nothing needs a permission");
        }

        using var timeout = new CancellationTokenSource(InAll, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await FindAsync(target, needs, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return PermissionsFound.None($"it took over {InAll.TotalSeconds} seconds");
        }
        catch (AwsCallException e)
        {
            return PermissionsFound.None(Said(e));
        }
    }

    private async Task<PermissionsFound> FindAsync(PlanTarget target, IReadOnlyList<PermissionNeed> needs, CancellationToken cancellationToken)
    {
        var answer = await reads.ReadAsync(new(target.Region, target.Account), "sts", "GetCallerIdentity", [], cancellationToken);
        if (answer.Output["Arn"]?.ToString() is not { } arn)
        {
            return PermissionsFound.None("sts:GetCallerIdentity did not say who the caller is");
        }

        var caller = CallerIdentity.Of(arn);
        if (caller.WhyNot is { } why)
        {
            return PermissionsFound.None(why);
        }

        try
        {
            var who = await EntityAsync(target, caller, cancellationToken);
            var decisions = await _simulation.RunAsync(target, who, needs, cancellationToken);
            return new(who, "IAM simulation", PolicySimulation.Blind, decisions, "the plan needs more simulations than are made");
        }
        catch (AwsCallException e)
        {
            return await ByPoliciesAsync(target, caller, needs, Said(e), cancellationToken);
        }
    }

    /// <summary>An assumed role's own ARN lacks the path that the role's has.</summary>
    private async Task<string> EntityAsync(PlanTarget target, CallerIdentity caller, CancellationToken cancellationToken)
    {
        if (!caller.Arn.Contains(":assumed-role/", StringComparison.Ordinal))
        {
            return caller.Arn;
        }

        var role = await reads.ReadAsync(new(target.Region, target.Account), "iam", "GetRole", new() { ["RoleName"] = caller.Name }, cancellationToken);
        return role.Output["Role"]!["Arn"]!.ToString();
    }

    private async Task<PermissionsFound> ByPoliciesAsync(
        PlanTarget target, CallerIdentity caller, IReadOnlyList<PermissionNeed> needs, string noSimulation, CancellationToken cancellationToken)
    {
        try
        {
            var (policies, boundary) = await _policies.RunAsync(target, caller, cancellationToken);
            return new(
                caller.Arn,
                $"the caller's policies, since {noSimulation}",
                PolicyReads.Blind,
                needs.ToDictionary(need => need, need => PolicyEvaluator.Decide(policies, boundary, need)),
                "");
        }
        catch (AwsCallException e)
        {
            return PermissionsFound.None($"{noSimulation}; the caller's policies cannot be read either: {Said(e)}");
        }
        catch (FormatException e)
        {
            return PermissionsFound.None($"{noSimulation}; {e.Message}");
        }
    }

    private static string Said(AwsCallException e) => $"AWS answered {e.Code}: {PlainText(e.AwsMessage)}";

    private static string PlainText(string message) => message.Length <= 200 ? message : $"{message[..200]}...";
}
