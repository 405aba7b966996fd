using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>Refuses what AWS would refuse and the emulator does not.</summary>
/// <param name="ask">Asks the emulator in the request's own account and region, by query or, with <c>X-Amz-Target</c>, in JSON; gives the body.</param>
/// <param name="coolScale">Cool-downs are multiplied by this: 0 in tests that do not want them.</param>
internal sealed class StrictChecks(
    Func<AwsRequest, IReadOnlyDictionary<string, string>, CancellationToken, Task<string>> ask, TimeProvider time, double coolScale)
{
    /// <summary>Of the query services. Source: the API References' "Common Parameters".</summary>
    private static readonly Dictionary<string, string> Versions = new()
    {
        ["ec2"] = "2016-11-15",
        ["elasticloadbalancing"] = "2015-12-01",
        ["iam"] = "2010-05-08",
        ["rds"] = "2014-10-31",
    };

    private readonly InBetween _inBetween = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastSuccess = new(StringComparer.Ordinal);

    public static IReadOnlyList<StrictRule> Rules { get; } =
        JsonSerializer.Deserialize(EmulatorResources.Text("strict-rules.json"), ProxyJson.Default.ListStrictRule)!;

    /// <summary>Null when AWS would let it through, as far as the list goes.</summary>
    public async Task<StrictRule?> RefusalAsync(AwsRequest request, CancellationToken cancellationToken)
    {
        foreach (var rule in Rules)
        {
            if (rule.Service == request.Service
                && rule.Operations.Contains(request.Operation)
                && (rule.Has is null || request.Parameters.ContainsKey(rule.Has))
                && await RefusesAsync(rule, request, cancellationToken))
            {
                return rule with { Message = Fill(rule.Message, request) };
            }
        }

        return null;
    }

    /// <summary>The answer as AWS would give it while a change is under way.</summary>
    public Answer Shown(AwsRequest request, Answer answer) => _inBetween.Shown(request, answer);

    /// <summary>Remembers when cool-downs begin, and what is changing.</summary>
    public void Succeeded(AwsRequest request)
    {
        _inBetween.Begin(request);
        foreach (var rule in Rules.Where(rule => rule.CoolAfter == request.Operation && rule.Service == request.Service))
        {
            _lastSuccess[CoolKey(rule, request, rule.CoolMember!)] = time.GetUtcNow();
        }
    }

    private async Task<bool> RefusesAsync(StrictRule rule, AwsRequest request, CancellationToken cancellationToken)
    {
        if (rule.BusyAfter.Count > 0)
        {
            return _inBetween.Refuses(rule, request);
        }

        if (rule.CoolAfter is not null)
        {
            return _lastSuccess.TryGetValue(CoolKey(rule, request, rule.Member!), out var at)
                && time.GetUtcNow() - at < TimeSpan.FromSeconds(rule.CoolSeconds * coolScale);
        }

        if (rule.RefuseUnlessMatches is { } shape)
        {
            var names = new Regex("^" + Regex.Escape(rule.Member!).Replace("\\*", ".*", StringComparison.Ordinal) + "$");
            return request.Parameters.Any(one => names.IsMatch(one.Key) && !Regex.IsMatch(one.Value, shape));
        }

        var answer = await ask(request, Query(rule.Read!, request), cancellationToken);
        return Regex.IsMatch(answer, Fill(rule.RefuseWhenAnswerMatches!, request, Regex.Escape));
    }

    private static Dictionary<string, string> Query(IReadOnlyDictionary<string, string> read, AwsRequest request)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Versions.GetValueOrDefault(request.Service) is { } version)
        {
            query["Version"] = version;
        }

        foreach (var (name, value) in read)
        {
            if (name is not ['{', .. var member, '*', '}'])
            {
                query[name] = Fill(value, request);
                continue;
            }

            var copied = request.Parameters.Where(one => one.Key == member || one.Key.StartsWith(member + ".", StringComparison.Ordinal));
            foreach (var (key, id) in copied)
            {
                query[key == member ? member + ".1" : key] = id;
            }
        }

        return query;
    }

    private static string Fill(string text, AwsRequest request, Func<string, string>? written = null) =>
        Regex.Replace(text, @"\{([A-Za-z]\w*)\}", match => request.Parameters.TryGetValue(match.Groups[1].Value, out var value)
            ? written?.Invoke(value) ?? value
            : match.Value);

    private static string CoolKey(StrictRule rule, AwsRequest request, string member)
    {
        var value = request.Parameters.GetValueOrDefault(member, "");
        return $"{rule.Id}/{request.Region}/{value[(value.LastIndexOf('/') + 1)..]}";
    }
}
