using System.Net;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The one place where the SDK's and the network's failures become <see cref="AwsCallException"/>.</summary>
/// <remarks>
/// | what happened                            | failure     | may have taken effect |
/// |------------------------------------------|-------------|-----------------------|
/// | throttled, or asked to come back         | Busy        | no                    |
/// | other 5xx                                | Busy        | yes                   |
/// | keys expired or unknown                  | Unreachable | no                    |
/// | any other answer of an error             | Refused     | no                    |
/// | never connected, no credentials          | Unreachable | no                    |
/// | time is over, connection lost, no answer that can be read | Unreachable | yes  |
/// </remarks>
internal static class CallFailures
{
    // Source: AWS SDKs and Tools Reference Guide, "Retry behavior", and botocore's list; the last three are S3's and IAM's "try again".
    private static readonly HashSet<string> Throttling = new(StringComparer.Ordinal)
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled", "TooManyRequestsException",
        "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException.Throttled", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException", "RequestTimeout", "RequestTimeoutException",
        "OperationAborted", "EntityTemporarilyUnmodifiable", "KMSThrottlingException", "ThrottlingError",
    };

    // The caller's keys, not the call, are what AWS refuses: new keys mend it.
    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId",
        "RequestTimeTooSkewed",
    };

    public static AwsCallException Translate(ServiceErrorException e)
    {
        var status = (int)e.StatusCode;
        var (failure, mayHaveTakenEffect) = e switch
        {
            _ when Throttling.Contains(e.ErrorCode) || status == 429 => (AwsFailure.Busy, false),
            _ when Keys.Contains(e.ErrorCode) => (AwsFailure.Unreachable, false),
            { StatusCode: >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented } => (AwsFailure.Busy, true),
            _ => (AwsFailure.Refused, false),
        };
        return new(failure, e.ErrorCode, e.Message, status, e.RequestId, mayHaveTakenEffect, e) { ErrorName = e.Error.ShapeName };
    }

    public static AwsCallException Translate(ConnectionException e) => new(
        AwsFailure.Unreachable, e.WasSent ? "ConnectionLost" : "ConnectionFailed", e.Message, 0, null, e.WasSent, e);

    /// <summary>The connection broke while the answer was read.</summary>
    public static AwsCallException Lost(IOException e) => new(AwsFailure.Unreachable, "ConnectionLost", e.Message, 0, null, true, e);

    public static AwsCallException TimedOut(TimeSpan after, Exception e) => new(
        AwsFailure.Unreachable, "Timeout", $"There was no answer within {after.TotalSeconds:0.#} s.", 0, null, true, e);

    public static AwsCallException Unreadable(UnreadableAnswerException e) => new(
        AwsFailure.Unreachable, "UnreadableAnswer", e.Message, 0, null, true, e);

    /// <summary>What the SDK throws when it finds no credentials or no endpoint: nothing was sent.</summary>
    public static AwsCallException NotSent(string code, string message, Exception? e = null) =>
        new(AwsFailure.Unreachable, code, message, 0, null, false, e);
}
