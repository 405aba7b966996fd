using System.Text.Json.Nodes;
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
        ["sqs:TagQueue"] = async stage =>
        {
            var url = (await OnQueue(stage, "{}")).Parameters["QueueUrl"]!.ToString();
            await stage.OtherHandAsync("sqs", "TagQueue", new() { ["QueueUrl"] = url, ["Tags"] = new JsonObject { ["team"] = "a", ["other"] = "stays" } });
            return Request("sqs", "TagQueue", $$"""{ "QueueUrl": "{{url}}", "Tags": { "team": "b", "new": "x" } }""");
        },
        ["sns:TagResource"] = async stage => Request("sns", "TagResource", $$"""{ "ResourceArn": "{{await TopicAsync(stage)}}", "Tags": [{ "Key": "team", "Value": "b" }, { "Key": "new", "Value": "x" }] }"""),
        ["sns:SetTopicAttributes"] = async stage => Request("sns", "SetTopicAttributes", $$"""{ "TopicArn": "{{await TopicAsync(stage)}}", "AttributeName": "DisplayName", "AttributeValue": "new" }"""),
        ["sns:SetTopicAttributes first"] = async stage => Request("sns", "SetTopicAttributes", $$"""{ "TopicArn": "{{await TopicAsync(stage)}}", "AttributeName": "KmsMasterKeyId", "AttributeValue": "alias/aws/sns" }"""),
        ["sns:CreateTopic"] = _ => Step("sns", "CreateTopic", """{ "Name": "proof" }"""),
    };

    private static async Task<string> TopicAsync(ProofStage stage)
    {
        var name = $"proof-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("sns", "CreateTopic", new()
        {
            ["Name"] = name,
            ["Attributes"] = new JsonObject { ["DisplayName"] = "old" },
            ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "team", ["Value"] = "a" }),
        });
        return $"arn:aws:sns:{stage.Region}:{stage.Account}:{name}";
    }

    private static async Task<StepRequest> OnQueue(ProofStage stage, string attributes)
    {
        var name = $"proof-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("sqs", "CreateQueue", new() { ["QueueName"] = name });
        return Request("sqs", "SetQueueAttributes", $$"""{ "QueueUrl": "https://sqs.{{stage.Region}}.amazonaws.com/{{stage.Account}}/{{name}}", "Attributes": {{attributes}} }""");
    }
}
