namespace ServerlessMcp.Executions.State;

/// <summary>An ARN in its parts: <c>arn:partition:service:region:account:type/identifier</c>, or <c>type:identifier</c>, or the identifier alone.</summary>
/// <remarks>Source: AWS General Reference, Amazon Resource Names. S3, SNS and SQS name no type; it is filled in.</remarks>
/// <param name="Region">Empty for a global resource.</param>
/// <param name="Account">Empty for a bucket.</param>
public sealed record ResourceName(string Partition, string Service, string Region, string Account, string Type, string Identifier)
{
    private const int Parts = 6;

    /// <returns>Null if it is not an ARN.</returns>
    public static ResourceName? Parse(string arn)
    {
        var parts = arn.Split(':', Parts);
        if (parts.Length != Parts || parts[0] != "arn" || parts[2].Length == 0 || parts[5].Length == 0)
        {
            return null;
        }

        var (type, identifier) = Split(parts[2], parts[5]);
        return new(parts[1], parts[2], parts[3], parts[4], type, identifier);
    }

    private static (string Type, string Identifier) Split(string service, string rest)
    {
        switch (service)
        {
            case "s3":
                return (rest.Contains('/', StringComparison.Ordinal) ? "object" : "bucket", rest);
            case "sns":
                return (rest.Contains(':', StringComparison.Ordinal) ? "subscription" : "topic", rest);
            case "sqs":
                return ("queue", rest);
        }

        var text = rest.TrimStart('/');
        var at = text.IndexOfAny(['/', ':']);
        return at < 0 ? (service, text) : (text[..at], text[(at + 1)..]);
    }
}
