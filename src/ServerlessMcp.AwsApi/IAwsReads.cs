using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi;

/// <summary>
/// All that planners and read tools can see of AWS: whatever is not a harmless read is refused before anything is sent, and what is
/// sensitive in an answer reads <c>(sensitive)</c>.
/// </summary>
public interface IAwsReads
{
    /// <summary>One call, retried as the SDK's standard mode does.</summary>
    /// <exception cref="AwsInputException">Unknown service or operation, wrong parameters, or not a harmless read; nothing was sent.</exception>
    /// <exception cref="AwsCallException">AWS refused or did not answer.</exception>
    Task<AwsResult> ReadAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken);

    /// <summary>Follows the operation's pager; one result a page, at most <paramref name="maxPages"/>.</summary>
    /// <param name="parameters">With a page's <see cref="AwsResult.Next"/> in them, the pages after that one.</param>
    IAsyncEnumerable<AwsResult> PagesAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, int maxPages, CancellationToken cancellationToken);
}

/// <summary>Any operation. Given to the worker alone. Answers are whole: who keeps or shows one asks <see cref="IAwsCatalog.Redact"/> first.</summary>
public interface IAwsChanges
{
    /// <summary>Whether calls there with a <see cref="AwsTarget.Session"/> are made in it; else with the server's own credentials.</summary>
    bool HasSessions(AwsTarget target);

    /// <summary>One attempt, no retries.</summary>
    /// <exception cref="AwsInputException">Nothing was sent.</exception>
    /// <exception cref="AwsCallException">AWS refused or did not answer.</exception>
    Task<AwsResult> CallAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Looks once at a waiter of the service.</summary>
    /// <exception cref="AwsCallException">AWS did not answer; a refusal that the waiter does not name is <see cref="AwsWaitState.Failure"/>.</exception>
    Task<AwsWaitLook> LookAsync(
        AwsTarget target, string service, string waiter, JsonObject parameters, TimeSpan timeout, CancellationToken cancellationToken);
}

/// <param name="Region">Such as <c>eu-west-1</c>.</param>
/// <param name="Account">12 digits; null is the account of the credentials.</param>
public sealed record AwsTarget(string Region, string? Account = null)
{
    /// <summary>The session of the account's change role to call in; null, or no change role: none. <see cref="IAwsReads"/> makes none.</summary>
    public AwsSession? Session { get; init; }
}

/// <summary>A session of a change role that can do no more than its policy says.</summary>
/// <remarks>Source: STS AssumeRole: a name of 2 to 64 characters, a policy of at most 2,048, tags with values of at most 256.</remarks>
/// <param name="Name">Letters, digits and <c>=,.@_-</c>; stands in CloudTrail. Calls of the same name, role and policy share a session.</param>
/// <param name="Policy">JSON.</param>
public sealed record AwsSession(string Name, string Policy, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Code of the refusal when STS gives none: the call itself was not sent.</summary>
    public const string RefusedCode = "SessionRefused";
}

/// <param name="Output">The answer in the model's member names; timestamps as ISO 8601 text, blobs as base64 text.</param>
public sealed record AwsResult(JsonObject Output, string? RequestId, int Attempts)
{
    /// <summary>Of a page: what the next one is asked for with; null at the end.</summary>
    public AwsPageToken? Next { get; init; }
}

/// <param name="Parameters">What asks for the page, such as <c>NextToken</c>; some services want several. A null takes the parameter away.</param>
public sealed record AwsPageToken(JsonObject Parameters)
{
    /// <summary>The caller's parameters, for this page.</summary>
    public JsonObject In(JsonObject parameters)
    {
        var paged = parameters.DeepClone().AsObject();
        foreach (var (name, value) in Parameters)
        {
            if (value is null)
            {
                paged.Remove(name);
            }
            else
            {
                paged[name] = value.DeepClone();
            }
        }

        return paged;
    }
}

public enum AwsWaitState { Success, Failure, Retry }

/// <param name="Code">On failure: the error code or the acceptor that matched.</param>
/// <param name="DelaySeconds">The waiter's own minimum delay.</param>
public sealed record AwsWaitLook(AwsWaitState State, string? Code, string? Message, int DelaySeconds)
{
    /// <summary>Of a refusal that the waiter does not name.</summary>
    public AwsErrorClass? Class { get; init; }
}
