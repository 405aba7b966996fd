using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Planning;

namespace ServerlessMcp.Local.Hosting;

/// <summary>Which AWS this server sees: its own sandbox, another emulator, or the user's account.</summary>
/// <remarks>
/// <code>
///                         endpoint                   credentials     changes
/// (nothing)               the strict proxy, in code  dummy, in code  on
/// --aws-endpoint          the URL, in code           dummy, in code  on
/// --aws                   AWS's                      the user's      OFF: the worker gets no client
/// --aws --allow-changes   AWS's, nothing else's      the user's      on, as the policy says
/// </code>
/// </remarks>
internal sealed record AwsSide(AwsClient Client, AwsCatalog Catalog, Sandbox? Sandbox, bool ChangesAllowed, AccountIdentity? Identity)
{
    public string Mode => Identity is null ? "sandbox" : "aws";

    /// <summary>Null when changes are off.</summary>
    public IAwsChanges? Changes => ChangesAllowed ? Client : null;

    /// <exception cref="CallerException"><c>account_unknown</c>, <c>root_refused</c>.</exception>
    /// <exception cref="Emulator.EmulatorException">The emulator cannot be had here.</exception>
    /// <param name="own">How the own account is called: AWS's endpoints and the user's credentials, but for tests, which put an emulator in its place in code.</param>
    public static async Task<AwsSide> OpenAsync(
        Settings settings, AwsClientOptions own, TimeProvider time, Action<string> say, CancellationToken cancellationToken)
    {
        var catalog = new AwsCatalog();
        if (settings.Aws)
        {
            var client = new AwsClient(catalog, WithTargets(own with { OnlyAwsEndpoints = settings.AllowChanges }, settings), time);
            return new(client, catalog, null, settings.AllowChanges, await AccountIdentity.AskAsync(client, settings.Region, cancellationToken));
        }

        var sandbox = settings.AwsEndpoint is null ? await Sandbox.StartAsync(settings.DataFolder, time, say, cancellationToken) : null;
        var endpoint = settings.AwsEndpoint ?? sandbox!.Proxy.Endpoint;
        return new(new(catalog, WithTargets(AwsClientOptions.Sandbox(endpoint), settings), time), catalog, sandbox, ChangesAllowed: true, Identity: null);
    }

    /// <summary>Whether a plan's steps run in sessions of a change role there; null: nothing runs, or on an emulator with the server's own dummy keys.</summary>
    public bool? IsNarrowed(string account) => !ChangesAllowed ? null
        : Client.HasSessions(new("", account)) ? true
        : Mode == "sandbox" ? null
        : false;

    private static AwsClientOptions WithTargets(AwsClientOptions options, Settings settings) =>
        options with { Targets = settings.Targets, TargetRegion = settings.Region, ChangeRole = settings.ChangeRole };

    /// <summary>The own account is read without a role, so it is no target; and its change role must be of it.</summary>
    /// <exception cref="CallerException"><c>own_account</c>, <c>wrong_account</c>, <c>account_unknown</c>.</exception>
    public async Task CheckRolesAsync(Settings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (settings is { Targets.Count: 0, ChangeRole: null })
        {
            return;
        }

        var own = await new CallerAccount(Client, time).GetAsync(settings.Region, cancellationToken);
        if (settings.ChangeRole is { } role && role.Account != own)
        {
            throw new CallerException(
                "wrong_account", $"file {settings.File}: changes.role_arn: the role is of account {role.Account}, and the server's own is {own}; a role of another account is a target's.");
        }

        if (settings.Targets.FirstOrDefault(target => target.Account == own) is { } again)
        {
            throw new CallerException(
                "own_account", $"file {settings.File}: targets.{again.Name}: account {own} is the server's own, which is called without a role; take it out.");
        }
    }
}

internal static class AwsServices
{
    /// <summary>Planners and tools see reads only; nobody gets changes from here.</summary>
    public static void AddAws(this IServiceCollection services, AwsSide aws)
    {
        services.AddSingleton<IAwsCatalog>(aws.Catalog);
        services.AddSingleton<IAwsReads>(aws.Client);
    }
}
