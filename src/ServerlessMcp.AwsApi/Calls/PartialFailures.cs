using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Jmes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Operations on many things at once that answer 200 although some of them were refused: for a change that is a refusal, not a success.</summary>
/// <remarks>Sources: the API References' pages of these operations, "Response Elements".</remarks>
internal static class PartialFailures
{
    private const int Named = 5;

    /// <summary>The refused entries, as <c>{id, code, message}</c>.</summary>
    private static readonly Dictionary<(string Service, string Operation), string> Entries = new()
    {
        [("eventbridge", "PutEvents")] = "Entries[?ErrorCode].{id: 'an event', code: ErrorCode, message: ErrorMessage}",
        [("eventbridge", "PutTargets")] = "FailedEntries[].{id: TargetId, code: ErrorCode, message: ErrorMessage}",
        [("eventbridge", "RemoveTargets")] = "FailedEntries[].{id: TargetId, code: ErrorCode, message: ErrorMessage}",
        [("s3", "DeleteObjects")] = "Errors[].{id: Key, code: Code, message: Message}",
        [("sns", "PublishBatch")] = "Failed[].{id: Id, code: Code, message: Message}",
        [("sqs", "ChangeMessageVisibilityBatch")] = "Failed[].{id: Id, code: Code, message: Message}",
        [("sqs", "DeleteMessageBatch")] = "Failed[].{id: Id, code: Code, message: Message}",
        [("sqs", "SendMessageBatch")] = "Failed[].{id: Id, code: Code, message: Message}",
    };

    /// <exception cref="AwsCallException"><c>PartialFailure</c>: refused, and may have taken effect for the other entries.</exception>
    public static void Demand(string service, string operation, AwsResult result)
    {
        if (!Entries.TryGetValue((service, operation), out var path)
            || JmesExpression.Parse(path).Search(result.Output) is not JsonArray { Count: > 0 } refused)
        {
            return;
        }

        var first = string.Join("; ", refused.Take(Named).Select(entry => $"{entry!["id"]}: {entry["code"]} {entry["message"]}".TrimEnd()));
        var more = refused.Count > Named ? $"; and {refused.Count - Named} more" : "";
        throw new AwsCallException(
            AwsFailure.Refused,
            "PartialFailure",
            $"{refused.Count} of the entries were refused, the others were carried out ({first}{more}).",
            200,
            result.RequestId,
            mayHaveTakenEffect: true);
    }
}
