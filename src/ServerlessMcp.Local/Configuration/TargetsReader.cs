using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Local.Configuration;

/// <summary>The settings <c>targets</c> and <c>changes</c> of a file: a name for each account and the role in it; the role that changes of the own account are made with.</summary>
/// <remarks>
/// <code>
/// targets:
///   prod:
///     account: 222233334444
///     role_arn: arn:aws:iam::222233334444:role/smcp
///     change_role_arn: ...   # the role that changes are made with, if it is another
///     external_id: ...       # if the trust policies ask for one
///     regions: [eu-west-1]   # none is all
/// changes:
///   role_arn: arn:aws:iam::111122223333:role/smcp-changes
///   external_id: ...
/// </code>
/// Names may also be written in one word, as <c>roleArn</c>. Source: STS AssumeRole, which says what a role's ARN and an external id look like.
/// </remarks>
internal sealed partial class TargetsReader(string path, AwsCatalog catalog, List<string> problems)
{
    public const string Name = "targets";

    private const string RightRole = "a role's ARN, such as arn:aws:iam::222233334444:role/smcp";

    public const string Changes = "changes";

    private static readonly string[] Members = ["account", "role_arn", "change_role_arn", "external_id", "regions"];
    private static readonly string[] MembersOfChanges = ["role_arn", "external_id"];

    /// <summary>Those that are right; the problems of the others are added to the list.</summary>
    public IReadOnlyList<TargetAccount> Read(FileValue value)
    {
        if (value is not FileValue.Mapping targets)
        {
            Wrong(value, Name, "must be a mapping of names to account, role_arn, external_id and regions");
            return [];
        }

        var read = targets.Members.Select(member => One(member.Key, member.Value)).OfType<TargetAccount>().ToList();
        foreach (var again in read.GroupBy(target => target.Account).Where(group => group.Count() > 1))
        {
            Wrong(value, Name, $"{string.Join(" and ", again.Select(target => target.Name))} are of the same account {again.Key}; an account has one target");
        }

        return read;
    }

    /// <summary>Null where it is wrong, and its problems are added to the list.</summary>
    public ChangeRole? ReadChanges(FileValue value)
    {
        var before = problems.Count;
        if (value is not FileValue.Mapping mapping)
        {
            Wrong(value, Changes, "must be a mapping with role_arn and, if the role's trust policy asks for one, external_id");
            return null;
        }

        var members = Known(mapping, Changes, MembersOfChanges);
        var role = Required(members, mapping, Changes, "role_arn", RoleArn(), RightRole);
        var externalId = members.TryGetValue("external_id", out var id) ? ExternalId(id, Changes) : null;
        return problems.Count == before ? new(role!, externalId) : null;
    }

    private TargetAccount? One(string name, FileValue value)
    {
        var where = $"{Name}.{name}";
        var before = problems.Count;
        if (!TargetName().IsMatch(name))
        {
            Wrong(value, where, "a name is a lower-case letter and then up to 31 of a-z, 0-9 and -");
        }

        if (value is not FileValue.Mapping mapping)
        {
            Wrong(value, where, "must be a mapping with account and role_arn");
            return null;
        }

        var members = Known(mapping, where, Members);
        var account = Required(members, mapping, where, "account", Account(), "the 12 digits of an AWS account");
        var role = Required(members, mapping, where, "role_arn", RoleArn(), RightRole);
        var changeRole = members.ContainsKey("change_role_arn") ? Required(members, mapping, where, "change_role_arn", RoleArn(), RightRole) : null;
        foreach (var (member, arn) in new[] { ("role_arn", role), ("change_role_arn", changeRole) })
        {
            if (account is not null && arn is not null && arn.Split(':')[4] != account)
            {
                Wrong(members[member], $"{where}.{member}", $"the role is of account {arn.Split(':')[4]}, and account says {account}; they must be the same");
            }
        }

        var externalId = members.TryGetValue("external_id", out var id) ? ExternalId(id, where) : null;
        var regions = members.TryGetValue("regions", out var list) ? Regions(list, where) : [];
        return problems.Count == before ? new(name, account!, role!, externalId, regions) { ChangeRoleArn = changeRole } : null;
    }

    private Dictionary<string, FileValue> Known(FileValue.Mapping mapping, string where, string[] names)
    {
        var known = new Dictionary<string, FileValue>(StringComparer.Ordinal);
        foreach (var (name, value) in mapping.Members)
        {
            if (names.FirstOrDefault(member => Folded(member) == Folded(name)) is not { } member)
            {
                Wrong(value, $"{where}.{name}", $"is unknown; known are {string.Join(", ", names)}");
            }
            else if (!known.TryAdd(member, value))
            {
                Wrong(value, $"{where}.{name}", $"is {member} a second time");
            }
        }

        return known;
    }

    private string? Required(
        Dictionary<string, FileValue> members, FileValue.Mapping mapping, string where, string name, Regex pattern, string right)
    {
        if (!members.TryGetValue(name, out var value))
        {
            Wrong(mapping, where, $"has no {name}: {right}");
            return null;
        }

        if (value is FileValue.Plain { Text: var text } && pattern.IsMatch(text))
        {
            return text;
        }

        Wrong(value, $"{where}.{name}", $"must be {right}");
        return null;
    }

    /// <summary>It may be a secret: it is not repeated.</summary>
    private string? ExternalId(FileValue value, string where)
    {
        if (value is FileValue.Plain { Text: var text } && ExternalIdText().IsMatch(text))
        {
            return text;
        }

        Wrong(value, $"{where}.external_id", "must be 2 to 1224 letters, digits and +=,.@:/_-");
        return null;
    }

    private List<string> Regions(FileValue value, string where)
    {
        var items = value switch
        {
            FileValue.List list => list.Items,
            FileValue.Plain plain => [.. plain.Text.Split(',', StringSplitOptions.TrimEntries).Select(text => new FileValue.Plain(text, plain.Line))],
            _ => (IReadOnlyList<FileValue>)[value],
        };
        foreach (var item in items)
        {
            try
            {
                _ = item is FileValue.Plain { Text: var text } ? catalog.Region(text) : throw new AwsInputException("unknown_region", "each is a Region's name, such as eu-west-1", []);
            }
            catch (AwsInputException unknown)
            {
                Wrong(item, $"{where}.regions", unknown.Message.TrimEnd('.'));
            }
        }

        return [.. items.OfType<FileValue.Plain>().Select(plain => plain.Text)];
    }

    private void Wrong(FileValue at, string where, string what) =>
        problems.Add($"file {path}{(at.Line is { } line ? $", line {line}" : "")}: {where}: {what}.");

    private static string Folded(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}$")]
    private static partial Regex TargetName();

    [GeneratedRegex("^[0-9]{12}$")]
    private static partial Regex Account();

    [GeneratedRegex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]{1,512}$")]
    private static partial Regex RoleArn();

    [GeneratedRegex(@"^[\w+=,.@:/-]{2,1224}$", RegexOptions.ECMAScript)]
    private static partial Regex ExternalIdText();
}
