using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Planning.Checks;

/// <summary>A text that stands for a secret: <c>${secret:ARN}</c> or <c>${ssm:NAME:VERSION}</c>, resolved by the worker right before its call.</summary>
/// <param name="ParameterName">What <c>ssm:GetParameter</c> reads.</param>
internal sealed partial record SecretReference(string ParameterName)
{
    public const string Advice = "${secret:ARN} or ${ssm:NAME:VERSION}";

    /// <remarks>Source: Systems Manager reads secrets through <c>/aws/reference/secretsmanager/</c>.</remarks>
    public static SecretReference? Parse(JsonNode? value)
    {
        if (value is not JsonValue single || !single.TryGetValue<string>(out var text) || Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        return match.Groups["arn"].Success
            ? new($"/aws/reference/secretsmanager/{match.Groups["arn"].Value}")
            : new($"{match.Groups["name"].Value}:{match.Groups["version"].Value}");
    }

    /// <summary>It is one, or becomes one when its own references are filled in.</summary>
    public static bool MayBeParameter(string text) => text.StartsWith("${ssm:", StringComparison.Ordinal);

    public static bool MayBeOfSecretsManager(string text) => text.StartsWith("${secret:", StringComparison.Ordinal);

    [GeneratedRegex(@"^\$\{(secret:(?<arn>arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+)|ssm:(?<name>[A-Za-z0-9_./-]+):(?<version>[1-9][0-9]*))\}$")]
    private static partial Regex Pattern();
}
