using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>One account and region that a read goes to; or why it cannot.</summary>
/// <param name="Account">12 digits; null is the server's own, which was not asked for by its digits.</param>
internal sealed record ReadPlace(string? Account, string Region, CallerException? Refused = null);

/// <summary>Asks the same in several places: 8 at a time, 40 seconds in all. A place that fails loses no other.</summary>
internal sealed class ReadPlaces(IAwsReads aws, IQueryLanguage language, IAwsCatalog catalog, TargetAccounts accounts, ServerOptions options, TimeProvider time)
{
    public const int Most = 40;

    private const int AtOnce = 8;

    private static readonly TimeSpan InAll = TimeSpan.FromSeconds(40);

    /// <summary>Every account in every region. What no target is called in is a place that refuses; what is not known refuses the whole.</summary>
    /// <exception cref="CallerException"><c>unknown_account</c>, <c>unknown_region</c>, <c>account_unknown</c>, <c>invalid_arguments</c>; <c>region_not_allowed</c> where it is the only place.</exception>
    public async Task<IReadOnlyList<ReadPlace>> OfAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        var named = Texts(arguments, "accounts");
        var regions = Regions(arguments);
        string?[] everyAccount = named.Count == 0 ? [null] : [.. named];
        string?[] everyRegion = regions.Count == 0 ? [null] : [.. regions];
        if (everyAccount.Length * everyRegion.Length is var count and > Most)
        {
            throw Invalid(new("regions", $"makes {count} calls with these accounts; at most {Most} are made at once"));
        }

        await CheckAsync(named, regions, arguments.Has("region"), cancellationToken);
        var places = new List<ReadPlace>();
        foreach (var account in everyAccount)
        {
            foreach (var region in everyRegion)
            {
                places.Add(await OneAsync(account, region, everyAccount.Length * everyRegion.Length == 1, cancellationToken));
            }
        }

        return [.. places.DistinctBy(place => (place.Account, place.Region))];
    }

    /// <returns>In the places' order; a place's failure in the place of its outcome.</returns>
    /// <exception cref="AwsInputException">The question is wrong, whatever the place; nothing was sent.</exception>
    public async Task<IReadOnlyList<(ReadOutcome? Outcome, Exception? Failure)>> AskAsync(
        ReadQuestion question, IReadOnlyList<ReadPlace> places, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(InAll, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var gate = new SemaphoreSlim(AtOnce);
        var pages = Math.Max(2, JoinedPages.MaxPages / places.Count);
        var outcomes = await Task.WhenAll(places.Select(place => OneAsync(question, place, pages, gate, both.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return outcomes;
    }

    private async Task<(ReadOutcome? Outcome, Exception? Failure)> OneAsync(
        ReadQuestion question, ReadPlace place, int pages, SemaphoreSlim gate, CancellationToken cancellationToken)
    {
        if (place.Refused is { } refused)
        {
            return (null, refused);
        }

        try
        {
            await gate.WaitAsync(cancellationToken);
            try
            {
                return (await question.AskAsync(aws, language, new(place.Region, place.Account), pages, cancellationToken), null);
            }
            finally
            {
                gate.Release();
            }
        }
        catch (Exception failure) when (failure is AwsCallException or CallerException)
        {
            return (null, failure);
        }
        catch (OperationCanceledException)
        {
            return (null, new CallerException("timeout", $"There was no answer in the {InAll.TotalSeconds:0} seconds that all places had together.", retryable: true));
        }
    }

    private async Task CheckAsync(List<string> named, List<string> regions, bool isOneRegion, CancellationToken cancellationToken)
    {
        var problems = new List<(string Code, Problem Problem)>();
        for (var n = 0; n < named.Count; n++)
        {
            try
            {
                await accounts.ResolveAsync(named[n], region: null, cancellationToken);
            }
            catch (CallerException unknown) when (unknown.Code == "unknown_account")
            {
                problems.Add((unknown.Code, new($"accounts[{n}]", $"'{Views.Cut(named[n])}' is not known here; it {unknown.Problems[0].Message}")));
            }
        }

        for (var n = 0; n < regions.Count; n++)
        {
            try
            {
                _ = catalog.Region(regions[n]);
            }
            catch (AwsInputException unknown)
            {
                problems.Add((unknown.Code, new(isOneRegion ? "region" : $"regions[{n}]", unknown.Message)));
            }
        }

        if (problems.Count > 0)
        {
            throw new CallerException(problems[0].Code, "aws_read cannot take these accounts and regions; nothing was done.", [.. problems.Select(one => one.Problem)]);
        }
    }

    private async Task<ReadPlace> OneAsync(string? account, string? region, bool isOnly, CancellationToken cancellationToken)
    {
        if (account is null)
        {
            return new(null, catalog.Region(region ?? options.Region));
        }

        try
        {
            var target = await accounts.ResolveAsync(account, region, cancellationToken);
            return new(target.Account, target.Region);
        }
        catch (CallerException refused) when (refused.Code == "region_not_allowed" && !isOnly)
        {
            return new(accounts.Digits(account), region!, refused);
        }
    }

    private static List<string> Regions(ToolArguments arguments)
    {
        var regions = Texts(arguments, "regions");
        return arguments.TextOrNull("region") is not { } only ? regions
            : regions.Count == 0 ? [only]
            : throw Invalid(new("region", "stands alone; put it into regions"));
    }

    private static List<string> Texts(ToolArguments arguments, string name) => [.. arguments.JsonList(name).Select(item => item!.GetValue<string>()).Distinct(StringComparer.Ordinal)];

    private static CallerException Invalid(Problem problem) => new("invalid_arguments", "aws_read cannot take these arguments; nothing was done.", [problem]);
}
