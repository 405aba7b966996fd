using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Executions.State;

public sealed class ResourceNameTests
{
    [Theory]
    [InlineData("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1", "ec2", "vpc", "vpc-1")]
    [InlineData("arn:aws:lambda:eu-west-1:111122223333:function:f", "lambda", "function", "f")]
    [InlineData("arn:aws:s3:::bucket", "s3", "bucket", "bucket")]
    [InlineData("arn:aws:sns:eu-west-1:111122223333:topic", "sns", "topic", "topic")]
    [InlineData("arn:aws:sqs:eu-west-1:111122223333:queue", "sqs", "queue", "queue")]
    [InlineData("arn:aws:ecs:eu-west-1:111122223333:service/cluster/web", "ecs", "service", "cluster/web")]
    [InlineData("arn:aws:apigateway:eu-west-1::/apis/abc", "apigateway", "apis", "abc")]
    [InlineData("arn:aws:ssm:eu-west-1:111122223333:parameter/a/b", "ssm", "parameter", "a/b")]
    public void An_arn_is_told_apart(string arn, string service, string type, string identifier)
    {
        var name = ResourceName.Parse(arn);

        Assert.Equal((service, type, identifier), (name!.Service, name.Type, name.Identifier));
    }

    [Theory]
    [InlineData("")]
    [InlineData("i-0abc")]
    [InlineData("arn:aws:ec2:eu-west-1:111122223333")]
    [InlineData("arn:aws:ec2:eu-west-1:111122223333:")]
    public void What_is_no_arn_is_none(string text) => Assert.Null(ResourceName.Parse(text));

    [Fact]
    public void A_key_of_any_length_fits_and_two_stay_two()
    {
        var (one, other) = (new string('a', 3_000) + "1", new string('a', 3_000) + "2");

        Assert.True(ResourceKeys.Partition(one).Length < 2_048);
        Assert.NotEqual(ResourceKeys.Partition(one), ResourceKeys.Partition(other));
    }
}
