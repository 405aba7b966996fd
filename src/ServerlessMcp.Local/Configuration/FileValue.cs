namespace ServerlessMcp.Local.Configuration;

/// <summary>A value of a settings file: a text, a list or a mapping.</summary>
/// <param name="Line">Null in JSON.</param>
internal abstract record FileValue(long? Line)
{
    public sealed record Plain(string Text, long? Line) : FileValue(Line);

    public sealed record List(IReadOnlyList<FileValue> Items, long? Line) : FileValue(Line);

    /// <summary>No name comes twice.</summary>
    public sealed record Mapping(IReadOnlyList<KeyValuePair<string, FileValue>> Members, long? Line) : FileValue(Line);
}
