using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>The operations in a policy's rules: a service may be named as IAM, the SDK or the CLI names it.</summary>
internal sealed class OperationNames(IAwsCatalog catalog)
{
    /// <returns>Null: it is right. Else what is wrong and what would be right.</returns>
    public string? Wrong(string pattern)
    {
        if (!Wildcard.IsOperation(pattern))
        {
            return $"{Wildcard.Right} is expected; there is '{pattern}'";
        }

        if (pattern == "*")
        {
            return null;
        }

        var (service, operation) = Split(pattern);
        try
        {
            return service.EndsWith('*') ? WrongBeginning(service)
                : operation.EndsWith('*') ? Known(catalog.CanonicalService(service))
                : Known(catalog.Operation(service, operation).Name);
        }
        catch (AwsInputException unknown)
        {
            return $"'{pattern}' would match nothing: {unknown.Message}";
        }

        static string? Known(string name) => name.Length > 0 ? null : "";
    }

    /// <summary>With the service's name as plans have it; of a pattern that is right.</summary>
    public string Canonical(string pattern)
    {
        if (pattern == "*")
        {
            return pattern;
        }

        var (service, operation) = Split(pattern);
        return service.EndsWith('*') ? pattern : $"{catalog.CanonicalService(service)}:{operation}";
    }

    /// <returns>Null: it is not one operation by its whole name.</returns>
    public AwsOperation? Exact(string pattern) =>
        Wildcard.IsOperation(pattern) && !pattern.Contains('*', StringComparison.Ordinal) && Wrong(pattern) is null && Split(pattern) is var (service, operation)
            ? catalog.Operation(service, operation)
            : null;

    private string? WrongBeginning(string service) =>
        catalog.Services.Any(name => Wildcard.Matches(service, name, StringComparison.OrdinalIgnoreCase))
            ? null
            : $"no service begins with '{service[..^1]}', so it would match nothing";

    private static (string Service, string Operation) Split(string pattern)
    {
        var colon = pattern.IndexOf(':', StringComparison.Ordinal);
        return (pattern[..colon], pattern[(colon + 1)..]);
    }
}
