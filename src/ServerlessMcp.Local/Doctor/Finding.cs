namespace ServerlessMcp.Local.Doctor;

internal enum Health { Ok, Note, Problem }

/// <summary>One line of the doctor.</summary>
/// <param name="Remedy">What to type or do; null when nothing is to be done.</param>
internal sealed record Finding(string Subject, Health Health, string Seen, string? Remedy = null);
