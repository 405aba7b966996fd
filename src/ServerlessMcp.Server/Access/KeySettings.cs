namespace ServerlessMcp.Server.Access;

/// <summary>What the keys of this server are made and checked with.</summary>
/// <param name="Environment">Stands in every key, 2 to 16 of a-z and 0-9, such as <c>prod</c>; a key of another environment opens nothing here.</param>
public sealed record KeySettings(string Environment, Peppers Peppers)
{
    public static bool IsEnvironment(string text) => ApiKey.IsEnvironment(text);
}
