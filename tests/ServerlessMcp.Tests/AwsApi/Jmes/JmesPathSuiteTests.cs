using ServerlessMcp.Conformance;

namespace ServerlessMcp.Tests.AwsApi.Jmes;

public sealed class JmesPathSuiteTests
{
    [Fact]
    public async Task All_605_open_cases_of_the_language_pass()
    {
        var result = await JmesPathSuite.RunAsync(ConformanceFolder.OrSkip("jmespath"));

        Assert.Empty(result.Failures);
        Assert.Equal((605, 0), (result.Passed, result.Skipped));
    }
}
