using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Queues and topics.</summary>
internal static class MessagingCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["sqs:CreateQueue"] = _ => Step("sqs", "CreateQueue", """{ "QueueName": "proof", "Attributes": { "VisibilityTimeout": "45" } }"""),
        ["sqs:SetQueueAttributes"] = async stage => await OnQueue(stage, """{ "VisibilityTimeout": "90", "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }"""),
        ["sqs:SetQueueAttributes retention"] = async stage => await OnQueue(stage, """{ "MessageRetentionPeriod": "600" }"""),
        ["sns:CreateTopic"] = _ => Step("sns", "CreateTopic", """{ "Name": "proof" }"""),
    };

    private static async Task<StepRequest> OnQueue(ProofStage stage, string attributes)
    {
        var name = $"proof-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("sqs", "CreateQueue", new() { ["QueueName"] = name });
        return Request("sqs", "SetQueueAttributes", $$"""{ "QueueUrl": "https://sqs.{{stage.Region}}.amazonaws.com/{{stage.Account}}/{{name}}", "Attributes": {{attributes}} }""");
    }
}
