using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>Turns what a caller writes for an account and a region into a target: the server's own account, or one of the configured ones.</summary>
public sealed class TargetAccounts(IAwsReads reads, IAwsCatalog catalog, PlannerOptions options, TimeProvider time)
{
    private readonly CallerAccount _own = new(reads, time);

    /// <summary>The configured ones, in the order of the configuration.</summary>
    public IReadOnlyList<TargetAccount> Others => options.Targets;

    /// <param name="account">A target's name or 12 digits; null is the server's own account.</param>
    /// <param name="region">Null is the default Region, or a target's first if it is not called there.</param>
    /// <exception cref="CallerException"><c>unknown_account</c>, <c>region_not_allowed</c>, <c>account_unknown</c>.</exception>
    /// <exception cref="AwsInputException"><c>unknown_region</c>.</exception>
    public async Task<PlanTarget> ResolveAsync(string? account, string? region, CancellationToken cancellationToken)
    {
        if (account is not null && Find(account) is { } other)
        {
            return new(other.Account, Region(other, region));
        }

        var known = catalog.Region(region ?? options.DefaultRegion);
        var own = await _own.GetAsync(known, cancellationToken);
        return account is null || account == own
            ? new(own, known)
            : throw new CallerException(
                "unknown_account",
                $"Account '{account}' cannot be called from here.",
                [new("account", $"must be one of {string.Join(", ", [$"{own} (the server's own; or leave it out)", .. Others.Select(target => target.ToString())])}")]);
    }

    /// <summary>Of a target's name; anything else as it is.</summary>
    public string Digits(string account) => Find(account)?.Account ?? account;

    /// <summary>Null for the server's own account, and for one that is not known.</summary>
    public string? NameOf(string? account) => Others.FirstOrDefault(target => target.Account == account)?.Name;

    private TargetAccount? Find(string account) => Others.FirstOrDefault(target => target.Name == account || target.Account == account);

    private string Region(TargetAccount target, string? region)
    {
        var isDefaultRight = target.Regions.Count == 0 || target.Regions.Contains(options.DefaultRegion);
        var known = catalog.Region(region ?? (isDefaultRight ? options.DefaultRegion : target.Regions[0]));
        return target.Regions.Count == 0 || target.Regions.Contains(known)
            ? known
            : throw new CallerException(
                "region_not_allowed",
                $"The target {target} is not called in {known}.",
                [new("region", $"must be one of {string.Join(", ", target.Regions)}")]);
    }
}
