using System.Text.Json;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
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
        Assert.Equal(expected, (string?)result.View["problems"]![0]!["path"]);
    }

    [Theory]
    [InlineData("unknown_operation", "aws_read", """{"service":"ec2","operation":"ShutDown"}""", """find_operations {"query":"ec2 ShutDown"}""")]
    [InlineData("unknown_service", "aws_read", """{"service":"queues","operation":"List"}""", """find_operations {"query":"queues List"}""")]
    [InlineData("not_a_read", "aws_read", """{"service":"sqs","operation":"CreateQueue"}""", """find_operations {"service":"sqs","operation":"CreateQueue"}""")]
    [InlineData("execution_not_found", "get_execution", """{"id":"ex_a"}""", "list_executions {}")]
    [InlineData("hash_mismatch", "execute_plan", """{"plan_id":"pl_a","plan_hash":"x"}""", """get_execution {"id":"pl_a"}""")]
    [InlineData("not_ended", "rollback_execution", """{"execution_id":"ex_a"}""", """get_execution {"id":"ex_a","wait_seconds":20}""")]
    [InlineData("resource_not_found", "get_resource", """{"arn":"arn:x"}""", "find_resources {}")]
    [InlineData("invalid_arguments", "create_plan", """{"blueprint":"x","inputs":3}""", null)]
    [InlineData("missing_scope", "aws_change", """{"service":1}""", "whoami {}")]
    [InlineData("invalid_arguments", "aws_change", """{"service":1}""", "find_operations {}")]
    public void An_error_names_the_call_that_leads_on(string code, string tool, string arguments, string? next) =>
        Assert.Equal(next, NextOf(new CallerException(code, "wrong"), tool, arguments));

    [Fact]
    public void What_may_work_later_is_asked_again_and_a_calls_parameters_are_not_repeated()
    {
        var busy = new CallerException("conflict", "busy", retryable: true);

        Assert.Equal("""cancel_execution {"execution_id":"ex_a"}""", NextOf(busy, "cancel_execution", """{"execution_id":"ex_a"}"""));
        Assert.Null(NextOf(busy, "aws_change", """{"service":"ssm","operation":"PutParameter","parameters":{"Value":"secret"}}"""));
    }

    [Fact]
    public void A_blueprint_is_asked_for_again_with_the_inputs_that_were_right()
    {
        var missing = new CallerException("missing_inputs", "wrong", [new("inputs.name", "Missing.")]);

        Assert.Equal(
            """create_plan {"blueprint":"queue","inputs":{"size":3}}""",
            NextOf(missing, "create_plan", """{"blueprint":"queue","inputs":{"size":3,"name":""}}"""));
    }

    private static string? NextOf(Exception error, string tool, string arguments)
    {
        var asked = new AskedCall(tool, new(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(arguments)!), _ => true);
        return ToolErrors.From(error, asked)!.Next.Next is { } next ? $"{next.Tool} {next.Arguments.ToJsonString()}" : null;
    }
}
