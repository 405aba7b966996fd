namespace ServerlessMcp.Lambda.Http;

/// <summary>That is no HTTP event.</summary>
internal sealed class EventShapeException(string what) : Exception(
    $"{what} This function takes the HTTP events of a Function URL or an HTTP API (payload version 2.0) and of a REST API (payload version 1.0).");
