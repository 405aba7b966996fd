using System.Text.Json;

namespace ServerlessMcp.Lambda.Http;

/// <summary>Members of an event. One that is null, or is not there, is null; one of another type is a wrong event.</summary>
internal static class EventMembers
{
    public static JsonElement? Object(this JsonElement members, string name) => Find(members, name, JsonValueKind.Object, "an object");

    public static JsonElement? Array(this JsonElement members, string name) => Find(members, name, JsonValueKind.Array, "an array");

    public static string? Text(this JsonElement members, string name) =>
        Find(members, name, JsonValueKind.String, "a text") is { } text ? Value(text, name) : null;

    public static bool Flag(this JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False or JsonValueKind.Null => false,
            _ => throw Wrong(name, "true or false"),
        };

    /// <param name="name">Of the member that it is in.</param>
    public static string Value(this JsonElement text, string name) =>
        text.ValueKind == JsonValueKind.String ? Whole(() => text.GetString()!, name) : throw Wrong(name, "a text");

    /// <inheritdoc cref="Value"/>
    public static string NameIn(this JsonProperty member, string name) => Whole(() => member.Name, name);

    private static string Whole(Func<string> read, string name)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new EventShapeException($"'{name}' of the event is no whole Unicode text."); // Half of a surrogate pair.
        }
    }

    private static JsonElement? Find(JsonElement members, string name, JsonValueKind kind, string what) =>
        !members.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == kind ? value
        : throw Wrong(name, what);

    private static EventShapeException Wrong(string name, string what) => new($"'{name}' of the event is not {what}.");
}
