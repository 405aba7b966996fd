namespace ServerlessMcp.Planning.Permissions;

/// <param name="Text">The IAM policy, as JSON without spaces.</param>
/// <param name="Wide">Prefixes of the services of which every action is allowed, such as <c>glue</c>; empty: it is narrowed to the step's own operations.</param>
internal sealed record StepPolicy(string Text, IReadOnlyList<string> Wide);
