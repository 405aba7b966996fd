namespace ServerlessMcp.AwsApi;

/// <summary>What kind of no it is, so that one sentence can say what helps. Decided once, by <c>Models/errors.json</c>.</summary>
public enum AwsErrorClass
{
    /// <summary>Nothing is known of the code, and its HTTP status says no more.</summary>
    Other,

    /// <summary>Asked too often.</summary>
    Throttled,

    /// <summary>AWS is at work on the same thing, or has a fault of its own (5xx).</summary>
    Busy,

    /// <summary>Not connected, timed out, connection lost.</summary>
    Unreachable,

    /// <summary>None, expired, or unknown to AWS.</summary>
    Credentials,

    /// <summary>AWS does not see everywhere yet what was made a moment ago.</summary>
    EventualConsistency,

    /// <summary>AWS has no room for it now.</summary>
    Capacity,

    /// <summary>The account's own limit.</summary>
    Quota,

    Permission,

    NotFound,

    /// <summary>The thing is in another state, in use, or there already.</summary>
    Conflict,

    Input,
}
