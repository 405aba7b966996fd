using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Server.Access;

/// <summary>The item <c>KEY#id / META</c>.</summary>
/// <param name="Hash">Hex of the HMAC-SHA256 with the pepper <see cref="Pepper"/>.</param>
/// <param name="RevokedAt">Set: the key opens nothing any more.</param>
public sealed record KeyRecord(
    string Id, string Name, string Hash, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt = null)
{
    /// <summary>Null: made by a version before there were peppers. It opens nothing; a successor can be made for it.</summary>
    public string? Pepper { get; init; }

    /// <summary>Who a caller with this key is; plans and executions belong to it. A successor has the same.</summary>
    public string? Principal { get; init; }

    /// <summary>The person behind it: two keys of one owner are one person where two are asked for.</summary>
    public string? Owner { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>Null: never, as for the two keys of local mode's first start.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Set: the key opens nothing until it is enabled again.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary><c>yyyy-MM-dd</c>, UTC.</summary>
    public string? LastUsedDay { get; init; }

    /// <summary>CIDR blocks a caller must come from; null is anywhere.</summary>
    public IReadOnlyList<string>? Networks { get; init; }

    /// <summary>The id of the key that this one takes the place of.</summary>
    public string? SuccessorOf { get; init; }

    /// <summary>The id of the key that took this one's place.</summary>
    public string? Successor { get; init; }

    [JsonIgnore]
    public string PrincipalId => Principal ?? $"key_{Id}";

    /// <returns><c>active</c>, or why it opens nothing.</returns>
    public string State(DateTimeOffset now) =>
        RevokedAt is not null ? "revoked"
        : DisabledAt is not null ? "disabled"
        : ExpiresAt <= now ? "expired"
        : Pepper is null ? "old form"
        : "active";

    /// <summary>Keeps the hash out of logs.</summary>
    public override string ToString() => $"{nameof(KeyRecord)} {Id}";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyRecord))]
internal sealed partial class AccessJson : JsonSerializerContext;
