namespace ServerlessMcp.AwsApi;

/// <param name="Path">JSON path in the parameters, such as <c>$.Filters[0].Name</c>; <c>$</c> for the call itself.</param>
/// <param name="Message">What is wrong and what would be right; holds no value the caller sent in a sensitive member.</param>
public sealed record AwsProblem(string Path, string Message);

/// <summary>The call is not well formed or not allowed here; nothing was sent. All problems at once.</summary>
public sealed class AwsInputException(string code, string message, IReadOnlyList<AwsProblem> problems) : Exception(message)
{
    /// <summary><c>unknown_service</c>, <c>unknown_operation</c>, <c>unknown_waiter</c>, <c>invalid_parameters</c>, <c>not_a_read</c>, <c>sensitive_read</c>, <c>unknown_region</c>.</summary>
    public string Code { get; } = code;

    public IReadOnlyList<AwsProblem> Problems { get; } = problems;
}

public enum AwsFailure
{
    /// <summary>AWS said no: nothing took effect, but for the other entries where only some of a batch were refused.</summary>
    Refused,

    /// <summary>Throttled or a 5xx: AWS may say yes later.</summary>
    Busy,

    /// <summary>No answer: not connected, timed out, connection lost, no credentials or expired ones.</summary>
    Unreachable,
}

/// <summary>A call that did not succeed.</summary>
/// <param name="failure">Refused, busy or unreachable.</param>
/// <param name="code">
/// AWS's error code, or <c>Timeout</c>, <c>ConnectionFailed</c>, <c>ConnectionLost</c>, <c>UnreadableAnswer</c>, <c>NoCredentials</c>, <c>NoEndpoint</c>,
/// <c>RoleNotAssumed</c> (of a target), <c>SessionRefused</c> (of a step: refused, and the call itself was not sent),
/// <c>WrongAccount</c>, <c>PartialFailure</c> (some entries of a batch were refused), <c>AnswerTooLong</c>, and <c>NotImplemented</c> where an endpoint that is not AWS's own answers with a web page.
/// </param>
/// <param name="message">AWS's message, or ours.</param>
/// <param name="mayHaveTakenEffect">False when the request surely was not carried out.</param>
public sealed class AwsCallException(
    AwsFailure failure, string code, string message, int statusCode, string? requestId, bool mayHaveTakenEffect, Exception? cause = null)
    : Exception($"{code}: {message}", cause)
{
    public AwsFailure Failure { get; } = failure;

    public string Code { get; } = code;

    /// <summary>The model's name of the error where that differs from the code on the wire (<c>NoSuchEntityException</c>, code <c>NoSuchEntity</c>).</summary>
    public string ErrorName { get; init; } = code;

    public string AwsMessage { get; } = message;

    public AwsErrorClass Class { get; } = Calls.ErrorClasses.Of(code, message, statusCode, out _);

    /// <summary>HTTP status; 0 without an answer.</summary>
    public int StatusCode { get; } = statusCode;

    public string? RequestId { get; } = requestId;

    public bool MayHaveTakenEffect { get; } = mayHaveTakenEffect;
}
