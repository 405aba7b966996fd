using System.Text.Json.Nodes;
using ServerlessMcp.Conformance.Asl;

namespace ServerlessMcp.Conformance;

/// <summary>
/// Executions recorded on AWS, run again by our interpreter: one JSON object a line with <c>id, definition, input</c> and
/// <c>expectOutput</c> or <c>events</c>. Ends, outputs, errors and the sequence of history events must be the recorded ones.
/// </summary>
public static class AslSuite
{
    public static async Task<SuiteResult> RunAsync(string file)
    {
        var result = new SuiteResult();
        await foreach (var line in File.ReadLinesAsync(file))
        {
            var recorded = JsonNode.Parse(line)!.AsObject();
            if (Subset.WhyOutside(recorded["definition"]!.AsObject()) is { } outside)
            {
                result.Skip(outside);
                continue;
            }

            var name = recorded["id"]!.GetValue<string>();
            if (new RecordedRun(recorded).Run() is { } difference)
            {
                result.Fail(name[(name.LastIndexOf('/') + 1)..], difference);
            }
            else
            {
                result.Pass();
            }
        }

        return result;
    }
}
