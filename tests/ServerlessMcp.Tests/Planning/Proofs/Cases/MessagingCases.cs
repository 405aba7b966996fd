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
        ["sqs:SetQueueAttributes of a key"] = async stage => await OnQueue(stage, """{ "KmsMasterKeyId": "alias/aws/sqs" }"""),
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
        ["sns:Subscribe"] = async stage =>
        {
            var topic = await TopicAsync(stage);
            await stage.OtherHandAsync("sns", "Subscribe", Subscription(stage, topic, "others"));
            return new("it", null, "sns", "Subscribe", Subscription(stage, topic, "jobs"));
        },
        ["sns:Unsubscribe"] = async stage =>
            await Step("sns", "Unsubscribe", $$"""{ "SubscriptionArn": "{{await SubscriptionAsync(stage, """{ "kind": ["a"] }""")}}" }"""),
        ["sns:SetSubscriptionAttributes"] = async stage => Filter(await SubscriptionAsync(stage, """{ "kind": ["a"] }""")),
        ["sns:SetSubscriptionAttributes raw"] = async stage => await Step(
            "sns", "SetSubscriptionAttributes",
            $$"""{ "SubscriptionArn": "{{await SubscriptionAsync(stage, null)}}", "AttributeName": "RawMessageDelivery", "AttributeValue": "true" }"""),
    };

    private static JsonObject Subscription(ProofStage stage, string topic, string queue) => new()
    {
        ["TopicArn"] = topic,
        ["Protocol"] = "sqs",
        ["Endpoint"] = $"arn:aws:sqs:{stage.Region}:{stage.Account}:{queue}",
    };

    private static async Task<string> SubscriptionAsync(ProofStage stage, string? filter)
    {
        var parameters = Subscription(stage, await TopicAsync(stage), "jobs");
        if (filter is not null)
        {
            parameters["Attributes"] = new JsonObject { ["FilterPolicy"] = filter };
        }

        return await stage.MadeAsync("sns", "Subscribe", parameters, "SubscriptionArn");
    }

    private static StepRequest Filter(string subscription) => new(
        "it", null, "sns", "SetSubscriptionAttributes", new()
        {
            ["SubscriptionArn"] = subscription,
            ["AttributeName"] = "FilterPolicy",
            ["AttributeValue"] = """{ "kind": ["b"] }""",
        });

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
