namespace ServerlessMcp.Lambda.Runtime;

/// <summary>The Runtime API cannot be spoken with: the process has to end, and Lambda starts another.</summary>
internal sealed class RuntimeApiException(string message, Exception? cause = null) : Exception(message, cause);
