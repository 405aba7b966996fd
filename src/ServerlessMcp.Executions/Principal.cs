namespace ServerlessMcp.Executions;

/// <summary>Who calls. Executions and plans belong to the principal's <see cref="Id"/>.</summary>
/// <param name="Id">Stable id, such as <c>key_...</c> or <c>local</c>.</param>
/// <param name="Name">What people read.</param>
/// <param name="Scopes">Of <see cref="Scope"/>.</param>
public sealed record Principal(string Id, string Name, IReadOnlySet<string> Scopes)
{
    /// <summary>The person behind it. Two principals of one owner are one person where a plan asks for another's yes.</summary>
    public string Owner { get; init; } = Id;

    public bool May(string scope) => Scopes.Contains(scope);

    /// <summary>Reads everybody's plans and executions: who operates or approves must see what waits.</summary>
    public bool SeesAll => May(Scope.Approve) || May(Scope.Admin);
}

public static class Scope
{
    public const string Read = "read";
    public const string Operate = "operate";
    public const string Approve = "approve";
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Read, Operate, Approve, Admin];
}
