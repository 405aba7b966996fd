using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi;

/// <summary>What is known of AWS operations without asking AWS. Immutable; thread safe.</summary>
public interface IAwsCatalog
{
    /// <summary>Canonical names, sorted.</summary>
    IReadOnlyList<string> Services { get; }

    /// <summary>Accepts the canonical name, the SDK's service id, the signing name and the CLI's alias, in any case.</summary>
    /// <exception cref="AwsInputException"><c>unknown_service</c>, with the nearest names.</exception>
    string CanonicalService(string service);

    /// <summary>Accepts the operation's name in any case.</summary>
    /// <exception cref="AwsInputException"><c>unknown_service</c>, <c>unknown_operation</c>, with the nearest names.</exception>
    AwsOperation Operation(string service, string operation);

    /// <summary>Every problem of the parameters, with paths from <c>$</c> and "did you mean".</summary>
    /// <param name="isPlaceholder">Texts that stand for a value of any type (a reference filled in later); null when there are none.</param>
    IReadOnlyList<AwsProblem> Validate(AwsOperation operation, JsonObject parameters, Func<string, bool>? isPlaceholder = null);

    /// <summary>The parameters' members that the model marks sensitive, with their paths and values.</summary>
    IReadOnlyList<AwsSensitiveValue> SensitiveValues(AwsOperation operation, JsonObject parameters);

    /// <summary>Null if the operation's answer can have this member; else what is wrong and what would be right.</summary>
    /// <param name="path">Names and <c>[n]</c>, dotted, such as <c>Reservations[0].Instances[0].InstanceId</c>; empty for the whole.</param>
    AwsProblem? CheckOutputPath(AwsOperation operation, string path);

    /// <summary>The waiter's canonical name.</summary>
    /// <exception cref="AwsInputException"><c>unknown_waiter</c>, with the nearest names.</exception>
    string Waiter(string service, string waiter);

    /// <exception cref="AwsInputException"><c>unknown_region</c>, with the nearest names.</exception>
    string Region(string region);
}

/// <param name="Service">Canonical service name, such as <c>ec2</c>.</param>
/// <param name="Name">Such as <c>StopInstances</c>.</param>
/// <param name="Access">The IAM level of its permission.</param>
/// <param name="IsSensitive">A read that shows secrets, costs money or has side effects.</param>
/// <param name="TokenMember">The top-level idempotency token member, if there is one.</param>
public sealed record AwsOperation(
    string Service, string Name, string? Documentation, AwsAccess Access, bool IsSensitive, string? TokenMember)
{
    /// <summary>All that <see cref="IAwsReads"/> lets through.</summary>
    public bool IsHarmlessRead => Access is AwsAccess.Read or AwsAccess.List && !IsSensitive;
}

/// <summary><see cref="Unknown"/> counts as a change.</summary>
public enum AwsAccess { Read, List, Write, Tagging, PermissionsManagement, Unknown }

public sealed record AwsSensitiveValue(string Path, JsonNode? Value);
