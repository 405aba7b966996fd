using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Local.Configuration;

namespace ServerlessMcp.Local.Hosting;

/// <summary>Whose credentials the server has of the user's own account.</summary>
internal sealed record AccountIdentity(string Account, string Arn)
{
    /// <exception cref="CallerException"><c>account_unknown</c>, <c>root_refused</c>.</exception>
    public static async Task<AccountIdentity> AskAsync(IAwsReads reads, string region, CancellationToken cancellationToken)
    {
        try
        {
            var identity = (await reads.ReadAsync(new(region), "sts", "GetCallerIdentity", new JsonObject(), cancellationToken)).Output;
            var (account, arn) = ((string?)identity[nameof(Account)] ?? "", (string?)identity[nameof(Arn)] ?? "");
            return arn.EndsWith(":root", StringComparison.Ordinal)
                ? throw new CallerException("root_refused", $"These are the root credentials of account {account}: make a user or a role, and use its credentials.")
                : new(account, arn);
        }
        catch (AwsCallException silent)
        {
            throw new CallerException("account_unknown", "AWS does not say whose credentials these are.", cause: silent) { Quoted = $"{silent.Code}: {silent.AwsMessage}" };
        }
    }

    /// <summary>What who starts the server sees first.</summary>
    public string Banner(Settings settings, PolicyInForce policy)
    {
        var who = $"AWS account {Account} as {Arn} in {settings.Region}";
        return settings.AllowChanges
            ? string.Join(
                Environment.NewLine,
                $"{who}; changes: ON",
                $"  policy: {(policy.Policy is { } rules ? $"{rules.Name}, {policy.Hash}" : $"BROKEN, so nothing is changed: {policy.Source}")}",
                $"  keys of changes: {(settings.ChangeRole is { } role ? $"a session of {role.RoleArn} for each step, narrowed to it" : "NOT NARROWED: all that these credentials may do (no changes.role_arn in the settings)")}")
            : $"{who}; changes: OFF (plans and previews only)";
    }
}
