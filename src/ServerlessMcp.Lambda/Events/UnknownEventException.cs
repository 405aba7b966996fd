namespace ServerlessMcp.Lambda.Events;

/// <summary>That is no event of this function's role.</summary>
/// <param name="takes">The shapes that it takes.</param>
internal sealed class UnknownEventException(string takes) : Exception($"This function does not know the event. It takes {takes}.");
