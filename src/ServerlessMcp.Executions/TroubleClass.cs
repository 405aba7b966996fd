namespace ServerlessMcp.Executions;

/// <summary>What kind of trouble it is: of AWS's own errors, and of ours. <see cref="Troubles"/> has the sentence that helps.</summary>
public enum TroubleClass
{
    Other,
    Throttled,
    Busy,
    Unreachable,
    Credentials,
    EventualConsistency,
    Capacity,
    Quota,
    Permission,
    NotFound,
    Conflict,
    Input,
}
