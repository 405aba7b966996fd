namespace ServerlessMcp.Planning.Resources;

/// <summary>What one source showed.</summary>
/// <param name="More">True: AWS has more than these; aws_read shows the rest.</param>
/// <param name="At">When AWS was asked.</param>
public sealed record LiveList(IReadOnlyList<LiveResource> Rows, bool More, DateTimeOffset At);

/// <param name="Type">Such as <c>ec2:instance</c>.</param>
/// <param name="State">In the service's own words; null where its list does not say.</param>
/// <param name="Source">The operation that showed it.</param>
public sealed record LiveResource(
    string Arn, string Type, string Identifier, string? Name, string? State, string? Detail, IReadOnlyDictionary<string, string>? Tags, string Source);
