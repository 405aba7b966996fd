using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Planning.Requests;

/// <summary>Requests as they are kept beside their plan, so that a retry can plan them anew.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
