namespace ServerlessMcp.Local.Emulator;

/// <summary>The emulator cannot be had here. The message is one sentence that says what to type.</summary>
internal sealed class EmulatorException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True when python or moto is not there, as opposed to there and failing.</summary>
    public bool IsMissing { get; init; }
}
