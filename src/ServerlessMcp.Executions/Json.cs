using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions;

/// <summary>Every shape of this project that is stored or shown: camelCase members, snake_case enum values, nulls left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(SnakeCase<StepKind>), typeof(SnakeCase<StepEffect>), typeof(SnakeCase<RepeatRule>),
        typeof(SnakeCase<UndoClass>), typeof(SnakeCase<VerdictKind>), typeof(SnakeCase<ExecutionStatus>),
        typeof(SnakeCase<PermissionState>), typeof(SnakeCase<PermissionUse>),
        typeof(SnakeCase<StepStatus>), typeof(SnakeCase<TroubleClass>), typeof(SnakeCase<ProblemSeverity>), typeof(SnakeCase<GateDecision>),
        typeof(SnakeCase<ResourceState>), typeof(SnakeCase<ResourceHow>), typeof(SnakeCase<ResourceMark>),
        typeof(StepConverter),
    ])]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(PlanPreview))]
[JsonSerializable(typeof(Step))]
[JsonSerializable(typeof(IReadOnlyList<Step>), TypeInfoPropertyName = "Steps")]
[JsonSerializable(typeof(PlanRecord))]
[JsonSerializable(typeof(PlanPreviewRecord))]
[JsonSerializable(typeof(Execution))]
[JsonSerializable(typeof(StepFacts))]
[JsonSerializable(typeof(ExecutionEvent))]
[JsonSerializable(typeof(GateRecord))]
[JsonSerializable(typeof(GateWait))]
[JsonSerializable(typeof(CancelRecord))]
[JsonSerializable(typeof(OpenRecord))]
[JsonSerializable(typeof(RetryRecord))]
[JsonSerializable(typeof(ProblemRecord))]
[JsonSerializable(typeof(LateLookRecord))]
[JsonSerializable(typeof(ResourceRecord))]
[JsonSerializable(typeof(ResourceTouch))]
[JsonSerializable(typeof(ResourceSeen))]
[JsonSerializable(typeof(PolicyRule))]
[JsonSerializable(typeof(PolicyLimits))]
[JsonSerializable(typeof(Freeze))]
[JsonSerializable(typeof(PolicySeen))]
[JsonSerializable(typeof(AuditRecord))]
[JsonSerializable(typeof(AuditHead))]
public sealed partial class ExecutionsJson : JsonSerializerContext;

/// <summary>A step with all its members, of whatever kind: what <see cref="StepConverter"/> writes from and reads to.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(SnakeCase<StepKind>), typeof(SnakeCase<StepEffect>), typeof(SnakeCase<RepeatRule>), typeof(SnakeCase<UndoClass>)])]
[JsonSerializable(typeof(Step))]
internal sealed partial class StepJson : JsonSerializerContext;

public sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

internal static class JsonNodes
{
    public static JsonObject ToObject<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!.AsObject();

    /// <summary>JSON compared as JSON: 3 is 3.0, the order of members does not matter, and it does not matter who made the node.</summary>
    public static bool AreEqual(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(Plain(one), Plain(other));

    public static T To<T>(JsonObject body, JsonTypeInfo<T> type) =>
        body.Deserialize(type) ?? throw new InvalidOperationException($"A stored {typeof(T).Name} is null.");

    private static JsonNode? Plain(JsonNode? node) => node is null ? null : JsonNode.Parse(node.ToJsonString());
}
