using ServerlessMcp.AwsApi;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Tests.Server;

public sealed class ToolErrorsTests
{
    [Theory]
    [InlineData("unknown_service", "$", "service")]
    [InlineData("unknown_operation", "$", "operation")]
    [InlineData("not_a_read", "$", "operation")]
    [InlineData("sensitive_read", "$", "operation")]
    [InlineData("unknown_region", "$", "region")]
    [InlineData("invalid_parameters", "$", "parameters")]
    [InlineData("invalid_parameters", "$.Filters[0].Nam", "parameters.Filters[0].Nam")]
    public void A_problem_of_an_AWS_call_names_the_callers_own_argument(string code, string path, string expected)
    {
        var result = ToolErrors.From(new AwsInputException(code, "wrong", [new(path, "wrong")]));

        Assert.NotNull(result);
        Assert.True(result.IsError);
        Assert.Equal(expected, result.StructuredContent!.Value.GetProperty("problems")[0].GetProperty("path").GetString());
    }
}
