using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.Tests.Planning.Undo;

/// <summary>An answer of an operation in which every member of its model is there: a list holds one item, a map its known keys, texts are all <see cref="Text"/>.</summary>
internal static class SampleAnswer
{
    public const string Text = "x";

    private const int MaxDepth = 12;

    /// <summary>Keys of maps, which the models know only as texts. Source: the operations' pages in the API References, "Response Elements".</summary>
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["sns:Attributes"] =
        [
            "ConfirmationWasAuthenticated", "DeliveryPolicy", "DisplayName", "EffectiveDeliveryPolicy", "Endpoint", "FilterPolicy", "FilterPolicyScope",
            "KmsMasterKeyId", "Owner", "PendingConfirmation", "Policy", "Protocol", "RawMessageDelivery", "RedrivePolicy", "SubscriptionArn",
            "SubscriptionRoleArn", "TopicArn",
        ],
        ["sqs:Attributes"] =
        [
            "ContentBasedDeduplication", "CreatedTimestamp", "DeduplicationScope", "DelaySeconds", "FifoThroughputLimit", "KmsDataKeyReusePeriodSeconds",
            "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod", "Policy", "QueueArn", "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy",
            "RedrivePolicy", "SqsManagedSseEnabled", "VisibilityTimeout",
        ],
    };

    public static JsonNode? Of(AwsCatalog catalog, string service, string operation)
    {
        var model = catalog.Model(service);
        var output = AwsCatalog.FindOperation(model, operation).Output;
        return output < 0 ? null : Structure(model, model.ShapeAt(output), 0);
    }

    /// <summary>The names of all members that an answer can have, at any depth.</summary>
    public static HashSet<string> Names(AwsCatalog catalog, string service, string operation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Collect(Of(catalog, service, operation), names);
        return names;
    }

    private static void Collect(JsonNode? node, HashSet<string> names)
    {
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            names.Add(name);
            Collect(value, names);
        }

        foreach (var item in node as JsonArray ?? [])
        {
            Collect(item, names);
        }
    }

    private static JsonObject Structure(ServiceModel model, Shape shape, int depth) =>
        new(shape.Members.Select(member => KeyValuePair.Create(member.Name, Value(model, member, depth + 1))));

    /// <summary>With the marker tag's key, should it be a map of tags.</summary>
    private static JsonObject Map(ServiceModel model, Member member, int depth) =>
        new(Keys.GetValueOrDefault($"{model.Name}:{member.Name}", []).Append("smcp:step").Append(Text)
            .Select(name => KeyValuePair.Create(name, Value(model, model.ShapeOf(member).Element!, depth))));

    private static JsonNode? Value(ServiceModel model, Member member, int depth) => member.Kind switch
    {
        _ when depth > MaxDepth => Text,
        ShapeKind.Number => 1,
        ShapeKind.Boolean => true,
        ShapeKind.Unit or ShapeKind.Document => new JsonObject(),
        ShapeKind.List => new JsonArray(Value(model, model.ShapeOf(member).Element!, depth + 1)),
        ShapeKind.Map => Map(model, member, depth + 1),
        _ when member.IsStructure => Structure(model, model.ShapeOf(member), depth),
        _ => Text,
    };
}
