namespace ServerlessMcp.Planning.Resources;

/// <summary>A type of resource that can be looked at by its name alone, without anything recorded of it.</summary>
/// <param name="Namespace">The service's part of an ARN, such as <c>states</c>.</param>
/// <param name="Name">Such as <c>security-group</c>; with the namespace as in <c>ec2:security-group</c>.</param>
/// <param name="Arn">The ARN after <c>arn:PARTITION:</c>, with <c>{region}</c>, <c>{account}</c>, <c>{id}</c>; null: only AWS can say it.</param>
/// <param name="Service">Canonical name of the service that is asked.</param>
/// <param name="Parameters">JSON with <c>{id}</c>, <c>{arn}</c>, and <c>{head}</c>, <c>{tail}</c>: the id before and after its first slash.</param>
/// <param name="Select">JMESPath over the answer; null is "not there".</param>
/// <param name="Absent">Error codes that mean "not there".</param>
public sealed record ResourceType(
    string Namespace, string Name, string? Arn, string Service, string Operation, string Parameters, string Select, params IReadOnlyList<string> Absent)
{
    public string FullName => $"{Namespace}:{Name}";
}
