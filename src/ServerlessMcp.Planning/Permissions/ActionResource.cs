using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>On which ARN an action is asked for, as far as a step tells.</summary>
/// <remarks>
/// Source: the Service Authorization Reference (which ARNs an action is granted on); CloudWatch Logs API, LogGroup (<c>arn</c> ends with <c>:*</c> in
/// permissions, but for the three actions that tag); IAM User Guide, "Grant a user permissions to pass a role to a service".
/// </remarks>
internal sealed partial class ActionResource(IAwsCatalog catalog)
{
    private const string Anything = "*";

    private static readonly ConcurrentDictionary<string, Regex> Forms = new(StringComparer.Ordinal);

    private static readonly string[] OnBareLogGroups = ["logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource"];

    /// <returns>Empty: the reference does not have the action, so nobody can be granted or refused it.</returns>
    public IEnumerable<PermissionNeed> Of(string action, Step step)
    {
        if (catalog.ArnsOf(action) is not { } forms)
        {
            return [];
        }

        if (forms.Count == 0)
        {
            return [new(action, Anything, IsKnown: true)];
        }

        if (action == "iam:PassRole")
        {
            var roles = Roles(step.Call.Parameters).Distinct().Select(role => new PermissionNeed(action, role, IsKnown: true)).ToList();
            return roles.Count > 0 ? roles : [new(action, Anything, IsKnown: false)];
        }

        return [Fitting(action, forms, step) ?? new(action, Anything, IsKnown: false)];
    }

    private static PermissionNeed? Fitting(string action, IReadOnlyList<string> forms, Step step)
    {
        if (step.Resource is not { } given || !given.StartsWith("arn:", StringComparison.Ordinal))
        {
            return null;
        }

        var resource = Reference().Replace(given, Anything);
        var found = forms
            .Select(form => (form, match: Forms.GetOrAdd(form, Compile).Match(resource)))
            .Where(one => one.match.Success)
            .OrderByDescending(one => one.match.Length).ThenByDescending(one => Variable().Replace(one.form, "").Length)
            .Select(one => one.match.Value)
            .FirstOrDefault();
        if (found is null)
        {
            return null;
        }

        var isLogGroup = found.Split(':') is [_, _, "logs", _, _, "log-group", _] && !OnBareLogGroups.Contains(action);
        return new(action, isLogGroup ? $"{found}:*" : found, IsKnown: !found.Contains('*', StringComparison.Ordinal) && !MayHavePath(found, step));
    }

    /// <summary>A step that names a role or policy by its name alone does not know its path, which the ARN has.</summary>
    private static bool MayHavePath(string arn, Step step) =>
        step.Effect != StepEffect.Create && arn.Split(':') is [_, _, "iam", _, _, var rest] && rest.Count(c => c == '/') == 1;

    /// <summary>
    /// The ARN of this form, or the part of a longer ARN that is of it: a bucket of an object, a function of an alias. Names of most things may have
    /// slashes and colons; these three end at one.
    /// </summary>
    private static Regex Compile(string form)
    {
        var pattern = Variable().Replace(Regex.Escape(form).Replace(@"\$\{", "${", StringComparison.Ordinal), match => match.Groups["name"].Value switch
        {
            "Partition" or "Region" or "Account" => "[^:]*",
            "BucketName" => "[^:/]+",
            "FunctionName" or "LogGroupName" => "[^:]+",
            _ => ".+",
        });
        return new($"^{pattern}(?=$|[:/])", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
    }

    /// <summary>ARNs of roles among the values.</summary>
    public static IEnumerable<string> Roles(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Roles(member.Value)),
        JsonArray items => items.SelectMany(Roles),
        JsonValue value when value.TryGetValue<string>(out var text) && RoleArn().IsMatch(text) => [text],
        _ => [],
    };

    [GeneratedRegex(@"^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$")]
    private static partial Regex RoleArn();

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z]+)\}")]
    private static partial Regex Variable();
}
