using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Lambda;

/// <summary>What the host itself writes.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class HostJson : JsonSerializerContext;
