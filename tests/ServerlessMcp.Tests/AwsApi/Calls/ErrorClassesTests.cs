using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Calls;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Aws;

namespace ServerlessMcp.Tests.AwsApi.Calls;

public sealed class ErrorClassesTests
{
    [Theory]
    [InlineData("RequestLimitExceeded", "", 503, AwsErrorClass.Throttled)]
    [InlineData("ThrottlingException", "Rate exceeded", 400, AwsErrorClass.Throttled)]
    [InlineData("Whatever", "", 429, AwsErrorClass.Throttled)]
    [InlineData("OperationAborted", "A conflicting conditional operation is in progress", 409, AwsErrorClass.Busy)]
    [InlineData("InternalFailure", "", 500, AwsErrorClass.Busy)]
    [InlineData("VolumeModificationRateExceeded", "", 400, AwsErrorClass.Busy)]
    [InlineData("ValidationException", "Time to live has been modified multiple times within a fixed interval", 400, AwsErrorClass.Busy)]
    [InlineData("NotImplemented", "", 501, AwsErrorClass.Other)]
    [InlineData("ExpiredToken", "", 403, AwsErrorClass.Credentials)]
    [InlineData("Timeout", "", 0, AwsErrorClass.Unreachable)]
    [InlineData("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.", 400, AwsErrorClass.EventualConsistency)]
    [InlineData("InvalidParameterValueException", "Unzipped size must be smaller", 400, AwsErrorClass.Input)]
    [InlineData("InsufficientInstanceCapacity", "", 500, AwsErrorClass.Capacity)]
    [InlineData("Unsupported", "not supported in your requested Availability Zone (eu-west-1c)", 400, AwsErrorClass.Capacity)]
    [InlineData("Unsupported", "The operation is not supported", 400, AwsErrorClass.Other)]
    [InlineData("VpcLimitExceeded", "", 400, AwsErrorClass.Quota)]
    [InlineData("LimitExceededException", "", 400, AwsErrorClass.Quota)]
    [InlineData("UnauthorizedOperation", "", 403, AwsErrorClass.Permission)]
    [InlineData("SomethingNew", "", 403, AwsErrorClass.Permission)]
    [InlineData("InvalidVpcID.NotFound", "", 400, AwsErrorClass.NotFound)]
    [InlineData("NoSuchEntity", "", 404, AwsErrorClass.NotFound)]
    [InlineData("AWS.SimpleQueueService.NonExistentQueue", "", 400, AwsErrorClass.NotFound)]
    [InlineData("DependencyViolation", "", 400, AwsErrorClass.Conflict)]
    [InlineData("InvalidGroup.InUse", "", 400, AwsErrorClass.Conflict)]
    [InlineData("InvalidGroup.Duplicate", "", 400, AwsErrorClass.Conflict)]
    [InlineData("EntityAlreadyExists", "", 409, AwsErrorClass.Conflict)]
    [InlineData("ValidationException", "", 400, AwsErrorClass.Input)]
    [InlineData("NobodyKnows", "", 400, AwsErrorClass.Other)]
    public void A_code_has_one_class(string code, string message, int status, AwsErrorClass expected) =>
        Assert.Equal(expected, ErrorClasses.Of(code, message, status, out _));

    [Fact]
    public void Each_class_has_its_word_in_executions_and_a_sentence_that_helps()
    {
        foreach (var kind in Enum.GetValues<AwsErrorClass>().Except([AwsErrorClass.Other]))
        {
            var own = AwsTroubles.Of(kind);
            Assert.Equal(kind.ToString(), own.ToString());
            Assert.NotNull(Troubles.AfterRefusal(own, ""));
        }

        Assert.Null(Troubles.AfterRefusal(TroubleClass.Other, ""));
    }

    [Theory]
    [InlineData("User: arn:aws:iam::111122223333:user/a is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/r because no identity-based policy allows the iam:PassRole action", "iam:PassRole")]
    [InlineData("You are not authorized to perform: ec2:RunInstances", "ec2:RunInstances")]
    [InlineData("User is not authorized to perform: SNS:Publish on resource: x", "SNS:Publish")]
    [InlineData("You are not authorized to perform this operation. Encoded authorization failure message: abc", null)]
    [InlineData("Access Denied", null)]
    public void The_missing_action_is_taken_from_AWSs_own_message(string message, string? action)
    {
        Assert.Equal(action, Troubles.MissingAction(message));
        Assert.Equal(action is not null, Troubles.AfterRefusal(TroubleClass.Permission, message)!.Contains(action ?? "policy that denies them", StringComparison.Ordinal));
    }
}
