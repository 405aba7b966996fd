using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Checks;

namespace ServerlessMcp.Tests.Planning.Checks;

public sealed class CallCheckTests
{
    private static readonly AwsCatalog _catalog = new();

    [Theory]
    [InlineData("s3", "GetObject", "shows contents, which may be secret and of any size")]
    [InlineData("ec2", "GetConsoleOutput", "shows a console, where secrets may stand")]
    [InlineData("rds", "DownloadDBLogFilePortion", "shows database logs, which hold statements with their values")]
    [InlineData("sqs", "ReceiveMessage", "hides the messages from their consumer")]
    public void A_read_that_shows_contents_is_no_change(string service, string operation, string why) =>
        Assert.Equal(
            $"{service}:{operation} is a read that {why}; a step of kind call is a change, and its answer would be stored. Leave it out.",
            Refusal(service, operation));

    [Theory]
    [InlineData("ec2", "DescribeInstances")]
    [InlineData("cloudwatch-logs", "FilterLogEvents")]
    [InlineData("ssm", "GetParameter")]
    public void A_read_is_no_change_even_where_one_parameter_makes_it_sensitive(string service, string operation) =>
        Assert.Equal(
            $"{service}:{operation} is a read; a step of kind call is a change. Make it a check or a collect, or read it with aws_read.",
            Refusal(service, operation));

    [Theory]
    [InlineData("iam", "GenerateCredentialReport")]
    [InlineData("cloudwatch-logs", "StartQuery")]
    [InlineData("ec2", "RunInstances")]
    public void What_acts_is_a_change_whatever_its_permission(string service, string operation) => Assert.Null(Refusal(service, operation));

    private static string? Refusal(string service, string operation)
    {
        var problems = new ProblemList();
        CallCheck.MustChange(_catalog.Operation(service, operation), "steps[0]", problems);
        try
        {
            problems.ThrowIfAny();
            return null;
        }
        catch (CallerException refusal)
        {
            return Assert.Single(refusal.Problems, problem => problem.Path == "steps[0].operation").Message;
        }
    }
}
