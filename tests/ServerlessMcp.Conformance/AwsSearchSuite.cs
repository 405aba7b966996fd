using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Search;

namespace ServerlessMcp.Conformance;

/// <summary>Questions for the search over AWS operations.</summary>
/// <remarks>
/// A file of lines <c>{"q", "best", "ok": []}</c>, <c>service:Operation</c> by npm client suffix. A hit: <c>best</c> or one of <c>ok</c> is among the first
/// three. A question for services that are not here is a miss like any other, and named as such.
/// </remarks>
public static class AwsSearchSuite
{
    private const int Among = 3;

    public static Task<SuiteResult> RunAsync(string file) => Task.FromResult(Run(file));

    public static SuiteResult Run(string file)
    {
        var result = new SuiteResult();
        var catalog = new AwsCatalog();
        var search = new OperationSearch(catalog);
        var times = new List<double>();
        var first = TimeSpan.Zero;
        foreach (var line in File.ReadLines(file).Where(line => line.Length > 0))
        {
            using var document = JsonDocument.Parse(line);
            var question = document.RootElement.GetProperty("q").GetString()!;
            string[] right = [document.RootElement.GetProperty("best").GetString()!, .. Texts(document.RootElement.GetProperty("ok"))];
            var start = Stopwatch.GetTimestamp();
            var hits = search.Find(question, limit: Among).Select(hit => $"{hit.Service}:{hit.Operation}").ToList();
            first = first == TimeSpan.Zero ? Stopwatch.GetElapsedTime(start) : first;
            times.Add(Warm(search, question));
            if (hits.Intersect(right).Any())
            {
                result.Pass();
            }
            else
            {
                var absent = right.All(name => !catalog.Services.Contains(name.Split(':')[0])) ? " (no such service here)" : "";
                result.Fail(question, $"wanted {string.Join(" or ", right)}{absent}, found {string.Join(", ", hits)}");
            }
        }

        times.Sort();
        result.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{(double)result.Passed / times.Count:P1} of {times.Count} among the first {Among}; first question {first.TotalMilliseconds:F0} ms, "
            + $"then {times.Average():F2} ms, 95 % under {times[(int)(times.Count * 0.95)]:F2} ms"));
        return result;
    }

    private static double Warm(OperationSearch search, string question)
    {
        var start = Stopwatch.GetTimestamp();
        _ = search.Find(question, limit: Among);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(item => item.GetString()!);
}
