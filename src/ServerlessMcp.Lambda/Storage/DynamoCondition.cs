using Amazon.DynamoDBv2.Model;

namespace ServerlessMcp.Lambda.Storage;

/// <summary>What must hold of an item for a write; an expired item counts as absent.</summary>
/// <param name="Expression">Null for "whatever is there".</param>
internal sealed record DynamoCondition(string? Expression, Dictionary<string, AttributeValue>? Values)
{
    public static readonly DynamoCondition None = new(null, null);

    /// <summary>On the expiry, in a filter or condition; <c>:now</c> is epoch milliseconds.</summary>
    public const string Alive = "(attribute_not_exists(#until) OR #until > :now)";

    public static readonly Dictionary<string, string> UntilName = new(StringComparer.Ordinal) { ["#until"] = "until" };

    /// <param name="expected">0: absent.</param>
    public static DynamoCondition Version(long expected, long now) => expected == 0
        ? new("attribute_not_exists(pk) OR #until <= :now", new(StringComparer.Ordinal) { [":now"] = DynamoItem.Number(now) })
        : new(
            $"v = :version AND {Alive}",
            new(StringComparer.Ordinal) { [":version"] = DynamoItem.Number(expected), [":now"] = DynamoItem.Number(now) });

    /// <summary>The placeholder names of <see cref="Expression"/>; DynamoDB refuses names that nothing uses.</summary>
    public Dictionary<string, string>? Names => Expression is null ? null : UntilName;
}
