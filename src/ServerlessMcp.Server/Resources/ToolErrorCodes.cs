namespace ServerlessMcp.Server.Resources;

/// <summary>What a tool's error can be, for the tools' pages.</summary>
internal static class ToolErrorCodes
{
    private static readonly string[] Planning = ["create_plan", "aws_change", "rollback_execution", "retry_execution"];
    private static readonly string[] Starting = ["execute_plan", "aws_change", "rollback_execution", "retry_execution"];

    /// <summary>What every tool can give first.</summary>
    public static IReadOnlyList<ToolErrorCode> All { get; } =
    [
        new("invalid_arguments", "an argument is missing, unknown or out of its bounds; `problems` names each"),
        new("missing_scope", "the key may not call this tool"),
        new("table_unavailable", "the server's storage does not answer now; the same call may succeed later"),
        new("internal", "a fault of the server; its log says more under the number that the message names"),
        new("unknown_service", "there is no such AWS service here; the nearest names are given", "find_operations", "find_resources", "aws_read"),
        new("unknown_operation", "the service has no such operation; the nearest names are given", "find_operations", "aws_read"),
        new("unknown_region", "there is no such Region; the nearest names are given", "aws_read", "find_resources", "create_plan", "aws_change"),
        new("not_a_read", "the operation changes something; `aws_change` makes it", "aws_read"),
        new("sensitive_read", "the operation reads a secret, which no tool shows", "aws_read"),
        new("invalid_parameters", "a parameter is unknown, missing or of the wrong kind; `problems` names each", "aws_read"),
        new("invalid_query", "the JMESPath does not parse or does not fit the answer", "aws_read"),
        new("result_too_large", "the answer is too long and has no list that could be cut; a narrower `query` helps", "aws_read"),
        new("invalid_cursor", "the cursor is not one that this tool gave out", "aws_read", "find_resources", "list_executions"),
        new("aws_refused", "AWS said no; its code and request id are in the message", "aws_read"),
        new("aws_busy", "AWS throttles or fails now; the same call may succeed later", "aws_read"),
        new("aws_unreachable", "no answer came from AWS; the same call may succeed later", "aws_read"),
        new("account_unknown", "AWS does not say which account this is", [.. Planning, "find_resources", "get_resource"]),
        new("unknown_account", "the server knows no such account or target; those that it knows are given", "aws_read", "find_resources", "create_plan", "aws_change"),
        new("region_not_allowed", "the target is called in other Regions only, which are given", "aws_read", "find_resources", "create_plan", "aws_change"),
        new("no_place_answered", "none of the accounts and regions answered; `results` says why, for each", "aws_read"),
        new("timeout", "of one place: it did not answer in the 40 seconds that all had together", "aws_read"),
        new("resource_not_found", "AWS shows no such resource, and no execution of the caller made it", "get_resource"),
        new("invalid_plan", "a step cannot be planned; `problems` names the member of each step", Planning),
        new("plan_too_large", "the plan with its reads and undos is over 200 KB", Planning),
        new("missing_inputs", "the blueprint needs inputs that were not given; `problems` names each", "create_plan"),
        new("invalid_inputs", "an input of the blueprint is unknown or wrong; `problems` names each", "create_plan"),
        new("facts_unread", "what the blueprint must know of the account could not be read", "create_plan"),
        new("invalid_state", "the `requestState` of an answer is not one that the server gave this caller, or is missing", [.. Starting, "create_plan"]),
        new("state_of_another_call", "the `requestState` belongs to a question about another tool or other arguments", [.. Starting, "create_plan"]),
        new("state_expired", "the question is older than ten minutes; the message says how to be asked again", [.. Starting, "create_plan"]),
        new("plan_not_found", "the caller has no such plan", "execute_plan", "get_execution"),
        new("hash_mismatch", "the plan with this id has another hash", "execute_plan"),
        new("plan_expired", "the plan is too old to be started; plan again", Starting),
        new("frozen", "all changes are frozen; the message says by whom and since when", Starting),
        new("policy_broken", "the policy file is broken, so every change is refused until its operator has mended it", Starting),
        new("forbidden_by_policy", "a rule of the policy forbids the plan, or none allows it", Starting),
        new("protected", "a resource of the plan has the tag `serverlessmcp:protected` with the value `true`", Starting),
        new("too_many_targets", "the plan has more changing steps than the policy's limit", Starting),
        new("cool_down", "another execution changed a resource of the plan too short a time ago", Starting),
        new("changes_off", "the server plans only", Starting),
        new("too_many_executions", "too many executions of the caller have not ended", Starting),
        new("server_full", "too many executions of all callers have not ended", Starting),
        new("budget_spent", "the caller has started as many executions as a day has", Starting),
        new("resource_locked", "another execution is at work on one of the resources", Starting),
        new("idempotency_key_reused", "the key was used with other arguments", "execute_plan", "aws_change"),
        new("already_undone", "another execution has taken it back", "rollback_execution", "execute_plan"),
        new("nothing_to_undo", "the execution left nothing that can be taken back", "rollback_execution"),
        new("conflict", "somebody changed the same thing since, or the same request is under way", "aws_change", "rollback_execution", "retry_execution"),
        new("not_ended", "the execution is still under way", "rollback_execution", "retry_execution"),
        new("nothing_to_retry", "the execution succeeded, or its rollback left nothing", "retry_execution"),
        new("already_ended", "the execution has ended; there is nothing to cancel", "cancel_execution"),
        new("execution_not_found", "the caller has no such execution", "get_execution", "cancel_execution", "rollback_execution", "retry_execution"),
    ];

    /// <summary>Those that not every tool gives.</summary>
    public static IEnumerable<ToolErrorCode> Of(string tool) => All.Where(code => code.Tools.Contains(tool));
}

/// <param name="Means">Half a sentence in markdown.</param>
/// <param name="Tools">Empty: every tool.</param>
internal sealed record ToolErrorCode(string Code, string Means, params IReadOnlyList<string> Tools);
