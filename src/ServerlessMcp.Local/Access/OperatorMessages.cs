using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Access;

/// <summary>A key as the operator sees it.</summary>
/// <param name="State"><c>active</c>, <c>expired</c>, <c>disabled</c>, <c>revoked</c> or <c>old form</c>.</param>
internal sealed record OperatorKey(
    string Id, string Name, IReadOnlyList<string> Scopes, string State, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt = null,
    string? Owner = null, IReadOnlyList<string>? Networks = null, string? LastUsedDay = null, string? SuccessorOf = null)
{
    public static OperatorKey Of(KeyRecord key, DateTimeOffset now) => new(
        key.Id, key.Name, key.Scopes, key.State(now), key.CreatedAt, key.ExpiresAt, key.Owner, key.Networks, key.LastUsedDay, key.SuccessorOf);
}

internal sealed record MadeKey(string Key);

/// <param name="Key">The new key.</param>
/// <param name="Old">The key whose place it takes, as it stands now.</param>
internal sealed record RotatedKey(string Key, OperatorKey Old);

/// <param name="Word"><c>revoke</c>, <c>disable</c> or <c>enable</c>.</param>
internal sealed record KeyChange(string Word);

/// <param name="Approve">False is a no.</param>
/// <param name="Seen">The question that was shown; null: none was.</param>
internal sealed record DecisionRequest(bool Approve, GateSeen? Seen = null);

/// <param name="Text">What stands now, in a sentence.</param>
internal sealed record DecisionAnswer(string Text);

/// <param name="Id">Of an execution or a plan; null: neither.</param>
internal sealed record PageWish(string? Id = null);

/// <param name="IsFrozen">False ends a freeze.</param>
internal sealed record FreezeRequest(bool IsFrozen, string? Reason = null);

/// <param name="Text">A plan, a policy or an execution as its readers know it.</param>
/// <param name="Asks">The question in it that waits for a decision; null: none does.</param>
internal sealed record Shown(string Text, GateSeen? Asks = null);

/// <param name="Records">How many hold.</param>
/// <param name="Faults">A line each; none: the audit is whole.</param>
/// <param name="Heads"><c>chain:sequence:hash</c>, to be kept elsewhere.</param>
internal sealed record AuditAnswer(long Records, IReadOnlyList<string> Faults, IReadOnlyList<string> Heads);

internal sealed record OperatorRefusal(string Code, string Message, IReadOnlyList<Problem>? Problems = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<OperatorKey>))]
[JsonSerializable(typeof(OperatorKey))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyChange))]
[JsonSerializable(typeof(RotatedKey))]
[JsonSerializable(typeof(MadeKey))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(DecisionAnswer))]
[JsonSerializable(typeof(Shown))]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(PageWish))]
[JsonSerializable(typeof(FreezeRequest))]
[JsonSerializable(typeof(OperatorRefusal))]
internal sealed partial class OperatorJson : JsonSerializerContext;
