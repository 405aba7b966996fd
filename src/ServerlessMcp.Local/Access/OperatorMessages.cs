using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Local.Access;

/// <summary>A key as the operator sees it.</summary>
internal sealed record OperatorKey(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt = null);

internal sealed record NewKey(string Name, IReadOnlyList<string> Scopes);

internal sealed record MadeKey(string Key);

/// <param name="Approve">False is a no.</param>
/// <param name="Seen">The question that was shown; null: none was.</param>
internal sealed record DecisionRequest(bool Approve, GateSeen? Seen = null);

/// <param name="Text">What stands now, in a sentence.</param>
internal sealed record DecisionAnswer(string Text);

/// <param name="Text">A plan or an execution as its readers know it.</param>
/// <param name="Asks">The question in it that waits for a decision; null: none does.</param>
internal sealed record Shown(string Text, GateSeen? Asks = null);

internal sealed record OperatorRefusal(string Code, string Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<OperatorKey>))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(MadeKey))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(DecisionAnswer))]
[JsonSerializable(typeof(Shown))]
[JsonSerializable(typeof(OperatorRefusal))]
internal sealed partial class OperatorJson : JsonSerializerContext;
