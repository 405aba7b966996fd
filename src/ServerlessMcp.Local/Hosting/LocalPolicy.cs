using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Server.Access.Policies;

namespace ServerlessMcp.Local.Hosting;

/// <summary>The policy of local mode: the file of the settings, else a built-in one, the stricter where an own account is changed.</summary>
internal static class LocalPolicy
{
    public static IPolicySource Of(Settings settings, IAwsCatalog catalog) =>
        settings.PolicyFile is { } path ? new PolicyFile(path, catalog)
        : settings.AllowChanges ? BuiltInPolicy.SourceOfOwnAccount
        : BuiltInPolicy.Source;

    public static async Task<string?> NoteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var inForce = services.GetRequiredService<IPolicySource>().Read();
        List<string> lines = inForce.Policy is null
            ? [$"The policy file {inForce.Source} is broken: every change is refused until it is mended; reading goes on.", .. inForce.Problems.Select(problem => $"  {problem}")]
            : [];
        if (await services.GetRequiredService<Freezes>().FindAsync(cancellationToken) is { } freeze)
        {
            lines.Add($"{freeze.Text}; 'smcp unfreeze' ends it.");
        }

        return lines.Count == 0 ? null : string.Join(Environment.NewLine, lines);
    }
}
