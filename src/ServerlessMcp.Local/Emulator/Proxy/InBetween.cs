using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>What a change leaves in between: the next looks show it under way, and until then other changes are refused. The emulator changes at once.</summary>
internal sealed class InBetween
{
    private readonly ConcurrentDictionary<string, int> _looksLeft = new(StringComparer.Ordinal);

    public bool Refuses(StrictRule rule, AwsRequest request) => rule.Looks > 0 && _looksLeft.GetValueOrDefault(KeyOf(rule, request)) > 0;

    public void Begin(AwsRequest request)
    {
        foreach (var rule in StrictChecks.Rules.Where(rule => rule.Service == request.Service && rule.BusyAfter.Contains(request.Operation)))
        {
            _looksLeft[KeyOf(rule, request)] = rule.Looks;
        }
    }

    /// <summary>The answer as AWS would give it meanwhile.</summary>
    public Answer Shown(AwsRequest request, Answer answer)
    {
        foreach (var rule in StrictChecks.Rules.Where(rule => rule.Service == request.Service && rule.LooksBy.Contains(request.Operation)))
        {
            var key = KeyOf(rule, request);
            if (answer.Status == 200 && _looksLeft.GetValueOrDefault(key) > 0)
            {
                _looksLeft.AddOrUpdate(key, 0, (_, left) => left - 1);
                var shown = Regex.Replace(Encoding.UTF8.GetString(answer.Body), rule.Shown!, rule.ShownAs!);
                answer = answer with { Body = Encoding.UTF8.GetBytes(shown) };
            }
        }

        return answer;
    }

    private static string KeyOf(StrictRule rule, AwsRequest request) =>
        $"{rule.Id}/{request.AccessKey}/{request.Region}/{request.Parameters.GetValueOrDefault(rule.Member!, "")}";
}
