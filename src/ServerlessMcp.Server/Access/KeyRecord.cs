using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Server.Access;

/// <summary>The item <c>KEY#id / META</c>.</summary>
/// <param name="Hash">Hex of the SHA-256.</param>
/// <param name="RevokedAt">Set: the key opens nothing any more.</param>
public sealed record KeyRecord(
    string Id, string Name, string Hash, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt = null)
{
    /// <summary>Who a caller with this key is; plans and executions belong to it.</summary>
    [JsonIgnore]
    public string PrincipalId => $"key_{Id}";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyRecord))]
internal sealed partial class AccessJson : JsonSerializerContext;
