using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Resources;

/// <summary>Reads the live lists, and keeps each for a while: by principal, account and region.</summary>
/// <param name="kept">How long; zero keeps nothing.</param>
public sealed class LiveLists(
    IAwsReads aws, IQueryLanguage query, TargetAccounts accounts, PlannerOptions options, TimeProvider time, TimeSpan kept)
{
    /// <summary>Rows of one list; the rest is one aws_read away.</summary>
    public const int MostRows = 200;

    private const int MostPages = 2;
    private const int MostFirst = 10;
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<(string Principal, string Account, string Region, string Source), LiveList> _lists = new();

    public string Region => options.DefaultRegion;

    /// <exception cref="CallerException"><c>account_unknown</c>.</exception>
    public async Task<string> AccountAsync(CancellationToken cancellationToken) => (await PlaceAsync(null, null, cancellationToken)).Account;

    /// <summary>Where a list is read.</summary>
    /// <param name="account">A target's name or digits; null is the server's own.</param>
    /// <param name="region">Null is the default.</param>
    /// <exception cref="CallerException"><c>account_unknown</c>, <c>unknown_account</c>, <c>region_not_allowed</c>.</exception>
    /// <exception cref="AwsInputException"><c>unknown_region</c>.</exception>
    public Task<PlanTarget> PlaceAsync(string? account, string? region, CancellationToken cancellationToken) =>
        accounts.ResolveAsync(account, region, cancellationToken);

    /// <exception cref="AwsCallException">AWS refused or did not answer.</exception>
    public Task<LiveList> GetAsync(LiveSource source, PlanTarget at, Principal caller, CancellationToken cancellationToken) =>
        KeptAsync(source.Uri, at, caller, () => ReadAsync(source, at, cancellationToken));

    /// <summary>What has, or once had, a tag, from the tagging API.</summary>
    /// <param name="types">Such as <c>ec2:instance</c>; none is every type.</param>
    /// <param name="tags">A null value is any.</param>
    /// <exception cref="AwsCallException">AWS refused or did not answer.</exception>
    public Task<LiveList> TaggedAsync(
        IReadOnlyList<string> types, IReadOnlyDictionary<string, string?> tags, PlanTarget at, Principal caller, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject { ["ResourcesPerPage"] = 100 };
        if (types.Count > 0)
        {
            parameters["ResourceTypeFilters"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]);
        }

        if (tags.Count > 0)
        {
            parameters["TagFilters"] = new JsonArray([.. tags.Select(tag => (JsonNode)(tag.Value is null
                ? new JsonObject { ["Key"] = tag.Key }
                : new JsonObject { ["Key"] = tag.Key, ["Values"] = new JsonArray(JsonValue.Create(tag.Value)) }))]);
        }

        return KeptAsync(
            $"tagged{parameters.ToJsonString()}", at, caller,
            () => RowsAsync(
                "resource-groups-tagging-api", "GetResources", parameters, "ResourceTagMappingList[].{arn: ResourceARN, tags: Tags}", null, at, cancellationToken));
    }

    private async Task<LiveList> KeptAsync(string source, PlanTarget at, Principal caller, Func<Task<LiveList>> read)
    {
        var key = (caller.Id, at.Account, at.Region, source);
        if (_lists.TryGetValue(key, out var list) && time.GetUtcNow() - list.At < kept)
        {
            return list;
        }

        list = await read();
        if (_lists.Count >= MostKept)
        {
            _lists.Clear();
        }

        _lists[key] = list;
        return list;
    }

    private async Task<LiveList> ReadAsync(LiveSource source, PlanTarget at, CancellationToken cancellationToken)
    {
        if (source.First is not { } first)
        {
            return await RowsAsync(source.Service, source.Operation, Parse(source.Parameters), source.Select, source.Type, at, cancellationToken);
        }

        var answer = await aws.ReadAsync(new(at.Region, at.Account), source.Service, first, [], cancellationToken);
        var items = (query.Search(source.FirstSelect!, answer.Output) as JsonArray ?? []).Select(item => item?.ToString()).OfType<string>().ToList();
        var lists = new List<LiveList>();
        foreach (var item in items.Take(MostFirst))
        {
            var parameters = ResourceArn.Fill(source.Parameters, text => text.Replace("{item}", item, StringComparison.Ordinal));
            lists.Add(await RowsAsync(source.Service, source.Operation, parameters, source.Select, source.Type, at, cancellationToken));
        }

        var rows = lists.SelectMany(list => list.Rows).ToList();
        return new([.. rows.Take(MostRows)], items.Count > MostFirst || rows.Count > MostRows || lists.Any(list => list.More), time.GetUtcNow());
    }

    private async Task<LiveList> RowsAsync(
        string service, string operation, JsonObject parameters, string select, string? type, PlanTarget at, CancellationToken cancellationToken)
    {
        var rows = new List<LiveResource>();
        var more = false;
        await foreach (var page in aws.PagesAsync(new(at.Region, at.Account), service, operation, parameters, MostPages, cancellationToken))
        {
            more = page.Next is not null;
            rows.AddRange((query.Search(select, page.Output) as JsonArray ?? []).OfType<JsonObject>()
                .Select(row => Row(row, type, at, $"{service}:{operation}")).OfType<LiveResource>());
            if (rows.Count >= MostRows)
            {
                break;
            }
        }

        return new([.. rows.Take(MostRows)], more || rows.Count > MostRows, time.GetUtcNow());
    }

    private static LiveResource? Row(JsonObject row, string? type, PlanTarget at, string source)
    {
        var arn = row["arn"]?.ToString() ?? (type is null || row["id"]?.ToString() is not { } id ? null : ResourceArn.Of(type, id, at.Region, at.Account));
        return arn is null || ResourceName.Parse(arn) is not { } name
            ? null
            : new(
                arn, type ?? $"{name.Service}:{name.Type}", name.Identifier, row["name"]?.ToString() ?? name.Identifier, row["state"]?.ToString(),
                row["detail"]?.ToString(), Tags(row["tags"]), source);
    }

    private static Dictionary<string, string>? Tags(JsonNode? tags) => tags is not JsonArray { Count: > 0 } list ? null : list.OfType<JsonObject>()
        .Where(tag => tag["Key"] is not null)
        .GroupBy(tag => tag["Key"]!.ToString(), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Last()["Value"]?.ToString() ?? "", StringComparer.Ordinal);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
