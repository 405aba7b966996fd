using System.Net;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The one place where the SDK's and the network's failures become <see cref="AwsCallException"/>.</summary>
/// <remarks>
/// | what happened                            | failure     | may have taken effect |
/// |------------------------------------------|-------------|-----------------------|
/// | throttled, or asked to come back         | Busy        | no                    |
/// | no capacity (EC2 says it with a 500)     | Refused     | no                    |
/// | other 5xx                                | Busy        | yes                   |
/// | 307: S3 does not yet know where          | Busy        | no                    |
/// | keys expired or unknown                  | Unreachable | no                    |
/// | any other answer of an error             | Refused     | no                    |
/// | some entries of a batch refused          | Refused     | yes                   |
/// | an answer longer than is read            | Refused     | yes                   |
/// | never connected, no credentials, a target's role not assumed | Unreachable | no |
/// | time is over, connection lost, no answer that can be read | Unreachable | yes  |
/// </remarks>
internal static class CallFailures
{
    /// <param name="hint">Ends the message.</param>
    public static AwsCallException Translate(ServiceErrorException e, string hint)
    {
        var status = (int)e.StatusCode;
        var kind = ErrorClasses.Of(e.ErrorCode, e.Message, status, out var isNamed);
        var (failure, mayHaveTakenEffect) = kind switch
        {
            AwsErrorClass.Throttled => (AwsFailure.Busy, false),
            _ when status == (int)HttpStatusCode.TemporaryRedirect => (AwsFailure.Busy, false),
            AwsErrorClass.Busy when isNamed => (AwsFailure.Busy, false),
            AwsErrorClass.Credentials => (AwsFailure.Unreachable, false),
            _ when status >= 500 && status != (int)HttpStatusCode.NotImplemented && !(isNamed && kind == AwsErrorClass.Capacity) => (AwsFailure.Busy, true),
            _ => (AwsFailure.Refused, false),
        };
        return new(failure, e.ErrorCode, e.Message + hint, status, e.RequestId, mayHaveTakenEffect, e) { ErrorName = e.Error.ShapeName };
    }

    public static AwsCallException Translate(ConnectionException e) => new(
        AwsFailure.Unreachable, e.WasSent ? "ConnectionLost" : "ConnectionFailed", e.Message, 0, null, e.WasSent, e);

    public static AwsCallException TooLong(AnswerTooLongException e) => new(AwsFailure.Refused, "AnswerTooLong", e.Message, 200, null, true, e);

    /// <summary>The connection broke while the answer was read.</summary>
    public static AwsCallException Lost(IOException e) => new(AwsFailure.Unreachable, "ConnectionLost", e.Message, 0, null, true, e);

    public static AwsCallException TimedOut(TimeSpan after, Exception e) => new(
        AwsFailure.Unreachable, "Timeout", $"There was no answer within {after.TotalSeconds:0.#} s.", 0, null, true, e);

    public static AwsCallException Unreadable(UnreadableAnswerException e) => new(
        AwsFailure.Unreachable, "UnreadableAnswer", e.Message, 0, null, true, e);

    /// <summary>A target's role gave no keys: nothing was sent there. Not a refusal of the call, which may go through once the role is mended.</summary>
    public static AwsCallException NotAssumed(TargetAccount target, AwsCallException why)
    {
        var check = why.Failure == AwsFailure.Refused
            ? $" Check that the role exists, that its trust policy names the server's own identity, that the identity may call sts:AssumeRole on it, and that {(target.ExternalId is null ? "its trust policy asks for no external id, or set external_id" : "external_id is the one its trust policy asks for")}."
            : "";
        var said = target.ExternalId is { Length: > 0 } secret ? why.AwsMessage.Replace(secret, "(external id)", StringComparison.Ordinal) : why.AwsMessage;
        return new(
            AwsFailure.Unreachable, "RoleNotAssumed", $"The target '{target.Name}' cannot be called: sts:AssumeRole of {target.RoleArn} answered {why.Code}: {said}{check}",
            why.StatusCode, why.RequestId, false, why);
    }

    /// <summary>What the SDK throws when it finds no credentials or no endpoint: nothing was sent.</summary>
    public static AwsCallException NotSent(string code, string message, Exception? e = null) =>
        new(AwsFailure.Unreachable, code, message, 0, null, false, e);
}
