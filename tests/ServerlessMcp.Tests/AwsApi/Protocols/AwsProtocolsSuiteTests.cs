using System.Text.Json.Nodes;
using ServerlessMcp.Conformance;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.AwsApi.Protocols;

public sealed class AwsProtocolsSuiteTests
{
    /// <summary>457 cases of all five protocols, less the 49 that botocore itself skips; there is no exception of our own.</summary>
    [Fact]
    public async Task All_open_cases_that_botocore_runs_pass()
    {
        var result = await AwsProtocolsSuite.RunAsync(ConformanceFolder.OrSkip("aws-protocols"));

        Assert.Empty(result.Failures);
        Assert.Equal((408, 49), (result.Passed, result.Skipped));
    }

    /// <summary>The suite can fail: what it compares is what the case says.</summary>
    [Theory]
    [InlineData("""{"method":"POST","uri":"/","body":"Action=Do&Version=1&Name=x"}""", null)]
    [InlineData("""{"method":"POST","uri":"/","body":"Action=Do&Version=1&Name=y"}""", "the body is")]
    [InlineData("""{"method":"PUT","uri":"/","body":"Action=Do&Version=1&Name=x"}""", "the method is")]
    [InlineData("""{"method":"POST","uri":"/?a=b","body":"Action=Do&Version=1&Name=x"}""", "the query is")]
    [InlineData("""{"method":"POST","uri":"/","headers":{"Content-Type":"text/plain"}}""", "the header Content-Type")]
    public async Task A_request_that_differs_from_its_case_fails(string serialized, string? why)
    {
        using var folder = new TemporaryFolder();
        var input = Directory.CreateDirectory(Path.Combine(folder.Path, "input"));
        var suite = JsonNode.Parse("""
            [{"metadata":{"apiVersion":"1"},"shapes":{"In":{"type":"structure","members":{"Name":{"shape":"S"}}},"S":{"type":"string"}},
              "cases":[{"id":"One","given":{"name":"Do","input":{"shape":"In"}},"params":{"Name":"x"}}]}]
            """)!;
        suite[0]!["cases"]![0]!["serialized"] = JsonNode.Parse(serialized);
        await File.WriteAllTextAsync(Path.Combine(input.FullName, "query.json"), suite.ToJsonString(), TestContext.Current.CancellationToken);

        var result = await AwsProtocolsSuite.RunAsync(folder.Path);

        Assert.Equal(why is null ? 1 : 0, result.Passed);
        Assert.All(result.Failures, failure => Assert.StartsWith($"input/query One: {why}", failure, StringComparison.Ordinal));
    }
}
