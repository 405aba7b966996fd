namespace ServerlessMcp.Tests.Fakes;

/// <summary>The worker's process dies here.</summary>
internal sealed class CrashException() : Exception("The process died.");
