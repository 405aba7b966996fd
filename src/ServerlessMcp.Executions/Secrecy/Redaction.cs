using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Executions.Secrecy;

/// <summary>
/// What looks like a secret, whoever wrote it, is hidden: in every answer, log line, audit record and page, and in what is stored beyond what an undo needs. The
/// members that AWS's models mark are hidden before, where they are read; this is for secrets in places that no model knows, such as an
/// environment variable, a log line or a tag.
/// </summary>
/// <remarks>An access key's id stands where AWS shows it as one (<c>AccessKeyId</c>), for it names the key and opens nothing.</remarks>
public static partial class Redaction
{
    /// <summary>Stands in the place of a secret; as a parameter it is refused.</summary>
    public const string Hidden = "(sensitive)";

    private static readonly string[] NameMembers = ["Name", "name", "Key", "key", "ParameterKey", "OptionName", "ParameterName"];
    private static readonly string[] ValueMembers = ["Value", "value", "ParameterValue", "Values", "values"];

    /// <summary>The text itself if nothing in it looks like a secret.</summary>
    public static string Text(string text) => text.Length < 8 ? text : Pairs(Assigned().Replace(Shapes(text), HideAssigned));

    /// <returns>The node itself if nothing in it looks like a secret; else a copy.</returns>
    public static JsonNode? Json(JsonNode? node)
    {
        if (node is null || !Any(node))
        {
            return node;
        }

        var copy = node.DeepClone();
        return Hide(copy);
    }

    private static bool Any(JsonNode? node) => node switch
    {
        JsonObject members => HoldsPair(members) || members.Any(member => HoldsBy(member.Key, member.Value) || AnyAt(member.Key, member.Value)),
        JsonArray items => items.Any(Any),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is var text && Text(text) != text,
        _ => false,
    };

    private static bool AnyAt(string name, JsonNode? value) => !IsKeyId(name, value) && Any(value);

    private static JsonNode? Hide(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                Hide(members);
                break;
            case JsonArray items:
                for (var n = 0; n < items.Count; n++)
                {
                    Put(items[n], Hide(items[n]), changed => items[n] = changed);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                return Text(text) is var shown && shown == text ? node : JsonValue.Create(shown);
        }

        return node;
    }

    private static void Hide(JsonObject members)
    {
        if (HoldsPair(members))
        {
            foreach (var name in ValueMembers.Where(members.ContainsKey))
            {
                members[name] = Hidden;
            }
        }

        foreach (var (name, value) in members.ToList())
        {
            if (HoldsBy(name, value))
            {
                members[name] = Hidden;
            }
            else if (!IsKeyId(name, value))
            {
                Put(value, Hide(value), changed => members[name] = changed);
            }
        }
    }

    private static void Put(JsonNode? before, JsonNode? after, Action<JsonNode?> put)
    {
        if (!ReferenceEquals(before, after))
        {
            put(after);
        }
    }

    private static bool HoldsBy(string name, JsonNode? value) => IsText(value) && SecretNames.Holds(name) && !IsPlain(value!.GetValue<string>());

    /// <summary>A variable, tag or parameter as a pair: <c>{"Name": "DB_PASSWORD", "Value": "..."}</c>.</summary>
    private static bool HoldsPair(JsonObject members) =>
        NameMembers.Any(name => IsText(members[name]) && SecretNames.Holds(members[name]!.GetValue<string>()))
        && ValueMembers.Any(name => members[name] is { } value && !(IsText(value) && IsPlain(value.GetValue<string>())));

    private static bool IsText(JsonNode? value) => value is JsonValue && value.GetValueKind() == JsonValueKind.String;

    private static bool IsKeyId(string name, JsonNode? value) =>
        name is "AccessKeyId" or "accessKeyId" or "access_key_id" && IsText(value) && KeyId().Match(value!.GetValue<string>()).Length == value.GetValue<string>().Length;

    /// <summary>Nothing, a reference to a secret, or what hides one already.</summary>
    private static bool IsPlain(string value) =>
        value.Length == 0 || value == Hidden || value.StartsWith("${", StringComparison.Ordinal) || value.StartsWith("arn:", StringComparison.Ordinal);

    private static string HideAssigned(Match match)
    {
        var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
        return SecretNames.Holds(name) && !IsPlain(value) && !value.StartsWith("(sensitive", StringComparison.Ordinal)
            ? $"{name}{match.Groups["between"].Value}{Hidden}"
            : match.Value;
    }

    /// <summary>A pair, as JSON or a plan writes it: <c>{"Key":"api-token","Value":"..."}</c>, <c>{Key: api-token, Value: ...}</c>.</summary>
    private static string Pairs(string text) => ValueFirst().Replace(NameFirst().Replace(text, HidePair), HidePair);

    private static string HidePair(Match match)
    {
        var (name, value) = (match.Groups["name"], match.Groups["value"]);
        var at = value.Index - match.Index;
        return SecretNames.Holds(name.Value) && !IsPlain(value.Value)
            ? match.Value[..at] + Hidden + match.Value[(at + value.Length)..]
            : match.Value;
    }

    private static string Shapes(string text)
    {
        text = PrivateKey().Replace(text, Hidden);
        text = WebToken().Replace(text, Hidden);
        text = KnownKey().Replace(text, Hidden);
        text = InUrl().Replace(text, $"$1{Hidden}@");
        text = AuthorizationHeader().Replace(text, $"$1{Hidden}");
        text = Header().Replace(text, $"$1 {Hidden}");
        text = KeyId().Replace(text, match => IsMemberBefore(text, match.Index) ? match.Value : Hidden);
        return SecretKey().Replace(text, match => IsMixed(match.ValueSpan) ? Hidden : match.Value);
    }

    /// <summary>In JSON as text: <c>"AccessKeyId":"AKIA..."</c>.</summary>
    private static bool IsMemberBefore(string text, int index)
    {
        var before = text.AsSpan(Math.Max(0, index - 20), Math.Min(20, index)).TrimEnd([' ', '"', '\\', ':']);
        return before.EndsWith("AccessKeyId", StringComparison.OrdinalIgnoreCase) || before.EndsWith("access_key_id", StringComparison.Ordinal);
    }

    /// <summary>40 random base64 characters have upper and lower case, digits, and no word; a digest in hexadecimal or a path has not.</summary>
    private static bool IsMixed(ReadOnlySpan<char> text)
    {
        int upper = 0, lower = 0, digits = 0, run = 0, longest = 0;
        foreach (var c in text)
        {
            upper += char.IsAsciiLetterUpper(c) ? 1 : 0;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            lower += char.IsAsciiLetterLower(c) ? 1 : 0;
            run = char.IsAsciiLetterLower(c) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return upper >= 3 && lower >= 3 && digits >= 1 && longest < 10;
    }

    [GeneratedRegex("""(?<name>[A-Za-z][A-Za-z0-9_.\-]{0,80})(?<between>\\?["']?\s{0,2}(?:[:=]|=>)\s{0,2}\\?["']?)(?<value>(?!:)[^\s"'\\,;&<>}\])]{1,4096})""")]
    private static partial Regex Assigned();

    [GeneratedRegex("""\\?["']?(?:Name|name|Key|key|ParameterKey|ParameterName|OptionName)\\?["']?: ?\\?["']?(?<name>[A-Za-z0-9_./\-]{1,200})\\?["']?, ?\\?["']?(?:Value|value|ParameterValue)\\?["']?: ?\\?["']?(?<value>[^"'\\,}\]\s]{1,4096})""")]
    private static partial Regex NameFirst();

    [GeneratedRegex("""\\?["']?(?:Value|value|ParameterValue)\\?["']?: ?\\?["']?(?<value>[^"'\\,}\]\s]{1,4096})\\?["']?, ?\\?["']?(?:Name|name|Key|key|ParameterKey|ParameterName|OptionName)\\?["']?: ?\\?["']?(?<name>[A-Za-z0-9_./\-]{1,200})\\?["']?""")]
    private static partial Regex ValueFirst();

    [GeneratedRegex(@"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----END)[\s\S]){0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*")]
    private static partial Regex WebToken();

    /// <summary>Keys whose makers gave them a mark: ours, GitHub's, GitLab's, Slack's, Stripe's, Google's, npm's.</summary>
    [GeneratedRegex(@"\b(?:smcp_[A-Za-z0-9_]{24,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_\-]{16,}|xox[abeoprs]-[A-Za-z0-9\-]{10,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_\-]{35}|npm_[A-Za-z0-9]{36})")]
    private static partial Regex KnownKey();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.\-]{1,20}://[^/\s:@""']{0,200}:)[^@\s/""']{1,500}@", RegexOptions.IgnoreCase)]
    private static partial Regex InUrl();

    [GeneratedRegex("""(\bauthorization\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?)(?:[A-Za-z0-9\-]{1,30} )?[^\s"'\\,;<>}\]]{4,4096}""", RegexOptions.IgnoreCase)]
    private static partial Regex AuthorizationHeader();

    [GeneratedRegex(@"\b(Bearer|Basic) (?=[A-Za-z0-9._~+/\-]*[0-9=.])[A-Za-z0-9._~+/\-]{16,}={0,2}")]
    private static partial Regex Header();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")]
    private static partial Regex KeyId();

    [GeneratedRegex(@"(?<![A-Za-z0-9/+=_\-])[A-Za-z0-9+][A-Za-z0-9/+]{39}(?![A-Za-z0-9/+=_\-])")]
    private static partial Regex SecretKey();
}
