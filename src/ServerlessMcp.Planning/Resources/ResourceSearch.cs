using System.Globalization;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Resources;

/// <summary>Finds resources: first those that executions here have touched, newest first, then those that cheap lists of AWS show besides.</summary>
/// <remarks>
/// Cursor: <c>t:</c> and the table's own, while tracked ones are left; <c>l:n</c>, the place in the live ones, which are kept for a while and
/// joined in the same order. What cannot be looked at is said and stops nothing.
/// </remarks>
public sealed class ResourceSearch(ResourceStore store, LiveLists lists, TimeProvider time)
{
    private const string Tracked = "t:";
    private const string Live = "l:";

    private static readonly TimeSpan InAll = TimeSpan.FromSeconds(20);

    /// <exception cref="CallerException"><c>invalid_cursor</c>.</exception>
    /// <param name="at">Where AWS's own lists are read.</param>
    public async Task<FoundResources> FindAsync(
        ResourceQuery query, PlanTarget at, Principal caller, string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (cursor is not null && !cursor.StartsWith(Tracked, StringComparison.Ordinal) && !IsLive(cursor, out _))
        {
            throw new CallerException("invalid_cursor", "The cursor is not one that this server gave out; begin again without a cursor.");
        }

        IReadOnlyList<TrackedResource> tracked = [];
        if (cursor is null || cursor.StartsWith(Tracked, StringComparison.Ordinal))
        {
            var page = await store.ListAsync(at.Account, caller, query.Keeps, cursor?[Tracked.Length..], limit, cancellationToken);
            tracked = page.Items;
            var next = page.Cursor is { } more ? Tracked + more : query.WantsLive ? $"{Live}0" : null;
            if (page.Cursor is not null || !query.WantsLive || tracked.Count >= limit)
            {
                return new(tracked, [], [], next);
            }

            cursor = $"{Live}0";
        }

        return await WithLiveAsync(query, at, caller, tracked, cursor, limit, cancellationToken);
    }

    private async Task<FoundResources> WithLiveAsync(
        ResourceQuery query, PlanTarget at, Principal caller, IReadOnlyList<TrackedResource> tracked, string cursor, int limit, CancellationToken cancellationToken)
    {
        _ = IsLive(cursor, out var from);
        var looks = await LookAsync(query, at, caller, cancellationToken);
        var rows = Joined(looks).Where(query.Keeps).ToList();
        var found = new List<FoundLive>();
        var index = from;
        for (; index < rows.Count && tracked.Count + found.Count < limit; index++)
        {
            var known = await store.FindAsync(rows[index].Arn, caller, cancellationToken);
            if (known is null || !(query.Keeps(known) || (query.Owned is false && ResourceQuery.IsOwned(known))))
            {
                found.Add(new(rows[index], known));
            }
        }

        return new(tracked, found, [.. looks.SelectMany(look => look.Missing)], index < rows.Count ? string.Create(CultureInfo.InvariantCulture, $"{Live}{index}") : null);
    }

    /// <summary>A type's own list says what is there; the tagging API knows tags that the list does not show, and what was deleted a while ago.</summary>
    private static IEnumerable<LiveResource> Joined(IReadOnlyList<Look> looks)
    {
        var whole = looks.Where(look => look.Source is not null && look.List is { More: false }).Select(look => look.Source!.Type).ToHashSet();
        var tagged = looks.Where(look => look.Source is null).SelectMany(look => look.List?.Rows ?? []).DistinctBy(row => row.Arn).ToDictionary(row => row.Arn);
        var listed = looks.Where(look => look.Source is not null).SelectMany(look => look.List?.Rows ?? []).DistinctBy(row => row.Arn).ToList();
        var arns = listed.Select(row => row.Arn).ToHashSet();
        return listed.Select(row => row with { Tags = row.Tags ?? tagged.GetValueOrDefault(row.Arn)?.Tags })
            .Concat(tagged.Values.Where(row => !arns.Contains(row.Arn) && !whole.Contains(row.Type)));
    }

    private async Task<IReadOnlyList<Look>> LookAsync(ResourceQuery query, PlanTarget at, Principal caller, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(InAll, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var sources = LiveSource.All.Where(source => query.Includes(source.Type)).ToList();
        var looks = sources.Select(source => OneAsync(source, source.Uri, () => lists.GetAsync(source, at, caller, both.Token), cancellationToken)).ToList();
        string[] types = query.Service is { } service && query.Type is null ? [service] : [];
        looks.Add(OneAsync(null, "tags", () => lists.TaggedAsync(types, query.Tags, at, caller, both.Token), cancellationToken));
        return await Task.WhenAll(looks);
    }

    private static async Task<Look> OneAsync(LiveSource? source, string name, Func<Task<LiveList>> read, CancellationToken cancellationToken)
    {
        try
        {
            var list = await read();
            return new(source, list, list.More ? [new(name, $"it has more than the {list.Rows.Count} that were read")] : []);
        }
        catch (AwsCallException failed)
        {
            return new(source, null, [new(name, $"{failed.Code}: {failed.AwsMessage}")]);
        }
        catch (CallerException failed)
        {
            return new(source, null, [new(name, failed.Message)]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(source, null, [new(name, $"it took over {InAll.TotalSeconds} seconds")]);
        }
    }

    private static bool IsLive(string cursor, out int from)
    {
        from = 0;
        return cursor.StartsWith(Live, StringComparison.Ordinal)
            && int.TryParse(cursor.AsSpan(Live.Length), NumberStyles.None, CultureInfo.InvariantCulture, out from);
    }

    private sealed record Look(LiveSource? Source, LiveList? List, IReadOnlyList<NotLooked> Missing);
}

/// <param name="Live">What is not among the tracked ones, here or on an earlier page.</param>
/// <param name="Cursor">Null at the end.</param>
public sealed record FoundResources(
    IReadOnlyList<TrackedResource> Tracked, IReadOnlyList<FoundLive> Live, IReadOnlyList<NotLooked> NotLooked, string? Cursor);

/// <param name="Source">Such as <c>resources://s3/buckets</c>, or <c>tags</c>.</param>
public sealed record NotLooked(string Source, string Why);

/// <param name="Known">Set where it is tracked, but only what is there now fits the query.</param>
public sealed record FoundLive(LiveResource Row, TrackedResource? Known);
