using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Audit;

/// <summary>One thing that somebody did, or that was done for them. Holds no secrets: what looks like one is hidden before it is written.</summary>
/// <param name="Kind">Of <see cref="AuditKind"/>.</param>
/// <param name="By">The principal's id; <c>clock</c> for what time decided, <c>first_start</c> for the two keys of a first start, <c>file</c> for a policy file that somebody edited.</param>
public sealed record AuditEntry(string Kind, string By)
{
    public string? ExecutionId { get; init; }

    public string? StepId { get; init; }

    /// <summary><c>forward</c> or <c>backward</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>Such as <c>ec2:StopInstances</c>.</summary>
    public string? Call { get; init; }

    public string? Account { get; init; }

    public string? Region { get; init; }

    /// <summary>Name of the role session that the call is made in, as AWS's own log has it; null: the server's own identity.</summary>
    public string? Session { get; init; }

    /// <summary>The id of a caller's key, never its secret.</summary>
    public string? KeyId { get; init; }

    /// <summary>What is done with a key: <c>create</c>, <c>rotate</c>, <c>disable</c>, <c>enable</c>, <c>revoke</c>.</summary>
    public string? Action { get; init; }

    /// <summary>ARN, as far as it is known then.</summary>
    public string? Resource { get; init; }

    /// <summary>As sent, but for secrets; left out when large.</summary>
    public JsonObject? Arguments { get; init; }

    /// <summary>SHA-256 of the canonical JSON of the arguments as the plan has them, in hexadecimal.</summary>
    public string? ArgumentsHash { get; init; }

    public string? PlanHash { get; init; }

    /// <summary>The rule that let it through or stopped it.</summary>
    public string? Rule { get; init; }

    public string? PolicyHash { get; init; }

    /// <summary>Of a call: <c>succeeded</c>, <c>refused</c>, <c>not_done</c> (throttled, not connected) or <c>unknown</c>. Of a key: <c>succeeded</c> or <c>not_done</c>. Of a gate: the decision.</summary>
    public string? Outcome { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>AWS's request id.</summary>
    public string? RequestId { get; init; }
}

public static class AuditKind
{
    /// <summary>Written before a changing call is sent; without it nothing is sent.</summary>
    public const string CallIntent = "call_intent";

    public const string CallOutcome = "call_outcome";

    public const string ExecutionRequested = "execution_requested";

    /// <summary>Somebody's yes or no at a gate.</summary>
    public const string GateDecided = "gate_decided";

    public const string CancelRequested = "cancel_requested";

    public const string Frozen = "frozen";

    public const string Unfrozen = "unfrozen";

    /// <summary>Written before a key is made, replaced or ended; without it nothing of that happens. An intent without an outcome: it is not known.</summary>
    public const string KeyIntent = "key_intent";

    public const string KeyOutcome = "key_outcome";

    /// <summary>Another policy was found in force than before, or a broken one; written before anything is judged by it.</summary>
    public const string PolicyChanged = "policy_changed";
}
