using System.Text.RegularExpressions;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions;

/// <summary>The one place that says of a trouble what it means, what happens by itself, and what a person can do next.</summary>
public static partial class Troubles
{
    public static TroubleClass Of(StepTrouble trouble) => trouble.Class ?? OfOwn(trouble.Code);

    public static TroubleClass Of(ExecutionFailure failure) => failure.Class ?? OfOwn(failure.Code);

    /// <summary>While it waits: what it waits for, and that nobody need do anything.</summary>
    public static string? WhileWaiting(TroubleClass kind) => kind switch
    {
        TroubleClass.Throttled => "AWS is asked too often from this account. It is tried again by itself, less and less often.",
        TroubleClass.Busy => "AWS is at work on the same thing or has a fault of its own. It is tried again by itself.",
        TroubleClass.Unreachable =>
            "AWS does not answer. It is tried again by itself until the step's deadline; look at the network, the endpoint and the AWS Health page. cancel_execution stops it.",
        TroubleClass.Credentials => "The server's AWS credentials, or those of the target's role, are missing, expired or unknown to AWS. It goes on by itself when its operator has mended that.",
        TroubleClass.EventualConsistency or TroubleClass.NotFound =>
            "AWS does not see everywhere yet what an earlier step has made. It is tried again by itself for a minute or so.",
        _ => null,
    };

    /// <summary>After a no: why, and the next thing to do.</summary>
    /// <param name="message">AWS's own, which may name the action.</param>
    public static string? AfterRefusal(TroubleClass kind, string message) => kind switch
    {
        TroubleClass.Permission when MissingAction(message) is { } action =>
            $"The server's role may not do {action}. Allow that action, or find the policy that denies it.",
        TroubleClass.Permission => "The server's role may not do this. Allow the action of the call, or find the policy that denies it.",
        TroubleClass.Capacity =>
            "AWS has no room for this now; that passes. Another size, type or Availability Zone often has it: a step can name them as its alternatives.",
        TroubleClass.Quota => "A quota of the account is used up. Free something or have the quota raised (Service Quotas).",
        TroubleClass.Conflict =>
            "The thing is in another state than the call needs, in use, or there already. Look at it with aws_read.",
        TroubleClass.NotFound => "What the call names is not there in this account and region. Check its id or name, the account and the region.",
        TroubleClass.EventualConsistency => "AWS did not see in time what was made a moment before. The same again may succeed.",
        TroubleClass.Input => "AWS does not take these parameters, and the same again will not help. Correct them and make another plan.",
        TroubleClass.Throttled or TroubleClass.Busy or TroubleClass.Unreachable => "Nothing is known to be wrong with the call: the same again may succeed in a moment.",
        TroubleClass.Credentials => "The server's AWS credentials, or those of the target's role, are missing, expired or unknown to AWS; its operator can mend that.",
        _ => null,
    };

    /// <summary>The IAM action that AWS's message names, such as <c>iam:PassRole</c>.</summary>
    public static string? MissingAction(string message) =>
        Action().Match(message) is { Success: true } match ? match.Groups["action"].Value : null;

    /// <summary>Of the codes that the worker and the planner give themselves.</summary>
    private static TroubleClass OfOwn(string code) => code switch
    {
        "exists" or "drifted" or "requires" => TroubleClass.Conflict,
        "deadline" => TroubleClass.Unreachable,
        "not_visible" => TroubleClass.EventualConsistency,
        "reference" or "invalid_query" or "invalid_parameters" or "unknown_service" or "unknown_operation" => TroubleClass.Input,
        _ => TroubleClass.Other,
    };

    [GeneratedRegex(@"not authorized to perform:? *(?<action>[a-z0-9-]+:[a-z0-9*]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Action();
}
