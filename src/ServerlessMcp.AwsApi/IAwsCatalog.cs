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
    /// <remarks>
    /// A text outside its list of known values is a problem when the list is short (40 or fewer); longer lists, such as instance types, grow each
    /// week and are left to AWS. Idempotency tokens may be absent although required. Blobs are base64 text; timestamps ISO 8601 text or epoch seconds.
    /// </remarks>
    /// <param name="isPlaceholder">
    /// Texts that stand for a value of any type (a reference filled in later); null when there are none. With it, <c>{"$json": value}</c> stands for a text.
    /// </param>
    IReadOnlyList<AwsProblem> Validate(AwsOperation operation, JsonObject parameters, Func<string, bool>? isPlaceholder = null);

    /// <summary>The parameters' members that hold or may hold a secret, with their paths and values: marked by the model, reviewed by hand.</summary>
    IReadOnlyList<AwsSensitiveValue> SensitiveValues(AwsOperation operation, JsonObject parameters);

    /// <summary>The answer with the text <c>(sensitive)</c> in the place of every value that the model marks sensitive.</summary>
    /// <remarks>Whatever leaves AwsApi to be stored, shown or logged has been through this; <see cref="IAwsReads"/> does it by itself.</remarks>
    JsonObject Redact(AwsOperation operation, JsonObject output);

    /// <summary>
    /// Null if the operation's answer can have this member, and nothing in it is sensitive (what is hidden can serve no one); else what is wrong and
    /// what would be right.
    /// </summary>
    /// <param name="path">Names and <c>[n]</c>, dotted, such as <c>Reservations[0].Instances[0].InstanceId</c>; empty for the whole.</param>
    AwsProblem? CheckOutputPath(AwsOperation operation, string path);

    /// <param name="depth">How deep members of members go; 1 is the top level alone.</param>
    IReadOnlyList<AwsMember> Parameters(AwsOperation operation, int depth);

    /// <summary>The members of the operation's answer.</summary>
    IReadOnlyList<AwsMember> Answer(AwsOperation operation, int depth);

    /// <summary>The IAM actions that a call of the operation needs, such as <c>s3:PutEncryptionConfiguration</c>.</summary>
    /// <param name="service">Canonical name.</param>
    /// <param name="operation">As the models write it.</param>
    IReadOnlyList<string> Actions(string service, string operation);

    /// <summary>
    /// The forms of the ARNs that the IAM action is granted on, such as <c>arn:${Partition}:s3:::${BucketName}</c>; empty: it is granted on
    /// <c>*</c> alone; null: the action is not known.
    /// </summary>
    IReadOnlyList<string>? ArnsOf(string action);

    /// <summary>The operation that the waiter looks with.</summary>
    /// <exception cref="AwsInputException"><c>unknown_service</c>, <c>unknown_waiter</c>.</exception>
    string LooksWith(string service, string waiter);

    /// <summary>Names of the waiters that look with this operation.</summary>
    IReadOnlyList<string> Waiters(AwsOperation operation);

    /// <summary>The waiter's canonical name.</summary>
    /// <exception cref="AwsInputException"><c>unknown_waiter</c>, with the nearest names.</exception>
    string Waiter(string service, string waiter);

    /// <summary>False: the service has one endpoint in a partition, signed for one Region, whatever Region is asked for (IAM, Route 53, CloudFront).</summary>
    /// <exception cref="AwsInputException"><c>unknown_service</c>, with the nearest names.</exception>
    bool IsRegional(string service);

    /// <exception cref="AwsInputException"><c>unknown_region</c>, with the nearest names.</exception>
    string Region(string region);
}

/// <param name="Service">Canonical service name, such as <c>ec2</c>.</param>
/// <param name="Name">Such as <c>StopInstances</c>.</param>
/// <param name="Access">The IAM level of its permission.</param>
/// <param name="IsSensitive">A read that always shows secrets, costs money or has side effects.</param>
/// <param name="TokenMember">The top-level idempotency token member, if there is one.</param>
public sealed record AwsOperation(
    string Service, string Name, string? Documentation, AwsAccess Access, bool IsSensitive, string? TokenMember)
{
    /// <summary>The one parameter value with which the read is sensitive, such as <c>WithDecryption</c> true; null for none.</summary>
    public AwsSensitiveValue? SensitiveWhen { get; init; }

    /// <summary>Ends a sentence that begins with the operation's name, such as "bills each request"; null for a harmless read and for changes.</summary>
    public string? SensitiveBecause { get; init; }

    /// <summary>A sensitive read that starts or ends something, such as <c>GenerateCredentialReport</c>: a plan may have it as a change.</summary>
    public bool Acts { get; init; }

    public bool IsRead => Access is AwsAccess.Read or AwsAccess.List;

    /// <summary>All that <see cref="IAwsReads"/> lets through, unless <see cref="SensitiveWhen"/> holds.</summary>
    public bool IsHarmlessRead => IsRead && !IsSensitive;

    /// <summary>Whether the read shows secrets, costs money or has side effects with these parameters.</summary>
    public bool IsSensitiveWith(JsonObject parameters) =>
        IsSensitive || (SensitiveWhen is { } when
            && parameters[when.Path]?.ToString() is { } value
            && value.Equals(when.Value?.ToString(), StringComparison.OrdinalIgnoreCase));
}

/// <summary><see cref="Unknown"/> counts as a change.</summary>
public enum AwsAccess { Read, List, Write, Tagging, PermissionsManagement, Unknown }

/// <param name="Path">JSON path from <c>$</c>; in <see cref="AwsOperation.SensitiveWhen"/> the parameter's name.</param>
public sealed record AwsSensitiveValue(string Path, JsonNode? Value)
{
    /// <summary>A plain value may stand there just as well, such as an environment variable's: a plan may have a literal.</summary>
    public bool MayBeLiteral { get; init; }

    /// <summary>The neighbour that would tell whether it is sensitive, and is absent; null when it surely is.</summary>
    public string? Untold { get; init; }
}
