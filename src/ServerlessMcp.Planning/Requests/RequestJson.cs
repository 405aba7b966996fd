using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Requests;

/// <summary>Requests as they are kept beside their plan, so that a retry can plan them anew.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(SnakeCase<StepKind>)])]
[JsonSerializable(typeof(PlanRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
