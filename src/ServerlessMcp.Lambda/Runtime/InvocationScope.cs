namespace ServerlessMcp.Lambda.Runtime;

/// <summary>Which invocation a log line belongs to.</summary>
internal static class InvocationScope
{
    private static readonly AsyncLocal<string?> Current = new();

    public static string? RequestId
    {
        get => Current.Value;
        set => Current.Value = value;
    }
}
