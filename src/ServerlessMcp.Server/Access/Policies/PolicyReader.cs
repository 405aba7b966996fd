using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>A policy out of YAML; docs/policy.md has its form. What cannot match anything is a problem: a mistyped forbid would forbid nothing.</summary>
public sealed partial class PolicyReader
{
    private const int MostRules = 500;
    private const int MostReason = 200;

    private static readonly string[] Effects = ["allow", "confirm", "approve", "forbid"];

    private readonly PolicyParts _parts = new();
    private readonly OperationNames _operations;
    private readonly ConditionReader _conditions;

    private PolicyReader(IAwsCatalog catalog)
    {
        _operations = new(catalog);
        _conditions = new(_parts, catalog);
    }

    /// <param name="name">For people, such as the file's name.</param>
    /// <exception cref="PolicyException">With every problem.</exception>
    public static Policy Read(string text, string name, IAwsCatalog catalog)
    {
        var root = YamlPart.Parse(text) ?? throw new PolicyException([new(0, 0, "the file is empty: a mapping with the member 'rules' is expected")]);
        var reader = new PolicyReader(catalog);
        var policy = reader.Policy(root, name);
        return reader._parts.Problems.Count == 0 ? policy : throw new PolicyException(reader._parts.Problems);
    }

    private Policy Policy(YamlPart root, string name)
    {
        var members = _parts.Members(root, "a policy", "version", "allow_self", "limits", "rules");
        if (members.TryGetValue("version", out var version))
        {
            _parts.Whole(version, "version", 1, 1);
        }

        var allowSelf = members.TryGetValue("allow_self", out var self) && _parts.Flag(self, "allow_self");
        return new()
        {
            Name = name,
            AllowSelf = allowSelf,
            Limits = members.TryGetValue("limits", out var limits) ? Limits(limits) : new(null, null),
            Rules = Rules(root, members.GetValueOrDefault("rules"), allowSelf),
        };
    }

    private PolicyLimits Limits(YamlPart part)
    {
        var members = _parts.Members(part, "limits", "max_targets", "cool_down_minutes");
        return new(
            members.TryGetValue("max_targets", out var targets) ? _parts.Whole(targets, "max_targets", 1, 100) : null,
            members.TryGetValue("cool_down_minutes", out var minutes) ? _parts.Whole(minutes, "cool_down_minutes", 1, 10_080) : null);
    }

    private List<PolicyRule> Rules(YamlPart root, YamlPart? part, bool allowSelf)
    {
        if (root is not YamlPart.Map)
        {
            return [];
        }

        if (part is not YamlPart.List { Items.Count: <= MostRules } list)
        {
            _parts.Add(part ?? root, $"rules: a list of at most {MostRules} rules is expected{(part is null ? "" : $"; there is {part.Kind}")}");
            return [];
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. list.Items.Select(item => Rule(item, ids, allowSelf)).OfType<PolicyRule>()];
    }

    private PolicyRule? Rule(YamlPart part, HashSet<string> ids, bool allowSelf)
    {
        var members = _parts.Members(part, "a rule", ["id", .. Effects, "when", "unless", "allow_self", "reason"]);
        if (part is not YamlPart.Map)
        {
            return null;
        }

        var effect = Effects.Where(members.ContainsKey).ToList();
        if (effect.Count != 1)
        {
            _parts.Add(part, $"a rule: exactly one of {string.Join(", ", Effects)} is expected, with operations; there is {(effect.Count == 0 ? "none" : string.Join(" and ", effect))}");
            return null;
        }

        var kind = (VerdictKind)Array.IndexOf(Effects, effect[0]);
        var operations = _parts.Texts(members[effect[0]], effect[0], _operations.Wrong);
        return new()
        {
            Id = Id(part, members, ids),
            Is = kind,
            Operations = [.. operations.Select(_operations.Canonical)],
            When = members.TryGetValue("when", out var when) ? _conditions.Read(when, "when", operations) : new(),
            Unless = members.TryGetValue("unless", out var unless) ? _conditions.Read(unless, "unless", operations) : null,
            AllowSelf = AllowSelf(members, kind, allowSelf),
            Reason = members.TryGetValue("reason", out var reason) ? _parts.Text(reason, "reason", WrongReason) : null,
        };
    }

    private string Id(YamlPart rule, IReadOnlyDictionary<string, YamlPart> members, HashSet<string> ids)
    {
        if (!members.TryGetValue("id", out var part))
        {
            _parts.Add(rule, "a rule: an id is expected, such as prod-needs-approval");
            return "";
        }

        var id = _parts.Text(part, "id", text => IdForm().IsMatch(text) ? null : $"small letters, digits, - and _ are expected, at most 64; there is '{text}'") ?? "";
        if (id.Length > 0 && !ids.Add(id))
        {
            _parts.Add(part, $"id: each rule has its own; '{id}' stands twice");
        }

        return id;
    }

    private bool AllowSelf(IReadOnlyDictionary<string, YamlPart> members, VerdictKind kind, bool otherwise)
    {
        if (!members.TryGetValue("allow_self", out var part))
        {
            return kind == VerdictKind.Approve && otherwise;
        }

        if (kind != VerdictKind.Approve)
        {
            _parts.Add(part, "allow_self belongs to a rule with approve");
        }

        return _parts.Flag(part, "allow_self");
    }

    private static string? WrongReason(string text) =>
        text.Length <= MostReason && !text.Any(char.IsControl) ? null : $"one line of at most {MostReason} characters is expected";

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,63}$")]
    private static partial Regex IdForm();
}
