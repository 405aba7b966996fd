using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.Local.Examples;

/// <summary>Makes what is new in every run (ids, hashes, times) the same in all of them; each keeps its form, and what was equal stays equal.</summary>
internal sealed partial class SteadyText
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public string Of(string text) => Volatile().Replace(text, match => match switch
    {
        { Groups: var groups } when groups["id"] is { Success: true } id => Of(id.Value, groups["kind"].Value, n => $"{groups["kind"].Value}_{new string(Letter(n), 26)}"),
        { Groups: var groups } when groups["hash"].Success => Of(match.Value, "hash", n => $"sha256:{new string(Digit(n), 64)}"),
        { Groups: var groups } when groups["mark"].Success => match.Value.Replace(groups["mark"].Value, "Zm9yLWV4YW1wbGUtb25seQ", StringComparison.Ordinal),
        { Groups: var groups } when groups["time"].Success => "2026-01-01T12:00:00Z",
        { Groups: var groups } when groups["uuid"].Success => Of(match.Value, "uuid", n => $"00000000-0000-4000-8000-{n:d12}"),
        { Groups: var groups } when groups["port"].Success => "127.0.0.1:5000",
        { Groups: var groups } when groups["moment"].Success => "2026-01-01 12:00:00 UTC",
        { Groups: var groups } when groups["took"].Success => "took 0.1 s",
        { Groups: var groups } when groups["person"].Success => Of(match.Value, "person", n => $"key_{n:x12}"),
        { Groups: var groups } when groups["signer"].Success => "k=p00000000",
        { Groups: var groups } when groups["signature"].Success => $"s={new string('0', 43)}",
        { Groups: var groups } when groups["epoch"].Success => "1767268800",
        { Groups: var groups } when groups["request"] is { Success: true } request => Of(request.Value, "request", n => string.Create(CultureInfo.InvariantCulture, $"{n:d52}")),
        { Groups: var groups } when groups["aws"] is { Success: true } aws => Of(match.Value, aws.Value, n => $"{aws.Value}-{n:x17}"),
        _ => throw new InvalidOperationException($"No form for {match.Value}."),
    });

    private string Of(string found, string kind, Func<int, string> form)
    {
        if (!_known.TryGetValue(found, out var steady))
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            _known[found] = steady = form(_counts[kind]);
        }

        return steady;
    }

    /// <summary>From a on; the alphabet of the ids has no more than these and six digits.</summary>
    private static char Letter(int n) => (char)('a' + ((n - 1) % 26));

    private static char Digit(int n) => "0123456789abcdef"[n % 16];

    [GeneratedRegex(
        @"(?<id>(?<kind>ex|pl|key|err)_[a-z2-7]{26})|(?<hash>sha256:[0-9a-f]{64})|</?(?<mark>[A-Za-z0-9_-]{22})>|(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]00:00))"
        + @"|(?<moment>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)|took (?<took>\d+(?:\.\d+)?) s|(?<person>key_[0-9a-z]{12}\b)|(?<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)|(?<signer>\bk=p[0-9a-f]{8}\b)|(?<signature>\bs=[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-]))|(?<port>127\.0\.0\.1:\d+)|(?<epoch>\b1[789]\d{8}(?:\.\d+)?\b)|(?<request>\b[A-Za-z0-9]{52}\b)|\b(?<aws>vpc|subnet|sg|i|eni)-[0-9a-f]{17}\b")]
    private static partial Regex Volatile();
}
