using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Tests.Executions.Policies;

/// <summary>Policies and plans out of few words, so that they often meet.</summary>
internal sealed class RandomPolicies(int seed)
{
    private static readonly string[] Operations = ["*", "ec2:*", "EC2:StopInstances", "ec2:Stop*", "*:Delete*", "s3:DeleteBucket", "s*:*", "rds:DeleteDBInstance"];
    private static readonly (string Service, string Operation)[] Calls =
        [("ec2", "StopInstances"), ("ec2", "DeleteVpc"), ("s3", "DeleteBucket"), ("s3", "CreateBucket"), ("sqs", "DeleteQueue"), ("rds", "DeleteDBInstance")];

    private static readonly string[] Pointers = ["/Count", "/Kind", "/Rules/*/Cidr", "/Rules/0/Cidr", "/Public", "/Deep/Count", "/Rules", "/Deep/*"];
    private static readonly string[] Values = ["1", "5", "20", "\"5\"", "true", "\"true\"", "\"t3.micro\"", "\"t3.*\"", "\"0.0.0.0/0\"", "null"];

    private readonly Random _random = new(seed);

    public Policy Policy()
    {
        var id = 0;
        return new()
        {
            Name = "random",
            Rules = Many(0, 5, () => Rule($"r{id++}")),
            Limits = new(Maybe(0.15) ? Any(1, 3, 25) : null, Maybe(0.15) ? Any(1, 10, 60) : null),
            AllowSelf = Maybe(0.3),
        };
    }

    public PolicyRule Rule(string id, VerdictKind? kind = null) => new()
    {
        Id = id,
        Is = kind ?? Any(VerdictKind.Allow, VerdictKind.Allow, VerdictKind.Confirm, VerdictKind.Approve, VerdictKind.Forbid),
        Operations = Maybe(0.4) ? ["*"] : Many(1, 2, () => Any(Operations)),
        When = Conditions(0.12),
        Unless = Maybe(0.2) ? Conditions(0.2) : null,
    };

    public PolicyQuestion Question() => new()
    {
        PrincipalId = Any("key_a", "key_b", "local"),
        Scopes = Maybe(0.1) ? null : Many(0, 2, () => Any(Scopes)),
        Tool = Maybe(0.1) ? null : Any("create_plan", "aws_change", "rollback_execution"),
        Target = new(Any("111122223333", "444455556666"), Any("eu-west-1", "eu-central-1", "us-east-1")),
        At = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero).AddMinutes(_random.Next(7 * 24 * 60)),
        MonthlyCostUsd = Maybe(0.3) ? null : Any(-5m, 0m, 5m, 100m),
        Targets = Any(1, 3, 21),
        TakesBack = Maybe(0.1),
        Subjects = Maybe(0.03) ? [] : Many(1, 3, Subject),
    };

    private static readonly string[] Scopes = ["read", "operate", "approve", "admin"];

    private PolicySubject Subject()
    {
        var (service, operation) = Any(Calls);
        return new()
        {
            StepId = Any("a", "b", "c"),
            IsUndo = Maybe(0.1),
            Call = new("aws", service, operation, Parameters()),
            Effect = Any(StepEffect.Create, StepEffect.Change, StepEffect.Delete),
            Undo = Any(UndoClass.Full, UndoClass.Partial, UndoClass.Declared, UndoClass.None),
            Tags = Maybe(0.2) ? null : Tags(),
            LastChange = Maybe(0.7) ? null : new(Maybe(0.2) ? null : new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero).AddMinutes(_random.Next(7 * 24 * 60))),
        };
    }

    private Dictionary<string, string?> Tags()
    {
        var tags = new Dictionary<string, string?>();
        if (Maybe(0.6))
        {
            tags["env"] = Maybe(0.1) ? null : Any("dev", "prod", "production");
        }

        if (Maybe(0.3))
        {
            tags["team"] = Any("web", "");
        }

        if (Maybe(0.02))
        {
            tags["serverlessmcp:protected"] = Any("true", "TRUE", "false");
        }

        return tags;
    }

    private JsonObject Parameters()
    {
        var json = new JsonObject();
        Add(json, "Count", 0.6, () => Any("1", "5", "6", "20", "\"5\"", "\"${steps.a.output.n}\""));
        Add(json, "Kind", 0.6, () => Any("\"t3.micro\"", "\"m5.large\"", "\"${secret:arn}\""));
        Add(json, "Public", 0.4, () => Any("true", "false", "\"true\""));
        Add(json, "Rules", 0.5, () => Any(
            "[]", """[{"Cidr":"10.0.0.0/8"}]""", """[{"Cidr":"10.0.0.0/8"},{"Cidr":"0.0.0.0/0"}]""", """[{"Cidr":"0.0.0.0/0"}]""", "\"${steps.b.output}\""));
        Add(json, "Deep", 0.3, () => Any("""{"Count":5}""", """{"$json":{"Count":5}}""", "{}", """{"Count":null,"More":1}"""));
        return json;
    }

    private void Add(JsonObject json, string name, double chance, Func<string> value)
    {
        if (Maybe(chance))
        {
            json[name] = JsonNode.Parse(value());
        }
    }

    private RuleConditions Conditions(double chance) => new()
    {
        Tools = Maybe(chance) ? [Any("create_plan", "aws_*", "*")] : null,
        Principals = Maybe(chance) ? [Any("key_a", "key_*", "local")] : null,
        Scopes = Maybe(chance) ? Many(1, 2, () => Any(Scopes)) : null,
        Accounts = Maybe(chance) ? [Any("111122223333", "4444*", "111122223334")] : null,
        Regions = Maybe(chance) ? [Any("eu-west-1", "eu-*", "us-east-1")] : null,
        Tags = Maybe(chance) ? new Dictionary<string, IReadOnlyList<string>> { [Any("env", "team")] = Many(1, 2, () => Any("dev", "prod", "prod*", "*")) } : null,
        Arguments = Maybe(chance) ? Many(1, 2, Argument) : null,
        Targets = Maybe(chance) ? Bound(1, 3, 20) : null,
        MonthlyCostUsd = Maybe(chance) ? Bound(0, 5, 50) : null,
        Undo = Maybe(chance) ? Many(1, 3, () => Any(UndoClass.Full, UndoClass.Partial, UndoClass.Declared, UndoClass.None)) : null,
        Effects = Maybe(chance) ? Many(1, 2, () => Any(StepEffect.Create, StepEffect.Change, StepEffect.Delete)) : null,
        Hours = Maybe(chance) ? Many(1, 2, Window) : null,
    };

    private ArgumentCondition Argument()
    {
        var pointer = Any(Pointers);
        return pointer.EndsWith("Count", StringComparison.Ordinal) && Maybe(0.5)
            ? new(pointer, null, Bound(1, 5, 10))
            : new(pointer, Many(1, 2, () => JsonNode.Parse(Any(Values))), null);
    }

    private Bound Bound(params int[] values) => Any(new Bound(Any(values), null), new Bound(null, Any(values)), new Bound(50, Any(values)));

    private HoursWindow Window() => HoursWindow.Parse(Any("Mon-Fri 08:00-18:00", "daily 22:00-06:00", "Sat,Sun 00:00-24:00", "Fri-Mon 12:30-12:31", "Wed 23:59-24:00"))!;

    private bool Maybe(double chance) => _random.NextDouble() < chance;

    private T Any<T>(params T[] values) => values[_random.Next(values.Length)];

    private List<T> Many<T>(int least, int most, Func<T> make) => [.. Enumerable.Range(0, _random.Next(least, most + 1)).Select(_ => make())];
}
